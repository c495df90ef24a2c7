"""A screen as rows of cells, written on from top to bottom, the later over the earlier.

Nothing but printable characters gets onto it, wherever they came from: what could steer a terminal is shown as U+FFFD.
A style is a name that rich understands, "" for none.
"""

import unicodedata
from typing import NamedTuple

_EMPTY = (" ", "")


class Span(NamedTuple):
    """Text of one style, and the cell at which it begins."""

    column: int
    text: str
    style: str


class Canvas:
    """So many rows of so many cells, each a character with the marks that it carries, and its style."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._cells = [[_EMPTY] * columns for _ in range(rows)]

    def put(self, row: int, column: int, text: str, style: str = "") -> int:
        """Write text, cut off at the edges; give the column after it."""
        for character in text:
            if unicodedata.category(character) in ("Mn", "Me"):
                self._carry(row, column - 1, character)
                continue
            if not character.isprintable():
                character = "\ufffd"
            wide = unicodedata.east_asian_width(character) in "WF"
            if 0 <= row < self.rows and column >= 0 and column + wide < self.columns:
                self._cells[row][column] = character, style
                if wide:
                    self._cells[row][column + 1] = "", style
            column += 1 + wide
        return column

    def _carry(self, row: int, column: int, mark: str) -> None:
        """Put a mark onto a character."""
        if 0 <= row < self.rows and 0 <= column < self.columns:
            text, style = self._cells[row][column]
            if not text and column:
                column -= 1
                text, style = self._cells[row][column]
            self._cells[row][column] = text + mark, style

    def centre(self, row: int, column: int, columns: int, text: str, style: str = "") -> None:
        """Write text in the middle of so many columns."""
        self.put(row, column + max(0, columns - cells(text)) // 2, text, style)

    def right(self, row: int, text: str, style: str = "") -> None:
        """Write text that ends at the last column but one."""
        self.put(row, self.columns - 1 - cells(text), text, style)

    def spans(self) -> list[list[Span]]:
        """Give each row's text, trailing blanks left out.

        A span ends after a character on whose width terminals differ, such as an Indian vowel sign: what follows is
        then put in its own place.
        """
        return [_spans(row) for row in self._cells]


def cells(text: str) -> int:
    """Count the cells that text takes: marks take none, wide characters two."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me") else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text
    )


def _spans(row: list[tuple[str, str]]) -> list[Span]:
    end = next((place for place in range(len(row), 0, -1) if row[place - 1] != _EMPTY), 0)
    spans: list[Span] = []
    broken = True
    for column, (text, style) in enumerate(row[:end]):
        if broken or spans[-1].style != style:
            spans.append(Span(column, text, style))
        else:
            spans[-1] = spans[-1]._replace(text=spans[-1].text + text)
        broken = not text.isascii() and not "\u2500" <= text <= "\u259f"
    return spans
