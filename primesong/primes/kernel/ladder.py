"""The compiled ladders: residues that are squared and multiplied again and again, as an exponent's bits say.

Residues are in Montgomery's form, times R; R is a power of two for `ifma`, and what the transform works modulo for
`fft8`, `fft4`, `fft2` and the chain.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass

import gmpy2

from primesong.primes.kernel import extension
from primesong.primes.kernel.transform import Transform, choose_transform, longest_modulus

#: The bits of a limb of the kernel `ifma`: what its instructions multiply.
_LIMB_BITS = 52

#: The limbs that `ifma` works through at a time.
_BLOCK_LIMBS = 4

#: The lengths, in bits, at which the chain works limb by limb where it can: from its least limbs on, while that is
#: quicker in two threads.
_LIMB_CHAIN_BITS = range(830, 14_000)

#: The chain's limbs come in twos for each of the eight lanes into which it lays one number.
_CHAIN_BLOCK = 16

#: R of `ifma` is at least 2 to this power times the modulus, so that sums of residues need no reduction.
_SPARE_BITS = 4

#: From residues, the exponent's highest bit (exclusive), its lowest one and a byte that stops: to residues, or None.
Climb = Callable[[Sequence[gmpy2.mpz], int, int, bytearray], list[gmpy2.mpz] | None]

#: Two residues, v and w.
Pair = tuple[gmpy2.mpz, gmpy2.mpz]


def longest(name: str) -> int:
    """Return the length in bits of the longest moduli of a compiled ladder."""
    if name == "ifma":
        return extension.compiled.MOST_LIMBS * _LIMB_BITS - _SPARE_BITS
    return longest_modulus()


@dataclass(frozen=True, slots=True)
class Ladder:
    """A compiled ladder.

    Parameters
    ----------
    name : str
        The kernel's.
    bits : int
        The moduli's length.
    transform : Transform or None
        What it multiplies by; None if it does so limb by limb.
    """

    name: str
    bits: int
    transform: Transform | None

    @property
    def radix(self) -> gmpy2.mpz:
        """Montgomery's R."""
        return gmpy2.mpz(1) << _limbs(self.bits) * _LIMB_BITS if self.transform is None else self.transform.radix

    def prepare(self, moduli: Sequence[gmpy2.mpz]) -> Climb:
        """Prepare the ladder for moduli, one a lane, each without a common factor with R.

        Returns
        -------
        callable
            It follows the bits of N - 1 from `high` - 1 down to `low`: for each, it squares the residues, and doubles
            them where the bit is 1. It maps residues times R to residues times R, or to None if it was stopped.
        """
        if self.transform is None:
            return _prepare_limbs(self.bits, moduli)
        return _prepare_transforms(self.name, self.transform, moduli)


def choose_ladder(name: str, bits: int) -> Ladder:
    """Choose a compiled kernel's ladder for moduli of a length in bits."""
    return Ladder(name, bits, None if name == "ifma" else choose_transform(bits))


def _prepare_limbs(bits: int, moduli: Sequence[gmpy2.mpz]) -> Climb:
    """Prepare the ladder that multiplies limb by limb."""
    limbs = _limbs(bits)
    size = limbs * _LIMB_BITS // 8
    packed = pack(moduli, size)

    def climb(residues: Sequence[gmpy2.mpz], high: int, low: int, stop: bytearray) -> list[gmpy2.mpz] | None:
        ends = extension.compiled.ladder(packed, pack(residues, size), limbs, high, low, stop)
        return None if ends is None else unpack(ends, size)

    return climb


def _prepare_transforms(name: str, shape: Transform, moduli: Sequence[gmpy2.mpz]) -> Climb:
    """Prepare the ladder that multiplies by Fourier transforms."""
    packed = pack(moduli, shape.size)
    reciprocals = pack([_reciprocal(modulus, shape.radix) for modulus in moduli], shape.size)

    def climb(residues: Sequence[gmpy2.mpz], high: int, low: int, stop: bytearray) -> list[gmpy2.mpz] | None:
        start = pack(residues, shape.size)
        ends = extension.compiled.transform_ladder(name, packed, reciprocals, start, *_layout(shape), high, low, stop)
        return None if ends is None else unpack(ends, shape.size)

    return climb


def can_chain() -> bool:
    """Whether `follow_chain` can run here: compiled, on a processor with AVX2 and FMA."""
    return "fft4" in extension.lanes()


def _chains_limbs(bits: int) -> bool:
    """Whether the chain works limb by limb for a modulus of a length in bits: on processors with AVX-512 IFMA."""
    return bits in _LIMB_CHAIN_BITS and "ifma" in extension.lanes()


