"""Notes to melody: the tonic and the mapping found again, with or without the song's own record.

With a record, the notes must be its ten pitches, on its tonic or, if the song was transposed, on another. Without
one, the song gives itself away. A payload opens with gzip's known header, so the number of digits fixes the number
of bytes, and these the first digits: for eight known bytes, about seventeen. Reading the opening notes against them
tells which note is which digit; the few that do not occur there are tried in every order, and CRC-32 settles it.
Neither pitch nor scale is needed for that: ten different things in a row would do. A coda is found by its tihais, and
what it corrects need not be right for that. Where no reading holds a program, `guess` tells what a damaged song was.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, permutations

import gmpy2

from primesong.errors import DamagedError, NoProgramError, SongError
from primesong.number.digits import to_digits
from primesong.number.padding import leading_bytes
from primesong.number.payload import HEADER, PROGRAM_LIMIT, unpack
from primesong.repair import coda
from primesong.repair.guess import HEIGHTS, best_tonic, guess, on_scale
from primesong.sargam.mapping import RANKED_PITCHES, Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes, Record
from primesong.sargam.setting import DEFAULT_TONIC, Setting
from primesong.sargam.swara import HIGHEST_TONIC, LOWEST_TONIC, tonic_name
from primesong.sargam.tala import TINTAL, name_place

#: How much of gzip's header is taken as known, most first: all up to a zero MTIME, then the magic number alone.
_KNOWN_OPENINGS = (HEADER[:8], HEADER[:3])

#: How many digits are read, over all readings of all lines, before giving up: a few seconds' work. A song of 3,600
#: notes that opens with `HEADER[:8]` needs at most a few dozen readings, and this affords some seventy thousand.
_MOST_DIGITS_READ = 500_000_000

#: How many readings are held against a coda at most, each some milliseconds' work: more than the header leaves open.
_CORRECTED = 48

#: What a reading costs beyond its digits, as so many digits.
_READING = 3_000


def recover(candidates: Sequence[Notes], limit: int = PROGRAM_LIMIT) -> tuple[Melody, Record | None]:
    """Find the melody among the lines of notes that a file holds, and the record that stood with it.
    Raises `SongError` naming what is in the way. A program is one of at most `limit` bytes.

    A line that its record explains wins, then one that a program explains, then, so that a damaged song can be looked
    at and mended, one whose record fits its pitches but not its checksum, then one that begins like a song.
    """
    lines = [notes for notes in candidates if notes.midi_notes]
    if not lines:
        raise SongError("there is no melody here: no line of single notes was found")
    described = [melody for notes in lines for melody in _by_record(notes)]
    for melody, record in described:
        if record.fits(melody.number_digits):
            return melody, record
    described = described or [melody for notes in lines for melody in _by_record(on_scale(notes))]
    for notes in lines:
        for melody in _by_coda(notes, limit):
            return melody, None
    budget = _MOST_DIGITS_READ
    for opening in _KNOWN_OPENINGS:
        for notes in lines:
            for reading in _by_opening(notes, opening, limit):
                if reading is not None:
                    return reading, notes.record
                budget -= len(notes.midi_notes) + _READING
                if budget < 0:
                    break
        if described:
            return described[0]
        guessed = next(filter(None, map(guess, lines)), None)
        if guessed is not None:
            return guessed, None
    raise SongError(_why_not(lines[0]))


def tonics(midi_notes: Sequence[int]) -> list[int]:
    """Give the tonics on which every note is one of the ten pitches: one at most if all ten occur, their interval
    pattern being unique under transposition."""
    heard = set(midi_notes)
    return [
        tonic for tonic in range(LOWEST_TONIC, HIGHEST_TONIC + 1) if heard <= {tonic + height for height in HEIGHTS}
    ]


def _by_record(notes: Notes) -> Iterator[tuple[Melody, Record]]:
    """Read the notes by the song's own record: on its tonic if they lie there, else on whichever they fit."""
    record = notes.record
    if record is None:
        return
    for tonic in sorted(tonics(notes.midi_notes), key=lambda tonic: abs(tonic - record.setting.tonic)):
        digits = record.setting.mapping.to_digits([note - tonic for note in notes.midi_notes])
        if digits is not None:
            length = len(digits) - (record.coda_length if record.coda_length < len(digits) else 0)
            setting = replace(record.setting, tonic=tonic)
            yield Melody(digits[:length], setting, record.excerpt, digits[length:]), record


def _by_coda(notes: Notes, limit: int) -> Iterator[Melody]:
    """Read the notes before a coda behind a known header, corrected by the coda if it can; give the melody, as it is
    in the file, of each reading that then holds a program."""
    ending = coda.find(notes.midi_notes) if notes.record is None else None
    names = {note: name for name, note in enumerate(dict.fromkeys(notes.midi_notes))}
    if ending is None or len(names) > len(RANKED_PITCHES):
        return
    length, line = ending[0], [names[note] for note in notes.midi_notes]
    for assignment in islice(_assignments(line[:length], len(names), _KNOWN_OPENINGS[0]), _CORRECTED):
        digits = "".join(str(assignment[name]) for name in line)
        right = digits
        with contextlib.suppress(DamagedError):
            right = coda.correct(digits, length, digits[length : length + coda.PHRASE])
        number = int(gmpy2.mpz(right[:length]))
        with contextlib.suppress(NoProgramError):
            unpack(leading_bytes(number), limit)
            yield replace(_melody_of(number, notes), number_digits=digits[:length], coda_digits=digits[length:])


