"""Rows of a score to systems for paper: staff, words, the tala's marks and vibhags, each system a drawing of its own.

Notes of one length stand equally far apart, whatever is written below them: the words are set here, each centered under
its note, at a size at which the widest fits. Lengths are those of `rows`; 180 are a staff space.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple
from xml.sax.saxutils import escape

from primesong.sargam.melody import Melody
from primesong.sargam.script import DEFAULT_VERSES, DIGIT, language, split_marks, verse, width
from primesong.sargam.tala import Tala
from primesong.score.engraving.rows import Rows, set_in_rows
from primesong.score.engraving.verovio import PAPER

#: How many matras a system has at most: two avartans of tintal.
_MATRAS = 32

#: Of the staff: its four spaces.
_STAFF = 720

#: The size of the words, unless they are too wide: nine points on paper.
_WORDS = 560

#: From one line of words to the next, as a multiple of their size; Indian scripts have marks on both sides.
_LEADING = 1.4

#: The width of a letter at most, as a multiple of its size.
_LETTER = 0.62

#: How much of the way from note to note a word fills at most.
_FILLED = 0.92

#: The size of marks and numbers.
_MARKS = 450

#: From what reaches highest to the marks, and from what reaches lowest to the words.
_GAP = 180

#: How a vibhag's line is dashed.
_DASHES = "90 90"

#: The font of the words in each language; of others, and where it is missing, one that has their letters is found.
_FONTS = {"hi": "Noto Sans Devanagari", "bn": "Noto Sans Bengali", "pa": "Noto Sans Gurmukhi", "ta": "Noto Sans Tamil"}

#: The font of all else.
_FONT = "Libertinus Serif"

#: A word without its marks: its letter, and its Carnatic number.
_WORD = re.compile(r"(.+?)(\d?)")

#: In multiples of the words' size: how far to the right of a letter's middle its number stands, by its characters, as
#: letters with a vowel sign are wider; how far below its foot; and how large the number is.
_NUMBER = ((0.5, 0.64), 0.12, 0.6)

#: Marks as outlines around a letter's middle and foot, in the same unit: a line below, a line above, a dot below.
_MARK_PATHS = {
    "line": "M-.32 .26h.64v.05h-.64z",
    "upright": "M-.025-1h.05v.22h-.05z",
    "dot": "M-.07 .39a.07 .07 0 1 0 .14 0a.07 .07 0 1 0-.14 0z",
}

#: The color of what is less important than notes and words.
_GRAY = "#666"


class System(NamedTuple):
    """A system.

    Parameters
    ----------
    drawing : str
        An SVG.
    first, last : int
        Its avartans.
    words : str
        What is sung, in its first script.
    language : str
        The words' (BCP 47).
    """

    drawing: str
    first: int
    last: int
    words: str
    language: str


@dataclass(frozen=True, slots=True)
class _Page:
    """What all systems of a song have in common: its rows, its tala, what stands for each digit in each script, and how
    large the words are."""

    rows: Rows
    tala: Tala
    verses: dict[str, dict[str, str]]
    size: int

    @property
    def top(self) -> int:
        """How far systems reach above the staff's top line."""
        return self.rows.above + _GAP + _MARKS

    @property
    def height(self) -> int:
        """The height of a system."""
        return self.line(len(self.verses)) + self.size // 2 + self.top

    def line(self, number: int) -> int:
        """Where a line of words stands, counted from 1."""
        return self.rows.below + _GAP + round(number * self.size * _LEADING)


