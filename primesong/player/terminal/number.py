"""The number on the screen: its bytes as they become certain, and the program as far as they give it."""

import textwrap

from primesong.player.terminal.canvas import Box, Canvas
from primesong.player.terminal.colors import GREEN
from primesong.player.terminal.highlight import fold_end
from primesong.player.terminal.timeline import Timeline, View
from primesong.words import describe_clock

#: The cells of a row's address and the space after it.
_ADDRESS = 6

#: The cells of a byte and the space after it.
_BYTE = 3

#: A row of bytes has a multiple of this many.
_GROUP = 8

#: The fewest rows in which anything is shown: the heading and one row.
_FEWEST_ROWS = 2


def draw_bytes(canvas: Canvas, view: View, box: Box) -> None:
    """Draw the last bytes that are certain, with those marked that this note settled."""
    certain, now = view.timeline.unfolding.certain, view.moment
    if box.rows < _FEWEST_ROWS:
        return
    _draw_heading(canvas, box, f"bytes certain: {now.certain:,} of {certain[-1]:,}")
    width = max(1, (box.columns - _ADDRESS) // _BYTE // _GROUP) * _GROUP
    last = max(0, now.certain - 1) // width
    first = max(0, last - (box.rows - 2))
    for row, line in enumerate(range(first, last + 1), start=box.row + 1):
        canvas.put(row, box.column, f"{line * width:04x}", "dim")
        for place in range(line * width, min((line + 1) * width, certain[-1])):
            column = box.column + _ADDRESS + _BYTE * (place - line * width)
            canvas.put(row, column, *_describe_byte(view, place))


def _describe_byte(view: View, place: int) -> tuple[str, str]:
    """Return what is shown of a byte, and in which style."""
    now = view.moment
    if place >= now.certain:
        return "··", "dim"
    new = place >= view.timeline.unfolding.certain[now.place]
    style = f"bold {GREEN} reverse" if new else GREEN if place == now.certain - 1 else ""
    return f"{view.timeline.data[place]:02x}", style


def draw_program(canvas: Canvas, view: View, box: Box) -> None:
    """Draw the end of the program's text so far, or why there is none."""
    timeline, now = view.timeline, view.moment
    size = len(timeline.unfolding.program)
    if box.rows < _FEWEST_ROWS:
        return
    _draw_heading(canvas, box, f"program: {now.unpacked:,} of {size:,} bytes" if size else "program")
    text = timeline.text(now.place)
    if not text:
        for row, line in enumerate(textwrap.wrap(_explain(timeline), box.columns)[: box.rows - 1], start=box.row + 1):
            canvas.put(row, box.column, line, "dim")
        return
    fresh = len(text) - len(timeline.text(now.place - 1)) if now.place else len(text)
    row = column = 0
    for row, pieces in enumerate(fold_end(text, box.columns - 1, box.rows - 1, fresh), start=box.row + 1):
        column = box.column
        for piece in pieces:
            column = canvas.put(row, column, piece.text, piece.style)
    if now.unpacked < size:
        canvas.put(row, column, "▌", GREEN)


def _explain(timeline: Timeline) -> str:
    """Say why there is no text yet."""
    first = next((count for count, size in enumerate(timeline.unfolding.unpacked) if size), None)
    if first is None:
        if timeline.melody.excerpt is not None:
            return "This excerpt gives nothing of a program: it lacks the beginning of gzip's data."
        return "This number holds no program: it does not begin with a gzip member."
    at = describe_clock(timeline.seconds(first - 1))
    return f"The program begins at {at}, with digit {first:,}; gzip's header and code tables come before it."


def _draw_heading(canvas: Canvas, box: Box, text: str) -> None:
    canvas.put(box.row, box.column, "─" * box.columns, "dim")
    canvas.put(box.row, box.column + 2, f" {text} ")
