"""Notes to song: tonic and mapping found again, with or without the song's own record.

With a record, the notes must be its ten pitches, on its tonic or, if the song was transposed, on another. Without one,
gzip's known header tells which note is which digit (`assignment`), the few digits that do not occur there are tried in
every order, and CRC-32 decides. Neither pitch nor scale is needed for that: ten different things in a row are enough;
raga and tonic follow from the digits' pitches. A coda is found by its tihais, and its corrections are used but need not
be right. Where no reading holds a program, `guess` finds what a damaged song was.

Input: lines of `Notes`, and further readings of the same file. Output: the song.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple, NoReturn

import gmpy2

from primesong.errors import DamagedError, NoProgramError, SongError
from primesong.number.digits import to_digits
from primesong.number.payload import MAGIC, OPENING, PROGRAM_LIMIT, leading_bytes, unpack
from primesong.repair import coda
from primesong.repair.alignment import rate
from primesong.repair.assignment import generate_assignments, sum_place_values
from primesong.repair.guess import guess_melody
from primesong.repair.notes import Scale, find_scale, list_tonics, name_notes, snap_to_scale
from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.raga import NAT_BHAIRAV, RAGAS, Raga
from primesong.sargam.record import Notes
from primesong.sargam.remarks import Fact, list_remarks
from primesong.sargam.setting import Setting
from primesong.sargam.swara import HIGHEST_TONIC, LOWEST_TONIC, Pitch, Swara, tonic_name
from primesong.sargam.tala import TINTAL, name_place
from primesong.song import Song

#: The most digits that are read for each opening, over all readings of all lines: a few seconds' work. A song of 3,600
#: notes that opens with `OPENING` needs at most a few dozen readings, and this affords about seventy thousand.
_MAX_DIGITS = 500_000_000

#: What a raga is called of which only the pitches are known.
_UNNAMED = "unnamed"

#: What a reading costs besides its digits, in digits.
_READING_COST = 3_000

#: The most readings that are checked against a coda, each some milliseconds' work: more than the header leaves open.
_CODA_READINGS = 48

#: How many readings of a file are compared if none holds a whole song.
_MOST_COMPARED = 24

#: How many of these are kept beside the likeliest.
_ALTERNATIVES = 5


class _Found(NamedTuple):
    """A melody, and the notes that it was found in; they were explained by their record, or not."""

    melody: Melody
    notes: Notes
    by_record: bool = True

    def make_song(self) -> Song:
        """Return the song, with the record if it belongs to it."""
        return Song(self.melody, self.notes.record if self.by_record else None, remarks=self.notes.remarks)


@dataclass(slots=True)
class _Budget:
    """How many digits may still be read."""

    left: int = _MAX_DIGITS


def find_song(lines: Iterable[Notes], readings: Iterable[Notes] = (), limit: int = PROGRAM_LIMIT) -> Song:
    """Find the song among the lines of notes in a file.

    A line that its record explains is taken first, then one that holds a program, then a reading of which either is
    true. If none does, so that a damaged song can be looked at and repaired, the line or reading is taken that
    lies on its record's pitches or begins like a song, and is as long as its beginning says.

    Parameters
    ----------
    lines : iterable of Notes
        The lines as they stand in the file.
    readings : iterable of Notes
        Further ways to read the file's notes as one line, the likeliest first. They are made only if they are needed.
    limit : int
        The most bytes of a program.

    Raises
    ------
    SongError
        If no line is a song; the message says why.
    """
    lines = [notes for notes in lines if notes.midi_notes]
    found = _find_whole(lines, limit, _Budget())
    if found is not None:
        return _note_other_songs(found, lines, limit)
    found = _find_reading(lines, readings, limit)
    if found is None and not lines:
        raise SongError("no melody found: expected a line of single notes")
    damaged = [] if found is not None else _list_damaged(lines)
    if damaged:
        song, *others = (one.make_song() for one in damaged[: 1 + _ALTERNATIVES])
        return replace(song, alternatives=tuple(others))
    found = found or _find_by_opening(lines, MAGIC, limit, _Budget())
    return found.make_song() if found is not None else _refuse(lines[0])


def _note_other_songs(found: _Found, lines: Sequence[Notes], limit: int) -> Song:
    """Return the song that was found; of other songs in other lines, it is remarked how many there are."""
    song, budget = found.make_song(), _Budget()
    whole = (_find_whole([notes], limit, budget) for notes in lines if notes is not found.notes)
    others = {one.melody.number_digits for one in whole if one is not None} - {song.digits}
    return replace(song, remarks=(*song.remarks, *list_remarks({Fact.OTHER_SONGS: len(others)})))


def _find_reading(lines: list[Notes], readings: Iterable[Notes], limit: int) -> _Found | None:
    """Find a reading that is a song for certain; add the first of the others to the lines."""
    budget = _Budget()
    for notes in readings:
        found = _find_whole([notes], limit, budget)
        if found is not None:
            return found
        if len(lines) < _MOST_COMPARED:
            lines.append(notes)
    return None


def _find_whole(lines: Sequence[Notes], limit: int, budget: _Budget) -> _Found | None:
    """Find a line that is a song for certain."""
    return (
        _find_intact(lines) or _find_by_coda(lines, limit) or _find_by_opening(lines, OPENING, limit, budget)
    )  # fmt: skip


def _find_intact(lines: Sequence[Notes]) -> _Found | None:
    """Find a line that its record explains, SHA-256 included."""
    for notes in lines:
        for melody in _read_by_record(notes):
            if notes.record is not None and notes.record.fits(melody.number_digits):
                return _Found(melody, notes)
    return None


def _list_damaged(lines: Sequence[Notes]) -> list[_Found]:
    """List the lines on their record's pitches, or that begin like a song, those first that begin most like one of
    their length."""
    found = [one for one in map(_read_damaged, lines) if one is not None]
    return sorted(found, key=lambda one: rate(one.melody.number_digits)) if len(found) > 1 else found


def _read_damaged(notes: Notes) -> _Found | None:
    """Read a line that lies on its record's pitches, or nearly, or else begins like a song."""
    for each in (notes, snap_to_scale(notes)):
        for melody in _read_by_record(each):
            return _Found(melody, notes)
    guessed = guess_melody(notes)
    return _Found(guessed, notes, by_record=False) if guessed is not None else None


