"""Drawings, written as SVG, to pictures, drawn by Typst, which shapes the letters of every script.

Lengths are in pixels, x grows to the right, y downward. A picture is an array of uint8, shape (height, width, 3).
"""

import io
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

import numpy as np
from PIL import Image

from primesong.sargam.script import width
from primesong.score.engraving.typst import typeset
from primesong.video.layout import Picture
from primesong.video.theme import SERIF

#: At this resolution one of Typst's points is a pixel.
_POINTS_PER_INCH = 72.0

#: How wide a letter of a swara is at most, of its size, with the space after the word.
_CELL = 0.6

_TEMPLATE = """
#for (number, drawing) in json("song.json").drawings.enumerate() {
  page(width: drawing.width * 1pt, height: drawing.height * 1pt, margin: 0pt, fill: rgb(drawing.background),
    image("drawing" + str(number) + ".svg", width: 100%))
}
"""


class Drawing(NamedTuple):
    """A drawing.

    Parameters
    ----------
    width, height : int
        In pixels.
    background : str
        Its color.
    parts : sequence of str
        The elements of an SVG file.
    """

    width: int
    height: int
    background: str
    parts: Sequence[str]

    def to_svg(self) -> str:
        """Write it as an SVG file."""
        frame = f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>{"".join(self.parts)}</svg>'


def write_text(
    x: float,
    y: float,
    size: float,
    color: str,
    text: str,
    *,
    anchor: str = "start",
    family: str = SERIF,
    more: str = "",
) -> str:
    """Write a text on the baseline y, from x on, around it (middle) or up to it (end)."""
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.3f}" fill="{color}" text-anchor="{anchor}" '
        f'font-family="{family}" xml:space="preserve" {more}>{escape(text)}</text>'
    )


def fit_words(words: Iterable[str], room: float, size: float) -> float:
    """Return the size of letters, at most `size`, at which the longest of some swaras fits into a width."""
    return min(size, room / (_CELL * max(map(width, words))))


def write_box(x: float, y: float, width: float, height: float, color: str, *, more: str = "") -> str:
    """Write a filled rectangle."""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{color}" {more}/>'


def draw(drawings: Sequence[Drawing]) -> list[Picture]:
    """Draw drawings. Raises `MissingError` without Typst."""
    sizes = [drawing._asdict() | {"parts": None} for drawing in drawings]
    files = {f"drawing{number}.svg": drawing.to_svg() for number, drawing in enumerate(drawings)}
    pages = typeset(_TEMPLATE, {"drawings": sizes}, files, "png", _POINTS_PER_INCH)
    return [np.asarray(Image.open(io.BytesIO(page)).convert("RGB")) for page in pages]


def to_rgb(color: str) -> tuple[int, int, int]:
    """Return a color's red, green and blue, 0 to 255.

    >>> to_rgb("#a3320b")
    (163, 50, 11)
    """
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return red, green, blue
