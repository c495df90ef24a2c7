"""The modules of a QR code, drawn in SVG as rows of lines one module wide, to pixels.

That is how segno draws, with which `score.qr.code` writes. Paths of other steps, such as the ground's, are passed over.

Input: the bytes of an SVG file. Output: shades of gray, uint8, shape (rows, columns).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.score.reading.xml import Reader, parse_xml

#: In modules: the side of version 40, the largest (ISO/IEC 18004).
_LONGEST_SIDE = 177

#: In modules: the quiet zone that the standard asks for.
BORDER = 4

#: In pixels: how large a module is drawn.
_SCALE = 4

#: A step to another place, absolute or relative, or along a row.
_STEP = re.compile(r"([MmHh])\s*(-?\d+(?:\.\d+)?)(?:(?:\s*,\s*|\s+)(-?\d+(?:\.\d+)?))?\s*")

#: The shade of the ground: the largest that a pixel can have.
_WHITE = 255


class Line(NamedTuple):
    """A line along a row, in modules."""

    left: float
    right: float
    row: float


def draw_modules(svg: bytes, limits: Limits = DEFAULT_LIMITS) -> NDArray[np.uint8]:
    """Draw the modules of an SVG's QR code.

    Raises
    ------
    SongError
        If the SVG is not well-formed, or nothing in it is drawn as a QR code is.
    """
    drawing = _Drawing()
    parse_xml(svg, drawing, limits)
    lines = drawing.lines
    left, top = min((line.left for line in lines), default=0), min((line.row for line in lines), default=0)
    placed = [Line(line.left - left, line.right - left, line.row - top) for line in lines]
    side = max((max(line.right, line.row + 1) for line in placed), default=0)
    if not 0 < side <= _LONGEST_SIDE:
        raise SongError("the SVG holds no QR code as primesong draws it; expected one, or a picture such as a PNG")
    pixels = np.full([_SCALE * (round(side) + 2 * BORDER)] * 2, _WHITE, np.uint8)
    for line in placed:
        first, last, row = (_SCALE * (BORDER + round(value)) for value in line)
        pixels[row : row + _SCALE, first:last] = 0
    return pixels


class _Drawing(Reader):
    """Collects the lines of those paths that have no other steps."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []

    def enter(self, tag: str, attributes: dict[str, str]) -> None:
        """Take in a path."""
        steps = attributes.get("d", "").strip() if tag == "path" else ""
        if not _STEP.sub("", steps):
            self.lines += _follow(steps)


def _follow(steps: str) -> Iterator[Line]:
    """Yield the lines of a path."""
    x = y = 0.0
    for step in _STEP.finditer(steps):
        kind, across, down = step[1], float(step[2]), float(step[3] or 0)
        start, x = x, across + (x if kind.islower() else 0)
        if kind in "Hh":
            yield Line(min(start, x), max(start, x), y)
        else:
            y = down + (y if kind.islower() else 0)
