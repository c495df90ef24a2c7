"""The compiled ladders: residues of several moduli, one a lane, squared again and again as an exponent's bits say.

Residues are in Montgomery's form, times R; R is a power of two for `ifma`, and what the transform works modulo for
`fft8` and `fft4`.
"""

from collections.abc import Callable, Sequence

import gmpy2

from primesong.primes.kernel.transform import most_bits, transform_for

try:
    from primesong.primes.kernel import _kernel
except ImportError:  # without a compiler, gmpy2 does all
    _kernel = None  # type: ignore[assignment]

#: The compiled extension; None where it was not built.
extension = _kernel

_LIMB_BITS, _BLOCK = 52, 4

Climb = Callable[[Sequence[gmpy2.mpz], int, int, bytearray], list[gmpy2.mpz] | None]


def longest(name: str) -> int:
    """Give the bits of the longest moduli of a compiled ladder."""
    return extension.MOST_LIMBS * _LIMB_BITS - _BLOCK if name == "ifma" else most_bits()


def radix_of(name: str, bits: int) -> gmpy2.mpz:
    """Give Montgomery's R of a compiled ladder, for moduli of so many bits."""
    return gmpy2.mpz(1) << _limbs(bits) * _LIMB_BITS if name == "ifma" else transform_for(bits).radix


def climber(name: str, bits: int, moduli: Sequence[gmpy2.mpz]) -> Climb:
    """Make a compiled ladder ready for moduli of so many bits, one a lane, each without a common factor with R.

    Returns what follows the bits of N - 1 from `high` - 1 down to `low`: from the residues x R to those of the power.
    """
    if name == "ifma":
        limbs = _limbs(bits)
        size = limbs * _LIMB_BITS // 8
        packed = pack(moduli, size)

        def climb(residues: Sequence[gmpy2.mpz], high: int, low: int, stop: bytearray) -> list[gmpy2.mpz] | None:
            ends = extension.ladder(packed, pack(residues, size), limbs, high, low, stop)
            return None if ends is None else unpack(ends, size)

        return climb
    shape = transform_for(bits)
    packed = pack(moduli, shape.size)
    packed_reciprocals = pack([reciprocal(modulus, shape.radix) for modulus in moduli], shape.size)

    def climb_by_transforms(
        residues: Sequence[gmpy2.mpz], high: int, low: int, stop: bytearray
    ) -> list[gmpy2.mpz] | None:
        ends = extension.transform_ladder(
            name,
            packed,
            packed_reciprocals,
            pack(residues, shape.size),
            shape.length,
            shape.word_bits,
            shape.radices,
            shape.roots,
            high,
            low,
            stop,
        )
        return None if ends is None else unpack(ends, shape.size)

    return climb_by_transforms


def reciprocal(modulus: gmpy2.mpz, radix: gmpy2.mpz) -> gmpy2.mpz:
    """Invert a modulus modulo R, to what is below R / 2 in size."""
    inverse = gmpy2.invert(modulus, radix)
    return inverse - radix if 2 * inverse > radix else inverse


def _limbs(bits: int) -> int:
    """Count the limbs of numbers of so many bits: whole blocks of them, and R >= 16 N."""
    return -(-(bits + 4) // (_LIMB_BITS * _BLOCK)) * _BLOCK


def pack(numbers: Sequence[int], size: int) -> bytes:
    """Lay numbers side by side, `size` little-endian bytes each."""
    return b"".join(int(number).to_bytes(size, "little", signed=True) for number in numbers)


def unpack(packed: bytes, size: int) -> list[gmpy2.mpz]:
    """Read numbers that lie side by side. The reverse of `pack`."""
    return [
        gmpy2.mpz(int.from_bytes(packed[start : start + size], "little", signed=True))
        for start in range(0, len(packed), size)
    ]
