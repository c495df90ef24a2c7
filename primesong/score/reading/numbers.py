"""The numbers and pitches that MusicXML's elements hold, as text, to values."""

import math
from functools import lru_cache

from primesong.errors import SongError
from primesong.sargam.setting import printable
from primesong.sargam.swara import NATURALS

#: In semitones or octaves: what no note, and no transposition, goes beyond.
_LARGEST_NUMBER = 127

#: Times are counted in this part of a quarter note: what MusicXML divides it into divides this, but for odd programs.
_QUARTER = 2**10 * 3**3 * 5**2 * 7 * 11

#: In quarter notes: no note is longer.
_LONGEST = 1 << 20


@lru_cache
def measure(duration: str, divisions: float) -> int:
    """Return the time of a duration in divisions of a quarter note."""
    return round(min(read_decimal(duration) / divisions, _LONGEST) * _QUARTER)


def read_note(facts: dict[str, str]) -> int:
    """Read a note's MIDI note number."""
    step = facts.get("step", "").strip()
    if step not in NATURALS:
        raise SongError(f"the MusicXML holds a note named “{printable(step[:20])}”; notes are named A to G")
    return NATURALS[step] + read_number(facts, "alter") + 12 * (read_number(facts, "octave") + 1)


def read_number(facts: dict[str, str], name: str, default: str = "0") -> int:
    """Read an element's text as a whole number; a microtonal alter is rounded."""
    text = facts.get(name, default).strip()
    try:
        value = round(float(text))
    except (ValueError, OverflowError):
        value = None
    if value is None or abs(value) > _LARGEST_NUMBER:
        raise SongError(f"the MusicXML has <{name}>{printable(text[:20])}</{name}> where a small number belongs")
    return value


def read_decimal(text: str) -> float:
    """Read a number that matters little: above 0 and finite, or 0."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0.0 < value < math.inf else 0.0
