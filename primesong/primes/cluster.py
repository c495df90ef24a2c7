"""The search on many machines: blocks of candidates on an existing Dask cluster.

The sieve is made here, the tests there; the answer is the one of `search.first_prime`. Blocks go out in ascending
order, about two for each thread of the workers, each with its base by value; a hit cancels the blocks above it.
A worker that dies loses nothing: its block is given to another.

No worker is believed. It answers with the last bits of each power 2^(N-1) modulo N. An answer that does not fit its
block has the block tested here, and a number called prime is tested and verified here before it counts. A worker that
calls numbers composite without computing, or with errors, is caught by its powers: one of its first block, and one of
each `CHECKED_BLOCKS` blocks on average, is computed again here, as many together as the kernel has lanes. What is not
caught is a single wrong power that is not among those: a machine that errs once in a thousand numbers passes such a
search with probability e^-0.01, and does no harm unless the number was the prime. (Each batch of the compiled kernels
is spot-checked on its own machine as well.)

It pays from about 10,000 digits, or where this machine lacks the compiled kernels' instructions and others have them:
below that, one machine is done in seconds. Every worker needs primesong installed; primesong[cluster] brings Dask.
"""

import math
import os
import secrets
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from primesong.errors import LostError, MissingError, PrimesongError
from primesong.primes.kernel import kernels
from primesong.primes.search import WINDOW, Accept, SearchProgress, batches, cores, progress_of, verifier
from primesong.primes.sieve import Progression, optimum_depth, survivors

if TYPE_CHECKING:
    from distributed import Client

#: Seconds of work in a block: much more than the cluster's own milliseconds, little enough to be lost, for what is
#: cancelled while it runs runs on.
BLOCK_SECONDS = 0.2

#: Of so many blocks one has one of its powers computed again; at eight numbers a block about a hundredth of the work.
CHECKED_BLOCKS = 16

#: Seconds after which a power is computed again even where that leaves lanes empty.
CHECK_SECONDS = 60.0

#: The bits of a power by which it is known.
_POWER_BITS = 64

#: Deaths of workers that a block survives before it is tested here, and the wait for a scheduler's answer in seconds.
_ALLOWED_FAILURES, _TIMEOUT = 100, 10


def run_block(base: int, exponent: int, indices: list[int], kernel: str | None) -> tuple[str, list[int]]:
    """Test a block, on the worker. Returns who it is, and of each number N the last bits of 2^(N-1) modulo N."""
    progression = Progression(base, exponent)
    chosen = kernels.choose(progression.bits, kernel)
    powers: list[int] = []
    for start in range(0, len(indices), chosen.lanes):
        tested = chosen.powers([progression.number(index) for index in indices[start : start + chosen.lanes]])
        powers += [_last_bits(power) for power in tested]
    return socket.gethostname() + f" (process {os.getpid()})", powers


def _last_bits(power: kernels.Power) -> int:
    """Give that of a power by which it is known."""
    return int(power.value() % (1 << _POWER_BITS))


