"""Letters drawn once and set as often as needed: figures that change with every note."""

from collections.abc import Iterable

from primesong.video.drawing import Drawing, Text, draw, to_rgb
from primesong.video.layout import Picture
from primesong.video.theme import MONO, MONO_WIDTH

#: How high a line is, of the size of its letters.
LINE = 1.4

#: Where the baseline of a line is, of the size of its letters.
BASELINE = 1.04


class Lettering:
    """Letters of one size and color, all equally wide, on one background.

    Parameters
    ----------
    characters : iterable of str
        Those that can be set.
    size : int
        In pixels.
    color, background : str
    """

    def __init__(self, characters: Iterable[str], size: int, color: str, background: str) -> None:
        known = sorted(set(characters))
        self.width, self.height = round(size * MONO_WIDTH), round(size * LINE)
        self.background = to_rgb(background)
        fitted = self.width / MONO_WIDTH
        letters = [
            Text(place * self.width, BASELINE * size, fitted, color, character, family=MONO)
            for place, character in enumerate(known)
        ]
        [strip] = draw([Drawing(self.width * len(known), self.height, background, letters)])
        self.letters = {
            character: strip[:, place * self.width : (place + 1) * self.width] for place, character in enumerate(known)
        }

    def put(self, view: Picture, character: str, column: int, line: int = 0) -> None:
        """Put a letter into a column and line of a picture."""
        y, x = line * self.height, column * self.width
        view[y : y + self.height, x : x + self.width] = self.letters[character]

    def write(self, view: Picture, text: str, line: int = 0, *, right: bool = False) -> None:
        """Write a line, from the left end or up to the right one, and clear the rest of it."""
        row = view[line * self.height : (line + 1) * self.height]
        row[:] = self.background
        text = text[: row.shape[1] // self.width]
        if right:
            row = row[:, row.shape[1] - len(text) * self.width :]
        for column, character in enumerate(text):
            self.put(row, character, column)
