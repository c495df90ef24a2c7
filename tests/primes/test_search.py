"""The search against gmpy2.next_prime: the same prime whatever the kernel, the workers, the interruptions."""

import random
import threading
import time
from collections.abc import Sequence

import gmpy2
import pytest

from primesong.primes import search
from primesong.primes.kernel import extension, kernels
from primesong.primes.kernel.fermat import GmpKernel
from primesong.primes.search import first_prime
from primesong.primes.sieve import Progression
from primesong.primes.tally import SearchProgress


def base_of_bits(bits: int, seed: int) -> int:
    return random.Random(seed).getrandbits(bits) | 1 | 1 << (bits - 1)


@pytest.mark.parametrize("name", kernels.available())
@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("bits", [500, 513, 700, 1500, 2200])
def test_next_prime(name: str, workers: int, bits: int) -> None:
    progression = Progression(base_of_bits(bits, bits + workers))
    index = first_prime(progression, workers=workers, kernel=name)
    assert progression.number(index) == gmpy2.next_prime(progression.base - 1)


def test_next_prime_without_the_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extension, "compiled", None)
    progression = Progression(base_of_bits(900, 5))
    assert progression.number(first_prime(progression)) == gmpy2.next_prime(progression.base - 1)


@pytest.mark.parametrize("base", [3, 5, 7, 9, 25, 2**89 - 1, 2**521 - 1])
def test_a_prime_base_is_its_own_answer(base: int) -> None:
    progression = Progression(base)
    assert progression.number(first_prime(progression)) == gmpy2.next_prime(base - 1)


def test_other_steps() -> None:
    progression = Progression((base_of_bits(200, 3) << 700) + 1, 680)
    index = first_prime(progression)
    assert gmpy2.is_prime(progression.number(index))
    assert not any(gmpy2.is_prime(progression.number(below)) for below in range(index))


def test_start_goes_on_from_there() -> None:
    progression = Progression(base_of_bits(800, 11))
    first = first_prime(progression)
    assert first_prime(progression, start=first) == first
    second = first_prime(progression, start=first + 1)
    assert progression.number(second) == gmpy2.next_prime(progression.number(first))


def test_window_after_window() -> None:
    progression = Progression(base_of_bits(900, 23))
    assert progression.number(first_prime(progression, window=0.05)) == gmpy2.next_prime(progression.base - 1)


def test_accept_passes_over() -> None:
    progression = Progression(base_of_bits(700, 31))
    number = progression.number(first_prime(progression, accept=lambda number: number % 10 == 7))
    wanted = gmpy2.next_prime(progression.base - 1)
    while wanted % 10 != 7:
        wanted = gmpy2.next_prime(wanted)
    assert number == wanted


def test_a_pseudoprime_is_passed_over_and_the_search_goes_on() -> None:
    progression = Progression(base_of_bits(700, 37))
    first = progression.number(first_prime(progression))
    seen: list[int] = []

    def verify(number: int) -> bool:
        seen.append(int(number))
        return number != first

    second = progression.number(first_prime(progression, verify=verify, workers=2))
    assert second == gmpy2.next_prime(first)
    assert first in seen


def test_interrupted_and_resumed() -> None:
    progression = Progression(base_of_bits(3000, 41))
    whole = first_prime(progression)
    assert whole > 200
    reports: list[SearchProgress] = []

    def interrupt(progress: SearchProgress) -> None:
        reports.append(progress)
        if progress.cleared > 0:
            raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        first_prime(progression, progress=interrupt, workers=1)  # batches then end in their order on any machine
    assert threading.active_count() == before
    cleared = max(progress.cleared for progress in reports)
    assert 0 < cleared <= whole
    assert first_prime(progression, start=cleared) == whole


def test_progress_is_honest() -> None:
    reports: list[SearchProgress] = []
    progression = Progression(base_of_bits(2500, 43))
    index = first_prime(progression, progress=reports.append, workers=1)
    stages = [progress.stage for progress in reports]
    assert stages == sorted(stages, key=("sieve", "test", "verify").index)
    assert (stages[0], stages[-1], stages.count("verify")) == ("sieve", "verify", 1)
    assert reports[0].seconds_left == float("inf")
    assert all(progress.cleared <= index for progress in reports)
    assert all(progress.chance is not None and 0 <= progress.chance < 1 for progress in reports)
    assert all(0 <= progress.share <= 1 for progress in reports)


def test_the_count_goes_on_from_window_to_window() -> None:
    reports: list[SearchProgress] = []
    first_prime(Progression(base_of_bits(900, 23)), progress=reports.append, workers=1, window=0.05)
    windows = {progress.cleared for progress in reports if progress.stage == "sieve"}
    tested = [progress.tested for progress in reports]
    assert len(windows) > 1
    assert tested == sorted(tested)
    assert tested[-1] > 8  # more than a batch


def test_no_chance_is_reported_where_not_every_prime_will_do() -> None:
    reports: list[SearchProgress] = []
    first_prime(Progression(base_of_bits(700, 31)), accept=lambda number: number % 10 == 7, progress=reports.append)
    assert {progress.chance for progress in reports} == {None}


def test_faults_in_a_worker_come_out() -> None:
    def fail(number: int) -> bool:
        raise OSError("no more paper")

    with pytest.raises(OSError, match="no more paper"):
        first_prime(Progression(base_of_bits(700, 47)), verify=fail, workers=2)


def test_a_fault_ends_the_other_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those that began before: the first waits here until it is stopped, the second fails."""
    waiting, stopped = threading.Event(), threading.Event()

    class Faulty(GmpKernel):
        def test(self, numbers: Sequence[int], stop: bytearray) -> list[bool] | None:
            if waiting.is_set():
                raise OSError("no more paper")
            waiting.set()
            for _ in range(500):
                if stop[0]:
                    stopped.set()
                    return None
                time.sleep(0.01)
            return [False] * len(numbers)

    monkeypatch.setattr(kernels, "choose", lambda bits, name: Faulty("gmpy2", 1))
    with pytest.raises(OSError, match="no more paper"):
        first_prime(Progression(base_of_bits(700, 47)), workers=2)
    assert stopped.is_set()


def test_estimate_grows_with_the_number() -> None:
    small, large = (search.estimate(Progression(2**bits + 1)) for bits in (2000, 12000))
    assert 0 < small.seconds < large.seconds
    assert large.processor_seconds >= large.seconds
    assert 150 < large.tests < 400


@pytest.mark.parametrize("options", [{"workers": 0}, {"start": -1}])
def test_wrong_calls(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"at least one worker|an index from 0"):
        first_prime(Progression(2**600 + 1), **options)  # type: ignore[arg-type]
