"""One power of several numbers, against gmpy2."""

import random

import gmpy2
import pytest

from primesong.primes.kernel import powers


@pytest.mark.parametrize("bits", [90, 2_100, 11_593])
@pytest.mark.parametrize("count", [1, 8, 11])
def test_one_power_of_several_numbers(bits: int, count: int) -> None:
    source = random.Random(bits)
    modulus = source.getrandbits(bits) | 1 | 1 << (bits - 1)
    exponent = source.getrandbits(min(bits - 3, 2_100))  # longer ones are only more of the same steps
    small = [source.randrange(-(10**6), 10**6) for _ in range(count)]
    expected = [gmpy2.powmod(base, exponent, modulus) for base in small]
    for bases in (small, [value % modulus for value in small], [value + 3 * modulus for value in small]):
        assert powers.raise_all(bases, exponent, modulus) == expected
    large = [value * modulus // 3 for value in small[:2]]
    assert powers.raise_all(large, exponent, modulus) == [gmpy2.powmod(base, exponent, modulus) for base in large]
    assert powers.raise_all(small, 1, modulus) == [value % modulus for value in small]
