"""The search on a real cluster of Dask workers: killed, lying, out of reach."""

import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from typing import Any

import gmpy2
import pytest

from primesong.errors import LostError, MissingError, PrimesongError
from primesong.primes import cluster
from primesong.primes.blocks import Checks, Policy
from primesong.primes.sieve import Progression
from primesong.primes.tally import SearchProgress

pytestmark = pytest.mark.filterwarnings("ignore")  # Dask's own, at the deaths that are its trade


@pytest.fixture(scope="module")
def machines() -> Iterator[Any]:
    from distributed import LocalCluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as local:
            yield local


def base_of_bits(bits: int, seed: int) -> Progression:
    return Progression(random.Random(seed).getrandbits(bits) | 1 | 1 << (bits - 1))


def find(machines: Any, progression: Progression, **options: Any) -> int:
    return int(progression.number(cluster.first_prime(progression, machines.scheduler_address, **options)))


@pytest.mark.parametrize("bits", [600, 2000])
def test_next_prime(machines: Any, bits: int) -> None:
    progression = base_of_bits(bits, bits)
    assert find(machines, progression) == gmpy2.next_prime(progression.base - 1)


def test_start_and_accept(machines: Any) -> None:
    progression = base_of_bits(700, 9)
    first = find(machines, progression)
    assert find(machines, progression, start=(first - progression.base) // 2) == first
    wanted = gmpy2.next_prime(progression.base - 1)
    while wanted % 10 != 3:
        wanted = gmpy2.next_prime(wanted)
    assert find(machines, progression, accept=lambda number: number % 10 == 3) == wanted


def test_workers_killed_during_the_search(machines: Any) -> None:
    progression = base_of_bits(2000, 34)  # its prime is four average gaps away: some seconds of gmpy2
    wanted = gmpy2.next_prime(progression.base - 1)
    killed: list[int] = []

    def kill(progress: SearchProgress) -> None:
        living = {nanny.pid for nanny in machines.workers.values()} - {None, *killed}
        if progress.stage == "test" and len(killed) < 2 and living:
            killed.append(min(living))
            os.kill(killed[-1], signal.SIGKILL)

    assert find(machines, progression, kernel="gmpy2", progress=kill, policy=Policy(block_seconds=0.05)) == wanted
    assert len(killed) == 2


def answer_by(monkeypatch: pytest.MonkeyPatch, lie: Any) -> None:
    """Have every answer from the cluster, a pair of worker and powers, replaced by a lie about its block."""
    truth = cluster._Search.believe

    def believe(search: Any, future: Any, block: list[int]) -> list[int]:
        class Answer:
            status = "finished"

            @staticmethod
            def result() -> Any:
                return lie(future.result(), block)

        return truth(search, Answer, block)

    monkeypatch.setattr(cluster._Search, "believe", believe)


@pytest.mark.parametrize(
    "lie",
    [
        lambda answer, block: "prime!",
        lambda answer, block: None,
        lambda answer, block: (answer[0], [1]),
        lambda answer, block: (answer[0], [True] * len(block)),
        lambda answer, block: (answer[0], "1" * len(block)),
        lambda answer, block: ("liar", answer[1], answer[1]),
    ],
)
def test_a_garbled_answer_is_caught(machines: Any, lie: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_by(monkeypatch, lie)
    progression = base_of_bits(800, 17)
    assert find(machines, progression) == gmpy2.next_prime(progression.base - 1)


@pytest.mark.parametrize(
    "lie",
    [
        lambda answer, block: (answer[0], [1 for _ in block]),
        lambda answer, block: (answer[0], [1, *answer[1][1:]]),
    ],
)
def test_a_composite_called_prime_is_caught(machines: Any, lie: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even with no power computed again, for a find is verified."""
    monkeypatch.setattr(Checks, "add", lambda *given: None)
    answer_by(monkeypatch, lie)
    progression = base_of_bits(800, 17)
    assert find(machines, progression) == gmpy2.next_prime(progression.base - 1)


def test_a_worker_that_calls_all_composite_is_caught(machines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_by(monkeypatch, lambda answer, block: (answer[0], [7 for _ in block]))
    with pytest.raises(
        PrimesongError,
        match=r"the worker .* \(process \d+\) computes wrongly; remove it, and start the search from the beginning",
    ):
        find(machines, base_of_bits(800, 17))


def test_a_power_does_not_wait_long(machines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many are computed again together as there are lanes; but a minute is too long for them to be gathered."""
    answered: list[object] = []
    answer_by(monkeypatch, lambda answer, block: answered.append(block) or (answer[0], [7 for _ in block]))
    with pytest.raises(PrimesongError, match="computes wrongly"):
        find(machines, base_of_bits(800, 17), policy=Policy(check_seconds=0.0))
    assert len(answered) == 1


def test_errors_are_caught_in_time(machines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that begins to err after its first block is caught at a later one."""
    answered: list[object] = []

    def lie(answer: Any, block: list[int]) -> Any:
        answered.append(block)
        return answer if len(answered) < 5 else (answer[0], [7 for _ in block])

    answer_by(monkeypatch, lie)
    progression = base_of_bits(3200, 7)
    with pytest.raises(PrimesongError, match="computes wrongly"):
        find(machines, progression, kernel="gmpy2", policy=Policy(checked_blocks=2, block_seconds=0.0))
    assert len(answered) >= 5


def test_a_worker_that_fails_has_its_block_tested_here(machines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    progression = base_of_bits(700, 21)
    from distributed import Client

    right = Client.submit
    monkeypatch.setattr(Client, "submit", lambda self, function, *given, **how: right(self, divmod, 1, 0, pure=False))
    assert find(machines, progression) == gmpy2.next_prime(progression.base - 1)


def test_interrupted(machines: Any) -> None:
    before = set(threading.enumerate())
    asked: list[int] = []

    def interrupt(progress: SearchProgress) -> None:
        if progress.stage == "test":
            asked.append(len(machines.scheduler.tasks))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find(machines, base_of_bits(3000, 23), progress=interrupt)
    assert asked[0] > 0
    deadline = time.monotonic() + 30
    while machines.scheduler.tasks and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not machines.scheduler.tasks
    left = {thread.name for thread in set(threading.enumerate()) - before}
    assert not any(name.startswith("ThreadPoolExecutor") for name in left)  # Dask's own are called otherwise


@pytest.mark.parametrize("call", ["nthreads", "run_on_scheduler", "submit"])
def test_a_scheduler_that_is_gone(machines: Any, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import Client
    from distributed.comm import CommClosedError

    def fail(*given: Any, **how: Any) -> None:
        raise CommClosedError("in <TCP>: Stream is closed")

    monkeypatch.setattr(Client, call, fail)
    monkeypatch.setattr(Client, "cancel", fail)
    with pytest.raises(LostError, match="the cluster was lost") as lost:
        find(machines, base_of_bits(700, 21))
    assert lost.value.option == "resume"


def test_out_of_reach() -> None:
    policy = Policy(timeout=0.5)
    with pytest.raises(PrimesongError, match=r"the cluster at tcp://127\.0\.0\.1:9 cannot be reached"):
        cluster.first_prime(base_of_bits(600, 1), "tcp://127.0.0.1:9", policy=policy)
    with pytest.raises(PrimesongError, match="the cluster at nonsense cannot be reached"):
        cluster.first_prime(base_of_bits(600, 1), "nonsense", policy=policy)


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingError, match="a cluster needs Dask") as missing:
        cluster.first_prime(base_of_bits(600, 1), "tcp://127.0.0.1:9")
    assert missing.value.extra == "cluster"
