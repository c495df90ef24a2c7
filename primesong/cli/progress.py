"""What is shown while something takes its time: on a terminal only, on standard error (rich)."""

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def progress(options: argparse.Namespace, what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function of (done, total) that draws a bar on a terminal."""
    if options.quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what)
        yield lambda done, total: bars.update(task, completed=done, total=total)


@contextlib.contextmanager
def working(options: argparse.Namespace, what: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal that something of unknown length is going on, and for how long already. Gives a function that
    says what now."""
    if options.quiet or not sys.stderr.isatty():
        yield lambda now: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=None)
        yield lambda now: bars.update(task, description=now)


@contextlib.contextmanager
def libraries_silenced() -> Iterator[None]:
    """Keep what C libraries print by themselves, as libsndfile's MP3 reader does of damaged frames, off standard error;
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
        if _is_descriptor_2(sys.stderr):
            ours = undo.enter_context(open(kept, "w", 1, sys.stderr.encoding, sys.stderr.errors, closefd=False))
            undo.enter_context(contextlib.redirect_stderr(ours))
        os.dup2(nothing.fileno(), 2)
        undo.callback(os.dup2, kept, 2)
        yield


def _is_descriptor_2(stream: object) -> bool:
    """Whether a stream, which may be a test's, writes to standard error itself."""
    try:
        return isinstance(stream, io.TextIOWrapper) and stream.fileno() == 2
    except (OSError, ValueError):
        return False


def duration(seconds: float) -> str:
    """Say how long something takes, to about two figures."""
    if seconds < 120:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    unit, length = ("minutes", 60) if seconds < 7200 else ("hours", 3600) if seconds < 172_800 else ("days", 86_400)
    return f"{seconds / length:,.1f} {unit}"
