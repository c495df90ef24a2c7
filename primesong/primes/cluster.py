"""The search on many machines: blocks of candidates on an existing Dask cluster.

The sieve is made here, the tests there; the answer is the one of `search.first_prime`. Blocks go out in ascending
order, about two for each thread of the workers, each with its base by value; a hit cancels the blocks above it. A
worker that dies loses nothing: its block is given to another.

No worker is believed: `blocks` says how its answers are checked. Every worker needs primesong installed, and Dask.

It pays from about 10,000 digits, or where this machine lacks the compiled kernels' instructions and others have them:
below that, one machine is done in seconds (benchmarks/primes_cluster.py).
"""

import math
import socket
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from primesong.errors import LostError, MissingError, PrimesongError
from primesong.primes.blocks import DEFAULT_POLICY, Checks, Policy, run_block
from primesong.primes.search import WINDOW, Accept, batch, choose_means, choose_verifier, cores
from primesong.primes.sieve import Progression, find_survivors
from primesong.primes.tally import SearchProgress, Tally

if TYPE_CHECKING:
    from distributed import Client

#: The most batches in a block: where this is less work than a block's seconds, numbers are short and soon tested.
_MOST_BATCHES = 64

#: Blocks in flight for each thread of the workers: one that is tested, and one that waits.
_BLOCKS_A_THREAD = 2

#: The deaths of workers that a block survives before it is tested here.
_ALLOWED_FAILURES = 100


def first_prime(
    progression: Progression,
    address: str,
    *,
    start: int = 0,
    kernel: str | None = None,
    accept: Accept | None = None,
    verify: Accept | None = None,
    progress: Callable[[SearchProgress], None] | None = None,
    policy: Policy = DEFAULT_POLICY,
) -> int:
    """Find what `search.first_prime` finds, on a cluster.

    Parameters
    ----------
    address : str
        The address of the cluster's Dask scheduler, such as "tcp://host:8786".
    progression, start, kernel, accept, verify, progress
        As in `search.first_prime`.
    policy : Policy
        How work is shared out and checked.

    Raises
    ------
    MissingError
        If Dask is not installed.
    LostError
        If the cluster is lost.
    PrimesongError
        If it cannot be reached, or if one of its workers was caught with a wrong power: then nothing that it called
        composite is known to be.
    """
    with _connect(address, policy.timeout) as client:
        with _explain_loss():
            client.run_on_scheduler(_allow_failures)
        search = _Search(client, progression, kernel, accept, verify, progress, policy)
        while True:
            found = search.search_window(start)
            if found is not None:
                return found
            start += search.count


def _dask() -> Any:
    """Import Dask's client. Raises `MissingError` without it."""
    try:
        import distributed
    except ImportError as error:
        raise MissingError("a cluster needs Dask", extra="cluster") from error
    return distributed


