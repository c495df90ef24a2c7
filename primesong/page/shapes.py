"""Rows of a score, packed: they consist of few shapes, whose numbers change little from one to the next.

A shape is a piece of SVG whose numbers are left open, as {}. A packed row names each of its shapes by a character, A
for the first, followed by its numbers, each of them counted from the one in its place in the last shape of that name in
the row; nothing stands for 0. So written, a score takes less than half the room in a compressed page.
"""

import re
from collections.abc import Sequence

#: The numbers of a shape that change: places, lengths and the number of a note.
_NUMBER = re.compile(r'(?<=[( "Mln])-?\d+(?=[ l")z])')

#: A note, or a single element.
_SHAPE = re.compile(r"<g id.*?</g>|<[^>]*>")

#: A shape's name in a packed row, and its numbers.
_PACKED = re.compile(r"([^\d -])([\d -]*)")

#: The name of the first shape: all characters from there on can be names.
_FIRST = ord("A")


def pack_rows(drawings: Sequence[str]) -> tuple[list[str], list[str]]:
    """Pack drawings of `score.engraving.rows`; return their shapes, and the rows. The reverse of `unpack_row`."""
    names: dict[str, str] = {}
    rows = []
    for drawing in drawings:
        before: dict[str, list[int]] = {}
        row = []
        for piece in _SHAPE.findall(drawing):
            shape, numbers = _NUMBER.sub("{}", piece), [int(number) for number in _NUMBER.findall(piece)]
            name = names.setdefault(shape, chr(_FIRST + len(names)))
            steps = [number - last for number, last in zip(numbers, before.get(name, [0] * len(numbers)), strict=True)]
            before[name] = numbers
            row.append(name + " ".join(str(step or "") for step in steps).rstrip())
        rows.append("".join(row))
    return list(names), rows


def unpack_row(shapes: Sequence[str], row: str) -> str:
    """Unpack a row. The reverse of `pack_rows`; `web/song.js` does the same."""
    before = [[0] * shape.count("{}") for shape in shapes]
    pieces = []
    for name, written in _PACKED.findall(row):
        place = ord(name) - _FIRST
        steps = written.split(" ") + [""] * len(before[place])
        before[place] = [last + int(step or 0) for last, step in zip(before[place], steps, strict=False)]
        pieces.append(shapes[place].format(*before[place]))
    return "".join(pieces)
