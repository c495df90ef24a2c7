"""The search: the first prime of a progression, by sieve and kernel, on all cores.

A window of `WINDOW` average gaps is sieved; what survives is tested in ascending batches, one batch a worker at a time.
A number that passes the strong base-2 test stops the batches above it, those below are finished, and the lowest that
passed is verified. No prime fails that test, so that the answer does not depend on kernel or number of workers.

Threads suffice: compiled kernels and `gmpy2.powmod` run without Python's lock. The `cleared` of a `SearchProgress` is
all that is needed to go on later: every number below that index is composite.
"""

import math
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Executor, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from itertools import islice

from primesong.primes.kernel import kernels
from primesong.primes.kernel.chain import can_chain
from primesong.primes.kernel.fermat import Kernel
from primesong.primes.primality import confirm, is_probable_prime
from primesong.primes.sieve import Progression, find_survivors, optimum_depth
from primesong.primes.tally import SearchProgress, Tally

#: Average gaps in a window: a gap is longer with probability e^-8, and then the next window is sieved. A longer window
#: takes time to strike, and does not fit the cache.
WINDOW = 8

#: Below this length, in bits, numbers are tested one by one: setting out a sieve would take longer.
_SMALL_BITS = 512

#: What verifying a find costs where the chain is compiled, in tests by the kernel fft4: its four lanes.
_CHAIN_TESTS = 4

#: What verifying a find costs without the chain, in tests by gmpy2: Baillie-PSW and a Miller-Rabin test.
_GMP_TESTS = 5

#: A predicate of numbers.
Accept = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Means:
    """By what a search is made: the kernel that tests, the seconds of one test, and the depth of the sieve."""

    kernel: Kernel
    test_seconds: float
    depth: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """The expected cost of a search: tests needed, depth of the sieve, processor seconds, seconds."""

    tests: float
    depth: int
    processor_seconds: float
    seconds: float


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def choose_means(progression: Progression, kernel: str | None = None) -> Means:
    """Choose a kernel, or take the named one, and the depth that suits it, by timing a few squarings here."""
    chosen = kernels.choose(progression.bits, kernel)
    seconds = chosen.time_test(progression.bits)
    return Means(chosen, seconds, optimum_depth(progression.bits, seconds))


def estimate(progression: Progression, workers: int | None = None, kernel: str | None = None) -> Estimate:
    """Estimate a search for an average gap, by timing a few squarings on this machine."""
    means = choose_means(progression, kernel)
    name, rounds = ("gmpy2", _GMP_TESTS) if means.kernel.name == "gmpy2" or not can_chain() else ("fft4", _CHAIN_TESTS)
    verification = rounds * kernels.available()[name].time_test(progression.bits)
    tests = progression.estimate_tests(means.depth)
    testing = tests * means.test_seconds
    elapsed = testing / (workers or cores()) + verification
    return Estimate(tests, means.depth, testing + verification, elapsed)


def first_prime(
    progression: Progression,
    *,
    start: int = 0,
    workers: int | None = None,
    kernel: str | None = None,
    accept: Accept | None = None,
    verify: Accept | None = None,
    progress: Callable[[SearchProgress], None] | None = None,
    window: float = WINDOW,
) -> int:
    """Find the first probable prime of a progression, or the first acceptable one.

    Interrupted, it stops the workers and passes `KeyboardInterrupt` on; `start=cleared` then goes on.

    Parameters
    ----------
    progression : Progression
        The numbers to search.
    start : int
        The index of the first number to test.
    workers : int, optional
        Threads; by default one for each core.
    kernel : str, optional
        One of `kernels.KERNELS`; by default the fastest one for this length.
    accept : callable, optional
        Called with each number before it is tested; one that is refused is passed over.
    verify : callable, optional
        Called with a number that passed the strong base-2 test; decides. By default the kernel's verifier.
    progress : callable, optional
        Called from the workers' threads.
    window : float
        Average gaps that are sieved at a time.

    Returns
    -------
    int
        The index of the prime in the progression.
    """
    if workers is not None and workers < 1:
        raise ValueError(f"at least one worker is needed, got {workers}")
    if start < 0:
        raise ValueError(f"a search starts at an index from 0, got {start}")
    if progression.bits < _SMALL_BITS:
        return _search_one_by_one(progression, start, accept, verify or is_probable_prime)
    means = choose_means(progression, kernel)
    workers = workers or cores()
    with ThreadPoolExecutor(workers) as pool:
        verify = verify or choose_verifier(means.kernel, pool)
        run = _Run(progression, pool, workers, means, accept, verify, progress, window)
        while (found := run.search_window(start)) is None:
            start += run.window
    return found


def choose_verifier(kernel: Kernel, pool: Executor | None = None) -> Accept:
    """Return the test that decides on a find of this kernel: compiled where the kernel is, else GMP's.

    A thread of the pool that is free may help.
    """
    return is_probable_prime if kernel.name == "gmpy2" else partial(confirm, pool=pool)


