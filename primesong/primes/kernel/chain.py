"""The compiled chain: two pairs of residues that are multiplied again and again, as two exponents' bits say.

Residues are in Montgomery's form, times R, by limbs or by a transform as in the compiled kernels.
"""

from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext

import gmpy2

from primesong.primes.kernel import extension
from primesong.primes.kernel.extension import pack, unpack
from primesong.primes.kernel.ladder import Limbs, choose_limbs
from primesong.primes.kernel.transform import Transform, choose_transform

#: The lengths, in bits, at which the chain works limb by limb where it can: from its least limbs on, while that is
#: quicker in two threads.
_LIMB_BITS = range(830, 14_000)

#: The chain's limbs come in twos for each of the eight lanes into which it lays one number.
_BLOCK_LIMBS = 16

#: Two residues, v and w.
Pair = tuple[gmpy2.mpz, gmpy2.mpz]


def can_chain() -> bool:
    """Whether `follow_chain` can run here: compiled, on a processor with AVX2 and FMA."""
    return "fft4" in extension.lanes()


def _choose_shape(bits: int) -> Limbs | Transform:
    """Choose limbs for some lengths, on processors with AVX-512 IFMA, and else a transform."""
    by_limbs = bits in _LIMB_BITS and "ifma" in extension.lanes()
    return choose_limbs(bits, _BLOCK_LIMBS) if by_limbs else choose_transform(bits)


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
    shape = _choose_shape(modulus.bit_length())
    radix = shape.radix
    inverse = gmpy2.invert(radix, modulus)
    numbers = [[value * radix % modulus for value in pair] for pair in (*starts, *added)]
    size = max(exponents).bit_length() // 8 + 1
    packed = [pack([exponent], size) for exponent in exponents]
    if isinstance(shape, Limbs):
        ends = _follow_by_limbs(modulus, shape, numbers, packed, pool)
    else:
        ends = _follow_by_transforms(modulus, shape, numbers, packed)
    v0, w0, v1, w1 = (end * inverse % modulus for end in ends)
    return [(v0, w0), (v1, w1)]


def _follow_by_limbs(
    modulus: gmpy2.mpz,
    limbs: Limbs,
    numbers: Sequence[Sequence[gmpy2.mpz]],
    exponents: Sequence[bytes],
    pool: Executor | None,
) -> list[gmpy2.mpz]:
    """Follow the exponents limb by limb: the first one here, the second beside it, or after it if no thread is free."""
    pairs = zip(numbers[:2], numbers[2:], exponents, strict=True)
    calls = [(pack([modulus, *start, *added], limbs.size), limbs.count, exponent) for start, added, exponent in pairs]
    follow = extension.compiled.limb_chain
    with ThreadPoolExecutor(1) if pool is None else nullcontext(pool) as threads:
        second = threads.submit(follow, *calls[1])
        first = follow(*calls[0])
        return unpack(first + (follow(*calls[1]) if second.cancel() else second.result()), limbs.size)


def _follow_by_transforms(
    modulus: gmpy2.mpz, shape: Transform, numbers: Sequence[Sequence[gmpy2.mpz]], exponents: Sequence[bytes]
) -> list[gmpy2.mpz]:
    """Follow the exponents by Fourier transforms, side by side in one vector."""
    given = [modulus, shape.invert(modulus), *(value for pair in numbers for value in pair)]
    ends = extension.compiled.chain(pack(given, shape.size), b"".join(exponents), *shape.layout)
    return unpack(ends, shape.size)
