"""The tests of a find against gmpy2's own: primes, pseudoprimes, numbers whose carries run far."""

import random

import gmpy2
import pytest

from primesong.primes import primality
from primesong.primes.kernel import extension
from primesong.primes.kernel.ladder import can_chain, follow_chain
from primesong.primes.kernel.transform import Transform, choose_transform

pytestmark = pytest.mark.skipif(not can_chain(), reason="this processor lacks AVX2, or no C compiler")

LENGTHS = [60, 410, 412, 413, 416, 417, 830, 1000, 3000, 12_000]
ZERO, ONE, TWO = gmpy2.mpz(0), gmpy2.mpz(1), gmpy2.mpz(2)


@pytest.mark.parametrize("bits", LENGTHS)
def test_powers_and_lucas_sequences(bits: int) -> None:
    source = random.Random(bits)
    radix = choose_transform(bits).radix
    for start in (
        2**bits - 1,
        2 ** (bits - 1) + 1,
        2**bits - 2**52 + 1,
        source.getrandbits(bits) | 1 << (bits - 1) | 1,
    ):
        modulus = next(gmpy2.mpz(n) for n in range(start, 0, -2) if gmpy2.gcd(n, radix) == 1)
        for base in (TWO, modulus - 1, gmpy2.mpz(source.randrange(modulus))):
            p, exponent, index = (gmpy2.mpz(source.randrange(3, most)) for most in (modulus, 2**200, 2**190))
            powers, lucas = follow_chain(
                modulus, ((ONE, base), (TWO, p)), ((ZERO, ZERO), (-TWO, -p)), (exponent, index)
            )
            assert powers == tuple(gmpy2.powmod(base, e, modulus) for e in (exponent, exponent + 1))
            assert lucas == tuple(gmpy2.lucasv_mod(p, 1, i, modulus) for i in (index, index + 1))


@pytest.mark.parametrize(("length", "word_bits"), [(96, 19), (192, 18), (1024, 17)])
def test_words_as_large_as_they_can_be(length: int, word_bits: int) -> None:
    bits = 2 * length * word_bits - 6
    shape = choose_transform(bits)
    assert shape == Transform(length, word_bits)
    largest = gmpy2.mpz(sum(1 << word_bits * word + word_bits - 1 for word in range(bits // word_bits)))
    modulus = next(n for n in (largest | 1, largest - 1) if gmpy2.gcd(n, shape.radix) == 1)
    # in Montgomery's form, and all in the addends' way
    start = (largest >> 1) * gmpy2.invert(shape.radix, modulus) % modulus
    expected = []
    for bits_followed in ("00000010", "00000001"):
        v = w = start
        for bit in bits_followed:
            product = (v * w + start) % modulus
            v, w = (product, (w * w + start) % modulus) if bit == "1" else ((v * v + start) % modulus, product)
        expected.append((v, w))
    exponents = (gmpy2.mpz(0b10), gmpy2.mpz(0b01))
    assert follow_chain(modulus, ((start, start),) * 2, ((start, start),) * 2, exponents) == expected


def test_a_modulus_that_shares_a_factor_with_the_radix() -> None:
    radix = choose_transform(1100).radix
    number = gmpy2.mpz(7 if radix % 7 == 0 else 3) * (2**1090 + 1)
    assert gmpy2.gcd(number, radix) > 1
    assert not primality.passes_lucas_and_strong(number, TWO)


def test_arguments_that_do_not_fit() -> None:
    shape = choose_transform(300)
    given = [bytes(10 * shape.size), b"\1\1", shape.length, shape.word_bits, shape.radices, shape.roots]
    assert extension.compiled.chain(*given) == bytes(4 * shape.size)
    for place, wrong in ((0, bytes(9)), (0, bytes(11)), (1, b"\1"), (2, 32), (3, 60), (4, b"\4\5"), (5, b"")):
        with pytest.raises(ValueError, match="ten numbers, two exponents and the roots must fit"):
            extension.compiled.chain(*given[:place], wrong, *given[place + 1 :])


def strong(number: int, base: int) -> bool:
    return primality.passes_lucas_and_strong(gmpy2.mpz(number), gmpy2.mpz(base))


def test_extra_strong_lucas_pseudoprimes() -> None:
    """https://oeis.org/A217719; to the base 1 every number passes the other test."""
    radix = choose_transform(14).radix
    passed = [number for number in range(101, 12_001, 2) if strong(number, 1)]
    assert [number for number in passed if not gmpy2.is_prime(number)] == [
        number for number in (989, 3239, 5777, 10877) if gmpy2.gcd(number, radix) == 1
    ]
    primes = [n for n in range(101, 12_001) if gmpy2.is_prime(n) and radix % n]
    assert [number for number in passed if gmpy2.is_prime(number)] == primes


def test_strong_test_to_another_base() -> None:
    """Primes and extra strong Lucas pseudoprimes pass where they are strong to the base."""
    for base in (2, 3, 10):
        for number in (*range(101, 2001, 2), 3239, 5777, 10877):
            lucas = strong(number, 1)
            assert strong(number, base) == (lucas and gmpy2.is_strong_prp(number, base))


@pytest.mark.parametrize("number", [2**2203 - 1, 2**2281 - 1, 3 * 2**2816 + 1, 10**999 + 7])
def test_known_primes(number: int) -> None:
    assert primality.confirm(number)


def test_composites() -> None:
    source = random.Random(1)
    p = int(gmpy2.next_prime(source.getrandbits(1100)))
    q = int(gmpy2.next_prime(source.getrandbits(1100)))
    for number in (p * q, p * p, 2**2205 - 1, 2**2048 + 1, 2**3001 + 2, (2**1279 - 1) * (2**2203 - 1)):
        assert not primality.confirm(number)


def test_a_refusal_is_gmps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(primality, "follow_chain", lambda *_, **given: [(gmpy2.mpz(7), gmpy2.mpz(8))] * 2)
    assert primality.confirm(2**2203 - 1)
    assert not primality.confirm(2**2205 - 1)
