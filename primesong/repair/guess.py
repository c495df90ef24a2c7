"""Damaged notes without their song's record to digits, though notes of the header too may be wrong or lost.

gzip's header tells a number's first digits by its length, and so which of the first notes are the same: only one length
and one mapping make sense of them, even if two notes are wrong, or the first few are missing. What else is wrong in the
song does no harm here; `mending` puts it right.

Comes in: `Notes`. Goes out: the melody as far as it can be told; digits that do not occur in the header are not told
by it, and are any of those that are left.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from primesong.number.header import known_digits
from primesong.repair import coda
from primesong.sargam.mapping import RANKED_PITCHES, Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes
from primesong.sargam.setting import DEFAULT_TONIC, Setting
from primesong.sargam.swara import HIGHEST_TONIC, LOWEST_TONIC

HEIGHTS = frozenset(pitch.semitones for pitch in RANKED_PITCHES)

#: How many notes too many, and how many missing ones, are thought of.
_TOO_MANY, _MISSING = 64, 600

#: How many of the first notes may be wrong, or be missing, and how many there must be to compare.
_WRONG, _LOST, _FEWEST = 2, 6, 15

#: What share of the notes must lie on the ten pitches for the others to be taken for wrong ones.
_MOST = 0.9


def guess(notes: Notes) -> Melody | None:
    """Give the melody that damaged notes were, without their record; None if they do not begin like a song's."""
    notes = on_scale(notes)
    names = {note: name for name, note in enumerate(dict.fromkeys(notes.midi_notes))}
    if len(names) > len(RANKED_PITCHES):
        return None
    line = [names[note] for note in notes.midi_notes]
    ending = coda.find(line)
    length = ending[0] if ending else len(line)
    found = min(_readings(line[:length]), default=None)
    if found is None:
        return None
    digits = "".join(found[-1][name] for name in line)
    tonic = best_tonic(notes.midi_notes)
    heights = {note - tonic: digits[place] for place, note in reversed([*enumerate(notes.midi_notes)])}
    if not heights.keys() <= HEIGHTS:
        mapping, tonic = Mapping.by_frequency(digits), DEFAULT_TONIC
    else:
        left = iter(sorted(set("0123456789") - set(heights.values())))
        ranked = [pitch.semitones for pitch in RANKED_PITCHES]
        mapping = Mapping("".join(heights[height] if height in heights else next(left) for height in ranked))
    return Melody(digits[:length], Setting(mapping, tonic), coda_digits=digits[length:])


def on_scale(notes: Notes) -> Notes:
    """Put notes that lie beside the ten pitches on the nearest of them, if nearly all lie on them."""
    tonic = best_tonic(notes.midi_notes)
    scale = sorted(tonic + height for height in HEIGHTS)
    counts = Counter(notes.midi_notes)
    if sum(counts[note] for note in scale) < _MOST * len(notes.midi_notes):
        return notes
    nearest = {note: min(scale, key=lambda one: abs(one - note)) for note in counts}
    return replace(notes, midi_notes=[nearest[note] for note in notes.midi_notes])


def best_tonic(midi_notes: Sequence[int], usual: int = DEFAULT_TONIC) -> int:
    """Give the tonic on which most notes are among the ten pitches; of several, the one nearest to the usual."""
    counts = Counter(midi_notes)
    return max(
        range(LOWEST_TONIC, HIGHEST_TONIC + 1),
        key=lambda tonic: (sum(counts[tonic + height] for height in HEIGHTS), -abs(tonic - usual)),
    )


def _readings(line: Sequence[int]) -> Iterator[tuple[int, int, int, tuple[str, ...]]]:
    """Give the ways to read a line's first notes as a number's: how many are wrong or missing, by how much the line is
    too short or too long, the number's length, and the digit of each name."""
    for length in range(max(60, len(line) - _TOO_MANY), len(line) + _MISSING + 1):
        for known in known_digits(length):
            for lost in range(min(_LOST, len(known) - _FEWEST) + 1):
                if lost and not _alike(line, known[lost:]):
                    continue
                digits, agreeing = _assigned(line, known[lost:])
                wrong = len(known) - lost - agreeing
                if wrong <= (0 if lost else _WRONG):
                    yield wrong + lost, abs(length - len(line)), length, digits


def _alike(line: Sequence[int], known: str) -> bool:
    """Whether the same of the first notes are the same as of the known digits."""
    met: dict[int, str] = {}
    return all(met.setdefault(name, digit) == digit for name, digit in zip(line, known, strict=False))


def _assigned(line: Sequence[int], known: str) -> tuple[tuple[str, ...], int]:
    """Give each name the digit that it meets most often, no two the same, those that meet none what is left; and how
    many of the known digits are then met."""
    votes = Counter(zip(line, known, strict=False))
    digit_of: dict[int, str] = {}
    agreeing = 0
    for (name, digit), count in votes.most_common():
        if name not in digit_of and digit not in digit_of.values():
            digit_of[name] = digit
            agreeing += count
    left = (digit for digit in "0123456789" if digit not in digit_of.values())
    return tuple(digit_of[name] if name in digit_of else next(left) for name in range(10)), agreeing
