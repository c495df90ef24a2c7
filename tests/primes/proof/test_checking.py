"""Certificates checked: damage is found, the check reports its progress, the published number's holds."""

from dataclasses import replace
from pathlib import Path

import gmpy2
import pytest

from primesong.primes.proof import curves_checker, power_checker
from primesong.primes.proof.certificate import ELLIPTIC_CURVES, POWER_OF_TWO, Certificate
from primesong.primes.proof.checking import ProofProgress, check, read_checker
from primesong.primes.proof.formats import read_certificate

ROOT = Path(__file__).parents[3]


def test_the_published_number_has_its_certificate() -> None:
    """The whole takes minutes to check: here the steps below 1,500 bits, and one of 6,000."""
    whole = read_certificate((ROOT / "assets" / "femtogpt.certificate.json.xz").read_bytes())
    assert whole.number == int(gmpy2.mpz((ROOT / "assets" / "femtogpt.txt").read_text().strip()))
    primes = [gmpy2.mpz(whole.number)]
    for t, s, *_ in whole.steps:
        prime, rest = divmod(primes[-1] + 1 - t, s)
        assert rest == 0
        primes.append(prime)
    first = next(index for index, prime in enumerate(primes) if prime.bit_length() < 1_500)
    assert check(Certificate(int(primes[first]), ELLIPTIC_CURVES, steps=whole.steps[first:]))
    assert not check(Certificate(int(primes[first]), ELLIPTIC_CURVES, steps=whole.steps[first + 1 :]))
    place = next(index for index, prime in enumerate(primes) if prime.bit_length() < 6_000)
    (t, s, a, x, y), prime = whole.steps[place], primes[place]
    b = (y * y - x**3 - a * x) % prime
    point = curves_checker.multiply(gmpy2.mpz(s), (gmpy2.mpz(x), gmpy2.mpz(1)), gmpy2.mpz(a), b, prime)
    assert curves_checker.multiply(primes[place + 1], point, gmpy2.mpz(a), b, prime)[1] == 0 != point[1]


def test_the_checkers_can_be_printed() -> None:
    assert read_checker(POWER_OF_TWO) == Path(power_checker.__file__).read_text("utf-8")
    assert read_checker(ELLIPTIC_CURVES) == Path(curves_checker.__file__).read_text("utf-8")


@pytest.mark.parametrize("step", [0, -1])
@pytest.mark.parametrize("changes", [{0: 1}, {0: -1}, {1: 1}, {1: -1}, {1: 0}, {3: 0, 4: 0}])
def test_damage_is_found(by_curves: Certificate, step: int, changes: dict[int, int]) -> None:
    steps = [list(values) for values in by_curves.steps]
    for value, change in changes.items():
        steps[step][value] = steps[step][value] + change if change else 0
    assert not check(replace(by_curves, steps=tuple(map(tuple, steps))))  # type: ignore[arg-type]


def test_a_step_left_out(by_curves: Certificate) -> None:
    assert not check(replace(by_curves, steps=by_curves.steps[1:]))
    assert not check(replace(by_curves, steps=by_curves.steps[:-1]))
    assert not check(replace(by_curves, number=by_curves.number + 2))


def test_a_step_that_fails_ends_the_check(by_curves: Certificate) -> None:
    checked: list[ProofProgress] = []
    (t, s, a, x, y), *others = by_curves.steps
    assert not check(replace(by_curves, steps=((t, s, a, x, y + 1), *others)), checked.append)
    assert [now.steps for now in checked] == [0]
