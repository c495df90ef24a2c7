"""A harmonium's keys as text, one of them held down.

White keys are three cells wide, black ones stand between them; which is which follows from the tonic.
"""

from collections.abc import Mapping
from typing import NamedTuple

_BLACK = frozenset((1, 3, 6, 8, 10))
_KEY = 3

#: A black key, centred on the edge between two white ones.
BLACK = "▐█▌"


class Key(NamedTuple):
    """A key: its MIDI note, the cell at which it begins, whether it is black."""

    note: int
    column: int
    black: bool


class Run(NamedTuple):
    """Cells of one kind in a row: where they begin, what stands there, and whose key they are, or None."""

    column: int
    text: str
    note: int | None


def keys(lowest: int, highest: int) -> list[Key]:
    """Lay out the keys from one MIDI note to another, a white one at either end."""
    lowest -= lowest % 12 in _BLACK
    highest += highest % 12 in _BLACK
    laid, column = [], 0
    for note in range(lowest, highest + 1):
        if note % 12 in _BLACK:
            laid.append(Key(note, column - 1, True))
        else:
            laid.append(Key(note, column, False))
            column += _KEY
    return laid


def width(laid: list[Key]) -> int:
    """Count the cells that keys take, the last one's edge included."""
    return _KEY * sum(not key.black for key in laid) + 1


def rows(laid: list[Key], names: Mapping[int, str], height: int) -> list[list[Run]]:
    """Draw keys in so many rows, at least three: what stands on each comes from `names`, by MIDI note."""
    whites = [key for key in laid if not key.black]
    blacks = [key for key in laid if key.black]
    drawn = []
    for row in range(height - 1):
        edges = [Run(column, "│", None) for column in range(0, width(laid), _KEY)]
        named = row == height - 2
        runs = [
            Run(key.column + 1, (names.get(key.note, "") if named else "")[:2].ljust(2), key.note) for key in whites
        ]
        if row < (height + 1) // 2:
            shown = names if row == (height + 1) // 2 - 1 else {}
            for key in blacks:
                name = shown.get(key.note, "")[:2]
                runs += [Run(key.column, BLACK, key.note), Run(key.column + (len(name) < 2), name, key.note)]
        drawn.append([*edges, *runs])
    drawn.append([Run(0, "└" + "┴".join("──" for _ in whites) + "┘", None)])
    return drawn