def _by_opening(notes: Notes, opening: bytes, limit: int) -> Iterator[Melody | None]:
    """Read the notes as a gzip member behind a known header. For each reading, give the melody if it holds a program
    whose CRC-32 is right, else None, so that the caller can stop."""
    names = {note: name for name, note in enumerate(dict.fromkeys(notes.midi_notes))}
    if len(names) > len(RANKED_PITCHES):
        return
    line = [names[note] for note in notes.midi_notes]
    weights = _place_values(line, len(names))
    for assignment in _assignments(line, len(names), opening):
        number = int(sum(digit * weight for digit, weight in zip(assignment, weights, strict=True)))
        try:
            unpack(leading_bytes(number), limit)
        except NoProgramError:
            yield None
        else:
            yield _melody_of(number, notes)


def _melody_of(number: int, notes: Notes) -> Melody:
    """Make the melody of a number that the notes were found to spell, on the tonic where they lie."""
    digits = to_digits(number)
    mapping = Mapping.by_frequency(digits)
    most_frequent = notes.midi_notes[digits.index(mapping.ranking[0])]
    tonic = next(iter(tonics(notes.midi_notes)), min(max(most_frequent, LOWEST_TONIC), HIGHEST_TONIC))
    if notes.record is None:
        return Melody(digits, Setting(mapping, tonic))
    return Melody(digits, replace(notes.record.setting, mapping=mapping, tonic=tonic))


def _place_values(line: Sequence[int], names: int) -> list[gmpy2.mpz]:
    """Sum, for each name, the powers of ten of the places where it stands: a reading is then ten products."""
    text = bytes(line)
    return [
        gmpy2.mpz(text.translate(bytes(49 if byte == name else 48 for byte in range(256))).decode())
        for name in range(names)
    ]


def _assignments(line: Sequence[int], names: int, opening: bytes) -> Iterator[tuple[int, ...]]:
    """Give every assignment of different digits to names for which the number's bytes begin with `opening`."""
    for low, high in _bounds(len(line), opening):
        for known in _walk(line, 0, {}, low, high, True, True):
            free = [name for name in range(names) if name not in known]
            unused = [digit for digit in range(10) if digit not in known.values()]
            for digits in permutations(unused, len(free)):
                whole = known | dict(zip(free, digits, strict=True))
                yield tuple(whole[name] for name in range(names))


def _bounds(digits: int, opening: bytes) -> Iterator[tuple[str, str]]:
    """Give the lowest and highest numbers of so many digits, as decimal text, whose bytes begin with `opening`."""
    fewest = max(gmpy2.mpz(10) ** (digits - 1), 1)
    about = (fewest.bit_length() + 7) // 8
    for size in (about, about + 1):
        if size > len(opening):
            low = gmpy2.mpz(int.from_bytes(opening, "big")) << 8 * (size - len(opening))
            high = low + (gmpy2.mpz(1) << 8 * (size - len(opening))) - 1
            low, high = max(low, fewest), min(high, 10 * fewest - 1)
            if low <= high:
                yield low.digits(), high.digits()


def _walk(  # noqa: PLR0917
    line: Sequence[int], place: int, known: dict[int, int], low: str, high: str, at_low: bool, at_high: bool
) -> Iterator[dict[int, int]]:
    """Walk along the line while its digits still decide whether the number lies within the bounds; give each
    assignment that stays within them. `at_low`, `at_high`: all digits so far are those of the bound."""
    if place == len(line) or not (at_low or at_high):
        yield known
        return
    least, most = int(low[place]) if at_low else 0, int(high[place]) if at_high else 9
    name = line[place]
    choices = (known[name],) if name in known else (digit for digit in range(10) if digit not in known.values())
    for digit in choices:
        if least <= digit <= most:
            yield from _walk(
                line,
                place + 1,
                known | {name: digit},
                low,
                high,
                at_low and digit == least,
                at_high and digit == most,
            )


def _why_not(notes: Notes) -> str:
    """Say what keeps the notes from being a song: the first that lies outside the ten pitches, or the program."""
    record = notes.record
    tonic = best_tonic(notes.midi_notes, record.setting.tonic if record else DEFAULT_TONIC)
    tala = record.setting.tala if record else TINTAL
    for index, note in enumerate(notes.midi_notes):
        if note - tonic not in HEIGHTS:
            return (
                f"{name_place(index, tala)} is {tonic_name(note)}, "
                f"which is none of the song's ten pitches on Sa = {tonic_name(tonic)}"
            )
    return (
        f"the {len(notes.midi_notes):,} notes fit the song's ten pitches on Sa = {tonic_name(tonic)}, but no "
        "reading of them as digits gives a program whose CRC-32 holds: a note is wrong, missing or doubled, or the "
        "number holds no program and the file has lost its record of the mapping"
    )
