"""The loss as a live curve in the terminal (rich, plotext), and the program's own lines as they come."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from primesong.cli.terminal import make_harmless
from primesong.sandbox.training import Training

if TYPE_CHECKING:
    from rich.text import Text

#: In terminal rows.
_HEIGHT = 14


@contextlib.contextmanager
def show_training(quiet: bool) -> Iterator[Callable[[str, Training, bool], None]]:
    """Yield a function that shows a program's lines on standard output and, on a terminal, its losses as a curve."""
    if quiet or not sys.stdout.isatty():
        yield _print_line
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console()
    with Live(Text(""), console=console, refresh_per_second=4, vertical_overflow="crop") as live:

        def draw(line: str, training: Training, is_step: bool) -> None:
            if is_step:
                live.update(_draw_curve(training, console.width))
            else:
                console.print(Text(make_harmless(line)))

        yield draw


def _print_line(line: str, training: Training, is_step: bool) -> None:
    print(make_harmless(line), flush=True)


def _draw_curve(training: Training, width: int) -> "Text":
    """Draw the losses so far, with a line that says how far it is."""
    import plotext
    from rich.text import Text

    step, losses = len(training.losses), training.losses
    width = min(width, 100)
    size = max(1, -(-step // (2 * width)))
    means = [sum(losses[start : start + size]) / len(losses[start : start + size]) for start in range(0, step, size)]
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(width, _HEIGHT)
    plotext.xlim(0, max(training.steps, step))
    plotext.plot([min(size * (place + 1), step) for place in range(len(means))], means, marker="braille")
    plotext.ylabel("loss")
    where = f"step {step:,} of {training.steps:,}, mean loss of the last 50: {training.recent:.3f}"
    return Text.from_ansi(plotext.build()) + Text(f"\n{where}")
