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

from primesong.errors import MissingError, PrimesongError
from primesong.number import cluster
from primesong.number.search import Progress
from primesong.number.sieve import Progression

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


def test_workers_killed_during_the_search(machines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "BLOCK_SECONDS", 0.05)
    progression = base_of_bits(3200, 7)  # its prime is far enough for some seconds of gmpy2
    wanted = gmpy2.next_prime(progression.base - 1)
    killed: list[int] = []

    def kill(progress: Progress) -> None:
        living = {nanny.pid for nanny in machines.workers.values()} - {None, *killed}
        if progress.stage == "test" and len(killed) < 2 and living:
            killed.append(min(living))
            os.kill(killed[-1], signal.SIGKILL)

    assert find(machines, progression, kernel="gmpy2", progress=kill) == wanted
    assert len(killed) == 2


@pytest.mark.parametrize(
    "lie",
    [
        lambda indices: indices,
        lambda indices: indices[:1],
        lambda indices: "prime!",
        lambda indices: None,
        lambda indices: [-1],
        lambda indices: [True],
        lambda indices: [10**9],
    ],
)
def test_a_lying_worker_is_caught(machines: Any, lie: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer from the cluster is a lie; what is tested here is not."""
    progression = base_of_bits(800, 17)
    truth = cluster._Search.believed

    def believed(search: Any, future: Any, block: list[int]) -> list[int]:
        class Told:
            status = "finished"

            @staticmethod
            def result() -> Any:
                return lie(block)

        return truth(search, Told, block)

    monkeypatch.setattr(cluster._Search, "believed", believed)
    assert find(machines, progression) == gmpy2.next_prime(progression.base - 1)


def test_a_worker_that_fails_has_its_block_tested_here(machines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    progression = base_of_bits(700, 21)
    from distributed import Client

    right = Client.submit
    monkeypatch.setattr(Client, "submit", lambda self, function, *given, **how: right(self, divmod, 1, 0, pure=False))
    assert find(machines, progression) == gmpy2.next_prime(progression.base - 1)


def test_interrupted(machines: Any) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.stage == "test":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find(machines, base_of_bits(3000, 23), progress=interrupt)
    before = threading.active_count()
    time.sleep(0.1)
    assert threading.active_count() <= before


def test_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_TIMEOUT", 0.5)
    with pytest.raises(PrimesongError, match=r"the cluster at tcp://127\.0\.0\.1:9 cannot be reached"):
        cluster.first_prime(base_of_bits(600, 1), "tcp://127.0.0.1:9")
    with pytest.raises(PrimesongError, match="the cluster at nonsense cannot be reached"):
        cluster.first_prime(base_of_bits(600, 1), "nonsense")


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingError, match=r"a cluster needs Dask; install primesong\[cluster\]"):
        cluster.first_prime(base_of_bits(600, 1), "tcp://127.0.0.1:9")
