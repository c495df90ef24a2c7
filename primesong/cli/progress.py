"""Progress of what takes time: on a terminal only, on standard error (rich)."""

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import Any

from primesong.actions.progress import Progress, Stage, Step, ignore
from primesong.words import describe_duration


@contextlib.contextmanager
def show_progress(options: argparse.Namespace) -> Iterator[Progress]:
    """Yield a callback that draws an action's steps: a bar where the share is known, else the time so far. What C
    libraries print meanwhile is not seen."""
    with _silence_libraries():
        if getattr(options, "quiet", False) or not sys.stderr.isatty():
            yield ignore
        else:
            with _draw_steps() as show:
                yield show


@contextlib.contextmanager
def _draw_steps() -> Iterator[Progress]:
    """Yield a callback that draws an action's steps."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn()
    bars = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bars.add_task("", total=None)

    def show(step: Step) -> None:
        bars.start()  # what reports nothing draws nothing
        total = None if step.share is None else 1.0
        bars.update(task, description=describe(step), completed=step.share or 0.0, total=total)

    try:
        yield show
    finally:
        bars.stop()


def describe(step: Step) -> str:
    """Say what an action is doing."""
    detail = step.detail
    if step.stage is Stage.SEARCH and detail is not None:
        return _describe_search(detail)
    if step.stage is Stage.PROVE and detail is not None:
        left = describe_duration(detail.seconds_left)
        return f"{detail.bits - detail.bits_left:,} of {detail.bits:,} bits proved; about {left} left"
    if step.stage is Stage.CHECK and detail is not None:
        return f"{step.stage.value}: {detail.steps:,} steps"
    if step.stage is Stage.FILM and detail is not None:
        return f"{step.stage.value}; about {describe_duration(detail)} left"
    return step.stage.value


def _describe_search(progress: Any) -> str:
    """Say how a search stands, from its `primes.search.SearchProgress`."""
    if progress.stage == "sieve":
        return f"sieving {progress.share:.0%}"
    if progress.stage == "verify":
        return "verifying the prime"
    found = "" if progress.chance is None else f"; {progress.chance:.0%} of searches are done by now"
    left = describe_duration(progress.seconds_left)
    return f"{progress.tested:,} numbers tested, {progress.rate:.3g} a second{found}; about {left} left"


@contextlib.contextmanager
def _silence_libraries() -> Iterator[None]:
    """Keep what C libraries print themselves, as libsndfile's MP3 reader does of damaged frames, off standard error;
    what Python writes there is still seen.

    File descriptor 2 belongs to the whole process, so this is for a command, which is one; not for a library.
    """
    with contextlib.ExitStack() as undo:
        try:
            kept = os.dup(2)
            undo.callback(os.close, kept)
            nothing = undo.enter_context(open(os.devnull, "wb"))  # noqa: PTH123
        except OSError:  # there is no standard error, or nothing to write to in its place
            yield
            return
        if _is_standard_error(sys.stderr):
            ours = undo.enter_context(open(kept, "w", 1, sys.stderr.encoding, sys.stderr.errors, closefd=False))
            undo.enter_context(contextlib.redirect_stderr(ours))
        os.dup2(nothing.fileno(), 2)
        undo.callback(os.dup2, kept, 2)
        yield


def _is_standard_error(stream: object) -> bool:
    """Whether a stream, which may be a test's, writes to file descriptor 2."""
    try:
        return isinstance(stream, io.TextIOWrapper) and stream.fileno() == 2
    except (OSError, ValueError):
        return False
