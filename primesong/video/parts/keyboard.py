"""A harmonium's keys, as the page has them: from a C on as far as the song needs, its ten notes named."""

from itertools import count, takewhile
from typing import NamedTuple

from primesong.sargam.melody import Melody
from primesong.sargam.script import verse
from primesong.video.drawing import Drawing, Text, fit_words, write_box
from primesong.video.layout import Picture
from primesong.video.look import Look
from primesong.video.parts.flipbook import Flipbook

#: The white keys of an octave, in semitones above C.
_WHITE = (0, 2, 4, 5, 7, 9, 11)

#: The white keys of an octave, counted from 0, that no black key follows: E and B.
_NO_BLACK = (2, 6)

#: The fewest white keys: two octaves and a third.
_FEWEST = 17

#: How wide and how high a black key is, of a white one.
_BLACK_WIDTH = 14 / 24

#: How high a black key is, of a white one.
_BLACK_HEIGHT = 0.6

#: How far keys reach above the picture, so that only their lower corners are round, in pixels.
_TOP = 8

#: How far a key goes down, in pixels.
_TRAVEL = 3

#: The color of a key that is down, as in the page's style sheet.
_DOWN = "#e2733b"

#: The color of letters on white keys and on one that is down.
_ON_WHITE = "#211c15"

#: The color of letters on black keys.
_ON_BLACK = "#f4ead8"

#: The color of Sa on a white key.
_SA_ON_WHITE = "#a3320b"

#: The color of Sa on a black key.
_SA_ON_BLACK = "#ffb58a"


class Key(NamedTuple):
    """A key: its note (MIDI), its place, and whether it is black."""

    note: int
    left: float
    width: float
    height: float
    is_black: bool


def make_keyboard(view: Picture, melody: Melody, look: Look) -> Flipbook:
    """Make the keys, that of the sounding note down."""
    height, width = view.shape[:2]
    heights = melody.setting.mapping.to_semitones("0123456789")
    keys = lay_keys(melody.setting.tonic + min(heights), melody.setting.tonic + max(heights), width, height)
    drawings = [
        Drawing(width, height, look.palette["paper"], _draw_keys(keys, melody, digit, look)) for digit in "0123456789"
    ]
    return Flipbook(view, drawings, lambda note: int(melody.played_digits[note]))


def lay_keys(lowest: int, highest: int, width: int, height: int) -> list[Key]:
    """Place the keys from the C at or below the lowest note past the highest, black ones after white ones."""
    first = lowest // 12 * 12
    all_notes = (first + 12 * (place // 7) + _WHITE[place % 7] for place in count())
    notes = [note for _, note in takewhile(lambda one: one[0] < _FEWEST or one[1] <= highest + 1, enumerate(all_notes))]
    step = width / len(notes)
    wide = _BLACK_WIDTH * step
    white = [Key(note, place * step, step, height - 6, False) for place, note in enumerate(notes)]
    black = [
        Key(note + 1, (place + 1) * step - wide / 2, wide, height * _BLACK_HEIGHT, True)
        for place, note in enumerate(notes[:-1])
        if place % 7 not in _NO_BLACK
    ]
    return white + black


def _draw_keys(keys: list[Key], melody: Melody, down: str, look: Look) -> list[str | Text]:
    """Draw the keys, one of them down, and the cloth above them."""
    mapping, tonic = melody.setting.mapping, melody.setting.tonic
    words = verse(mapping, look.script)
    digits = {tonic + mapping.pitch(digit).semitones: digit for digit in words}
    parts: list[str | Text] = []
    for key in keys:
        digit = digits.get(key.note)
        parts.append(_draw_key(key, look, is_down=digit == down))
        if digit is not None:
            parts.append(_write_name(key, words[digit], look, is_down=digit == down, is_sa=key.note == tonic))
    right = max(key.left + key.width for key in keys)
    return [*parts, write_box(0, 0, right, 5, look.palette["sindoor"])]


def _draw_key(key: Key, look: Look, *, is_down: bool) -> str:
    palette = look.palette
    face = _DOWN if is_down else palette["ebony" if key.is_black else "key"]
    edge = palette["faint" if key.is_black else "ebony"]
    height = key.height + _TOP + (_TRAVEL if is_down else 0)
    return write_box(
        key.left + 1, -_TOP, key.width - 2, height, face, more=f'rx="4" stroke="{edge}" stroke-width="1.5"'
    )


def _write_name(key: Key, word: str, look: Look, *, is_down: bool, is_sa: bool) -> Text:
    sa, other = (_SA_ON_BLACK, _ON_BLACK) if key.is_black else (_SA_ON_WHITE, _ON_WHITE)
    color = _ON_WHITE if is_down else sa if is_sa else other
    size = fit_words([word], key.width, min(0.7 * key.width, 0.85 * look.layout.body))
    weight = "bold" if is_sa or is_down else "regular"
    x, y = key.left + key.width / 2, key.height - 0.6 * size
    return Text(x, y, size, color, word, anchor=0.5, weight=weight)
