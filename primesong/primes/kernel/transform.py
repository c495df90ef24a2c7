"""The shape of the Fourier transforms that square a number: their length, its words, and the roots of one.

A transform of `length` complex numbers holds a number of 2 * length words of `word_bits` bits, balanced, so that none
is larger than D = 2^(word_bits - 1) + 1. It computes modulo R = 2^k + 2^(k/2) + 1 and Q = 2^k + 1, with
k = 2 * length * word_bits, in doubles; see transform.h. What it rounds to whole numbers must be less than 1/2 off,
whatever the numbers: Percival ("Rapid multiplication modulo the sum and difference of highly composite numbers", 2003,
theorem 5.1) bounds the error of a convolution of x and y by layers of radix 2 by

    |x| |y| ((1 + e)^(3 n) (1 + e sqrt(5))^(3 n + 1) (1 + e)^(3 n) - 1)

with n layers, Euclid's norms, e = 2^-53 the error of an operation, and roots as near. A layer of radix 4 does no more
than two of radix 2, one of radix 3 no more than three. Modulo Q |x|^2 is at most 2 length D^2, and two products are
added; modulo R it is at most 3 length D^2, and a word is 2 / sqrt(3) times a part of a complex number: 4 length D^2
bounds both. The few operations before and after, each off by e at most, are counted as ten.
"""

import functools
import math
from dataclasses import dataclass
from fractions import Fraction

import gmpy2
import numpy as np

#: R and Q are at least this much longer than the modulus, in bits; see transform.h.
HEADROOM = 6

#: The bits of a word: with fewer a carry would run far, with more no transform is exact.
_WORD_BITS = range(12, 24)

#: The lengths of transforms, in complex numbers: powers of two from 16 on, and three times powers of two.
_LENGTHS = sorted(odd << power for odd in (1, 3) for power in range(3, 15) if odd << power >= 16)

#: The error of an operation on doubles, relative to its result.
_EPSILON = 2.0**-53

#: The operations before and after a transform, each off by an epsilon at most.
_OTHER_OPERATIONS = 10

#: The layers of radix 2 whose error bounds that of one layer.
_LAYERS = {2: 1, 3: 3, 4: 2}

#: The precision of the roots before they are rounded to doubles, in bits.
_ROOT_BITS = 100


@dataclass(frozen=True, slots=True)
class Transform:
    """A transform that is exact for moduli up to some length."""

    length: int
    word_bits: int

    @property
    def size(self) -> int:
        """The bytes of a signed number below R."""
        return 2 * self.length * self.word_bits // 8 + 1

    @property
    def radix(self) -> gmpy2.mpz:
        """Montgomery's R."""
        half = self.length * self.word_bits
        return (gmpy2.mpz(1) << 2 * half) + (gmpy2.mpz(1) << half) + 1

    @property
    def radices(self) -> bytes:
        """The number of parts into which each layer splits a polynomial: 3 and 2 where they must be, then 4."""
        return split_length(self.length)

    @property
    def roots(self) -> bytes:
        """The roots for R, then those for Q, layer after layer, as doubles' real and imaginary parts."""
        return _tabulate_roots(self.length)

    @property
    def layout(self) -> tuple[int, int, bytes, bytes]:
        """The transform as the extension takes it."""
        return self.length, self.word_bits, self.radices, self.roots

    def invert(self, modulus: gmpy2.mpz) -> gmpy2.mpz:
        """Invert a modulus modulo R, balanced: at most R / 2 in size."""
        radix = self.radix
        inverse = gmpy2.invert(modulus, radix)
        return inverse - radix if 2 * inverse > radix else inverse


def longest_modulus() -> int:
    """Return the length in bits of the longest moduli that a transform takes."""
    longest = _LENGTHS[-1]
    exact = max(bits for bits in _WORD_BITS if bound_error(longest, bits) < 1 / 2)
    return 2 * longest * exact - HEADROOM


@functools.cache
def choose_transform(bits: int) -> Transform:
    """Choose the shortest transform that is exact for moduli of a length in bits; `ValueError` beyond the longest."""
    for length in _LENGTHS:
        word_bits = max(-(-(bits + HEADROOM) // (2 * length)), _WORD_BITS[0])
        if word_bits in _WORD_BITS and bound_error(length, word_bits) < 1 / 2:
            return Transform(length, word_bits)
    raise ValueError(f"no transform is exact for numbers of {bits:,} bits")


def bound_error(length: int, word_bits: int) -> float:
    """Bound how far off a word can be before it is rounded to a whole number."""
    layers = sum(_LAYERS[radix] for radix in split_length(length))
    growth = 6 * layers * math.log1p(_EPSILON) + (3 * layers + 1) * math.log1p(_EPSILON * math.sqrt(5))
    return 4.0 * length * (2.0 ** (word_bits - 1) + 1) ** 2 * (math.expm1(growth) + _OTHER_OPERATIONS * _EPSILON)


def split_length(length: int) -> bytes:
    """Factor a length into 3 and 2, each at most once, and then 4s; a byte each."""
    threes = 1 if length % 3 == 0 else 0
    twos = (length // 3**threes).bit_length() - 1
    return bytes([3] * threes + [2] * (twos % 2) + [4] * (twos // 2))


@functools.lru_cache(maxsize=8)
def _tabulate_roots(length: int) -> bytes:
    """Tabulate the roots, each part rounded correctly.

    A polynomial modulo X^(r s) - e^(2 pi i turn) is split by w = e^(2 pi i turn / r) and its powers up to w^(r-1).
    """
    table: list[float] = []
    with gmpy2.context(precision=_ROOT_BITS):
        turn_unit = 2 * gmpy2.const_pi()
        for start in (Fraction(1, 3), Fraction(1, 4)):
            turns = [start]
            for radix in split_length(length):
                for turn in turns:
                    for power in range(1, radix):
                        sine, cosine = gmpy2.sin_cos(turn_unit * gmpy2.mpq(turn * power / radix))
                        table += (float(cosine), float(sine))
                turns = [(turn + child) / radix for turn in turns for child in range(radix)]
    return np.array(table).tobytes()