def draw_systems(melody: Melody, scripts: Sequence[str] = DEFAULT_VERSES) -> list[System]:
    """Draw a melody's systems, all of one height.

    Raises
    ------
    SongError
        If Verovio draws the score in an unknown way.
    MissingError
        If Verovio is not installed.
    """
    tala, played = melody.setting.tala, melody.played_digits
    avartans = max(1, _MATRAS // tala.matras)
    rows = set_in_rows(melody, avartans, PAPER)
    verses = {script: verse(melody.setting.mapping, script) for script in scripts}
    each = avartans * tala.matras
    page = _Page(rows, tala, verses, _fit_words(rows.places[:each], verses))
    systems = []
    for number, staff in enumerate(rows.drawings):
        part = slice(number * each, (number + 1) * each)
        first = melody.first_avartan + number * avartans
        last = first + (len(played[part]) - 1) // tala.matras
        words = " ".join(verses[scripts[0]][digit] for digit in played[part])
        drawing = _draw(page, staff, first, played[part], rows.places[part])
        systems.append(System(drawing, first, last, words, language(scripts[0])))
    return systems


def _fit_words(places: Sequence[int], verses: dict[str, dict[str, str]]) -> int:
    """Return the size at which the widest word fits between two notes."""
    step = min((after - before for before, after in pairwise(places)), default=_WORDS)
    widest = max(width(word) for words in verses.values() for word in words.values())
    return min(_WORDS, int(_FILLED * step / (_LETTER * widest)))


def _draw(page: _Page, staff: str, first: int, digits: str, places: Sequence[int]) -> str:
    """Draw a system as an SVG that is as high as every other of the song."""
    rows = page.rows
    layers = [
        f'<g stroke="#000" fill="#000">{staff}</g>',
        _write(0, -rows.above - _GAP, str(first), _MARKS, "start"),
        *_draw_tala(page, places),
    ]
    for line, (script, words) in enumerate(page.verses.items(), start=1):
        layers.append(f'<g lang="{language(script)}" fill="{_GRAY if script == DIGIT else "#000"}">')
        font = _FONTS.get(language(script))
        layers += [
            _write_word((x, page.line(line)), words[digit], page.size, font)
            for digit, x in zip(digits, places, strict=False)
        ]
        layers.append("</g>")
    outlines = [
        f'<path id="{name}" transform="scale(1,-1)" stroke="none" d="{outline}"/>'
        for name, outline in rows.glyphs.items()
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {-page.top} {rows.width} {page.height}">'
        f"<defs>{''.join(outlines)}</defs>{''.join(layers)}</svg>"
    )


def _draw_tala(page: _Page, places: Sequence[int]) -> Iterator[str]:
    """Draw the mark above the first note of each vibhag, and a dashed line before those inside an avartan."""
    tala = page.tala
    for start in range(0, len(places), tala.matras):
        for matra, mark in zip(tala.starts, tala.marks, strict=True):
            place = start + matra
            if mark and place < len(places):
                yield _write(places[place], -page.rows.above - _GAP, mark, _MARKS)
            if mark and matra > 0 and place < len(places):
                x = (places[place - 1] + places[place]) // 2
                yield f'<path d="M{x} 0V{_STAFF}" stroke="{_GRAY}" stroke-width="14" stroke-dasharray="{_DASHES}"/>'


def _write_word(place: tuple[int, int], word: str, size: int, font: str | None) -> str:
    """Write a word in the middle of a place. Of a script with a font of its own, only the letter is written in it: the
    marks and the number are drawn beside it."""
    x, y = place
    spoken, marks = split_marks(word)
    found = _WORD.fullmatch(spoken)
    if font is None or found is None:
        return _write(x, y, word, size)
    letter, number = found.groups()
    parts = [_write(x, y, letter, size).replace(_FONT, font)]
    parts += [f'<path d="{_MARK_PATHS[mark]}" transform="translate({x} {y})scale({size})"/>' for mark in marks]
    if number:
        rights, down, small = _NUMBER
        right = rights[min(len(letter), len(rights)) - 1]
        parts.append(_write(x + round(right * size), y + round(down * size), number, round(small * size), "start"))
    return "".join(parts)


def _write(x: int, y: int, text: str, size: int, anchor: str = "middle") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" font-family="{_FONT}">{escape(text)}</text>'
    )