def _connect(address: str, timeout: float) -> "Client":
    """Connect to a scheduler. Raises `PrimesongError` if it cannot be reached."""
    dask = _dask()
    try:
        # a Client that fails to connect goes on trying, and complains in the log: knock first
        socket.create_connection(dask.comm.get_address_host_port(address), timeout).close()
        client: Client = dask.Client(address, timeout=timeout, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PrimesongError(f"the cluster at {address} cannot be reached") from error
    return client


@contextmanager
def _explain_loss() -> Iterator[None]:
    """Say in one sentence what Dask says in many ways: that its scheduler is gone."""
    try:
        yield
    except (OSError, RuntimeError, CancelledError) as error:
        raise _make_lost_error() from error


def _make_lost_error() -> LostError:
    """Return the error of a cluster that is gone."""
    return LostError("the cluster was lost", option="resume")


def _allow_failures(dask_scheduler: Any) -> None:
    """Let a block outlive many workers; Dask gives up after three by default."""
    dask_scheduler.allowed_failures = max(dask_scheduler.allowed_failures, _ALLOWED_FAILURES)


class _Search:
    """One search on a cluster: the blocks that wait, those that are out, and the hits of a window."""

    def __init__(  # noqa: PLR0917
        self,
        client: "Client",
        progression: Progression,
        kernel: str | None,
        accept: Accept | None,
        verify: Accept | None,
        progress: Callable[[SearchProgress], None] | None,
        policy: Policy,
    ) -> None:
        self.client, self.progression, self.kernel, self.accept = client, progression, kernel, accept
        means = choose_means(progression, kernel)
        self.depth, lanes = means.depth, means.kernel.lanes
        self.verify = verify or choose_verifier(means.kernel)
        self.checks = Checks(progression, means.kernel, policy)
        batches = round(policy.block_seconds / (lanes * means.test_seconds + 1e-6))
        self.block = lanes * min(max(1, batches), _MOST_BATCHES)
        self.count = math.ceil(WINDOW * progression.gap)
        self.tally = Tally(progression, self.depth, accept is None, progress)
        self.pending: deque[list[int]] = deque()
        self.out: dict[Any, list[int]] = {}
        self.hits: dict[int, bool] = {}

    def search_window(self, start: int) -> int | None:
        """Sieve a window here and test it there. Returns the first index that was verified, or None."""
        self.tally.cleared = start
        with self.tally.pause_for_sieve() as report:
            workers, stop = cores(), bytearray(1)
            with ThreadPoolExecutor(workers) as pool:
                found = find_survivors(self.progression, start, self.count, self.depth, pool, workers, stop, report)
        self.pending = deque(batch(self.progression, map(int, found), self.accept, self.block))
        self.out, self.hits = {}, {}
        try:
            return self.test()
        finally:
            with suppress(LostError), _explain_loss():
                self.client.cancel(list(self.out), force=True)

    def test(self) -> int | None:
        """Send blocks and receive their answers, until there is none below a hit. Returns that, or None."""
        while True:
            hit = min((hit for hit, is_prime in self.hits.items() if is_prime), default=None)
            if hit is None:
                self.send()
            if not self.out:
                self.checks.make()
                return hit
            self.receive()

    def send(self) -> None:
        """Keep some blocks a thread in flight. The reverse of `recall`."""
        base, exponent = int(self.progression.base), self.progression.exponent
        with _explain_loss():
            room = _BLOCKS_A_THREAD * max(sum(self.client.nthreads().values()), 1)
            while len(self.out) < room and self.pending:
                block = self.pending.popleft()
                future = self.client.submit(
                    run_block, base, exponent, block, self.kernel, pure=False, priority=-block[0]
                )
                self.out[future] = block

    def recall(self, hit: int) -> None:
        """Call back the blocks above a hit, which is yet to be verified. The reverse of `send`."""
        above = sorted(((block[0], future) for future, block in self.out.items() if block[0] > hit), key=itemgetter(0))
        with _explain_loss():
            self.client.cancel([future for _, future in above], force=True)
        self.pending.extendleft(self.out.pop(future) for _, future in reversed(above))

    def receive(self) -> None:
        """Wait for blocks and judge their answers."""
        with _explain_loss(), self.client.as_current():
            done = _dask().wait(list(self.out), return_when="FIRST_COMPLETED").done
        for future in done:
            if future in self.out:  # else it was called back a moment ago
                self.judge(future, self.out.pop(future))

    def judge(self, future: Any, block: list[int]) -> None:
        """Verify what passed of a block; where one that a worker called prime is not, test the whole block here."""
        passed = self.believe(future, block)
        if passed:  # what lies above is hardly wanted, and its workers' time is
            self.recall(passed[0])
        self.verify_hits(passed)
        if any(not self.hits.get(index, True) for index in passed):
            self.verify_hits(self.test_here(block), below_others=False)
        self.tally.tested += len(block)
        if not any(self.hits.values()):
            self.tally.clear(min((other[0] for other in self.out.values()), default=block[-1] + 1))
        self.tally.report("test")

    def verify_hits(self, indices: list[int], *, below_others: bool = True) -> None:
        """Verify those that are not yet; by default only those below all verified ones."""
        for index in indices:
            lower = min((hit for hit, is_prime in self.hits.items() if is_prime), default=index)
            if index not in self.hits and not (below_others and lower < index):
                self.hits[index] = self.verify_here(index)

    def believe(self, future: Any, block: list[int]) -> list[int]:
        """Return what passed of a block by its worker's answer, or, if that is malformed, by testing the block here."""
        if future.status == "cancelled":
            raise _make_lost_error()
        with _explain_loss():
            answer = future.result() if future.status == "finished" else None
        match answer:
            case str(worker), list(powers) if len(powers) == len(block) and all(type(power) is int for power in powers):
                self.checks.add(worker, block, powers)
                return [index for index, power in zip(block, powers, strict=True) if power == 1]
        return self.test_here(block)

    def verify_here(self, index: int) -> bool:
        """Test and verify what a worker called prime; the powers that wait are computed again meanwhile."""
        with ThreadPoolExecutor(1) as pool:
            verified = pool.submit(self.verify, self.progression.number(index))
            return self.checks.make(index) and verified.result()

    def test_here(self, block: list[int]) -> list[int]:
        """Return what passes of a block, without the cluster."""
        _, powers = run_block(self.progression.base, self.progression.exponent, block, self.kernel)
        return [index for index, power in zip(block, powers, strict=True) if power == 1]
