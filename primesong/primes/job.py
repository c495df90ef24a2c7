"""Long jobs: how they report their progress, and how their state is kept so that they can be resumed.

The search for a prime (`plan.find`) and the proof of one (`proof.ecpp.prove`) take the same four arguments:

    state     the text that an earlier run kept, to resume from; None starts at the beginning
    progress  called with a `Progress` whenever there is news; in a search by the workers' threads
    keep      called with the state's text: now and then, and once more when the job is interrupted or its machines are
              lost, if there is anything new to keep
    every     the least time between two calls of `keep`, in seconds

A state is JSON. Only the job that wrote it can resume from it: one of another number is refused.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from primesong.errors import LostError

#: Seconds between two states of a search: a search that takes less loses nothing worth a file.
KEEP_SECONDS = 30.0

Keep = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job has come.

    Parameters
    ----------
    stage : str
        "sieve", "test" or "verify" of a search; "prove" or "check" of a proof.
    share : float
        How much of the stage is done, from 0 to 1, where that is known; else 1.
    seconds_left : float
        The expected time to the end of the stage, in seconds; infinite while it is unknown.
    """

    stage: str
    share: float
    seconds_left: float


@contextmanager
def keep_state(keep: Keep | None, every: float, snapshot: Callable[[], str]) -> Iterator[Callable[[], None]]:
    """Yield a function to call after each advance: it keeps a snapshot if the last one is `every` seconds old.

    What is new is also kept when the job is interrupted. When its machines are lost, the state is kept in any case, so
    that there is one to resume from.
    """
    due, is_new = time.monotonic() + every, False

    def advance() -> None:
        nonlocal due, is_new
        is_new = True
        if keep is not None and time.monotonic() >= due:
            due, is_new = time.monotonic() + every, False
            keep(snapshot())

    try:
        yield advance
    except (KeyboardInterrupt, LostError) as interruption:
        if keep is not None and (is_new or isinstance(interruption, LostError)):
            keep(snapshot())
        raise