def _chain_limbs(bits: int) -> int:
    """Count the limbs of a chain's numbers: whole blocks of them, and R >= 16 N."""
    return -(-(bits + _SPARE_BITS) // (_LIMB_BITS * _CHAIN_BLOCK)) * _CHAIN_BLOCK


def follow_chain(
    modulus: gmpy2.mpz,
    starts: Sequence[Pair],
    added: Sequence[Pair],
    exponents: Sequence[gmpy2.mpz],
    pool: Executor | None = None,
) -> list[Pair]:
    """Follow two exponents' bits from the highest, modulo one odd number, without the GIL.

    For each bit a pair (v, w) becomes (v v + square, v w + mixed), or, where it is 1, (v w + mixed, w w + square).
    From (1, a), with nothing added, that gives a^e and a^(e+1).

    Parameters
    ----------
    modulus : mpz
        An odd number.
    starts : two pairs
        v and w of both.
    added : two pairs
        `square` and `mixed` of both.
    exponents : two integers
        At least 0.
    pool : Executor, optional
        Threads of which one may help, if it is free; by default a thread is started.

    Raises
    ------
    ZeroDivisionError
        If the modulus shares a factor with Montgomery's R of its transform.
    """
    bits = modulus.bit_length()
    shape = None if _chains_limbs(bits) else choose_transform(bits)
    radix = gmpy2.mpz(1) << _chain_limbs(bits) * _LIMB_BITS if shape is None else shape.radix
    inverse = gmpy2.invert(radix, modulus)
    numbers = [[value * radix % modulus for value in pair] for pair in (*starts, *added)]
    size = max(exponents).bit_length() // 8 + 1
    packed = [pack([exponent], size) for exponent in exponents]
    if shape is None:
        ends = _follow_by_limbs(modulus, numbers, packed, pool)
    else:
        ends = _follow_by_transforms(modulus, shape, numbers, packed)
    v0, w0, v1, w1 = (end * inverse % modulus for end in ends)
    return [(v0, w0), (v1, w1)]


def _follow_by_limbs(
    modulus: gmpy2.mpz, numbers: Sequence[Sequence[gmpy2.mpz]], exponents: Sequence[bytes], pool: Executor | None
) -> list[gmpy2.mpz]:
    """Follow the exponents limb by limb: the first one here, the second beside it, or after it if no thread is free."""
    limbs = _chain_limbs(modulus.bit_length())
    size = limbs * _LIMB_BITS // 8
    given = [pack([modulus, *start, *addend], size) for start, addend in zip(numbers[:2], numbers[2:], strict=True)]
    calls = [(packed, limbs, exponent) for packed, exponent in zip(given, exponents, strict=True)]
    follow = extension.compiled.limb_chain
    with ThreadPoolExecutor(1) if pool is None else nullcontext(pool) as threads:
        second = threads.submit(follow, *calls[1])
        first = follow(*calls[0])
        return unpack(first + (follow(*calls[1]) if second.cancel() else second.result()), size)


def _follow_by_transforms(
    modulus: gmpy2.mpz, shape: Transform, numbers: Sequence[Sequence[gmpy2.mpz]], exponents: Sequence[bytes]
) -> list[gmpy2.mpz]:
    """Follow the exponents by Fourier transforms, side by side in one vector."""
    given = [modulus, _reciprocal(modulus, shape.radix), *(value for pair in numbers for value in pair)]
    ends = extension.compiled.chain(pack(given, shape.size), b"".join(exponents), *_layout(shape))
    return unpack(ends, shape.size)


def pack(numbers: Sequence[int], size: int) -> bytes:
    """Lay numbers side by side, `size` little-endian bytes each. The reverse of `unpack`."""
    return b"".join(int(number).to_bytes(size, "little", signed=True) for number in numbers)


def unpack(packed: bytes, size: int) -> list[gmpy2.mpz]:
    """Read numbers that lie side by side. The reverse of `pack`."""
    return [
        gmpy2.mpz(int.from_bytes(packed[start : start + size], "little", signed=True))
        for start in range(0, len(packed), size)
    ]


def _layout(shape: Transform) -> tuple[int, int, bytes, bytes]:
    """Return a transform as the extension takes it."""
    return shape.length, shape.word_bits, shape.radices, shape.roots


def _reciprocal(modulus: gmpy2.mpz, radix: gmpy2.mpz) -> gmpy2.mpz:
    """Invert a modulus modulo R, balanced: at most R / 2 in size."""
    inverse = gmpy2.invert(modulus, radix)
    return inverse - radix if 2 * inverse > radix else inverse


def _limbs(bits: int) -> int:
    """Count the limbs of numbers of a length in bits: whole blocks of them, and R >= 16 N."""
    return -(-(bits + _SPARE_BITS) // (_LIMB_BITS * _BLOCK_LIMBS)) * _BLOCK_LIMBS
