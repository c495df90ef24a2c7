"""Notes to melody: tonic and mapping found again, with or without the song's own record.

With a record, the notes must be its ten pitches, on its tonic or, if the song was transposed, on another. Without one,
gzip's known header tells which note is which digit (`assignment`), the few digits that do not occur there are tried in
every order, and CRC-32 decides. Neither pitch nor scale is needed for that: ten different things in a row are enough. A
coda is found by its tihais, and its corrections are used but need not be right. Where no reading holds a program,
`guess` finds what a damaged song was.

Input: lines of `Notes`. Output: the melody, and its record or None.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import NoReturn

import gmpy2

from primesong.errors import DamagedError, NoProgramError, SongError
from primesong.number.digits import to_digits
from primesong.number.padding import leading_bytes
from primesong.number.payload import HEADER, PROGRAM_LIMIT, unpack
from primesong.repair import coda
from primesong.repair.assignment import generate_assignments, sum_place_values
from primesong.repair.guess import guess_melody
from primesong.repair.notes import HEIGHTS, find_tonic, list_tonics, name_notes, snap_to_scale
from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes, Record
from primesong.sargam.setting import DEFAULT_TONIC, Setting
from primesong.sargam.swara import HIGHEST_TONIC, LOWEST_TONIC, tonic_name
from primesong.sargam.tala import TINTAL, name_place

#: The part of gzip's header that is known in most songs: all up to a zero MTIME.
_OPENING = HEADER[:8]

#: The part that is known in all: the magic number and the method.
_SHORT_OPENING = HEADER[:3]

#: The most digits that are read for each opening, over all readings of all lines: a few seconds' work. A song of 3,600
#: notes that opens with `_OPENING` needs at most a few dozen readings, and this affords about seventy thousand.
_MAX_DIGITS = 500_000_000

#: What a reading costs besides its digits, in digits.
_READING_COST = 3_000

#: The most readings that are checked against a coda, each some milliseconds' work: more than the header leaves open.
_CODA_READINGS = 48

Found = tuple[Melody, Record | None]


def recover(candidates: Sequence[Notes], limit: int = PROGRAM_LIMIT) -> Found:
    """Find the melody among the lines of notes in a file, and the record that stood with it.

    A line that its record explains is taken first, then one that holds a program; then, so that a damaged song can be
    looked at and repaired, one that lies on its record's pitches, then one that begins like a song.

    Parameters
    ----------
    candidates : sequence of Notes
        The lines.
    limit : int
        The most bytes of a program.

    Raises
    ------
    SongError
        No line is a song; it says why.
    """
    lines = [notes for notes in candidates if notes.midi_notes]
    if not lines:
        raise SongError("no melody found: expected a line of single notes")
    return (
        _find_intact(lines)
        or _find_by_coda(lines, limit)
        or _find_by_opening(lines, _OPENING, limit)
        or _find_described(lines)
        or _find_guessed(lines)
        or _find_by_opening(lines, _SHORT_OPENING, limit)
        or _refuse(lines[0])
    )


def _find_intact(lines: Sequence[Notes]) -> Found | None:
    """Find a line that its record explains, SHA-256 included."""
    for notes in lines:
        for melody in _read_by_record(notes):
            if notes.record is not None and notes.record.fits(melody.number_digits):
                return melody, notes.record
    return None


def _find_described(lines: Sequence[Notes]) -> Found | None:
    """Find a line that lies on its record's pitches, or nearly."""
    for notes in chain(lines, map(snap_to_scale, lines)):
        for melody in _read_by_record(notes):
            return melody, notes.record
    return None


def _find_guessed(lines: Sequence[Notes]) -> Found | None:
    """Find a line that begins like a song."""
    for melody in filter(None, map(guess_melody, lines)):
        return melody, None
    return None


def _find_by_coda(lines: Sequence[Notes], limit: int) -> Found | None:
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
                return replace(melody, number_digits=digits[: ending[0]], coda_digits=digits[ending[0] :]), None
    return None


def _generate_digits(line: Sequence[int], length: int) -> Iterator[str]:
    """Generate the digits of a line, number and coda, by every assignment that the header leaves open."""
    for assignment in generate_assignments(line[:length], len(set(line)), _OPENING):
        yield "".join(str(assignment[name]) for name in line)


def _correct(digits: str, length: int) -> int:
    """Return the number, corrected by the coda that follows it if it can be."""
    with contextlib.suppress(DamagedError):
        digits = coda.correct(digits, length, digits[length : length + coda.PHRASE])
    return int(gmpy2.mpz(digits[:length]))


def _find_by_opening(lines: Sequence[Notes], opening: bytes, limit: int) -> Found | None:
    """Find a line that holds a program behind a known header."""
    budget = _MAX_DIGITS
    for notes in lines:
        for number in _generate_numbers(notes, opening):
            with contextlib.suppress(NoProgramError):
                unpack(leading_bytes(number), limit)
                return _make_melody(number, notes), notes.record
            budget -= len(notes.midi_notes) + _READING_COST
            if budget < 0:
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
    most_frequent = notes.midi_notes[digits.index(mapping.ranking[0])]
    tonic = next(iter(list_tonics(notes.midi_notes)), min(max(most_frequent, LOWEST_TONIC), HIGHEST_TONIC))
    if notes.record is None:
        return Melody(digits, Setting(mapping, tonic))
    return Melody(digits, replace(notes.record.setting, mapping=mapping, tonic=tonic))


def _read_by_record(notes: Notes) -> Iterator[Melody]:
    """Read the notes by the song's record: on its tonic if they lie there, else on whichever they fit."""
    record = notes.record
    if record is None:
        return
    for tonic in sorted(list_tonics(notes.midi_notes), key=lambda tonic: abs(tonic - record.setting.tonic)):
        digits = record.setting.mapping.to_digits([note - tonic for note in notes.midi_notes])
        if digits is not None:
            length = len(digits) - (record.coda_length if record.coda_length < len(digits) else 0)
            yield Melody(digits[:length], replace(record.setting, tonic=tonic), record.excerpt, digits[length:])


def _refuse(notes: Notes) -> NoReturn:
    """Raise `SongError`: the first note outside the ten pitches, or that there is no program."""
    record = notes.record
    tonic = find_tonic(notes.midi_notes, record.setting.tonic if record else DEFAULT_TONIC)
    tala = record.setting.tala if record else TINTAL
    for index, note in enumerate(notes.midi_notes):
        if note - tonic not in HEIGHTS:
            raise SongError(
                f"{name_place(index, tala)} is {tonic_name(note)}, which is not one of the song's ten pitches on "
                f"Sa = {tonic_name(tonic)}"
            )
    raise SongError(
        f"the {len(notes.midi_notes):,} notes fit the song's ten pitches on Sa = {tonic_name(tonic)}, but no "
        "reading of them as digits gives a program whose CRC-32 holds: a note is wrong, missing or doubled, or the "
        "number holds no program and the file has lost its record of the mapping"
    )
