"""The checker of proofs by a power of two: a program of its own; the theorem against brute force; false claims."""

import random
import subprocess
import sys
from itertools import islice
from pathlib import Path

import gmpy2
import pytest

from primesong.primes.proof import power_checker
from primesong.primes.proof.certificate import ELLIPTIC_CURVES, POWER_OF_TWO, Certificate
from primesong.primes.proof.checking import check


def test_checker_runs_alone(by_power: Certificate, tmp_path: Path) -> None:
    script, file = tmp_path / "checker.py", tmp_path / "certificate.json"
    script.write_text(Path(power_checker.__file__).read_text())
    file.write_text(by_power.to_text())
    run = [sys.executable, "-I", str(script), str(file)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "the number is prime\n")
    damaged = by_power.to_text().replace(hex(by_power.number), hex(by_power.number + 2**by_power.power))
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
def test_false_claims(by_power: Certificate, changes: dict[str, int]) -> None:
    claim = {"number": by_power.number, "power": by_power.power, "witness": by_power.witness} | changes
    assert not check(Certificate(theorem=POWER_OF_TWO, **claim))


@pytest.mark.parametrize("roots", [(0, 0, 0), (1, 2, 3), (-7, 0, 7), (-(10**30), 5, 10**31), (4, 4, 9), (-1, -1, -2)])
@pytest.mark.parametrize("lead", [1, 12345])
def test_integer_roots(roots: tuple[int, int, int], lead: int) -> None:
    a, b, c = roots
    polynomial = (lead, -lead * (a + b + c), lead * (a * b + b * c + a * c), -lead * a * b * c)
    assert set(power_checker.integer_roots(*polynomial)) == set(roots)
