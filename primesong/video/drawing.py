"""Drawings, shapes as SVG and texts above them, to pictures, drawn by Typst, which shapes the letters of every script.

Lengths are in pixels, x grows to the right, y downward. A picture is an array of uint8, shape (height, width, 3).
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from primesong.sargam.script import split_marks, width
from primesong.score.engraving.typst import SWARA, typeset
from primesong.video.layout import Picture
from primesong.video.theme import SERIF

#: At this resolution one of Typst's points is a pixel.
_POINTS_PER_INCH = 72.0

#: How wide a letter of a swara is at most, of its size, with the space after the word.
_CELL = 0.75

#: A Bengali reph, which takes no width: it stands above the letter after it.
_REPH = "\u09b0\u09cd"

#: A page for each drawing, with its texts, in Typst.
_TEMPLATE = (
    SWARA
    + """
#for (number, drawing) in json("song.json").drawings.enumerate() {
  page(width: drawing.width * 1pt, height: drawing.height * 1pt, margin: 0pt, fill: rgb(drawing.background), {
    place(image("drawing" + str(number) + ".svg", width: 100%))
    for one in drawing.texts {
      let line = text(size: one.size * 1pt, fill: rgb(one.color), font: one.family, weight: one.weight,
        style: one.style, swara(one.text, one.marks, color: rgb(one.color)))
      context {
        let (width, height) = measure(line)
        place(dx: one.x * 1pt - one.anchor * width, dy: one.y * 1pt - height, line)
      }
    }
  })
}
"""
)


class Text(NamedTuple):
    """A line of text on the baseline y, in Typst's terms; `anchor` is the share of it that stands before x."""

    x: float
    y: float
    size: float
    color: str
    text: str
    anchor: float = 0.0
    family: Sequence[str] = SERIF
    weight: str = "regular"
    style: str = "normal"


class Drawing(NamedTuple):
    """A drawing.

    Parameters
    ----------
    width, height : int
        In pixels.
    background : str
        Its color.
    parts : sequence of str or Text
        The elements of an SVG file, and what is written above them.
    """

    width: int
    height: int
    background: str
    parts: Sequence[str | Text]

    def list_texts(self) -> list[dict[str, Any]]:
        """List what is written, for Typst."""
        texts = [part for part in self.parts if isinstance(part, Text)]
        return [one._asdict() | dict(zip(("text", "marks"), split_marks(one.text), strict=True)) for one in texts]

    def to_svg(self) -> str:
        """Write its shapes as an SVG file."""
        shapes = (part for part in self.parts if isinstance(part, str))
        frame = f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>{"".join(shapes)}</svg>'


def fit_words(words: Iterable[str], room: float, size: float) -> float:
    """Return the size of letters, at most `size`, at which the longest of some swaras fits into a width."""
    return min(size, room / (_CELL * max(width(word.replace(_REPH, "")) for word in words)))


def write_box(x: float, y: float, width: float, height: float, color: str, *, more: str = "") -> str:
    """Write a filled rectangle."""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{color}" {more}/>'


def draw(drawings: Sequence[Drawing]) -> list[Picture]:
    """Draw drawings. Raises `MissingError` without Typst."""
    pages = [drawing._asdict() | {"parts": None, "texts": drawing.list_texts()} for drawing in drawings]
    files = {f"drawing{number}.svg": drawing.to_svg() for number, drawing in enumerate(drawings)}
    pictures = typeset(_TEMPLATE, {"drawings": pages}, files, "png", _POINTS_PER_INCH)
    return [np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")) for picture in pictures]


def to_rgb(color: str) -> tuple[int, int, int]:
    """Return a color's red, green and blue, 0 to 255.

    >>> to_rgb("#a3320b")
    (163, 50, 11)
    """
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return red, green, blue
