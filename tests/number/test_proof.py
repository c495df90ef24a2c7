"""Certificates: constructed primes, theorems against brute force, damage, and the checker as a program of its own."""

import json
import random
import subprocess
import sys
from pathlib import Path

import gmpy2
import pytest

from primesong.errors import PrimesongError
from primesong.number import checker, proof
from primesong.number.encoding import find, plan_for
from primesong.number.payload import pack, unpack
from primesong.number.primes import leading_bytes
from primesong.number.proof import ELLIPTIC_CURVES, POWER_OF_TWO, Certificate, check


def provable(payload: bytes) -> Certificate:
    number, certificate = find(plan_for(payload, provable=True))
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
    progression = proof.provable_progression(payload)
    index = (provable(payload).number - progression.base) >> progression.exponent
    assert index == next(i for i in range(10_000) if gmpy2.is_prime(progression.number(i)))


def test_a_longer_one() -> None:
    payload = pack(random.Random(7).randbytes(150))
    certificate = provable(payload)
    assert check(certificate)
    assert leading_bytes(certificate.number).startswith(payload)


def test_padding_is_what_the_theorem_asks() -> None:
    """0.3 of the number and room for the gap, to the byte: 3,600 digits become 5,139."""
    bits = proof.provable_progression(bytes([31]) + bytes(1490)).bits
    assert bits == pytest.approx(11_925 / 0.7, rel=0.003)


def test_text_and_back(certificate: Certificate) -> None:
    assert Certificate.from_text(certificate.to_text()) == certificate


def test_checker_runs_alone(certificate: Certificate, tmp_path: Path) -> None:
    script, file = tmp_path / "checker.py", tmp_path / "certificate.json"
    script.write_text(Path(checker.__file__).read_text())
    file.write_text(certificate.to_text())
    run = [sys.executable, "-I", str(script), str(file)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "the number is prime\n")
    file.write_text(
        certificate.to_text().replace(hex(certificate.number), hex(certificate.number + 2**certificate.power))
    )
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "the certificate does not hold\n")


@pytest.mark.parametrize("power", range(3, 8))
def test_power_of_two_against_every_small_number(power: int) -> None:
    factor = 2**power
    for number in range(factor + 1, min(int(factor ** (10 / 3)), 200_000), factor):
        witness = next((a for a in range(2, 40) if pow(a, number // 2, number) == number - 1), None)
        if number >= 214 and witness is not None:
            assert checker.power_of_two(number, power, witness) == gmpy2.is_prime(number)


def test_no_product_of_factors_of_the_form_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The theorem's last conditions alone must refuse each composite whose divisors are all 1 modulo F."""
    monkeypatch.setattr(checker, "pow", lambda base, exponent, modulus: modulus - 1, raising=False)
    source, tried = random.Random(3), 0
    while tried < 3000:
        power = source.choice((8, 16, 30, 64))
        room = int((2.0**power) ** (4 / 3))
        a = source.randrange(1, 2 ** source.randrange(1, room.bit_length()))
        b = source.randrange(1, max(room // a, 1) + 1)
        number = ((a << power) + 1) * ((b << power) + 1) * source.choice((1, 1, 1, (2 << power) + 1))
        if number >= 214 and 2 ** (10 * power) >= number**3:
            assert not checker.power_of_two(number, power, 2)
            tried += 1


@pytest.mark.parametrize(
    "changes",
    [
        {"power": 5},
        {"power": 0},
        {"power": 10**6},
        {"witness": 0},
        {"witness": 1},
        {"number": 3 * 5},
        {"number": 2**64},
    ],
)
def test_false_claims(certificate: Certificate, changes: dict[str, int]) -> None:
    claim = {"number": certificate.number, "power": certificate.power, "witness": certificate.witness} | changes
    assert not check(Certificate(theorem=POWER_OF_TWO, **claim))


def test_a_composite_is_not_certified() -> None:
    assert proof.certify(2**32 * 15 + 1, 32) is None or gmpy2.is_prime(2**32 * 15 + 1)
    assert proof.certify((2**16 + 1) * (2**8 + 1), 8) is None


@pytest.mark.parametrize("number", [*range(-3, 500), 2**31 - 1, 3215031751, 2**61 - 1, 2**64 - 59, 2**64 + 13])
def test_small_primes(number: int) -> None:
    assert checker.small_prime(number) == (1 < number < 2**64 and gmpy2.is_prime(number))


@pytest.mark.parametrize("roots", [(0, 0, 0), (1, 2, 3), (-7, 0, 7), (-(10**30), 5, 10**31), (4, 4, 9), (-1, -1, -2)])
@pytest.mark.parametrize("lead", [1, 12345])
def test_integer_roots(roots: tuple[int, int, int], lead: int) -> None:
    a, b, c = roots
    polynomial = (lead, -lead * (a + b + c), lead * (a * b + b * c + a * c), -lead * a * b * c)
    assert set(checker.integer_roots(polynomial)) == set(roots)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no certificate, or a damaged one"),
        ("[]", "no certificate, or a damaged one"),
        ("{}", "no certificate, or a damaged one"),
        ('{"format": "primo"}', "its format is 'primo'"),
        (json.dumps({"format": proof.FORMAT, "theorem": POWER_OF_TWO, "number": "0x7"}), "damaged"),
        (json.dumps({"format": proof.FORMAT, "theorem": "faith", "number": "0x7", "steps": []}), "damaged"),
        (json.dumps({"format": proof.FORMAT, "theorem": ELLIPTIC_CURVES, "number": "0x7", "steps": [["0x1"]]}), "five"),
        ("[" * 100_000, "damaged"),
    ],
)
def test_what_is_no_certificate(text: str, fault: str) -> None:
    with pytest.raises(PrimesongError, match=fault):
        Certificate.from_text(text)


def test_nothing_to_prove() -> None:
    with pytest.raises(PrimesongError, match="no payload"):
        proof.provable_progression(b"\0")