def _find_by_coda(lines: Sequence[Notes], limit: int) -> _Found | None:
    """Find a line without a record that holds a program after its coda has corrected it; the melody is as it is in the
    file."""
    for notes in lines:
        ending = coda.find(notes.midi_notes) if notes.record is None else None
        line = name_notes(notes.midi_notes)
        if ending is None or line is None:
            continue
        for digits in islice(_generate_digits(line, ending[0]), _CODA_READINGS):
            number = _correct(digits, ending[0])
            with contextlib.suppress(NoProgramError):
                unpack(leading_bytes(number), limit)
                melody = _make_melody(number, notes)
                return _Found(
                    replace(melody, number_digits=digits[: ending[0]], coda_digits=digits[ending[0] :]), notes
                )
    return None


def _generate_digits(line: Sequence[int], length: int) -> Iterator[str]:
    """Generate the digits of a line, number and coda, by every assignment that the header leaves open."""
    for assignment in generate_assignments(line[:length], len(set(line)), OPENING):
        yield "".join(str(assignment[name]) for name in line)


def _correct(digits: str, length: int) -> int:
    """Return the number, corrected by the coda that follows it if it can be."""
    with contextlib.suppress(DamagedError):
        digits = coda.correct(digits, length, digits[length : length + coda.PHRASE])
    return int(gmpy2.mpz(digits[:length]))


def _find_by_opening(lines: Sequence[Notes], opening: bytes, limit: int, budget: _Budget) -> _Found | None:
    """Find a line that holds a program behind a known header."""
    for notes in lines:
        for number in _generate_numbers(notes, opening):
            with contextlib.suppress(NoProgramError):
                unpack(leading_bytes(number), limit)
                return _Found(_make_melody(number, notes), notes)
            budget.left -= len(notes.midi_notes) + _READING_COST
            if budget.left < 0:
                break
    return None


