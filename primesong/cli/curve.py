"""The loss as a live curve in the terminal (rich), and the program's own lines as they come."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from primesong.cli.terminal import make_harmless
from primesong.sandbox.training import Training

if TYPE_CHECKING:
    from rich.text import Text

#: In terminal rows.
_HEIGHT = 14

#: In terminal columns: a wider curve shows no more.
_MOST_COLUMNS = 100

#: In terminal columns, left of the curve.
_LABEL = 8

#: The Braille character without dots (Unicode, "Braille Patterns").
_BLANK = 0x2800

#: The bits of the dots in the left and the right column of a Braille character, from the lowest dot up.
_DOTS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))


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
    from rich.text import Text

    step, losses = len(training.losses), training.losses
    columns = 2 * (min(width, _MOST_COLUMNS) - _LABEL - 1)
    size = max(1, -(-step // columns))
    means = [sum(losses[start : start + size]) / len(losses[start : start + size]) for start in range(0, step, size)]
    reached = max(1, round(columns * min(1.0, step / max(training.steps, step))))
    heights = [means[place * len(means) // reached] for place in range(reached)]
    labels = {0: max(means), _HEIGHT - 1: min(means)}
    rows = [
        f"{labels[row]:{_LABEL}.3f}│{dots}" if row in labels else f"{'':{_LABEL}}│{dots}"
        for row, dots in enumerate(draw_dots(heights, _HEIGHT))
    ]
    where = f"loss; step {step:,} of {training.steps:,}, mean loss of the last 50: {training.recent:.3f}"
    return Text("\n".join([*rows, where]))


def draw_dots(heights: Sequence[float], rows: int) -> list[str]:
    """Draw a curve in Braille, from top to bottom: a character has two columns and four rows of dots.

    >>> draw_dots([0, 1, 2, 3, 4, 5, 6, 7], 2)
    ['  ⡠⠊', '⡠⠊  ']
    """
    lowest, span = min(heights), (max(heights) - min(heights)) or 1.0
    places = [round((4 * rows - 1) * (height - lowest) / span) for height in heights]
    cells = [[0] * -(-len(places) // 2) for _ in range(rows)]
    for column, (before, place) in enumerate(pairwise([places[0], *places])):
        first, last = (place, place) if place == before else sorted((before + (1 if place > before else -1), place))
        for dot in range(first, last + 1):
            cells[rows - 1 - dot // 4][column // 2] |= _DOTS[column % 2][dot % 4]
    return ["".join(chr(_BLANK + cell) if cell else " " for cell in row) for row in cells]
