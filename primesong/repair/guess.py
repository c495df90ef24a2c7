"""Damaged notes without their song's record to a melody, even if notes of the header are wrong or missing.

gzip's header fixes a number's first digits by its length, and so which of the first notes are the same: only one length
and one mapping explain them, even if two notes are wrong, or some are missing. Other wrong notes do no harm here;
`repair.song` corrects them.

Input: `Notes`. Output: the melody as far as it is known. Digits that do not occur in the header are any of those that
are left.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from primesong.number.header import list_openings
from primesong.repair import coda
from primesong.repair.alignment import SHORTEST, TOO_MANY
from primesong.repair.notes import find_scale, name_notes, snap_to_scale
from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes
from primesong.sargam.setting import DEFAULT_TONIC, Setting

#: How many notes may be missing.
_MISSING = 600

#: How many of the first notes may be wrong.
_WRONG = 2

#: How many of the very first notes may be missing.
_LOST = 6

#: How many known digits must be there to compare.
_COMPARED = 15

#: How many of the first notes are looked at: the header fixes at most 24 digits, and one more may be there.
_FIRST = 25

S = TypeVar("S", str, list[int])

#: Two places of the same note, with none of it between them.
Twins = Sequence[tuple[int, int]]


class _Guess(NamedTuple):
    """A way to read a line's first notes; the least is the likeliest."""

    #: How many of them are wrong, missing or too many.
    faults: int
    #: By how much the line is too short or too long.
    edits: int
    #: The number's digits.
    length: int
    #: The digit of each name.
    digits: tuple[str, ...]


def guess_melody(notes: Notes) -> Melody | None:
    """Return the melody of damaged notes; None if they do not begin like a song."""
    notes = snap_to_scale(notes)
    line = name_notes(notes.midi_notes)
    if line is None or len(line) < _COMPARED:
        return None
    ending = coda.find(line)
    length = ending[0] if ending else len(line)
    guess = min(_generate_guesses(line[:length]), default=None) or min(_generate_edited(line[:length]), default=None)
    if guess is None:
        return None
    digits = "".join(guess.digits[name] for name in line)
    return Melody(digits[:length], _find_setting(notes, digits), coda_digits=digits[length:])


def _find_setting(notes: Notes, digits: str) -> Setting:
    """Find the mapping and the tonic of notes whose digits are known."""
    scale = find_scale(notes)
    raga, tonic = scale.raga, scale.tonic
    heights = {note - tonic: digits[place] for place, note in reversed([*enumerate(notes.midi_notes)])}
    if not heights.keys() <= set(raga.heights):
        return Setting(Mapping.by_frequency(digits), DEFAULT_TONIC)
    left = iter(sorted(set("0123456789") - set(heights.values())))
    ranked = [pitch.semitones for pitch in raga.pitches]
    ranking = "".join(heights[height] if height in heights else next(left) for height in ranked)
    return Setting(Mapping(ranking, raga), tonic)


def _generate_known(line: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Generate the lengths that the number may have, and its first digits."""
    for length in range(max(SHORTEST, len(line) - TOO_MANY), len(line) + _MISSING + 1):
        for known in list_openings(length):
            yield length, known


def _generate_guesses(line: Sequence[int]) -> Iterator[_Guess]:
    """Generate the ways to read a line of which some first notes are wrong, or the very first are missing."""
    twins = _find_twins(line)
    for length, known in _generate_known(line):
        for lost in range(min(_LOST, len(known) - _COMPARED) + 1):
            if _contradicts(twins, known[lost:]) if lost else _count_contradictions(line, known) > _WRONG:
                continue
            digits, agreeing = _assign(line, known[lost:])
            wrong = len(known) - lost - agreeing
            if wrong <= (0 if lost else _WRONG):
                yield _Guess(wrong + lost, abs(length - len(line)), length, digits)


def _generate_edited(line: list[int]) -> Iterator[_Guess]:
    """Generate the ways to read a line of which one of the first notes is missing, or one too many."""
    start = line[:_FIRST]
    whole = (start, _find_twins(start))
    lacking = [(one, _find_twins(one)) for one in (_leave_out(start, place) for place in range(len(start) + 1))]
    for length, known in _generate_known(line):
        # what is edited stands no later than the first contradiction
        for place in range(1, _count_consistent(start, known) + 1 if len(known) > _COMPARED else 0):
            for (heard, twins), expected in ((whole, _leave_out(known, place)), (lacking[place], known)):
                if not _contradicts(twins, expected):
                    digits, agreeing = _assign(heard, expected)
                    if agreeing == len(expected):
                        yield _Guess(1, abs(length - len(line)), length, digits)


def _leave_out(sequence: S, place: int) -> S:
    return sequence[:place] + sequence[place + 1 :]


def _find_twins(line: Sequence[int]) -> Twins:
    """List where each of the first notes stands that is the same as one before, and where that does."""
    last: dict[int, int] = {}
    twins = []
    for place, name in enumerate(line[:_FIRST]):
        if name in last:
            twins.append((last[name], place))
        last[name] = place
    return twins


def _contradicts(twins: Twins, known: str) -> bool:
    """Whether notes that are the same stand for known digits that are not."""
    for one, other in twins:
        if other >= len(known):
            return False
        if known[one] != known[other]:
            return True
    return False


def _count_contradictions(line: Sequence[int], known: str) -> int:
    """Count the further known digits that first notes which are the same stand for: at least as many are wrong."""
    return len(set(zip(line, known, strict=False))) - len(set(line[: len(known)]))


def _count_consistent(line: Sequence[int], known: str) -> int:
    """Count the first notes before one that is the same as another and stands for another known digit."""
    met: dict[int, str] = {}
    place = 0
    for name, digit in zip(line, known, strict=False):
        if met.setdefault(name, digit) != digit:
            return place
        place += 1
    return place


def _assign(line: Sequence[int], known: str) -> tuple[tuple[str, ...], int]:
    """Assign to each name the digit that it meets most often, all different, and to those that meet none the digits
    that are left; return them, and how many of the known digits are met."""
    votes = Counter(zip(line, known, strict=False))
    digit_of: dict[int, str] = {}
    agreeing = 0
    for (name, digit), count in votes.most_common():
        if name not in digit_of and digit not in digit_of.values():
            digit_of[name] = digit
            agreeing += count
    left = (digit for digit in "0123456789" if digit not in digit_of.values())
    return tuple(digit_of[name] if name in digit_of else next(left) for name in range(10)), agreeing
