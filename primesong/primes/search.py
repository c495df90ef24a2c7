"""The search: the first prime of a progression, by sieve and kernel, on all cores.

A window of `WINDOW` average gaps is sieved; what survives is tested in ascending batches, one batch a worker at a time.
A number that passes the strong base-2 test stops the batches above it, those below are finished, and the lowest that
passed is verified. No prime fails that test, so that the answer does not depend on kernel or number of workers.

Threads suffice: compiled kernels and `gmpy2.powmod` run without Python's lock. The `cleared` of a `SearchProgress`
is all that is needed to go on later: every number below it is composite.
"""

import math
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice

from primesong.primes.job import Progress
from primesong.primes.kernel import kernels
from primesong.primes.primality import confirmed, is_probable_prime
from primesong.primes.sieve import MERTENS, Progression, optimum_depth, survivors

#: Average gaps in a window: a gap is longer with probability e^-32, and then the next window is sieved.
WINDOW = 32

#: Below so many bits numbers are tested one by one: setting out a sieve would take longer.
_SMALL_BITS = 512

Accept = Callable[[int], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchProgress(Progress):
    """How far a search has come. Indices count from the progression's first number.

    Parameters
    ----------
    cleared : int
        Every number below this index is composite, or not acceptable.
    tested : int
        Numbers tested in this run.
    rate : float
        Tests a second, all workers together; 0 before the first.
    chance : float or None
        The probability of finding the prime by now: an average gap gives 63 %. None where not every prime will do.

    Notes
    -----
    `seconds_left` is the expected time to the find. Gaps are distributed exponentially: waiting does not shorten it.
    """

    cleared: int
    tested: int
    rate: float
    chance: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a search may be expected to cost: tests needed, depth of the sieve, processor seconds, seconds."""

    tests: float
    depth: int
    processor_seconds: float
    seconds: float


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def estimate(progression: Progression, workers: int | None = None, kernel: str | None = None) -> Estimate:
    """Estimate a search for an average gap, by timing a few squarings on this machine."""
    chosen = kernels.choose(progression.bits, kernel)
    seconds = chosen.seconds(progression.bits)
    depth = optimum_depth(progression.bits, seconds)
    tests = 2 * progression.gap * MERTENS / math.log(depth)
    # Baillie-PSW and a round, in Fermat tests by gmpy2; or four lanes of the chain
    one, rounds = ("gmpy2", 5) if chosen.name == "gmpy2" else ("fft4", 4)
    verification = rounds * kernels.available()[one].seconds(progression.bits)
    total = tests * seconds + verification
    return Estimate(tests, depth, total, tests * seconds / (workers or cores()) + verification)


def first_prime(
    progression: Progression,
    *,
    start: int = 0,
    workers: int | None = None,
    kernel: str | None = None,
    accept: Accept | None = None,
    verify: Accept | None = None,
    progress: Callable[[SearchProgress], None] | None = None,
) -> int:
    """Find the index >= start of the first probable prime of a progression, or the first acceptable one.

    workers : threads; by default one for each core
    kernel : one of `kernel.KERNELS`; by default the fastest that there is
    accept : called with a number before it is tested; one that is refused is passed over
    verify : called with a number that passed the strong base-2 test; decides (default: `verifier` of the kernel)
    progress : called from the workers' threads

    Interrupted, it stops the workers and passes `KeyboardInterrupt` on; `start=cleared` then goes on.
    """
    if workers is not None and workers < 1:
        raise ValueError(f"at least one worker is needed, got {workers}")
    if start < 0:
        raise ValueError(f"a search starts at an index from 0, got {start}")
    if progression.bits < _SMALL_BITS:
        return _one_by_one(progression, start, accept, verify or is_probable_prime)
    chosen = kernels.choose(progression.bits, kernel)
    run, verify = _Run(progression, workers or cores(), chosen, accept, progress), verify or verifier(chosen)
    while True:
        candidates = run.sieve(start)
        found = run.first(candidates, verify)
        if found is not None:
            return found
        start += run.window


def verifier(kernel: kernels.Kernel) -> Accept:
    """Give the test that decides on a find of this kernel: compiled where the kernel is, else GMP's."""
    return is_probable_prime if kernel.name == "gmpy2" else confirmed


def batches(progression: Progression, indices: Iterable[int], accept: Accept | None, size: int) -> Iterator[list[int]]:
    """Group those of some indices whose numbers are acceptable into batches of a size."""
    acceptable = (index for index in indices if accept is None or accept(progression.number(index)))
    while batch := list(islice(acceptable, size)):
        yield batch


def progress_of(  # noqa: PLR0917
    progression: Progression,
    accept: Accept | None,
    depth: int,
    stage: str,
    share: float,
    cleared: int,
    tested: int,
    began: float,
) -> SearchProgress:
    """Work out a progress from what has been tested since `began`, in seconds of the monotonic clock, after a sieve to
    `depth`."""
    elapsed = time.monotonic() - began
    rate = tested / elapsed if stage != "sieve" and elapsed > 0 else 0.0
    chance = -math.expm1(-cleared / progression.gap) if accept is None else None
    tests = 2 * progression.gap * MERTENS / math.log(depth)
    return SearchProgress(
        stage=stage,
        share=share,
        seconds_left=tests / rate if rate else math.inf,
        cleared=cleared,
        tested=tested,
        rate=rate,
        chance=chance,
    )


def _one_by_one(progression: Progression, start: int, accept: Accept | None, verify: Accept) -> int:
    """Search among small numbers."""
    index = start
    while not ((accept is None or accept(progression.number(index))) and verify(progression.number(index))):
        index += 1
    return index


class _Run:
    """One sitting of a search: its workers, its counts, its bytes that stop what is no longer wanted."""

    def __init__(
        self,
        progression: Progression,
        workers: int,
        kernel: kernels.Kernel,
        accept: Accept | None,
        progress: Callable[[SearchProgress], None] | None,
    ) -> None:
        self.progression, self.workers, self.kernel = progression, workers, kernel
        self.accept, self.progress = accept, progress
        self.window = math.ceil(WINDOW * progression.gap)
        self.depth = optimum_depth(progression.bits, kernel.seconds(progression.bits))
        self.lock = threading.Lock()
        self.tested = self.cleared = 0
        self.began = time.monotonic()  # put off by the time that sieving takes

    def sieve(self, start: int) -> list[int]:
        """Sieve a window. Returns the indices that survive."""
        self.cleared, paused = start, time.monotonic()
        found = survivors(
            self.progression,
            start,
            self.window,
            self.depth,
            self.workers,
            bytearray(1),
            lambda sieved: self.tell("sieve", sieved / self.depth),
        )
        self.began += time.monotonic() - paused
        return [int(index) for index in found]

    def first(self, candidates: Sequence[int], verify: Accept) -> int | None:
        """Find the first candidate that passes the test and is verified. Returns its index, or None."""
        while candidates:
            passed, verdicts = self.test(candidates, verify)
            if passed is None or verdicts[passed]:
                return passed
            candidates = [index for index in candidates if index > passed]  # a pseudoprime: its like are very rare
        return None

    def test(self, candidates: Sequence[int], verify: Accept) -> tuple[int | None, dict[int, bool]]:
        """Test batches in ascending order. Returns the lowest index that passed, and what verification said of those
        that passed; a number is verified by the worker that found it, while the others finish the batches below."""
        waiting = batches(self.progression, candidates, self.accept, self.kernel.lanes)
        running: dict[int, bytearray] = {}
        verdicts: dict[int, bool] = {}
        ended = bytearray(1)

        def work() -> None:
            while not ended[0]:
                with self.lock:
                    batch = next(waiting, None)
                    if batch is None or (verdicts and min(verdicts) < batch[0]):
                        return
                    stop = running[batch[0]] = bytearray(1)
                answers = self.kernel.test([self.progression.number(index) for index in batch], stop)
                with self.lock:
                    passed = [index for index, yes in zip(batch, answers or (), strict=False) if yes]
                    self.tested += len(answers or ())
                    if passed:
                        verdicts[passed[0]] = False
                        for first, other in running.items():
                            other[0] |= first > passed[0]
                self.tell("verify" if passed else "test")
                if passed:
                    verdicts[passed[0]] = verify(self.progression.number(passed[0]))
                with self.lock:
                    del running[batch[0]]
                    if answers is not None and not passed and not verdicts:
                        self.cleared = max(self.cleared, min(running, default=batch[-1] + 1))

        with ThreadPoolExecutor(self.workers) as pool:
            futures = [pool.submit(work) for _ in range(self.workers)]
            try:
                for future in wait(futures, return_when=FIRST_EXCEPTION).done:
                    future.result()
            except BaseException:
                ended[0] = 1
                for stop in list(running.values()):
                    stop[0] = 1
                raise
        return min(verdicts, default=None), verdicts

    def tell(self, stage: str, share: float = 1.0) -> None:
        """Report to whoever asked for progress."""
        if self.progress is not None:
            told = progress_of(
                self.progression, self.accept, self.depth, stage, share, self.cleared, self.tested, self.began
            )
            self.progress(told)
