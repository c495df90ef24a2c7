"""The compiled chain against gmpy2 and Python: every bit of its residues, where rounding is worst."""

import random

import gmpy2
import pytest

from primesong.primes.kernel import extension, transform
from primesong.primes.kernel.chain import can_chain, follow_chain

pytestmark = pytest.mark.skipif(not can_chain(), reason="this processor lacks AVX2, or no C compiler")

LENGTHS = [60, 410, 412, 413, 416, 417, 830, 1000, 3000, 12_000]
ZERO, ONE, TWO = gmpy2.mpz(0), gmpy2.mpz(1), gmpy2.mpz(2)


@pytest.mark.parametrize("bits", LENGTHS)
def test_chains_of_powers_and_lucas_sequences(bits: int) -> None:
    source = random.Random(bits)
    radix = transform.choose_transform(bits).radix
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
def test_chains_of_words_as_large_as_they_can_be(length: int, word_bits: int) -> None:
    bits = 2 * length * word_bits - 6
    shape = transform.choose_transform(bits)
    assert shape == transform.Transform(length, word_bits)
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


def test_arguments_that_do_not_fit_a_chain() -> None:
    shape = transform.choose_transform(300)
    given = [bytes(10 * shape.size), b"\1\1", shape.length, shape.word_bits, shape.radices, shape.roots]
    assert extension.compiled.chain(*given) == bytes(4 * shape.size)
    for place, wrong in ((0, bytes(9)), (0, bytes(11)), (1, b"\1"), (2, 32), (3, 60), (4, b"\4\5"), (5, b"")):
        with pytest.raises(ValueError, match="ten numbers, two exponents and the roots must fit"):
            extension.compiled.chain(*given[:place], wrong, *given[place + 1 :])