def first_prime(
    progression: Progression,
    address: str,
    *,
    start: int = 0,
    kernel: str | None = None,
    accept: Accept | None = None,
    verify: Accept | None = None,
    progress: Callable[[SearchProgress], None] | None = None,
) -> int:
    """Find what `search.first_prime` finds, on the cluster whose Dask scheduler has this address.

    Raises `MissingError` without Dask, `LostError` if the cluster is lost, `PrimesongError` if it cannot be reached, or
    if one of its workers was caught with a wrong power: then nothing that it called composite is known to be.
    """
    try:
        from distributed import Client
        from distributed.comm import get_address_host_port
    except ImportError as error:
        raise MissingError("a cluster needs Dask", extra="cluster") from error
    try:
        # a Client that fails to connect goes on trying, and complains in the log: knock first
        socket.create_connection(get_address_host_port(address), _TIMEOUT).close()
        client = Client(address, timeout=_TIMEOUT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PrimesongError(f"the cluster at {address} cannot be reached") from error
    with client:
        with _connected():
            client.run_on_scheduler(_allow_failures)
        search = _Search(client, progression, kernel, accept, verify, progress)
        while True:
            found = search.window(start)
            if found is not None:
                return found
            start += search.count


@contextmanager
def _connected() -> Iterator[None]:
    """Say in one sentence what Dask says in many ways: that its scheduler is gone."""
    try:
        yield
    except (OSError, RuntimeError, CancelledError) as error:
        raise LostError("the cluster was lost", option="resume") from error


def _allow_failures(dask_scheduler: Any) -> None:
    """Let a block outlive many workers; Dask gives up after three by default."""
    dask_scheduler.allowed_failures = max(dask_scheduler.allowed_failures, _ALLOWED_FAILURES)


class _Search:
    """One search on a cluster: what is out, what has passed, what is known to be composite."""

    def __init__(  # noqa: PLR0917
        self,
        client: "Client",
        progression: Progression,
        kernel: str | None,
        accept: Accept | None,
        verify: Accept | None,
        progress: Callable[[SearchProgress], None] | None,
    ) -> None:
        self.client, self.progression, self.kernel = client, progression, kernel
        self.chosen = chosen = kernels.choose(progression.bits, kernel)
        self.accept, self.verify, self.progress = accept, verify or verifier(chosen), progress
        seconds = chosen.seconds(progression.bits)
        self.depth = optimum_depth(progression.bits, seconds)
        self.block = chosen.lanes * max(1, round(BLOCK_SECONDS / (chosen.lanes * seconds + 1e-6)))
        self.block = min(self.block, 64 * chosen.lanes)
        self.count = math.ceil(WINDOW * progression.gap)
        self.tested = self.cleared = 0
        self.met: set[str] = set()
        self.unchecked: list[tuple[str, int, int]] = []  # a worker, an index, and the power that it gave
        self.began = self.checked = time.monotonic()  # `began` is put off by the time that sieving takes

    def window(self, start: int) -> int | None:
        """Sieve a window here and test it there. Returns the first index that was verified, or None."""
        self.cleared, paused = start, time.monotonic()
        candidates = survivors(self.progression, start, self.count, self.depth, cores(), bytearray(1), self.sieved)
        self.began += time.monotonic() - paused
        pending = deque(batches(self.progression, map(int, candidates), self.accept, self.block))
        hits: dict[int, bool] = {}
        out: dict[Any, list[int]] = {}
        try:
            while True:
                hit = min((hit for hit, true in hits.items() if true), default=None)
                if hit is None:
                    self.send(pending, out)
                if not out:
                    self.check_now()
                    return hit
                self.receive(pending, out, hits)
        finally:
            with suppress(LostError), _connected():
                self.client.cancel(list(out), force=True)

    def send(self, pending: deque[list[int]], out: dict[Any, list[int]]) -> None:
        """Keep about two blocks a thread in flight. The reverse of `recall`."""
        base, exponent = int(self.progression.base), self.progression.exponent
        with _connected():
            room = 2 * max(sum(self.client.nthreads().values()), 1)
            while len(out) < room and pending:
                block = pending.popleft()
                future = self.client.submit(
                    run_block, base, exponent, block, self.kernel, pure=False, priority=-block[0]
                )
                out[future] = block

    def recall(self, pending: deque[list[int]], out: dict[Any, list[int]], hit: int) -> None:
        """Call back the blocks above a hit, which is yet to be verified. The reverse of `send`."""
        above = sorted(((block[0], future) for future, block in out.items() if block[0] > hit), key=itemgetter(0))
        with _connected():
            self.client.cancel([future for _, future in above], force=True)
        pending.extendleft(out.pop(future) for _, future in reversed(above))

    def receive(self, pending: deque[list[int]], out: dict[Any, list[int]], hits: dict[int, bool]) -> None:
        """Wait for a block and judge its answer."""
        from distributed import wait

        with _connected(), self.client.as_current():
            done = wait(list(out), return_when="FIRST_COMPLETED").done
        for future in done:
            if future not in out:
                continue  # called back a moment ago
            block = out.pop(future)
            passed = self.believed(future, block)
            if passed:  # what lies above is hardly wanted, and its workers' time is
                self.recall(pending, out, passed[0])
            for index in passed:
                if index not in hits and not any(true and hit < index for hit, true in hits.items()):
                    hits[index] = self.verified(index)
            if any(not hits.get(index, True) for index in passed):  # it lied once: test the rest of its block here
                for index in self.tested_here(block):
                    if index not in hits:
                        hits[index] = self.verified(index)
            self.tested += len(block)
            if not any(hits.values()):
                self.cleared = max(self.cleared, min((b[0] for b in out.values()), default=block[-1] + 1))
            self.tell("test", 1.0)

    def believed(self, future: Any, block: list[int]) -> list[int]:
        """Give what passed of a block by its worker's answer, or, if that is none, by testing the block here."""
        if future.status == "cancelled":
            raise LostError("the cluster was lost", option="resume")
        with _connected():
            answer = future.result() if future.status == "finished" else None
        match answer:
            case str(worker), list(powers) if len(powers) == len(block) and all(type(power) is int for power in powers):
                self.check(worker, block, powers)
                return [index for index, power in zip(block, powers, strict=True) if power == 1]
        return self.tested_here(block)

    def check(self, worker: str, block: list[int], powers: list[int]) -> None:
        """Have one power of a block computed again: of a worker's first, and of some of the others."""
        if worker not in self.met or not secrets.randbelow(CHECKED_BLOCKS):
            self.met.add(worker)
            place = secrets.randbelow(len(block))
            self.unchecked.append((worker, block[place], powers[place]))
        if len(self.unchecked) >= self.chosen.lanes or time.monotonic() > self.checked + CHECK_SECONDS:
            self.check_now()

    def check_now(self, found: int | None = None) -> bool:
        """Compute again the powers that wait for it, and in a lane beside them that of a find: whether it passes."""
        waiting, self.unchecked, self.checked = self.unchecked, [], time.monotonic()
        indices = [*([] if found is None else [found]), *(index for _, index, _ in waiting)]
        powers: list[kernels.Power] = []
        for start in range(0, len(indices), self.chosen.lanes):
            lanes = indices[start : start + self.chosen.lanes]
            powers += self.chosen.powers([self.progression.number(index) for index in lanes])
        passes = found is None or powers.pop(0).passes()
        for (worker, _, given), power in zip(waiting, powers, strict=True):
            if given != _last_bits(power):
                raise PrimesongError(
                    f"the worker {worker} computes wrongly: take it away, and begin anew, without --resume"
                )
        return passes

    def verified(self, index: int) -> bool:
        """Test and verify what a worker called prime; the powers that wait are computed again meanwhile."""
        with ThreadPoolExecutor(1) as pool:
            verified = pool.submit(self.verify, self.progression.number(index))
            return self.check_now(index) and verified.result()

    def tested_here(self, block: list[int]) -> list[int]:
        """Give what passes of a block, without the cluster."""
        _, powers = run_block(self.progression.base, self.progression.exponent, block, self.kernel)
        return [index for index, power in zip(block, powers, strict=True) if power == 1]

    def sieved(self, numbers: int) -> None:
        """Report the sieve's progress."""
        self.tell("sieve", numbers / self.depth)

    def tell(self, stage: str, share: float) -> None:
        """Report to whoever asked for progress."""
        if self.progress is not None:
            told = progress_of(
                self.progression, self.accept, self.depth, stage, share, self.cleared, self.tested, self.began
            )
            self.progress(told)
