"""When a job's state is kept: at intervals, at an interruption, when its machines are lost."""

import pytest

from primesong.errors import LostError, PrimesongError
from primesong.primes.job import keep_state


def run(every: float, ending: type[BaseException], advances: int) -> list[str]:
    """Advance a job some times and end it by an error. Return the states that were kept."""
    kept: list[str] = []
    states = iter("123")

    def work() -> None:
        with keep_state(kept.append, every, lambda: next(states)) as advance:
            for _ in range(advances):
                advance()
            raise ending

    with pytest.raises(ending):
        work()
    return kept


def test_each_advance_is_kept_without_an_interval() -> None:
    assert run(0.0, KeyboardInterrupt, 3) == ["1", "2", "3"]


def test_one_state_is_kept_within_an_interval() -> None:
    assert run(3600.0, KeyboardInterrupt, 3) == ["1"]


def test_nothing_new_is_not_kept() -> None:
    assert run(3600.0, KeyboardInterrupt, 0) == []


def test_a_job_that_lost_its_machines_can_always_resume() -> None:
    assert run(3600.0, LostError, 0) == ["1"]


def test_a_fault_keeps_nothing() -> None:
    assert run(3600.0, PrimesongError, 3) == []


def test_nobody_keeps() -> None:
    with keep_state(None, 0.0, lambda: "") as advance:
        advance()
