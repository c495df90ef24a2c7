"""The loss as a live curve in the terminal (rich, plotext), and the program's own lines as they come."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from primesong.cli.terminal import harmless

if TYPE_CHECKING:
    from rich.text import Text

    from primesong.sandbox.training import Training

_HEIGHT = 14


@contextlib.contextmanager
def showing(training: "Training", quiet: bool) -> Iterator[Callable[[str], None]]:
    """Give a function that takes in the program's lines: onto standard output and, on a terminal, steps as a curve."""
    if quiet or not sys.stdout.isatty():

        def plain(line: str) -> None:
            training.read(line)
            print(harmless(line.encode()), flush=True)

        yield plain
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console()
    with Live(Text(""), console=console, refresh_per_second=4, vertical_overflow="crop") as live:

        def drawn(line: str) -> None:
            if training.read(line):
                live.update(_curve(training, console.width))
            else:
                console.print(Text(harmless(line.encode())))

        yield drawn


def _curve(training: "Training", width: int) -> "Text":
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
