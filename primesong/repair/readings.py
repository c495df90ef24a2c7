"""The ways in which a damaged song's notes may be read: which notes they are, where they stand in the number, which
digit each stands for where its first notes leave that open, and what is left out that stands there twice.

Input: a `Song` whose notes give no program. Output: `Reading`s, the likeliest first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, permutations

from primesong.number.correction import Correction, compare
from primesong.repair.alignment import Alignment, generate_alignments
from primesong.song import Song

#: In how many ways the notes of a damaged song are placed in the number.
_ALIGNMENTS = 2

#: How many ways to read a song are tried.
_MOST_READINGS = 48

#: How many digits may be open, in a song without its record, to be tried in every order.
_OPEN_DIGITS = 4

#: How many digits must stand twice in a row to be taken for a part that is there twice.
_REPEATED = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """A way to read the song: where its notes stand in the number, which digit each note is, and what was left out."""

    song: Song
    alignment: Alignment
    left_out: tuple[Correction, ...] = ()

    @property
    def digits(self) -> str:
        """The digits, of which the first are known and corrected."""
        return self.alignment.correct(self.song.digits)

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """What was left out, and the corrections of the first digits."""
        return (*self.left_out, *self.alignment.list_corrections(self.song.digits))


def list_readings(song: Song) -> list[Reading]:
    """List the likeliest ways to read the song, the likeliest first."""
    return list(islice(_generate_readings(song), _MOST_READINGS))


def _generate_readings(song: Song) -> Iterator[Reading]:
    """Generate the ways to read the song."""
    for way in (song, *song.alternatives):
        for alignment in islice(generate_alignments(way.digits), _ALIGNMENTS):
            for one in [way] if way.record is not None else _assign_digits(way, alignment):
                reading = Reading(one, alignment)
                yield reading
                yield from _leave_out_repeats(reading)


def _assign_digits(song: Song, alignment: Alignment) -> Iterator[Song]:
    """Generate the song under every assignment of digits to notes that its first notes leave open."""
    corrected = {one.place for one in alignment.list_corrections(song.digits) if one.digit}
    confirmed = {digit for place, digit in enumerate(alignment.known) if place not in corrected}
    open_digits = sorted(set("0123456789") - confirmed)
    if len(open_digits) > _OPEN_DIGITS:
        open_digits = []
    for order in permutations(open_digits):
        table = str.maketrans("".join(open_digits), "".join(order))
        assigned = rewrite(song, song.digits.translate(table), song.melody.coda_digits.translate(table))
        mapping = replace(song.mapping, ranking=song.mapping.ranking.translate(table))
        setting = replace(assigned.melody.setting, mapping=mapping)
        yield replace(assigned, melody=replace(assigned.melody, setting=setting))


def _leave_out_repeats(reading: Reading) -> Iterator[Reading]:
    """Leave out digits that stand twice in a row, if there are about as many too many."""
    digits, known, length = reading.digits, reading.alignment.known, reading.alignment.length
    for size in (len(digits) - length + more for more in (0, 1, -1)):
        for start in _find_repeats(digits, size):
            once = digits[:start] + digits[start + size :]
            alignment = Alignment(0, abs(length - len(once)), length, len(known), known)
            yield Reading(rewrite(reading.song, once), alignment, (*reading.corrections, *compare(digits, once)))


def _find_repeats(digits: str, length: int) -> Iterator[int]:
    """Find the places where `length` digits stand twice, one after the other."""
    same = 0
    for here in range(len(digits) - length if length >= _REPEATED else 0):
        same = same + 1 if digits[here] == digits[here + length] else 0
        if same >= length:
            yield here - length + 1


def rewrite(song: Song, digits: str, coda_digits: str | None = None, corrections: tuple[Correction, ...] = ()) -> Song:
    """Return a song with other digits and, if they are given, another coda."""
    after = song.melody.coda_digits if coda_digits is None else coda_digits
    melody = replace(song.melody, number_digits=digits, coda_digits=after)
    return replace(song, melody=melody, corrections=corrections)
