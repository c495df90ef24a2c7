"""The program as it types itself: its text, folded to lines and colored as a whole, is uncovered letter by letter."""

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Number, Operator, String

from primesong.number.unfolding import Unfolding
from primesong.video.drawing import Drawing, Text, draw, to_rgb
from primesong.video.layout import Picture
from primesong.video.look import Look
from primesong.video.parts.lettering import BASELINE, LINE
from primesong.video.theme import MONO, MONO_WIDTH

#: How many lines are drawn at a time: Typst remembers ten times as many.
_BATCH = 8

#: The columns before the text, which hold the lines' numbers.
_GUTTER = 4

#: The longest program that is shown, in characters.
_MOST_SHOWN = 200_000

#: What Pygments would replace by more or by fewer characters: tab, carriage return, byte order mark.
_BLANK = dict.fromkeys(map(ord, "\t\r\ufeff"), " ")

#: The page's colors of what is not plain text.
_COLORS = {Comment: "faint", String: "string", Number: "number", Keyword: "keyword", Operator.Word: "keyword"}


class Letter(NamedTuple):
    """A character of the program, and where it stands; `number` is that of its line in the program."""

    character: str
    color: str
    number: int
    line: int
    column: int
    width: int


def fold(text: str, columns: int) -> list[Letter]:
    r"""Place each character of a text, in lines of `columns` columns; those that cannot be seen are blank.

    >>> [(letter.character, letter.line, letter.column) for letter in fold("ab\ncde", 2)]
    [('a', 0, 0), ('b', 0, 1), (' ', 0, 2), ('c', 1, 0), ('d', 1, 1), ('e', 2, 0)]
    """
    letters, number, line, column = [], 1, 0, 0
    for character, color in _color(text):
        seen = character if character.isprintable() else " "
        width = _count_cells(seen)
        if column + width > columns and character != "\n":
            line, column = line + 1, 0
        letters.append(Letter(seen, color, number, line, column, width))
        column += width
        if character == "\n":
            number, line, column = number + 1, line + 1, 0
    return letters


def _count_cells(character: str) -> int:
    """Count the columns that a character takes."""
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _color(text: str) -> Iterator[tuple[str, str]]:
    """Yield each character with its color's name."""
    for kind, token in PythonLexer(stripnl=False, ensurenl=False).get_tokens(text):
        color = next((color for known, color in _COLORS.items() if kind in known), "ink")
        for character in token:
            yield character, color


class Listing:
    """The program's text.

    Parameters
    ----------
    view : Picture
        Where it is seen.
    unfolding : Unfolding
        What each note gives of it.
    first : int
        How many notes come before the video's.
    waiting : str
        What is shown before the first letter.
    look : Look
    """

    def __init__(self, view: Picture, unfolding: Unfolding, first: int, waiting: str, look: Look) -> None:
        self.view, self.unfolding, self.first = view, unfolding, first
        self.palette, self.size = look.palette, look.layout.small
        self.cell, self.height = round(self.size * MONO_WIDTH), round(self.size * LINE)
        text = unfolding.program[:_MOST_SHOWN].decode("utf-8", "replace")
        self.letters = fold(text.translate(_BLANK), view.shape[1] // self.cell - _GUTTER)
        self.starts: dict[int, int] = {}
        for place, letter in enumerate(self.letters):
            self.starts.setdefault(letter.line, place)
        self.pictures: dict[int, Picture] = {}
        self.typed = -1
        [self.waiting] = draw([self._write_waiting(waiting)])

    def _write_waiting(self, text: str) -> Drawing:
        height, width = self.view.shape[:2]
        size = 1.25 * self.size
        line = Text(width / 2, height / 2, size, self.palette["faint"], text, anchor=0.5, style="italic")
        return Drawing(width, height, self.palette["page"], [line])

    def show(self, note: int) -> None:
        """Show what the notes up to this one give."""
        typed = min(len(self.unfolding.text(self.first + note + 1)), len(self.letters))
        if typed == self.typed:
            return
        self.typed = typed
        self.view[:] = self.waiting if not typed else to_rgb(self.palette["page"])
        if typed:
            self._uncover(typed)

    def _uncover(self, typed: int) -> None:
        """Show the last lines of the first letters, and the caret after them."""
        last = self.letters[typed - 1]
        first = max(last.line + 1 - self.view.shape[0] // self.height, 0)
        for line in range(first, last.line + 1):
            self._draw_from(line)
            top = (line - first) * self.height
            end = self.view.shape[1] if line < last.line else (_GUTTER + last.column + last.width) * self.cell
            self.view[top : top + self.height, :end] = self.pictures[line][:, :end]
        if typed < len(self.letters):
            self.view[top + 2 : top + self.height - 2, end : end + self.cell] = to_rgb(self.palette["sindoor"])

    def _draw_from(self, line: int) -> None:
        """Draw some lines from one on, unless that is drawn; forget what is past."""
        if line in self.pictures:
            return
        batch = range(line, min(line + _BATCH, self.letters[-1].line + 1))
        most = self.view.shape[0] // self.height
        self.pictures = {place: one for place, one in self.pictures.items() if place >= line - most}
        self.pictures |= dict(zip(batch, draw([self._write_line(each) for each in batch]), strict=True))

    def _write_line(self, line: int) -> Drawing:
        """Write a line: its number where it begins, then its letters, those of one color together."""
        letters = self.letters[self.starts[line] : self.starts.get(line + 1)]
        y, size = BASELINE * self.size, self.cell / MONO_WIDTH
        before = self.letters[self.starts[line] - 1].number if line else 0
        parts = []
        if letters[0].number != before:
            x = (_GUTTER - 1) * self.cell
            parts.append(Text(x, y, 0.8 * size, self.palette["faint"], f"{letters[0].number}", anchor=1.0, family=MONO))
        for column, color, text in _join(letters):
            parts.append(Text((_GUTTER + column) * self.cell, y, size, self.palette[color], text, family=MONO))
        return Drawing(self.view.shape[1], self.height, self.palette["page"], parts)


def _join(letters: list[Letter]) -> Iterator[tuple[int, str, str]]:
    """Yield the column, the color and the text of each run of letters of one color."""
    runs: list[list[Letter]] = []
    for letter in letters:
        if not runs or runs[-1][-1].color != letter.color:
            runs.append([])
        runs[-1].append(letter)
    for run in runs:
        yield run[0].column, run[0].color, "".join(letter.character for letter in run)
