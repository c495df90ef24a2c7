"""Where everything stands in a picture of each format. Lengths and sizes of letters are in pixels."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


class Box(NamedTuple):
    """A rectangle of a picture."""

    x: int
    y: int
    width: int
    height: int

    def cut(self, picture: Picture) -> Picture:
        """Return this part of a picture: what is drawn in it is drawn there."""
        return picture[self.y : self.y + self.height, self.x : self.x + self.width]


@dataclass(frozen=True, slots=True)
class Layout:
    """A format's places.

    Parameters
    ----------
    width, height : int
        Of the whole picture.
    margin : int
        The space at the sides.
    small, body, title, swara : int
        The sizes of letters: of figures, of the program and swaras, of the title, of the swara that sounds.
    lines : int
        How many avartans of the score are seen.
    head, score, program, listing, counts, tala, said, keys, digits, position : Box
        Title; staff; the program's page, text and byte counts; the matras; the swara; the keyboard; the digits; the
        place in the song.
    """

    width: int
    height: int
    margin: int
    small: int
    body: int
    title: int
    swara: int
    lines: int
    head: Box
    score: Box
    program: Box
    listing: Box
    counts: Box
    tala: Box
    said: Box
    keys: Box
    digits: Box
    position: Box


#: Each format, the default first: for screens, for telephones held upright, for what shows squares.
LAYOUTS = {
    "16:9": Layout(
        1920, 1080, 64, 22, 32, 54, 106, 2,
        head=Box(0, 0, 1920, 124), score=Box(40, 140, 1150, 624),
        program=Box(1230, 124, 690, 656), listing=Box(1262, 196, 594, 480), counts=Box(1262, 700, 594, 64),
        tala=Box(64, 806, 500, 76), digits=Box(64, 894, 500, 92), keys=Box(620, 804, 680, 180),
        said=Box(1400, 800, 456, 186), position=Box(64, 1010, 1792, 46),
    ),
    "9:16": Layout(
        1080, 1920, 64, 26, 40, 68, 114, 2,
        head=Box(0, 0, 1080, 220), score=Box(48, 244, 984, 620),
        program=Box(0, 1356, 1080, 436), listing=Box(64, 1424, 952, 264), counts=Box(64, 1704, 952, 76),
        tala=Box(64, 916, 560, 84), digits=Box(64, 1012, 560, 76), keys=Box(64, 1104, 952, 216),
        said=Box(660, 890, 356, 200), position=Box(64, 1816, 952, 52),
    ),
    "1:1": Layout(
        1080, 1080, 48, 22, 34, 46, 54, 1,
        head=Box(0, 0, 1080, 124), score=Box(40, 136, 1000, 300),
        program=Box(0, 666, 1080, 324), listing=Box(48, 726, 984, 180), counts=Box(48, 918, 984, 64),
        tala=Box(48, 462, 380, 64), digits=Box(48, 534, 380, 34), keys=Box(456, 462, 576, 172),
        said=Box(48, 570, 380, 92), position=Box(48, 1010, 984, 46),
    ),
}  # fmt: skip
