"""Blocks of a search on a cluster: tested by a worker, checked here.

No worker is believed. It answers with the last bits of each power 2^(N-1) modulo N. An answer that does not fit its
block has the block tested here, and a number called prime is tested and verified here before it counts. A worker that
calls numbers composite without computing, or with errors, is caught by its powers: one of its first block, and one of
each `Policy.checked_blocks` on average, is computed again here, as many together as the kernel has lanes. What is not
caught is a single wrong power that is not among those: a machine that errs once in a thousand numbers passes such a
search with probability e^-0.01, and does no harm unless the number was the prime. (Each batch of the compiled kernels
is spot-checked on its own machine as well.)
"""

import os
import secrets
import socket
import time
from dataclasses import dataclass

from primesong.errors import PrimesongError
from primesong.primes.kernel import kernels
from primesong.primes.kernel.fermat import Kernel, Power
from primesong.primes.sieve import Progression

#: The bits of a power that a worker answers with: a wrong one fits by chance once in 2^64.
_POWER_BITS = 64


@dataclass(frozen=True, slots=True)
class Policy:
    """How work is shared out and checked.

    Parameters
    ----------
    block_seconds : float
        Work in a block: much more than the cluster's own milliseconds, and little enough to be lost, for a cancelled
        block that is already running runs to its end.
    checked_blocks : int
        One of this many blocks has one of its powers computed again: at eight numbers a block about a hundredth of the
        work.
    check_seconds : float
        The time after which powers are computed again even where that leaves lanes empty.
    timeout : float
        The wait for a scheduler's answer, in seconds.
    """

    block_seconds: float = 0.2
    checked_blocks: int = 16
    check_seconds: float = 60.0
    timeout: float = 10.0


#: What is used unless the caller says otherwise.
DEFAULT_POLICY = Policy()


def run_block(base: int, exponent: int, indices: list[int], kernel: str | None) -> tuple[str, list[int]]:
    """Test a block, on the worker. Returns who it is, and of each number N the last bits of 2^(N-1) modulo N."""
    progression = Progression(base, exponent)
    powers = kernels.choose(progression.bits, kernel).powers([progression.number(index) for index in indices])
    return socket.gethostname() + f" (process {os.getpid()})", [_last_bits(power) for power in powers]


def _last_bits(power: Power) -> int:
    """Return the part of a power that a worker answers with."""
    return int(power.value() % (1 << _POWER_BITS))


class Checks:
    """The powers that are to be computed again here."""

    def __init__(self, progression: Progression, kernel: Kernel, policy: Policy) -> None:
        self.progression, self.kernel, self.policy = progression, kernel, policy
        self.met: set[str] = set()
        self.unchecked: list[tuple[str, int, int]] = []  # a worker, an index, and the power that it gave
        self.checked = time.monotonic()

    def add(self, worker: str, block: list[int], powers: list[int]) -> None:
        """Have one power of a block computed again: of a worker's first, and of some of the others."""
        if worker not in self.met or not secrets.randbelow(self.policy.checked_blocks):
            self.met.add(worker)
            place = secrets.randbelow(len(block))
            self.unchecked.append((worker, block[place], powers[place]))
        if len(self.unchecked) >= self.kernel.lanes or time.monotonic() > self.checked + self.policy.check_seconds:
            self.make()

    def make(self, found: int | None = None) -> bool:
        """Compute the waiting powers, and in a lane beside them that of a find: whether it passes.

        Raises `PrimesongError` if a worker's power is wrong.
        """
        waiting, self.unchecked, self.checked = self.unchecked, [], time.monotonic()
        indices = [*([] if found is None else [found]), *(index for _, index, _ in waiting)]
        powers = self.kernel.powers([self.progression.number(index) for index in indices])
        passes = found is None or powers.pop(0).passes()
        for (worker, _, given), power in zip(waiting, powers, strict=True):
            if given != _last_bits(power):
                raise PrimesongError(
                    f"the worker {worker} computes wrongly; remove it, and start the search from the beginning"
                )
        return passes
