"""The checker of proofs by elliptic curves, and by factors of N - 1 and N + 1: a program of its own."""

import subprocess
import sys
from pathlib import Path

import gmpy2
import pytest

from primesong.primes.proof import curves_checker
from primesong.primes.proof.certificate import ELLIPTIC_CURVES, Certificate
from primesong.primes.proof.checking import check


def test_small_primes() -> None:
    for number in (*range(-3, 500), 2**31 - 1, 3215031751, 2**61 - 1, 2**64 - 59, 2**64 + 13):
        assert curves_checker.is_small_prime(number) == (1 < number < 2**64 and gmpy2.is_prime(number)), number


@pytest.mark.parametrize("number", [0, 1, -1, -97])
def test_no_steps_prove_what_is_no_number_above_one(number: int) -> None:
    step = (1, 1, 1, 1, 1)
    assert not check(Certificate(number, ELLIPTIC_CURVES, steps=(step,)))
    assert not curves_checker.proves(number, [step])


def test_it_runs_alone(by_curves: Certificate, tmp_path: Path) -> None:
    script, file = tmp_path / "checker.py", tmp_path / "certificate.json"
    script.write_text(Path(curves_checker.__file__).read_text())
    for certificate, code in ((by_curves, 0), (Certificate(by_curves.number, ELLIPTIC_CURVES), 1)):
        file.write_text(certificate.to_text())
        done = subprocess.run([sys.executable, "-I", str(script), str(file)], capture_output=True, check=False)
        assert done.returncode == code


@pytest.mark.parametrize(("p", "q"), [(1, 2), (1, -1), (2, 5), (2, 11)])
def test_lucas_numbers(p: int, q: int) -> None:
    """Against gmpy2's, modulo a prime and a composite number."""
    for modulus in (10**9 + 7, 3**20):
        for index in (0, 1, 2, 3, 10, 1000, 12_345):
            assert curves_checker.lucas(p, q, index, modulus) == gmpy2.lucasu_mod(p, q, index, modulus)


def factors_of(number: int) -> list[int]:
    """List the prime factors of a small number."""
    return [prime for prime in range(2, number + 1) if number % prime == 0 and gmpy2.is_prime(prime)]


@pytest.mark.parametrize("sign", [-1, 1])
def test_steps_by_a_factor_against_every_small_number(sign: int) -> None:
    """A step that holds is of a prime; and each prime whose factor is large enough has one."""
    proved = set()
    for number in range(3, 3000, 2):
        large = [prime for prime in factors_of(number + sign) if (prime - 1) ** 2 > number]
        for prime in large:
            steps = [(sign, (number + sign) // prime, value) for value in range(2, 30)]
            if any(curves_checker.follow(number, step) == prime for step in steps):
                proved.add(number)
        if large and gmpy2.is_prime(number):
            assert number in proved
    assert len(proved) > 50
    assert all(gmpy2.is_prime(number) for number in proved)


@pytest.mark.parametrize(
    "step", [(-1, 0, 2), (-1, -2, 2), (-1, 4, 2), (0, 2, 2), (2, 2, 2), (-3, 2, 2), (1, 2, 2), (-1, 2, 0), (1, 4, 0)]
)
def test_steps_by_a_factor_that_show_nothing(step: tuple[int, int, int]) -> None:
    """23 - 1 = 2 * 11 and 23 + 1 = 24: no other cofactor, sign or base will do."""
    assert curves_checker.follow(23, (-1, 2, 2)) == 11
    assert curves_checker.follow(23, step) == 0
