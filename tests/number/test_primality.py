"""The tests of a find against gmpy2's own: primes, pseudoprimes, numbers whose carries run far."""

import random

import gmpy2
import pytest

from primesong.number import kernel, primality

pytestmark = pytest.mark.skipif(not kernel.can_chain(), reason="this processor lacks AVX-512 IFMA, or no C compiler")

LENGTHS = [60, 410, 412, 413, 416, 417, 830, 1000, 3000, 12_000]


@pytest.mark.parametrize("bits", LENGTHS)
def test_powers(bits: int) -> None:
    source = random.Random(bits)
    for modulus in (
        2**bits - 1,
        2 ** (bits - 1) + 1,
        2**bits - 2**52 + 1,
        source.getrandbits(bits) | 1 << (bits - 1) | 1,
    ):
        for base in (gmpy2.mpz(2), gmpy2.mpz(modulus - 1), gmpy2.mpz(source.randrange(modulus))):
            exponent = gmpy2.mpz(source.getrandbits(200))
            zero = gmpy2.mpz(0)
            power, next_power = kernel.chain(gmpy2.mpz(modulus), (gmpy2.mpz(1), base), (zero, zero), exponent)
            assert power == gmpy2.powmod(base, exponent, modulus)
            assert next_power == gmpy2.powmod(base, exponent + 1, modulus)


@pytest.mark.parametrize("bits", LENGTHS)
def test_lucas_sequences(bits: int) -> None:
    source = random.Random(bits)
    for modulus in (2**bits - 1, source.getrandbits(bits) | 1 << (bits - 1) | 1):
        p, index = gmpy2.mpz(source.randrange(3, modulus)), gmpy2.mpz(source.randrange(1, 400))
        found = kernel.chain(gmpy2.mpz(modulus), (gmpy2.mpz(2), p), (-p, gmpy2.mpz(-2)), index)
        assert found == (gmpy2.lucasv_mod(p, 1, index, modulus), gmpy2.lucasv_mod(p, 1, index + 1, modulus))


def test_longest_modulus() -> None:
    bits = 52 * kernel.CHAIN_LIMBS - 4
    ones, zero = gmpy2.mpz(2) ** bits - 1, gmpy2.mpz(0)
    base = ones - 12345
    assert kernel.chain(ones, (gmpy2.mpz(1), base), (zero, zero), gmpy2.mpz(5))[0] == -(12345**5) % ones
    with pytest.raises(ValueError, match="five numbers must fit"):
        kernel.chain(2 * ones + 1, (gmpy2.mpz(1), base), (zero, zero), gmpy2.mpz(5))


def test_every_odd_number_to_base_2() -> None:
    for number in range(5, 9001, 2):
        assert primality.strong_to_base(gmpy2.mpz(number), gmpy2.mpz(2)) == gmpy2.is_strong_prp(number, 2)


def test_extra_strong_lucas_pseudoprimes() -> None:
    """https://oeis.org/A217719"""
    passed = [number for number in range(101, 12_001, 2) if primality.extra_strong_lucas(gmpy2.mpz(number))]
    assert [number for number in passed if not gmpy2.is_prime(number)] == [989, 3239, 5777, 10877]
    assert [number for number in passed if gmpy2.is_prime(number)] == [
        n for n in range(101, 12_001) if gmpy2.is_prime(n)
    ]


@pytest.mark.parametrize("number", [2**2203 - 1, 2**2281 - 1, 3 * 2**2816 + 1, 10**999 + 7])
def test_known_primes(number: int) -> None:
    assert primality.confirmed(number)


def test_composites() -> None:
    source = random.Random(1)
    p = int(gmpy2.next_prime(source.getrandbits(1100)))
    q = int(gmpy2.next_prime(source.getrandbits(1100)))
    for number in (p * q, p * p, 2**2205 - 1, 2**2048 + 1, 2**3001 + 2, (2**1279 - 1) * (2**2203 - 1)):
        assert not primality.confirmed(number)


def test_a_refusal_is_gmps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "chain", lambda *given: (gmpy2.mpz(7), gmpy2.mpz(8)))
    assert primality.confirmed(2**2203 - 1)
    assert not primality.confirmed(2**2205 - 1)
