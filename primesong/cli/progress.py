"""What is shown while something takes its time: on a terminal only, on standard error (rich)."""

import argparse
import contextlib
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

    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what)
        yield lambda done, total: bars.update(task, completed=done, total=total)


@contextlib.contextmanager
def working(options: argparse.Namespace, what: str) -> Iterator[None]:
    """Show on a terminal that something of unknown length is going on, and for how long already."""
    if options.quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bars.add_task(what, total=None)
        yield
