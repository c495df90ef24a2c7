"""A harmonium's keys as text.

White keys are three cells wide, with an edge on the left; black ones stand between them. Notes are MIDI note numbers.
"""

from collections.abc import Mapping
from typing import NamedTuple

#: The black keys of an octave, in semitones above C.
_BLACK_KEYS = frozenset((1, 3, 6, 8, 10))

#: In cells: the width of a white key, its left edge included.
_KEY = 3

#: In cells: the room for a white key's name, beside that edge.
_NAME = 2

#: A black key, centered on the edge between two white ones.
BLACK = "▐█▌"


class Key(NamedTuple):
    """A key: its note, the cell at which it begins, whether it is black."""

    note: int
    column: int
    black: bool


class Run(NamedTuple):
    """Cells of one kind in a row: where they begin, their text, and the note of their key, or None."""

    column: int
    text: str
    note: int | None


def lay_out(lowest: int, highest: int) -> list[Key]:
    """Lay out the keys from one note to another, with a white key at either end."""
    lowest -= lowest % 12 in _BLACK_KEYS
    highest += highest % 12 in _BLACK_KEYS
    keys, column = [], 0
    for note in range(lowest, highest + 1):
        if note % 12 in _BLACK_KEYS:
            keys.append(Key(note, column - 1, True))
        else:
            keys.append(Key(note, column, False))
            column += _KEY
    return keys


def count_columns(keys: list[Key]) -> int:
    """Count the cells that keys take, with the last one's right edge."""
    return _KEY * sum(not key.black for key in keys) + 1


def draw_keys(keys: list[Key], names: Mapping[int, str], height: int) -> list[list[Run]]:
    """Draw keys in a number of rows, at least three. `names` are what stands on them, by note."""
    whites = [key for key in keys if not key.black]
    blacks = [key for key in keys if key.black]
    last, last_black = height - 2, (height + 1) // 2 - 1
    rows = []
    for row in range(height - 1):
        edges = [Run(column, "│", None) for column in range(0, count_columns(keys), _KEY)]
        shown = names if row == last else {}
        runs = [Run(key.column + 1, shown.get(key.note, "")[:_NAME].ljust(_NAME), key.note) for key in whites]
        if row <= last_black:
            runs += _draw_black(blacks, names if row == last_black else {})
        rows.append([*edges, *runs])
    return [*rows, [Run(0, "└" + "┴".join("─" * _NAME for _ in whites) + "┘", None)]]


def _draw_black(keys: list[Key], names: Mapping[int, str]) -> list[Run]:
    runs = []
    for key in keys:
        name = names.get(key.note, "")[:_NAME]
        runs += [Run(key.column, BLACK, key.note), Run(key.column + (len(name) < _NAME), name, key.note)]
    return runs
