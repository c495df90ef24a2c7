"""How far an action has come, told to whoever asked for it.

Every action that takes time calls back with `Step`s; the command line draws them, the studio sends them to its page,
Python may ignore them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Stage(Enum):
    """What an action is doing; the value says so in a sentence."""

    LISTEN = "listening"
    REPAIR = "repairing the notes"
    MINIFY = "shortening the program"
    COMPRESS = "compressing the program"
    PLAN = "planning the search"
    SEARCH = "searching for the prime"
    PROVE = "proving the number prime"
    CHECK = "checking the proof"
    TEST = "testing the number"
    WRITE = "writing the files"
    RENDER = "rendering the sound"
    FILM = "making the video"


@dataclass(frozen=True, slots=True)
class Step:
    """A moment of an action.

    Parameters
    ----------
    stage : Stage
        What is being done.
    share : float or None
        How much of it is done, 0 to 1; None if that is unknown.
    detail : object
        What the stage itself reports, such as `primes.search.Progress`.
    """

    stage: Stage
    share: float | None = None
    detail: Any = None


Progress = Callable[[Step], None]


def ignore(step: Step) -> None:
    """Take a step's report and do nothing with it."""


def report_share(progress: Progress, stage: Stage) -> Callable[[float], None]:
    """Return a function of a share, 0 to 1, that reports steps of one stage."""
    return lambda share: progress(Step(stage, share))
