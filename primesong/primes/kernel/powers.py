"""One power of several numbers modulo one number: a square root takes such a power, and a proof many roots."""

import functools
from collections.abc import Sequence

import gmpy2

from primesong.primes.kernel.kernels import Kernel, choose
from primesong.primes.kernel.ladder import climber, radix_of

#: Bits of an exponent after which a power of the base is multiplied in.
_DIGIT_BITS = 8


def same_powers(bases: Sequence[int], exponent: int, modulus: int) -> list[gmpy2.mpz]:
    """Raise several numbers to one power modulo one odd number; small ones side by side in the lanes of a kernel."""
    exponent, modulus = gmpy2.mpz(exponent), gmpy2.mpz(modulus)
    bases = [min(base % modulus, base % modulus - modulus, key=abs) for base in bases]
    kernel = choose(modulus.bit_length())
    if (
        kernel.lanes == 1
        or max(map(abs, bases)) >= 1 << 32
        or gmpy2.gcd(modulus, radix_of(kernel.name, modulus.bit_length())) > 1
    ):
        with gmpy2.context(gmpy2.get_context(), allow_release_gil=True):
            return [gmpy2.powmod(base, exponent, modulus) for base in bases]
    groups = [bases[i : i + kernel.lanes] for i in range(0, len(bases), kernel.lanes)]
    return [power for group in groups for power in _small_powers(kernel, group, exponent, modulus)]


def _small_powers(kernel: Kernel, bases: Sequence[int], exponent: gmpy2.mpz, modulus: gmpy2.mpz) -> list[gmpy2.mpz]:
    """Raise small numbers to one power in a kernel's lanes.

    The ladder is left every `_DIGIT_BITS` to multiply by a power of the base. As it follows the bits of modulus - 1 and
    doubles where there is one, the result holds a power of two, which is divided out at the end.
    """
    radix, mask = radix_of(kernel.name, modulus.bit_length()), (1 << _DIGIT_BITS) - 1
    climb = climber(kernel.name, modulus.bit_length(), [modulus] * kernel.lanes)
    tables = [[gmpy2.mpz(1)] for _ in bases]
    for table, base in zip(tables, bases, strict=True):
        for _ in range(mask):
            table.append(table[-1] * base)
    count = -(-exponent.bit_length() // _DIGIT_BITS)
    digits = [int(exponent >> (_DIGIT_BITS * i)) & mask for i in range(count)]
    residues, stop = [radix * table[digits[-1]] % modulus for table in tables], bytearray(1)
    for digit in reversed(digits[:-1]):
        squared = climb(residues + residues[-1:] * (kernel.lanes - len(residues)), _DIGIT_BITS, 0, stop) or []
        residues = [residue * table[digit] % modulus for residue, table in zip(squared, tables, strict=False)]
    doublings = ((modulus - 1) & mask) * (((gmpy2.mpz(1) << _DIGIT_BITS * (count - 1)) - 1) // mask)
    inverse = gmpy2.invert(radix * _power_of_two(doublings, modulus), modulus)
    return [residue * inverse % modulus for residue in residues]


@functools.lru_cache(maxsize=4)
def _power_of_two(exponent: gmpy2.mpz, modulus: gmpy2.mpz) -> gmpy2.mpz:
    with gmpy2.context(gmpy2.get_context(), allow_release_gil=True):
        return gmpy2.powmod(2, exponent, modulus)
