"""The seven swaras as large letters, for a terminal: five rows of blocks, with Bhatkhande's marks above and below.

A line under the letter is komal, one above it tivra; a dot above it is taar, below it mandra.
"""

from primesong.sargam.swara import Pitch

#: The columns of a large swara.
WIDTH = 10

#: The rows of a large swara: one for the mark above, five for the letter, one for the mark below.
HEIGHT = 7

#: The letters, five cells wide; each cell is drawn as two columns.
_SHAPES = {
    "S": (".####", "#....", ".###.", "....#", "####."),
    "R": ("####.", "#...#", "####.", "#..#.", "#...#"),
    "G": (".####", "#....", "#..##", "#...#", ".####"),
    "M": ("#...#", "##.##", "#.#.#", "#...#", "#...#"),
    "P": ("####.", "#...#", "####.", "#....", "#...."),
    "D": ("####.", "#...#", "#...#", "#...#", "####."),
    "N": ("#...#", "##..#", "#.#.#", "#..##", "#...#"),
}

#: The dot of taar and mandra, `WIDTH` columns wide.
_DOT = "....##...."

#: The line of komal and tivra, as wide.
_LINE = "##########"


def draw_letter(pitch: Pitch) -> list[str]:
    """Draw a pitch: `HEIGHT` rows of `WIDTH` cells."""
    rows = [row.replace("#", "##").replace(".", "..") for row in _SHAPES[pitch.swara.letter.upper()]]
    above = _LINE if pitch.swara.alteration > 0 else _DOT if pitch.saptak > 0 else ""
    below = _LINE if pitch.swara.alteration < 0 else _DOT if pitch.saptak < 0 else ""
    above, below = above.replace("#", "▀"), below.replace("#", "▄")  # half a row away from the letter
    drawn = [above.ljust(WIDTH, "."), *rows, below.ljust(WIDTH, ".")]
    return [row.replace("#", "█").replace(".", " ") for row in drawn]
