"""Elliptic curve proofs: made, resumed, interrupted."""

import multiprocessing
import sys
from contextlib import nullcontext
from dataclasses import dataclass, replace

import gmpy2
import pytest

from primesong.errors import LostError, PrimesongError
from primesong.primes.proof import ecpp
from primesong.primes.proof.certificate import ELLIPTIC_CURVES, Certificate
from primesong.primes.proof.checking import ProofProgress, check

NUMBER = int(gmpy2.next_prime(10**240))

#: Long enough for processes of its own.
LONG = int(gmpy2.next_prime(10**452))


@dataclass
class Run:
    """A finished proof, with what it reported and kept on the way."""

    certificate: Certificate
    progress: list[ProofProgress]
    states: list[str]


@pytest.fixture(scope="module")
def proof() -> Run:
    progress: list[ProofProgress] = []
    states: list[str] = []
    return Run(ecpp.prove(NUMBER, progress=progress.append, keep=states.append), progress, states)


def test_proved_in_stages(proof: Run) -> None:
    proving = [now for now in proof.progress if now.stage == "prove"]
    assert len(proving) == len(proof.states) == len(proof.certificate.steps) >= 2
    assert [now.steps for now in proving] == list(range(1, len(proving) + 1))
    assert proving[-1].bits_left < 64
    assert [now.bits_left for now in proving] == sorted((now.bits_left for now in proving), reverse=True)
    assert {now.bits for now in proof.progress} == {NUMBER.bit_length()}
    assert all(0 <= now.share <= 1 and now.seconds_left >= 0 for now in proof.progress)
    assert proof.certificate.number == NUMBER
    assert check(proof.certificate)
    assert Certificate.from_text(proof.states[-1]) == proof.certificate
    assert not check(Certificate.from_text(proof.states[0]))


def test_resumed(proof: Run) -> None:
    whole = ecpp.prove(NUMBER, state=proof.states[0])
    steps = Certificate.from_text(proof.states[0]).steps
    assert whole.steps[: len(steps)] == steps
    assert check(whole)


@pytest.mark.parametrize("number", [2, 3, 97, 2**61 - 1, 2**64 + 13, 2**89 - 1])
def test_small_primes(number: int) -> None:
    assert check(ecpp.prove(number))


@pytest.mark.parametrize("number", [-7, 0, 1, 4, 561, NUMBER + 2])
def test_composites(number: int) -> None:
    with pytest.raises(PrimesongError, match="the number is composite"):
        ecpp.prove(number)


def test_state_of_another_number() -> None:
    with pytest.raises(PrimesongError, match="the saved state is the proof of another number"):
        ecpp.prove(NUMBER, state=Certificate(97, ELLIPTIC_CURVES).to_text())


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
def test_a_damaged_state(proof: Run, step: tuple[int, int, int, int, int]) -> None:
    """No hours of work on what cannot hold: s not above 0, or no divisor; t too large; no smaller number."""
    state = replace(proof.certificate, steps=(proof.certificate.steps[0], step))
    with pytest.raises(PrimesongError, match="the proof is damaged at step 2: it does not lead to a smaller prime"):
        ecpp.prove(NUMBER, state=state.to_text())


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
    with pytest.raises(PrimesongError, match=r"no proof was found for a number of \d+ bits|does not hold"):
        ecpp.prove((2**89 - 1) * (2**107 - 1))


def test_an_interruption_leaves_no_process() -> None:
    states: list[str] = []

    def interrupt(progress: ProofProgress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ecpp.prove(LONG, progress=interrupt, keep=states.append)
    assert multiprocessing.active_children() == []
    (state,) = states
    assert Certificate.from_text(state).rest < LONG


def test_killed_workers_are_reported_and_the_proof_resumes() -> None:
    states: list[str] = []

    def kill(progress: ProofProgress) -> None:
        for process in multiprocessing.active_children():
            process.kill()

    with pytest.raises(LostError, match="a worker process was killed, or ran out of memory") as lost:
        ecpp.prove(LONG, progress=kill, keep=states.append)
    assert lost.value.option == "resume"
    assert multiprocessing.active_children() == []
    whole = ecpp.prove(LONG, state=states[-1])
    steps = Certificate.from_text(states[-1]).steps
    assert whole.steps[: len(steps)] == steps != ()


def test_the_last_check_reports_its_steps(proof: Run) -> None:
    checked = [now for now in proof.progress if now.stage == "check"]
    assert [now.steps for now in checked] == list(range(len(proof.certificate.steps)))
    assert proof.progress[-len(checked) :] == checked


def test_a_curve_that_cannot_be_made_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(order: object) -> None:
        raise ArithmeticError("the polynomial does not split")

    monkeypatch.setattr(ecpp, "make_step", fail)
    with pytest.raises(
        PrimesongError, match=r"no proof was found for a number of [\d,]+ bits: the polynomial does not split"
    ):
        ecpp.prove(NUMBER)
