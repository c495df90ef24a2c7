"""Prove a number prime, and check a proof."""

from collections.abc import Callable
from pathlib import Path

from primesong.actions.progress import Progress, Stage, Step, ignore
from primesong.errors import PrimesongError
from primesong.files.source import name_source, read_bytes
from primesong.files.state import StateFile
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.primes.proof import checking
from primesong.primes.proof.certificate import Certificate
from primesong.primes.proof.checking import ProofProgress
from primesong.primes.proof.ecpp import prove as prove_by_curves
from primesong.primes.proof.formats import read_certificate

#: The stages of a proof, by the names that `primes.job` gives them.
_STAGES = {"prove": Stage.PROVE, "check": Stage.CHECK}


def prove(
    number: int,
    *,
    state: StateFile | None = None,
    workers: int | None = None,
    progress: Progress = ignore,
) -> Certificate:
    """Prove a number prime by elliptic curves.

    Parameters
    ----------
    number : int
        A probable prime.
    state : StateFile, optional
        Keeps the proof's state after each step, or that of an interrupted one.
    workers : int, optional
        Processes; by default one for each core.
    progress : callable
        Gets a `Step` now and then, whose detail is a `ProofProgress`.

    Raises
    ------
    PrimesongError
        If the number is composite, or the state is of another number.
    """
    if state is not None:
        state.check_writable()
    return prove_by_curves(
        number,
        state=state.text if state else None,
        keep=state.save if state else None,
        workers=workers,
        progress=_report_to(progress),
    )


def load_certificate(source: str | Path, limits: Limits = DEFAULT_LIMITS) -> Certificate:
    """Read a certificate in any format, plain or packed, from a file or standard input. Raises `PrimesongError`."""
    try:
        return read_certificate(read_bytes(source, limits), limits)
    except PrimesongError as error:
        raise error.within(name_source(source)) from error


def check_certificate(certificate: Certificate, number: int | None = None, *, progress: Progress = ignore) -> str:
    """Check a certificate, of this number if one is given; return what the proof rests on.

    Raises
    ------
    PrimesongError
        If it proves nothing, or is of another number.
    """
    if number is not None and certificate.number != number:
        raise PrimesongError("the certificate is of another number")
    if not checking.check(certificate, _report_to(progress)):
        raise PrimesongError("the certificate does not hold: it proves nothing")
    return certificate.grounds


def _report_to(progress: Progress) -> Callable[[ProofProgress], None]:
    """Return a callback that reports a proof's progress as steps."""
    return lambda now: progress(Step(_STAGES[now.stage], now.share, now))
