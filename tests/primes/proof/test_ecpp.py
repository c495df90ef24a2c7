"""Elliptic curve proofs: made, resumed, interrupted, damaged."""

import multiprocessing
import sys
from contextlib import nullcontext
from dataclasses import replace

import gmpy2
import pytest

from primesong.errors import PrimesongError
from primesong.primes.proof import ecpp
from primesong.primes.proof.certificate import ELLIPTIC_CURVES, Certificate, check

NUMBER = int(gmpy2.next_prime(10**330))

#: Long enough for processes of its own.
LONG = int(gmpy2.next_prime(10**480))


@pytest.fixture(scope="module")
def stages() -> list[ecpp.Stage]:
    told: list[ecpp.Stage] = []
    ecpp.prove(NUMBER, progress=told.append)
    return told


def test_proved_in_stages(stages: list[ecpp.Stage]) -> None:
    assert len(stages) >= 2
    assert stages[-1].bits_left < 64
    assert [stage.bits_left for stage in stages] == sorted((stage.bits_left for stage in stages), reverse=True)
    certificate = stages[-1].certificate
    assert certificate.number == NUMBER
    assert check(certificate)
    assert not check(stages[0].certificate)
    assert Certificate.from_text(certificate.to_text()) == certificate


def test_resumed(stages: list[ecpp.Stage]) -> None:
    state = Certificate.from_text(stages[0].certificate.to_text())
    whole = ecpp.prove(NUMBER, resume=state)
    assert whole.steps[: len(state.steps)] == state.steps
    assert check(whole)


@pytest.mark.parametrize("step", [0, -1])
@pytest.mark.parametrize("changes", [{0: 1}, {0: -1}, {1: 1}, {1: -1}, {1: 0}, {3: 0, 4: 0}])
def test_damage_is_found(stages: list[ecpp.Stage], step: int, changes: dict[int, int]) -> None:
    certificate = stages[-1].certificate
    steps = [list(values) for values in certificate.steps]
    for value, change in changes.items():
        steps[step][value] = steps[step][value] + change if change else 0
    assert not check(replace(certificate, steps=tuple(map(tuple, steps))))  # type: ignore[arg-type]


def test_a_step_left_out(stages: list[ecpp.Stage]) -> None:
    certificate = stages[-1].certificate
    assert not check(replace(certificate, steps=certificate.steps[1:]))
    assert not check(replace(certificate, steps=certificate.steps[:-1]))
    assert not check(replace(certificate, number=NUMBER + 2))


@pytest.mark.parametrize("number", [2, 3, 97, 2**61 - 1, 2**64 + 13, 2**89 - 1])
def test_small_primes(number: int) -> None:
    assert check(ecpp.prove(number))


@pytest.mark.parametrize("number", [-7, 0, 1, 4, 561, NUMBER + 2])
def test_composites(number: int) -> None:
    with pytest.raises(PrimesongError, match="the number is composite"):
        ecpp.prove(number)


def test_state_of_another_number() -> None:
    with pytest.raises(PrimesongError, match="the saved state is of another number"):
        ecpp.prove(NUMBER, resume=Certificate(97, ELLIPTIC_CURVES))


@pytest.mark.parametrize(
    "step",
    [
        (1, 0, 1, 1, 1),
        (1, -1, 1, 1, 1),
        (0, 2**400, 1, 1, 1),
        (2**600, 1, 1, 1, 1),
        (-(2**600), 1, 1, 1, 1),
        (0, 1, 0, 0, 0),
    ],
)
def test_a_damaged_state(stages: list[ecpp.Stage], step: tuple[int, int, int, int, int]) -> None:
    """No hours of work on what cannot hold: s not above 0, or no divisor; t too large; no smaller number."""
    state = replace(stages[0].certificate, steps=(*stages[0].certificate.steps, step))
    with pytest.raises(PrimesongError, match="the proof is damaged at step 2: it leads to no smaller prime"):
        ecpp.prove(NUMBER, resume=state)


@pytest.mark.parametrize(("platform", "started"), [("linux", 100), ("win32", 61)])
def test_no_more_processes_than_the_system_waits_for(
    platform: str, started: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def start(workers: int, *how: object) -> nullcontext[None]:
        asked.append(workers)
        return nullcontext()

    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ecpp, "ProcessPoolExecutor", start)
    with ecpp._pool(2_000, 100):
        assert asked == [started]


def test_a_composite_that_passes_for_a_prime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ecpp, "is_probable_prime", lambda number: True)
    with pytest.raises(PrimesongError, match=r"no proof below a number of \d+ bits|does not hold"):
        ecpp.prove((2**89 - 1) * (2**107 - 1))


def test_an_interruption_leaves_no_process() -> None:
    told: list[ecpp.Stage] = []

    def interrupt(stage: ecpp.Stage) -> None:
        told.append(stage)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ecpp.prove(LONG, progress=interrupt)
    assert multiprocessing.active_children() == []
    assert told[0].certificate.rest < LONG
    assert told[0].bits == LONG.bit_length()


def test_killed_workers_are_told() -> None:
    told: list[ecpp.Stage] = []

    def kill(stage: ecpp.Stage) -> None:
        told.append(stage)
        for process in multiprocessing.active_children():
            process.kill()

    with pytest.raises(PrimesongError, match=r"a worker process was killed.*go on from the saved state"):
        ecpp.prove(LONG, progress=kill)
    assert multiprocessing.active_children() == []
    whole = ecpp.prove(LONG, resume=told[0].certificate)
    assert whole.steps[:1] == told[0].certificate.steps


def test_the_last_check_tells_its_steps() -> None:
    checked: list[int] = []
    certificate = ecpp.prove(NUMBER, checking=checked.append)
    assert checked == list(range(len(certificate.steps)))


def test_a_step_that_fails_ends_the_check(stages: list[ecpp.Stage]) -> None:
    certificate, checked = stages[-1].certificate, list[int]()
    (t, s, a, x, y), *others = certificate.steps
    assert not check(replace(certificate, steps=((t, s, a, x, y + 1), *others)), checked.append)
    assert checked == [0]


def test_a_curve_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(order: object) -> None:
        raise ArithmeticError("the polynomial does not split")

    monkeypatch.setattr(ecpp, "step", fail)
    with pytest.raises(PrimesongError, match=r"no proof below a number of [\d,]+ bits: the polynomial does not split"):
        ecpp.prove(NUMBER)
