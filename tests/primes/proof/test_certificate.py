"""Certificates: constructed primes, theorems against brute force, damage, and the checker as a program of its own."""

import json
import lzma
import random
import subprocess
import sys
from itertools import islice
from pathlib import Path

import gmpy2
import pytest

from primesong.errors import PrimesongError
from primesong.number.padding import leading_bytes
from primesong.number.payload import pack, unpack
from primesong.primes.plan import find, plan_search
from primesong.primes.proof import certificate as certificates
from primesong.primes.proof import curves_checker, power_checker, power_of_two
from primesong.primes.proof.certificate import ELLIPTIC_CURVES, POWER_OF_TWO, Certificate
from primesong.primes.proof.checking import check

ROOT = Path(__file__).parents[3]


def provable(payload: bytes) -> Certificate:
    number, certificate = find(plan_search(payload, provable=True))
    assert certificate is not None
    assert certificate.number == number
    return certificate


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return provable(pack(b"print('proved')"))


def test_provable_prime(certificate: Certificate) -> None:
    assert check(certificate)
    assert unpack(leading_bytes(certificate.number))[0] == b"print('proved')"
    assert gmpy2.is_prime(certificate.number)
    bits = certificate.number.bit_length()
    assert (certificate.number - 1) % 2**certificate.power == 0
    assert 0.3 * bits <= certificate.power < 0.3 * bits + 1


def test_it_is_the_first_of_its_progression() -> None:
    payload = pack(b"")
    progression = power_of_two.provable_progression(payload)
    index = (provable(payload).number - progression.base) >> progression.exponent
    assert index == next(i for i in range(10_000) if gmpy2.is_prime(progression.number(i)))


def test_a_longer_one() -> None:
    payload = pack(random.Random(7).randbytes(150))
    certificate = provable(payload)
    assert check(certificate)
    assert leading_bytes(certificate.number).startswith(payload)


def test_padding_is_what_the_theorem_asks() -> None:
    """0.3 of the number and room for the gap, to the byte: 3,600 digits become 5,139."""
    bits = power_of_two.provable_progression(bytes([31]) + bytes(1490)).bits
    assert bits == pytest.approx(11_925 / 0.7, rel=0.003)


def test_text_and_back(certificate: Certificate) -> None:
    assert Certificate.from_text(certificate.to_text()) == certificate


