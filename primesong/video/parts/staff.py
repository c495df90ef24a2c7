"""A line of the score: an avartan on a staff, as the page has it, with marks above, swaras and digits below.

A line is drawn twice, at rest and with all of its notes lit, so that any of them can be lit by copying its strip.
"""

import re
from itertools import pairwise

from primesong.sargam.melody import Melody
from primesong.sargam.script import verse
from primesong.score.engraving.rows import set_in_rows
from primesong.video.drawing import Drawing, Text, fit_words, write_box
from primesong.video.look import Look
from primesong.video.theme import MONO

#: How high the marks and the avartan's number are, of the size of the swaras.
_MARK = 1.3

#: How high the swaras are, of their size.
_SWARA = 1.5

#: How high the digits are, of the size of the swaras.
_DIGIT = 0.9

#: How wide what is lit around a note is at most, of the size of the swaras.
_LIT = 1.6

#: How wide a line's number is at most, of the size of the swaras.
_NUMBER = 2.4

#: A note in a row's drawing.
_NOTE = re.compile(r'<g id="n(\d+)"')


class Staff:
    """The lines of a melody, to be drawn in pictures of a size.

    Parameters
    ----------
    melody : Melody
    look : Look
    width, height : int
        Of a line.

    Raises
    ------
    MissingError
        If Verovio is not installed.
    """

    def __init__(self, melody: Melody, look: Look, width: int, height: int) -> None:
        self.melody, self.palette, self.size = melody, look.palette, look.layout.body
        self.width, self.height = width, height
        self.words = verse(melody.setting.mapping, look.script)
        self.rows = set_in_rows(melody)
        self.glyphs = "".join(
            f'<path id="{name}" d="{outline}" transform="scale(1,-1)"/>' for name, outline in self.rows.glyphs.items()
        )
        room = height - (_MARK + _SWARA + _DIGIT) * self.size
        self.scale = min(width / self.rows.width, room / (self.rows.above + self.rows.below))
        self.left = (width - self.scale * self.rows.width) / 2
        self.top = (room - self.scale * (self.rows.above + self.rows.below)) / 2 + _MARK * self.size

        places = (map(self.place, self.notes(line)) for line in range(len(self)))
        room = min((right - left for line in places for left, right in pairwise(line)), default=width)
        self.word_size = fit_words(self.words.values(), room, self.size)

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.rows.drawings)

    @property
    def number_box(self) -> tuple[slice, slice]:
        """Where a line's number is, in y and x."""
        left = round(self.left)
        return slice(0, round(_MARK * self.size)), slice(left, left + round(_NUMBER * self.size))

    def notes(self, line: int) -> range:
        """Return the notes of a line."""
        matras = self.melody.setting.tala.matras
        return range(line * matras, min((line + 1) * matras, len(self.melody.played_digits)))

    def place(self, note: int) -> float:
        """Return the x of a note."""
        return self.left + self.scale * self.rows.places[note]

    def strip(self, note: int) -> tuple[int, int]:
        """Return where what is lit around a note begins and ends, in x: no farther than halfway to the next."""
        notes = self.notes(note // self.melody.setting.tala.matras)
        near = [abs(self.place(other) - self.place(note)) for other in (note - 1, note + 1) if other in notes]
        half = min([_LIT * self.size, *near]) / 2
        return max(round(self.place(note) - half), 0), min(round(self.place(note) + half), self.width)

    def draw(self, line: int, *, lit: bool) -> Drawing:
        """Draw a line."""
        parts: list[str | Text] = [f"<defs>{self.glyphs}</defs>"]
        if lit:
            glow = self.palette["glow"]
            parts += [
                write_box(left, 0, right - left, self.height, glow) for left, right in map(self.strip, self.notes(line))
            ]
        parts += [self._draw_staff(line, lit), *self._write_marks(line), *self._write_words(line, lit)]
        color, weight = ("sindoor", "bold") if lit else ("faint", "regular")
        number = f"{self.melody.first_avartan + line:,}"
        parts.append(Text(self.left + 2, 0.9 * self.size, 0.7 * self.size, self.palette[color], number, weight=weight))
        return Drawing(self.width, self.height, self.palette["page"], parts)

    def _draw_staff(self, line: int, lit: bool) -> str:
        """Draw the staff; notes of the coda are faint, lit ones red."""
        numbered = len(self.melody.number_digits)

        def color(note: re.Match[str]) -> str:
            name = "sindoor" if lit else "ink" if int(note[1]) < numbered else "faint"
            return f'<g color="{self.palette[name]}" fill="{self.palette[name]}" stroke="{self.palette[name]}"'

        ink, y = self.palette["ink"], self.top + self.scale * self.rows.above
        place = f'transform="translate({self.left} {y})scale({self.scale})"'
        return f'<g fill="{ink}" stroke="{ink}" {place}>{_NOTE.sub(color, self.rows.drawings[line])}</g>'

    def _write_marks(self, line: int) -> list[str | Text]:
        """Write each vibhag's mark above its first note, and a line before it through the swaras."""
        tala, notes = self.melody.setting.tala, self.notes(line)
        parts: list[str | Text] = []
        for start, mark in zip(tala.starts, tala.marks, strict=True):
            note = notes.start + start
            if note not in notes:
                break
            x = self.place(note)
            parts.append(Text(x, 0.9 * self.size, 0.9 * self.size, self.palette["sindoor"], mark, anchor=0.5))
            if start:
                middle, length = (x + self.place(note - 1)) / 2, (_SWARA + _DIGIT) * self.size
                parts.append(write_box(middle, self.height - length, 2, length, self.palette["rule"]))
        return parts

    def _write_words(self, line: int, lit: bool) -> list[Text]:
        """Write each note's swara, and its digit unless it belongs to the coda."""
        size, parts = self.size, []
        weight = "bold" if lit else "regular"
        for note in self.notes(line):
            x, digit = self.place(note), self.melody.played_digits[note]
            in_coda = note >= len(self.melody.number_digits)
            color = self.palette["sindoor" if lit else "faint" if in_coda else "ink"]
            parts.append(
                Text(
                    x,
                    self.height - (_DIGIT + 0.35) * size,
                    self.word_size,
                    color,
                    self.words[digit],
                    anchor=0.5,
                    weight=weight,
                )
            )
            if not in_coda:
                color = self.palette["sindoor" if lit else "faint"]
                parts.append(
                    Text(x, self.height - 0.2 * size, 0.6 * size, color, digit, anchor=0.5, family=MONO, weight=weight)
                )
        return parts
