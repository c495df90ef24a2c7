"""What a search has tested so far, and what that says of the time to come.

Indices count from the first number of the progression that is searched.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from primesong.primes.job import Progress
from primesong.primes.sieve import Progression


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchProgress(Progress):
    """How far a search has come.

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


class Tally:
    """What a search has tested so far, and to whom it reports; its counts are those of `SearchProgress`.

    Parameters
    ----------
    progression : Progression
        The numbers that are searched.
    depth : int
        The sieve's.
    any_prime : bool
        Whether any prime will do, so that its chance is known.
    progress : callable or None
        Called with each report.
    """

    def __init__(
        self,
        progression: Progression,
        depth: int,
        any_prime: bool,
        progress: Callable[[SearchProgress], None] | None,
    ) -> None:
        self.progression, self.depth, self.progress = progression, depth, progress
        self.any_prime = any_prime
        self.tested = self.cleared = 0
        self.began = time.monotonic()

    @contextmanager
    def pause_for_sieve(self) -> Iterator[Callable[[int], None]]:
        """Leave the time of a sieve out of the rate. Yield a function that reports the depth reached."""
        paused = time.monotonic()
        yield lambda sieved: self.report("sieve", sieved / self.depth)
        self.began += time.monotonic() - paused

    def clear(self, index: int) -> None:
        """Note that everything below an index has been tested."""
        self.cleared = max(self.cleared, index)

    def report(self, stage: str, share: float = 1.0) -> None:
        """Report the progress, if anybody asked for it."""
        if self.progress is None:
            return
        elapsed = time.monotonic() - self.began
        rate = self.tested / elapsed if stage != "sieve" and elapsed > 0 else 0.0
        self.progress(
            SearchProgress(
                stage=stage,
                share=share,
                seconds_left=self.progression.estimate_tests(self.depth) / rate if rate else math.inf,
                cleared=self.cleared,
                tested=self.tested,
                rate=rate,
                chance=-math.expm1(-self.cleared / self.progression.gap) if self.any_prime else None,
            )
        )