def test_checker_runs_alone(certificate: Certificate, tmp_path: Path) -> None:
    script, file = tmp_path / "checker.py", tmp_path / "certificate.json"
    script.write_text(Path(power_checker.__file__).read_text())
    file.write_text(certificate.to_text())
    run = [sys.executable, "-I", str(script), str(file)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "the number is prime\n")
    damaged = certificate.to_text().replace(hex(certificate.number), hex(certificate.number + 2**certificate.power))
    for text in (damaged, Certificate(2**127 - 1, ELLIPTIC_CURVES).to_text()):
        file.write_text(text)
        done = subprocess.run(run, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (1, "the certificate does not hold\n")


def test_the_checker_is_short() -> None:
    """Forty lines of code; with its prose and the blank lines, fifty."""
    assert len(Path(power_checker.__file__).read_text().splitlines()) <= 50


@pytest.mark.parametrize("power", range(3, 12))
def test_power_of_two_against_every_small_number(power: int) -> None:
    factor = 2**power
    for number in islice(range(max(factor**3 + 1, 217), int(factor ** (10 / 3)), factor), 3000):
        witness = next((a for a in range(2, 40) if pow(a, number // 2, number) == number - 1), None)
        if witness is not None:
            assert power_checker.proves(number, power, witness) == gmpy2.is_prime(number)


def test_no_product_of_factors_of_the_form_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The theorem's last conditions alone must refuse each composite whose divisors are all 1 modulo F."""
    monkeypatch.setattr(power_checker, "pow", lambda base, exponent, modulus: modulus - 1, raising=False)
    source, tried = random.Random(3), 0
    while tried < 3000:
        power = source.choice((8, 16, 30, 64))
        # a b F^2 is the most of the number, to be between F^3 and F^(10/3)
        product = 2 ** source.randrange(power, int(power * 4 / 3) + 1)
        a = source.randrange(1, 2 ** source.randrange(1, product.bit_length()))
        b = source.randrange(1, 2 * product // a + 2)
        number = ((a << power) + 1) * ((b << power) + 1)
        if 2 ** (10 * power) >= number**3 and 2 ** (3 * power) < number:
            assert not power_checker.proves(number, power, 2)
            tried += 1


@pytest.mark.parametrize(("a", "b", "c"), [(2, 3, 5), (1, 1, 1), (1, 2, 1), (4, 7, 9), (1, 10, 25)])
def test_nor_do_three_factors(a: int, b: int, c: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power_checker, "pow", lambda base, exponent, modulus: modulus - 1, raising=False)
    for power in range(10, 80):
        number = ((a << power) + 1) * ((b << power) + 1) * ((c << power) + 1)
        assert not power_checker.proves(number, power, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"power": 5},
        {"power": 0},
        {"power": -1},
        {"power": 10**6},
        {"power": 10**13},
        {"power": 10**20},
        {"witness": 0},
        {"witness": 1},
        {"number": 3 * 5},
        {"number": 2**64},
    ],
)
def test_false_claims(certificate: Certificate, changes: dict[str, int]) -> None:
    claim = {"number": certificate.number, "power": certificate.power, "witness": certificate.witness} | changes
    assert not check(Certificate(theorem=POWER_OF_TWO, **claim))


@pytest.mark.parametrize("number", [0, 1, -1, -97])
def test_no_steps_prove_what_is_no_number_above_one(number: int) -> None:
    step = (1, 1, 1, 1, 1)
    assert not check(Certificate(number, ELLIPTIC_CURVES, steps=(step,)))
    assert not curves_checker.proves(number, [step])


def test_a_find_is_certified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    certify, made = power_of_two.certify, list[int]()

    def counted(number: int, power: int) -> Certificate | None:
        made.append(int(number))
        return certify(number, power)

    monkeypatch.setattr(power_of_two, "certify", counted)
    assert made.count(provable(pack(random.Random(7).randbytes(60))).number) == 1


def test_a_composite_is_not_certified() -> None:
    assert power_of_two.certify(2**32 * 15 + 1, 32) is None or gmpy2.is_prime(2**32 * 15 + 1)
    assert power_of_two.certify((2**16 + 1) * (2**8 + 1), 8) is None


@pytest.mark.parametrize("number", [*range(-3, 500), 2**31 - 1, 3215031751, 2**61 - 1, 2**64 - 59, 2**64 + 13])
def test_small_primes(number: int) -> None:
    assert curves_checker.is_small_prime(number) == (1 < number < 2**64 and gmpy2.is_prime(number))


@pytest.mark.parametrize("roots", [(0, 0, 0), (1, 2, 3), (-7, 0, 7), (-(10**30), 5, 10**31), (4, 4, 9), (-1, -1, -2)])
@pytest.mark.parametrize("lead", [1, 12345])
def test_integer_roots(roots: tuple[int, int, int], lead: int) -> None:
    a, b, c = roots
    polynomial = (lead, -lead * (a + b + c), lead * (a * b + b * c + a * c), -lead * a * b * c)
    assert set(power_checker.integer_roots(*polynomial)) == set(roots)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the file is not a certificate, or it is damaged"),
        ("[]", "the file is not a certificate, or it is damaged"),
        ("{}", "the file is not a certificate, or it is damaged"),
        ('{"format": "primo"}', "its format is 'primo'"),
        (json.dumps({"format": certificates.FORMAT, "theorem": POWER_OF_TWO, "number": "0x7"}), "damaged"),
        (json.dumps({"format": certificates.FORMAT, "theorem": "faith", "number": "0x7", "steps": []}), "damaged"),
        (
            json.dumps(
                {"format": certificates.FORMAT, "theorem": ELLIPTIC_CURVES, "number": "0x7", "steps": [["0x1"]]}
            ),
            "a step must have five values",
        ),
        ("[" * 100_000, "damaged"),
    ],
)
def test_what_is_no_certificate(text: str, fault: str) -> None:
    with pytest.raises(PrimesongError, match=fault):
        Certificate.from_text(text)


def test_nothing_to_prove() -> None:
    with pytest.raises(PrimesongError, match="the payload is empty"):
        power_of_two.provable_progression(b"\0")


def test_the_published_number_has_its_certificate() -> None:
    """The whole takes minutes to check: here the steps below 2,500 bits, and one of the long ones."""
    text = lzma.decompress((ROOT / "assets" / "femtogpt.certificate.json.xz").read_bytes()).decode("ascii")
    whole = Certificate.from_text(text)
    assert whole.number == int(gmpy2.mpz((ROOT / "assets" / "femtogpt.txt").read_text().strip()))
    primes = [gmpy2.mpz(whole.number)]
    for t, s, *_ in whole.steps:
        prime, rest = divmod(primes[-1] + 1 - t, s)
        assert rest == 0
        primes.append(prime)
    first = next(index for index, prime in enumerate(primes) if prime.bit_length() < 2_500)
    assert check(Certificate(int(primes[first]), ELLIPTIC_CURVES, steps=whole.steps[first:]))
    assert not check(Certificate(int(primes[first]), ELLIPTIC_CURVES, steps=whole.steps[first + 1 :]))
    t, s, a, x, y = whole.steps[100]
    b = (y * y - x**3 - a * x) % primes[100]
    point = curves_checker.multiply(gmpy2.mpz(s), (gmpy2.mpz(x), gmpy2.mpz(1)), gmpy2.mpz(a), b, primes[100])
    assert curves_checker.multiply(primes[101], point, gmpy2.mpz(a), b, primes[100])[1] == 0 != point[1]
