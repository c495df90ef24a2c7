"""The sieve: which numbers of a progression have no small factor.

A progression is N(i) = base + i 2^exponent for i = 0, 1, 2 …, base odd: with exponent 1, the odd numbers from the base
on. Sieving to a depth P leaves a share e^-γ / ln P of all numbers (Mertens), so 2 e^-γ / ln P of the odd ones, and pays
while a prime strikes out, in the stretch that will be searched, more than it costs: with a test's cost T, the cost c of
one prime, and ln N numbers to search, P ln P = T ln N e^-γ / c. The optimum is flat.
"""

import functools
import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import gmpy2
import numpy as np
from numpy.typing import NDArray

from primesong.primes.kernel import kernels

#: e^-γ, Euler's constant γ = 0.5772…
MERTENS = math.exp(-0.5772156649015329)

#: The numbers among which a prime's cost is timed, a few milliseconds' worth, and how many of them are prime.
_TIMED, _TIMED_PRIMES = range(10**7, 10**7 + 2**19), 32_529

_SHALLOWEST, _DEEPEST = 10_000, 2**31 - 1

#: Primes are sieved by at most so many numbers at a time, some hundredths of a second each, and in at least so many
#: portions for each worker.
_CHUNK, _PORTIONS = 1 << 22, 3

_GROUP = 16  # primes whose product is divided into the base at once, where nothing is compiled


@dataclass(frozen=True, slots=True)
class Progression:
    """The numbers base + i 2^exponent, i >= 0; base odd and longer than the exponent."""

    base: int
    exponent: int = 1

    def __post_init__(self) -> None:
        if self.base % 2 == 0 or self.exponent < 1 or int(self.base).bit_length() <= self.exponent:
            raise ValueError("a progression has an odd base, longer than an exponent of at least 1")

    def number(self, index: int) -> int:
        """Give the number at an index."""
        return self.base + (index << self.exponent)

    @property
    def bits(self) -> int:
        """The base's length in bits."""
        return int(self.base).bit_length()

    @property
    def gap(self) -> float:
        """How many indices lie, on average, from one prime to the next: ln N / 2."""
        return self.bits * math.log(2) / 2


def optimum_depth(bits: int, test_seconds: float) -> int:
    """Give the depth at which sieving further costs as much as it saves, for numbers of so many bits, a test of
    `test_seconds`, and ln N numbers to search."""
    wanted = test_seconds * bits * math.log(2) * MERTENS / prime_seconds(bits, kernels.compiled())
    depth = max(wanted, math.e)
    for _ in range(20):
        depth = max(wanted / math.log(max(depth, math.e)), math.e)
    return int(min(max(depth, _SHALLOWEST), _DEEPEST))


@functools.cache
def prime_seconds(bits: int, compiled: bool) -> float:
    """Time the sieve on this processor: seconds that one of its primes costs for a base of so many bits."""
    strike = kernels.strike if compiled else _strike

    def seconds() -> float:
        start = kernels.clock()
        strike((1 << bits) - 1, 1, _TIMED.start, _TIMED.stop, bytearray(1), bytearray(1))
        return kernels.clock() - start

    return max(min(seconds() for _ in range(2)), 1e-6) / _TIMED_PRIMES


def survivors(  # noqa: PLR0917
    progression: Progression,
    first: int,
    count: int,
    depth: int,
    workers: int,
    stop: bytearray,
    sieved: Callable[[int], None],
) -> NDArray[np.int64]:
    """Give, ascending, the indices in [first, first + count) of numbers without an odd prime factor below `depth`.

    The numbers themselves must be larger than the depth. `sieved` is told, now and then, how many numbers have been
    gone through in search of primes; setting `stop[0]` ends the work early, with a result that means nothing.
    """
    window = Progression(progression.number(first), progression.exponent)
    strike = kernels.strike if kernels.compiled() else _strike
    marks = np.zeros(count, dtype=np.uint8)
    lock, done = threading.Lock(), 0
    chunk = min(_CHUNK, -(-depth // (_PORTIONS * workers)))

    def work(low: int) -> None:
        nonlocal done
        own, high = bytearray(count), min(low + chunk, depth)
        if stop[0] or not strike(window.base, window.exponent, low, high, own, stop):
            return
        with lock:
            np.bitwise_or(marks, np.frombuffer(own, dtype=np.uint8), out=marks)
            done += high - low
            sieved(done)

    with ThreadPoolExecutor(workers) as pool:
        try:
            for finished in [pool.submit(work, low) for low in range(0, depth, chunk)]:
                finished.result()
        except BaseException:
            stop[0] = 1
            raise
    return first + np.flatnonzero(marks == 0)


def _strike(  # noqa: PLR0917
    base: int, exponent: int, first: int, last: int, marks: bytearray, stop: bytearray
) -> bool:
    """Do what `kernel.strike` does, by gmpy2 and NumPy."""
    primes = _odd_primes(first, last)
    view = np.frombuffer(marks, dtype=np.uint8)
    long_base, window = gmpy2.mpz(base), len(marks)
    for start in range(0, len(primes), 4096):
        if stop[0]:
            return False
        group = primes[start : start + 4096]
        residues = _residues(long_base, group)
        inverses = _powers_of_half(exponent, group)
        indices = (group - residues) % group * inverses % group
        near = indices < window
        for prime, index in zip(group[near].tolist(), indices[near].tolist(), strict=True):
            view[index::prime] = 1
    return True


def _residues(base: gmpy2.mpz, primes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Reduce the base modulo each prime: modulo the product of a group first, then limb by limb (Horner)."""
    padded = np.concatenate([primes, np.full(-len(primes) % _GROUP, 3, dtype=np.int64)]).reshape(-1, _GROUP)
    size = 4 * _GROUP
    rests = b"".join(int(base % math.prod(map(gmpy2.mpz, row))).to_bytes(size, "big") for row in padded.tolist())
    limbs = np.frombuffer(rests, dtype=">u4").reshape(len(padded), _GROUP).astype(np.int64)
    residues = np.zeros_like(padded)
    for limb in limbs.T:
        residues = ((residues << 32) + limb[:, None]) % padded
    return residues.ravel()[: len(primes)]


def _powers_of_half(exponent: int, primes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Compute 2^-exponent modulo each odd prime below 2^31, by squaring and halving."""
    powers = np.ones_like(primes)
    for bit in f"{exponent:b}":
        powers = powers * powers % primes
        if bit == "1":
            powers = (powers + primes * (powers & 1)) >> 1
    return powers


def _odd_primes(first: int, last: int) -> NDArray[np.int64]:
    """List the odd primes in [first, last), by Eratosthenes' sieve over the odd numbers."""
    start = max(first, 3) | 1
    flags = np.ones(max((last - start + 1) // 2, 0), dtype=bool)
    for prime in range(3, math.isqrt(max(last - 1, 0)) + 1, 2):
        multiple = max(prime, -(-start // prime) | 1) * prime
        flags[(multiple - start) // 2 :: prime] = False
    return start + 2 * np.flatnonzero(flags)
