"""A screen as rows of cells, written on from top to bottom, the later over the earlier.

Input: text, and styles as names that rich understands, "" for none. Output: spans for each row. Only printable
characters get onto a screen: whatever could control a terminal is shown as U+FFFD.
"""

import unicodedata
from typing import NamedTuple

#: A cell on which nothing is written: its character and its style.
_EMPTY = (" ", "")

#: Unicode categories of marks, which take no cell of their own: nonspacing and enclosing (UAX 44).
_MARKS = ("Mn", "Me")

#: East Asian widths that take two cells: wide and fullwidth (UAX 11).
_WIDE = "WF"

#: The first of the box-drawing characters and block elements, which all terminals draw one cell wide.
_FIRST_BOX = "\u2500"

#: The last of them.
_LAST_BOX = "\u259f"


class Span(NamedTuple):
    """Text of one style, and the cell at which it begins."""

    column: int
    text: str
    style: str


class Box(NamedTuple):
    """A part of a screen: its first row and column, and its size."""

    row: int
    column: int
    rows: int
    columns: int


class Canvas:
    """Rows of cells, each a character with the marks that it carries, and its style."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._cells = [[_EMPTY] * columns for _ in range(rows)]

    def put(self, row: int, column: int, text: str, style: str = "") -> int:
        """Write text, cut off at the edges; return the column after it."""
        for character in text:
            if unicodedata.category(character) in _MARKS:
                self._add_mark(row, column - 1, character)
                continue
            if not character.isprintable():
                character = "\ufffd"
            wide = unicodedata.east_asian_width(character) in _WIDE
            if 0 <= row < self.rows and column >= 0 and column + wide < self.columns:
                self._cells[row][column] = character, style
                if wide:
                    self._cells[row][column + 1] = "", style
            column += 1 + wide
        return column

    def _add_mark(self, row: int, column: int, mark: str) -> None:
        """Put a mark onto a character."""
        if 0 <= row < self.rows and 0 <= column < self.columns:
            text, style = self._cells[row][column]
            if not text and column:
                column -= 1
                text, style = self._cells[row][column]
            self._cells[row][column] = text + mark, style

    def put_centered(self, row: int, column: int, columns: int, text: str, style: str = "") -> None:
        """Write text in the middle of some columns."""
        self.put(row, column + max(0, columns - count_cells(text)) // 2, text, style)

    def put_right(self, row: int, text: str, style: str = "") -> None:
        """Write text that ends at the last column but one."""
        self.put(row, self.columns - 1 - count_cells(text), text, style)

    def to_spans(self) -> list[list[Span]]:
        """Return each row's text without trailing blanks.

        A span ends after a character on whose width terminals differ, such as an Indian vowel sign: what follows is
        then put in its own place.
        """
        return [_join_cells(row) for row in self._cells]


def count_cells(text: str) -> int:
    """Count the cells that text takes: marks take none, wide characters two."""
    return sum(0 if unicodedata.category(c) in _MARKS else 1 + (unicodedata.east_asian_width(c) in _WIDE) for c in text)


def _join_cells(row: list[tuple[str, str]]) -> list[Span]:
    end = next((place for place in range(len(row), 0, -1) if row[place - 1] != _EMPTY), 0)
    spans: list[Span] = []
    broken = True
    for column, (text, style) in enumerate(row[:end]):
        if broken or spans[-1].style != style:
            spans.append(Span(column, text, style))
        else:
            spans[-1] = spans[-1]._replace(text=spans[-1].text + text)
        broken = not text.isascii() and not _FIRST_BOX <= text <= _LAST_BOX
    return spans
