"""Fermat powers by gmpy2 against Python's own, and the tests that they end."""

import gmpy2
import pytest

from primesong.primes.kernel.fermat import compute_power, is_strong

#: Primes, pseudoprimes and others; number - 1 has few factors 2, or as many as 408.
NUMBERS = [3, 9, 341, 2047, 2**89 - 1, 3 * 2**189 + 1, 3 * 2**408 + 1, 2**64 + 1, 3**329, (4**101 - 1) // 3]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_power_and_those_on_the_way_to_it(number: int) -> None:
    power = compute_power(gmpy2.mpz(number))
    assert power.value() == pow(2, number - 1, number)
    for squarings in {0, power.shift // 2, power.shift}:
        assert power.power(squarings) == pow(2, (number - 1) >> (power.shift - squarings), number)


@pytest.mark.parametrize("number", NUMBERS)
def test_strong_tests(number: int) -> None:
    assert compute_power(gmpy2.mpz(number)).passes() == gmpy2.is_strong_prp(number, 2)
    assert is_strong(gmpy2.mpz(number)) == gmpy2.is_strong_prp(number, 2)
