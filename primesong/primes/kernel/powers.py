"""One power of several numbers modulo one number: a square root takes such a power, and a proof many roots."""

import functools
from collections.abc import Sequence
from itertools import accumulate, repeat
from operator import mul

import gmpy2

from primesong.primes.kernel.fermat import powmod
from primesong.primes.kernel.kernels import choose
from primesong.primes.kernel.ladder import CompiledKernel

#: Bits of an exponent after which a power of the base is multiplied in.
_DIGIT_BITS = 8

#: Bases of at most this length, in bits, are raised in the lanes: their powers of one digit are still short numbers.
_SMALL_BASE_BITS = 32


def raise_all(bases: Sequence[int], exponent: int, modulus: int) -> list[gmpy2.mpz]:
    """Raise several numbers to one power modulo one odd number; small ones side by side in the lanes of a kernel."""
    exponent, modulus = gmpy2.mpz(exponent), gmpy2.mpz(modulus)
    bases = [min(base % modulus, base % modulus - modulus, key=abs) for base in bases]
    kernel = choose(modulus.bit_length())
    if not isinstance(kernel, CompiledKernel) or not _fit_in_lanes(kernel, bases, modulus):
        return [powmod(base, exponent, modulus) for base in bases]
    groups = [bases[i : i + kernel.lanes] for i in range(0, len(bases), kernel.lanes)]
    return [power for group in groups for power in _raise_small(kernel, group, exponent, modulus)]


def _fit_in_lanes(kernel: CompiledKernel, bases: Sequence[int], modulus: gmpy2.mpz) -> bool:
    """Whether the bases are small, and the modulus shares no factor with Montgomery's R."""
    small = max(map(abs, bases)) < 1 << _SMALL_BASE_BITS
    return small and gmpy2.gcd(modulus, kernel.radix(modulus.bit_length())) == 1


def _raise_small(
    kernel: CompiledKernel, bases: Sequence[int], exponent: gmpy2.mpz, modulus: gmpy2.mpz
) -> list[gmpy2.mpz]:
    """Raise small numbers to one power in a kernel's lanes.

    The ladder is left after each digit of the exponent to multiply by a power of the base. As it follows the bits of
    modulus - 1 and doubles where one is 1, the result holds a power of two, which is divided out at the end.
    """
    bits, mask = modulus.bit_length(), (1 << _DIGIT_BITS) - 1
    climb, radix = kernel.prepare(bits, [modulus] * kernel.lanes), kernel.radix(bits)
    tables = [list(accumulate(repeat(base, mask), mul, initial=gmpy2.mpz(1))) for base in bases]
    count = -(-exponent.bit_length() // _DIGIT_BITS)
    digits = [int(exponent >> (_DIGIT_BITS * i)) & mask for i in range(count)]
    residues, stop = [radix * table[digits[-1]] % modulus for table in tables], bytearray(1)
    for digit in reversed(digits[:-1]):
        squared = climb(residues + residues[-1:] * (kernel.lanes - len(residues)), _DIGIT_BITS, 0, stop) or []
        residues = [residue * table[digit] % modulus for residue, table in zip(squared, tables, strict=False)]
    doublings = ((modulus - 1) & mask) * (((gmpy2.mpz(1) << _DIGIT_BITS * (count - 1)) - 1) // mask)
    inverse = gmpy2.invert(radix * _raise_two(doublings, modulus), modulus)
    return [residue * inverse % modulus for residue in residues]


@functools.lru_cache(maxsize=4)
def _raise_two(exponent: gmpy2.mpz, modulus: gmpy2.mpz) -> gmpy2.mpz:
    """Raise 2 to a power; all roots modulo one prime need the same."""
    return powmod(2, exponent, modulus)