def batch(progression: Progression, indices: Iterable[int], accept: Accept | None, size: int) -> Iterator[list[int]]:
    """Group the indices of acceptable numbers into batches of a size."""
    acceptable = (index for index in indices if accept is None or accept(progression.number(index)))
    while group := list(islice(acceptable, size)):
        yield group


def _search_one_by_one(progression: Progression, start: int, accept: Accept | None, verify: Accept) -> int:
    """Search among small numbers."""
    index = start
    while not ((accept is None or accept(progression.number(index))) and verify(progression.number(index))):
        index += 1
    return index


class _Run:
    """One run of a search: what it searches with, and its tally."""

    def __init__(  # noqa: PLR0917
        self,
        progression: Progression,
        pool: Executor,
        workers: int,
        means: Means,
        accept: Accept | None,
        verify: Accept,
        progress: Callable[[SearchProgress], None] | None,
        window: float,
    ) -> None:
        self.progression, self.kernel, self.depth = progression, means.kernel, means.depth
        self.pool, self.workers = pool, workers
        self.accept, self.verify = accept, verify
        self.window = math.ceil(window * progression.gap)
        self.tally = Tally(progression, self.depth, accept is None, progress)

    def search_window(self, start: int) -> int | None:
        """Sieve a window and find its first prime. Returns its index, or None."""
        candidates = self.sieve(start)
        while candidates:
            verdicts = self.test(candidates)
            passed = min(verdicts, default=None)
            if passed is None or verdicts[passed]:
                return passed
            candidates = [index for index in candidates if index > passed]  # a pseudoprime: they are very rare
        return None

    def sieve(self, start: int) -> list[int]:
        """Sieve a window. Returns the indices that survive."""
        self.tally.cleared = start
        with self.tally.pause_for_sieve() as report:
            found = find_survivors(
                self.progression, start, self.window, self.depth, self.pool, self.workers, bytearray(1), report
            )
            survivors: list[int] = found.tolist()
        return survivors

    def test(self, candidates: Sequence[int]) -> dict[int, bool]:
        """Test batches in ascending order, up to a hit. Returns the hits, and whether each was verified."""
        tests = _Tests(self, candidates)
        futures = [self.pool.submit(tests.work) for _ in range(self.workers)]
        try:
            for future in wait(futures, return_when=FIRST_EXCEPTION).done:
                future.result()
        except BaseException:
            tests.stop()
            raise
        return tests.verdicts


class _Tests:
    """The tests of a window's candidates by several workers; a byte for each running batch stops it."""

    def __init__(self, run: _Run, candidates: Sequence[int]) -> None:
        self.run, self.tally = run, run.tally
        self.waiting = batch(run.progression, candidates, run.accept, run.kernel.lanes)
        self.running: dict[int, bytearray] = {}
        self.verdicts: dict[int, bool] = {}
        self.ended = False
        self.lock = threading.Lock()

    def work(self) -> None:
        """Test batch after batch. A hit is verified by the worker that made it, while others finish those below."""
        while (indices := self.take()) is not None:
            numbers = [self.run.progression.number(index) for index in indices]
            answers = self.run.kernel.test(numbers, self.running[indices[0]])
            hit = self.count(indices, answers)
            self.tally.report("test" if hit is None else "verify")
            if hit is not None:
                self.verdicts[hit] = self.run.verify(self.run.progression.number(hit))
            self.finish(indices, cleared=answers is not None and hit is None)

    def take(self) -> list[int] | None:
        """Take the next batch; None if there is none below the hits, or the tests were stopped."""
        with self.lock:
            indices = None if self.ended else next(self.waiting, None)
            if indices is None or (self.verdicts and min(self.verdicts) < indices[0]):
                return None
            self.running[indices[0]] = bytearray(1)
            return indices

    def count(self, indices: list[int], answers: list[bool] | None) -> int | None:
        """Count the tests of a batch, and stop the batches above a hit. Returns the hit, if there is one."""
        with self.lock:
            self.tally.tested += len(answers or ())
            hit = next((index for index, passed in zip(indices, answers or (), strict=False) if passed), None)
            if hit is not None:
                self.verdicts[hit] = False
                for first, stop in self.running.items():
                    stop[0] |= first > hit
            return hit

    def finish(self, indices: list[int], *, cleared: bool) -> None:
        """Record a finished batch, and how far everything is cleared."""
        with self.lock:
            del self.running[indices[0]]
            if cleared and not self.verdicts:
                self.tally.clear(min(self.running, default=indices[-1] + 1))

    def stop(self) -> None:
        """Stop all workers."""
        self.ended = True
        for stop in list(self.running.values()):
            stop[0] = 1
