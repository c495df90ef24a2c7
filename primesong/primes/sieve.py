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
from concurrent.futures import Executor
from dataclasses import dataclass

import gmpy2
import numpy as np
from numpy.typing import NDArray

from primesong.primes.kernel import extension
from primesong.primes.kernel.fermat import clock

#: e^-γ, Euler's constant γ = 0.5772…
MERTENS = math.exp(-0.5772156649015329)

#: The numbers among which a prime's cost is timed, some milliseconds of work.
_TIMED = range(10**7, 10**7 + 2**19)

#: How many of those numbers are prime.
_TIMED_PRIMES = 32_529

#: The least depth: a sieve this deep takes next to nothing.
_SHALLOWEST = 10_000

#: The greatest depth: the compiled sieve's primes have 31 bits.
_DEEPEST = 2**31 - 1

#: The most numbers that are searched for primes at a time: some hundredths of a second.
_CHUNK = 1 << 22

#: The least portions for each worker, so that all end at about the same time.
_PORTIONS = 8

#: Primes that are struck together, where nothing is compiled: arrays of this length stay in the cache.
_STRUCK_TOGETHER = 4096

#: Primes whose product is divided into the base at once, where nothing is compiled.
_GROUP = 16

#: Iterations that find the depth: each makes the error about ln P times smaller.
_ITERATIONS = 20


@dataclass(frozen=True, slots=True)
class Progression:
    """The numbers base + i 2^exponent, i >= 0; base odd and longer than the exponent."""

    base: int
    exponent: int = 1

    def __post_init__(self) -> None:
        if self.base % 2 == 0 or self.exponent < 1 or int(self.base).bit_length() <= self.exponent:
            raise ValueError("a progression has an odd base, longer than an exponent of at least 1")

    def number(self, index: int) -> int:
        """Return the number at an index."""
        return self.base + (index << self.exponent)

    @property
    def bits(self) -> int:
        """The base's length in bits."""
        return int(self.base).bit_length()

    @property
    def gap(self) -> float:
        """The average number of indices from one prime to the next: ln N / 2."""
        return self.bits * math.log(2) / 2

    def estimate_tests(self, depth: int) -> float:
        """Return how many numbers survive a sieve of this depth, on average, up to the first prime (Mertens)."""
        return 2 * self.gap * MERTENS / math.log(depth)


def optimum_depth(bits: int, test_seconds: float) -> int:
    """Return the depth at which sieving further costs as much as it saves.

    Parameters
    ----------
    bits : int
        The length of the numbers; ln N of them are searched.
    test_seconds : float
        The cost of one test, in seconds.
    """
    wanted = test_seconds * bits * math.log(2) * MERTENS / time_prime(bits, extension.is_built())
    depth = max(wanted, math.e)
    for _ in range(_ITERATIONS):
        depth = max(wanted / math.log(max(depth, math.e)), math.e)
    return int(min(max(depth, _SHALLOWEST), _DEEPEST))


@functools.cache
def time_prime(bits: int, compiled: bool) -> float:
    """Time the sieve on this processor: the seconds that one of its primes costs for a base of a length in bits."""
    strike = extension.strike if compiled else _strike

    def run() -> float:
        start = clock()
        strike((1 << bits) - 1, 1, _TIMED.start, _TIMED.stop, bytearray(1), bytearray(1))
        return clock() - start

    return max(min(run() for _ in range(2)), 1e-6) / _TIMED_PRIMES


def find_survivors(  # noqa: PLR0917
    progression: Progression,
    first: int,
    count: int,
    depth: int,
    pool: Executor,
    workers: int,
    stop: bytearray,
    report: Callable[[int], None],
) -> NDArray[np.int64]:
    """Find the survivors in a stretch of numbers: those without an odd prime factor below the depth.

    Parameters
    ----------
    progression : Progression
        Its numbers must be larger than the depth.
    first, count : int
        The stretch: the indices in [first, first + count).
    depth : int
        The bound of the primes.
    pool : Executor
        Runs the work in threads.
    workers : int
        How many threads it has.
    stop : bytearray
        Setting `stop[0]` ends the work early, with a meaningless result.
    report : callable
        Called now and then with how many numbers have been searched for primes.

    Returns
    -------
    ndarray of int64
        The indices that survive, ascending.
    """
    window = Progression(progression.number(first), progression.exponent)
    strike = extension.strike if extension.is_built() else _strike
    marks = np.zeros(count, dtype=np.uint8)
    lock, done = threading.Lock(), 0
    chunk = min(_CHUNK, -(-depth // (_PORTIONS * workers)))
    portions = iter(range(0, depth, chunk))

    def work() -> None:
        nonlocal done
        own = bytearray(count)
        for low in portions:
            high = min(low + chunk, depth)
            if stop[0] or not strike(window.base, window.exponent, low, high, own, stop):
                return
            with lock:
                done += high - low
                report(done)
        with lock:
            np.bitwise_or(marks, np.frombuffer(own, dtype=np.uint8), out=marks)

    try:
        for finished in [pool.submit(work) for _ in range(workers)]:
            finished.result()
    except BaseException:
        stop[0] = 1
        raise
    return first + np.flatnonzero(marks == 0)


def _strike(  # noqa: PLR0917
    base: int, exponent: int, first: int, last: int, marks: bytearray, stop: bytearray
) -> bool:
    """Do what `extension.strike` does, by gmpy2 and NumPy."""
    primes = find_odd_primes(first, last)
    view = np.frombuffer(marks, dtype=np.uint8)
    long_base, window = gmpy2.mpz(base), len(marks)
    for start in range(0, len(primes), _STRUCK_TOGETHER):
        if stop[0]:
            return False
        group = primes[start : start + _STRUCK_TOGETHER]
        residues = _reduce(long_base, group)
        inverses = _halve_powers(exponent, group)
        indices = (group - residues) % group * inverses % group
        near = indices < window
        for prime, index in zip(group[near].tolist(), indices[near].tolist(), strict=True):
            view[index::prime] = 1
    return True


def _reduce(base: gmpy2.mpz, primes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Reduce the base modulo each prime: modulo the product of a group first, then limb by limb (Horner)."""
    padded = np.concatenate([primes, np.full(-len(primes) % _GROUP, 3, dtype=np.int64)]).reshape(-1, _GROUP)
    size = 4 * _GROUP
    rests = b"".join(int(base % math.prod(map(gmpy2.mpz, row))).to_bytes(size, "big") for row in padded.tolist())
    limbs = np.frombuffer(rests, dtype=">u4").reshape(len(padded), _GROUP).astype(np.int64)
    residues = np.zeros_like(padded)
    for limb in limbs.T:
        residues = ((residues << 32) + limb[:, None]) % padded
    return residues.ravel()[: len(primes)]


def _halve_powers(exponent: int, primes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Compute 2^-exponent modulo each odd prime below 2^31, by squaring and halving."""
    powers = np.ones_like(primes)
    for bit in f"{exponent:b}":
        powers = powers * powers % primes
        if bit == "1":
            powers = (powers + primes * (powers & 1)) >> 1
    return powers


def find_odd_primes(first: int, last: int) -> NDArray[np.int64]:
    """Find the odd primes in [first, last), by Eratosthenes' sieve over the odd numbers."""
    start = max(first, 3) | 1
    flags = np.ones(max((last - start + 1) // 2, 0), dtype=bool)
    for prime in range(3, math.isqrt(max(last - 1, 0)) + 1, 2):
        multiple = max(prime, -(-start // prime) | 1) * prime
        flags[(multiple - start) // 2 :: prime] = False
    return start + 2 * np.flatnonzero(flags)