def _generate_numbers(notes: Notes, opening: bytes) -> Iterator[int]:
    """Generate the numbers that the notes may be whose bytes begin with `opening`."""
    line = name_notes(notes.midi_notes)
    if line is not None:
        values = sum_place_values(line)
        for assignment in generate_assignments(line, len(values), opening):
            yield int(sum(digit * value for digit, value in zip(assignment, values, strict=True)))


def _make_melody(number: int, notes: Notes) -> Melody:
    """Return the melody of a number that the notes spell, on the tonic where they lie."""
    digits = to_digits(number)
    mapping = Mapping.by_frequency(digits)
    scale = _find_heard_scale(notes, digits, mapping.ranking)
    mapping, tonic = replace(mapping, raga=scale.raga), scale.tonic
    if notes.record is None:
        return Melody(digits, Setting(mapping, tonic))
    return Melody(digits, replace(notes.record.setting, mapping=mapping, tonic=tonic))


def _find_heard_scale(notes: Notes, digits: str, ranking: str) -> Scale:
    """Find the scale of notes that spell these digits, whose most frequent one sounds Sa: that of a raga of the table,
    or, if none has these pitches, of one that the notes make; the default raga if they make none."""
    heard = {digit: notes.midi_notes[digits.index(digit)] for digit in ranking if digit in digits}
    sa = min(max(heard[ranking[0]], LOWEST_TONIC), HIGHEST_TONIC)
    heights = [heard[digit] - sa for digit in ranking if digit in heard]
    for raga in RAGAS.values():
        if heights == [pitch.semitones for pitch in raga.pitches[: len(heights)]]:
            return Scale(raga, sa)
    for tonic in list_tonics(notes.midi_notes):
        return Scale(NAT_BHAIRAV, tonic)
    return Scale(_make_raga(heights) or NAT_BHAIRAV, sa)


def _make_raga(heights: Sequence[int]) -> Raga | None:
    """Return the raga of ten heights above Sa; None if they lie too far apart to be one."""
    swaras = list(Swara)
    with contextlib.suppress(ValueError):
        return Raga(_UNNAMED, tuple(Pitch(swaras[height % 12], height // 12) for height in heights))
    return None


def _read_by_record(notes: Notes) -> Iterator[Melody]:
    """Read the notes by the song's record: on its tonic if they lie there, else on whichever they fit."""
    record = notes.record
    if record is None:
        return
    mapping = record.setting.mapping
    tonics = list_tonics(notes.midi_notes, mapping.raga)
    for tonic in sorted(tonics, key=lambda tonic: abs(tonic - record.setting.tonic)):
        digits = mapping.to_digits([note - tonic for note in notes.midi_notes])
        if digits is not None:
            length = len(digits) - (record.coda_length if record.coda_length < len(digits) else 0)
            yield Melody(digits[:length], replace(record.setting, tonic=tonic), record.excerpt, digits[length:])


def _refuse(notes: Notes) -> NoReturn:
    """Raise `SongError`: the first note outside the ten pitches, or that there is no program."""
    scale = find_scale(notes)
    tonic, tala = scale.tonic, notes.record.setting.tala if notes.record else TINTAL
    for index, note in enumerate(notes.midi_notes):
        if note not in scale.notes:
            raise SongError(
                f"{name_place(index, tala)} is {tonic_name(note)}, which is not one of the song's ten pitches on "
                f"Sa = {tonic_name(tonic)}"
            )
    raise SongError(
        f"the {len(notes.midi_notes):,} notes fit the song's ten pitches on Sa = {tonic_name(tonic)}, but no "
        "reading of them as digits gives a program whose CRC-32 holds: a note is wrong, missing or doubled, or the "
        "number holds no program and the file has lost its record of the mapping"
    )
