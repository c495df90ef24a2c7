"""The compiled ladders against Python: every bit of a residue, at their longest, where rounding is worst."""

import random

import gmpy2
import pytest
from support.compiled import needs_extension

from primesong.primes.kernel import extension, kernels, ladder, transform
from primesong.primes.kernel.ladder import can_chain, follow_chain

COMPILED = [name for name in kernels.available() if name != "gmpy2"]
TRANSFORMS = [name for name in COMPILED if name.startswith("fft")]
LENGTHS = [60, 410, 412, 413, 416, 417, 830, 1000, 3000, 12_000]
ZERO, ONE, TWO = gmpy2.mpz(0), gmpy2.mpz(1), gmpy2.mpz(2)


def climb(name: str, moduli: list[int], starts: list[int], squarings: int) -> list[int]:
    """Square by a compiled kernel, doubling by N - 1's last bits; from numbers to numbers, out of Montgomery's form."""
    bits, lanes = max(moduli).bit_length(), kernels.available()[name].lanes
    radix, found = ladder.choose_ladder(name, bits).radix, []
    for first in range(0, len(moduli), lanes):
        part = [gmpy2.mpz(modulus) for modulus in moduli[first : first + lanes]]
        given = [start * radix % modulus for start, modulus in zip(starts[first:], part, strict=False)]
        fill = lanes - len(part)
        climber = ladder.choose_ladder(name, bits).prepare(part + part[-1:] * fill)
        ends = climber(given + given[-1:] * fill, squarings, 0, bytearray(1))
        assert ends is not None
        found += [int(end * gmpy2.invert(radix, n) % n) for end, n in zip(ends, part, strict=False)]
    return found


def compute_climb(moduli: list[int], starts: list[int], squarings: int) -> list[int]:
    """What `climb` should give, by Python."""
    return [
        pow(start, 2**squarings, modulus) * pow(2, (modulus - 1) % 2**squarings, modulus) % modulus
        for start, modulus in zip(starts, moduli, strict=True)
    ]


@pytest.mark.parametrize("name", COMPILED)
@pytest.mark.parametrize("bits", [200, 1035, 3000, 12_000])
def test_montgomery_residues_are_exact(name: str, bits: int) -> None:
    """Not only whether the power is 1: its every bit, for moduli of ones, of zeros and at random."""
    source = random.Random(name)
    moduli = [2**bits - 1, 2**bits - 2**52 + 1, 2 ** (bits - 1) + 1]
    moduli += [source.getrandbits(bits) | 1 << (bits - 1) | 1 for _ in range(13)]
    moduli = [modulus for modulus in moduli if gmpy2.gcd(modulus, ladder.choose_ladder(name, bits).radix) == 1]
    assert len(moduli) > 4
    starts = [moduli[0] - 1, 1, *(source.randrange(modulus) for modulus in moduli[2:])]
    assert climb(name, moduli, starts, 100) == compute_climb(moduli, starts, 100)


@pytest.mark.parametrize("name", COMPILED)
def test_numbers_as_long_as_limbs_allow(name: str) -> None:
    bits = extension.compiled.MOST_LIMBS * 52 - 4
    moduli = [2**bits - 1, 2 ** (bits - 1) + 1, 2**bits - 2**60 + 1]
    moduli = [modulus for modulus in moduli if gmpy2.gcd(modulus, ladder.choose_ladder(name, bits).radix) == 1]
    starts = [modulus - 12345 for modulus in moduli]
    assert moduli
    assert climb(name, moduli, starts, 3) == compute_climb(moduli, starts, 3)


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize(("length", "word_bits"), [(16, 21), (96, 19), (192, 18), (256, 18), (1024, 17)])
def test_transforms_are_exact_where_their_rounding_is_worst(name: str, length: int, word_bits: int) -> None:
    """Words as large as they can be, all of one sign or alternating, at the longest that a transform takes."""
    bits = 2 * length * word_bits - 6
    assert transform.choose_transform(bits) == transform.Transform(length, word_bits)
    assert transform.bound_error(length, word_bits) < 1 / 2 < transform.bound_error(length, word_bits + 1)
    half, words = 2 ** (word_bits - 1), range(bits // word_bits)
    extremes = [
        sum(half << word_bits * word for word in words),
        sum((half - 1) << word_bits * word for word in words),
        sum((-1) ** word * half << word_bits * word for word in words),
        sum((half if word < length else -half) << word_bits * word for word in words),
    ]
    radix = ladder.choose_ladder(name, bits).radix
    moduli = [number | 1 for number in extremes] + [2**bits - 1, 2 ** (bits - 1) + 1, 2**bits - 2**word_bits + 1]
    moduli = [next(n for n in range(abs(m), 0, -2) if gmpy2.gcd(n, radix) == 1) for m in moduli]
    for shift in range(len(moduli)):
        starts = [abs(extremes[(lane + shift) % 4]) % modulus for lane, modulus in enumerate(moduli)]
        # the start itself must reach the kernel as it is: so in Montgomery's form already
        inverse = [int(gmpy2.invert(radix, modulus)) for modulus in moduli]
        given = [start * one % modulus for start, one, modulus in zip(starts, inverse, moduli, strict=True)]
        assert climb(name, moduli, given, 2) == compute_climb(moduli, given, 2)


@needs_extension
@pytest.mark.parametrize(
    ("place", "wrong"),
    [(1, b""), (2, b""), (3, b""), (4, 32), (4, 0), (5, 60), (6, b"\4\5"), (6, bytes(40)), (7, b""), (8, 900), (9, 99)],
)
def test_arguments_that_do_not_fit_a_transform(place: int, wrong: object) -> None:
    shape, numbers = transform.choose_transform(300), bytes(49 * 4)
    given = ["fft4", numbers, numbers, numbers, 16, 12, shape.radices, shape.roots, 9, 0, bytearray(1)]
    assert shape == transform.Transform(16, 12)
    assert extension.compiled.transform_ladder(*given) == numbers  # zero squared is zero
    given[place] = wrong
    with pytest.raises(ValueError, match="do not fit the transform"):
        extension.compiled.transform_ladder(*given)
    with pytest.raises(ValueError, match="no kernel abacus"):
        extension.compiled.transform_ladder("abacus", *given[1:])


@pytest.mark.skipif(not can_chain(), reason="this processor lacks AVX2, or no C compiler")
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


@pytest.mark.skipif(not can_chain(), reason="this processor lacks AVX2, or no C compiler")
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


@pytest.mark.skipif(not can_chain(), reason="this processor lacks AVX2, or no C compiler")
def test_arguments_that_do_not_fit_a_chain() -> None:
    shape = transform.choose_transform(300)
    given = [bytes(10 * shape.size), b"\1\1", shape.length, shape.word_bits, shape.radices, shape.roots]
    assert extension.compiled.chain(*given) == bytes(4 * shape.size)
    for place, wrong in ((0, bytes(9)), (0, bytes(11)), (1, b"\1"), (2, 32), (3, 60), (4, b"\4\5"), (5, b"")):
        with pytest.raises(ValueError, match="ten numbers, two exponents and the roots must fit"):
            extension.compiled.chain(*given[:place], wrong, *given[place + 1 :])
