"""Run the program inside a song, in the sandbox, after consent: this one program, at this level of isolation."""

from collections.abc import Callable
from dataclasses import dataclass

from primesong.actions.decode import decode
from primesong.errors import DamagedError, NoProgramError, PrimesongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.resources import asset
from primesong.sandbox.interpreter import Python, find_python
from primesong.sandbox.levels import LEVELS, Level
from primesong.sandbox.process import Ending, execute, find_level
from primesong.sandbox.quota import Quota
from primesong.sandbox.report import describe_program, sha256
from primesong.sandbox.training import Training
from primesong.song import Song


@dataclass(frozen=True, slots=True)
class Introduction:
    """What consent is given to.

    Parameters
    ----------
    program : bytes
        The program.
    sha256 : str
        Its SHA-256.
    python : Python
        What runs it.
    level : Level
        How it is isolated here.
    facts : list of (str, str)
        What is said of both: a label and a text each.
    """

    program: bytes
    sha256: str
    python: Python
    level: Level
    facts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Run:
    """How a program ended, None if it was interrupted, and what it printed of its training."""

    ending: Ending | None
    training: Training


def introduce(song: Song, limits: Limits = DEFAULT_LIMITS, *, python: str | None = None) -> Introduction:
    """Say what would be run, and how it would be isolated. Nothing is run.

    Parameters
    ----------
    song : Song
        The song with the program.
    limits : Limits
        How long the program may be.
    python : str, optional
        The Python to run it; by default this one.

    Raises
    ------
    PrimesongError
        If there is no program, or no Python.
    """
    try:
        program = decode(song, limits, effort=0).program
    except DamagedError as error:
        raise NoProgramError("the song's program is damaged", command="decode") from error
    found = find_python(python)
    level = find_level(found)
    return Introduction(program, sha256(program), found, level, describe_program(program, level))


def check_consent(
    introduction: Introduction, *, wanted: str | None = None, level: str | None = None, isolated: bool = False
) -> None:
    """Check a program against what was agreed to.

    Parameters
    ----------
    introduction : Introduction
        What would be run.
    wanted : str, optional
        The SHA-256 that was agreed to.
    level : str, optional
        The name of the level that was agreed to.
    isolated : bool
        Whether only the strongest level is accepted.

    Raises
    ------
    PrimesongError
        If it is another program, or the isolation is weaker.
    """
    if wanted is not None and wanted.lower() != introduction.sha256:
        raise PrimesongError(
            f"the program's SHA-256 is {introduction.sha256}, not the one that was agreed to; it was not run"
        )
    if level is not None and level != introduction.level.name:
        raise PrimesongError(f"{introduction.level.name} would isolate the program, not {level}; it was not run")
    if isolated and introduction.level != LEVELS[0]:
        raise PrimesongError(
            f"only {introduction.level.name} is available here, not {LEVELS[0].name}; the program was not run"
        )


def run_program(
    introduction: Introduction,
    *,
    names: bytes | None = None,
    quota: Quota | None = None,
    show: Callable[[str, Training, bool], None] = lambda line, training, is_step: None,
) -> Run:
    """Run a program that was agreed to.

    Parameters
    ----------
    introduction : Introduction
        The program, and how it is isolated.
    names : bytes, optional
        Its input.txt; by default 5,163 first names.
    quota : Quota, optional
        Time, memory, disk and output that it may use.
    show : callable
        Gets each line that the program prints, the training so far, and whether the line was one of its steps.
    """
    training = Training()

    def read_line(line: str) -> None:
        show(line, training, training.read(line))

    given = {"input.txt": default_names() if names is None else names}
    try:
        ending = execute(
            introduction.program,
            introduction.python,
            introduction.level,
            quota or Quota(),
            files=given,
            show=read_line,
        )
    except KeyboardInterrupt:
        return Run(None, training)
    return Run(ending, training)


def default_names() -> bytes:
    """Return the first names that a program gets as its input.txt."""
    return asset("names.txt").read_bytes()
