"""A damaged song to the right one: wrong, missing and doubled notes corrected.

The coda is used first: it corrects wrong notes, and fills a place where some are missing. Then every single fault is
tried, and pairs of them (`exhaustive`); then the faults after which the program inside looks most plausible
(`sequential`). Where the song has no record, its first notes may not tell which digit every note stands for, and each
assignment that they leave open is tried.

Input: a song whose notes give no program. Output: the right song, which holds its corrections.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, permutations

from primesong.errors import DamagedError, NoProgramError, PrimesongError, TooLongError
from primesong.number.correction import Correction, Repaired, compare
from primesong.number.payload import PROGRAM_LIMIT
from primesong.repair import coda
from primesong.repair.alignment import Alignment, generate_alignments
from primesong.repair.plausibility.reading import TEXT_LIMIT
from primesong.repair.search import exhaustive, sequential
from primesong.repair.search.paths import MAX_DIGITS, blind_costs
from primesong.sargam.tala import name_place
from primesong.song import Song, check_complete

#: In how many ways the notes of a damaged song are placed in the number.
_ALIGNMENTS = 2

#: How many digits may be open, in a song without its record, to be tried in every order.
_OPEN_DIGITS = 4

#: How many digits must stand twice in a row to be taken for a part that is there twice.
_REPEATED = 4

#: The share of the time up to which single faults are tried: they rarely need it.
_SINGLES_UNTIL = 0.25

#: The share of the time up to which pairs of faults are tried.
_PAIRS_UNTIL = 0.4

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A way to read the song: where its notes stand in the number, and which digit each note is."""

    song: Song
    alignment: Alignment

    @property
    def digits(self) -> str:
        """The digits, of which the first are known and corrected."""
        return self.alignment.correct(self.song.digits)

    @property
    def opening(self) -> tuple[Correction, ...]:
        """The corrections of the first digits."""
        return self.alignment.list_corrections(self.song.digits)


@dataclass(frozen=True, slots=True)
class _Failure:
    """How far a reading was plausible that gave no program."""

    beginning: bytes
    reached: int
    message: str
    alignment: Alignment


def add_coda(song: Song, share: float) -> Song:
    """Return the song with a coda, error-correction notes after those of the number, which stay the same. Its last note
    falls on sam.

    Parameters
    ----------
    song : Song
        A whole song.
    share : float
        About how long the coda is, as a share of the number's notes.

    Raises
    ------
    PrimesongError
        The song is an excerpt, or no coda has this share.
    """
    if song.melody.excerpt is not None:
        raise PrimesongError("an excerpt has no coda: it belongs to the whole number")
    tala = song.melody.setting.tala
    length = coda.choose_length(len(song.digits), share, tala.matras if any(tala.marks) else 1)
    made = coda.make(song.digits, length, song.mapping.ending)
    return replace(song, melody=replace(song.melody, coda_digits=made))


def correct(song: Song) -> Song:
    """Correct wrong notes by the song's coda. Raises `DamagedError` if more are wrong than it can correct, or there is
    none."""
    heard = song.melody.played_digits
    right = coda.correct(heard, len(song.digits), song.mapping.ending)
    return _rewrite(song, right[: len(song.digits)], right[len(song.digits) :], compare(heard, right))


def repair_song(song: Song, seconds: float, progress: Progress = lambda done: None, limit: int = PROGRAM_LIMIT) -> Song:
    """Correct wrong, missing and doubled notes of a song, until it holds a program.

    Parameters
    ----------
    song : Song
        A song that gives no program.
    seconds : float
        How long to try.
    progress : callable
        Called with the share of the number that is right at best, from 0 to 1.
    limit : int
        The most bytes of the program.

    Raises
    ------
    DamagedError
        No program was found; it tells the program's beginning as far as it is known.
    NoProgramError
        The song's notes are not those of a gzip member, or too many.
    """
    check_complete(song)
    readings = list(_generate_readings(song))
    found = _repair_by_coda(song, readings, limit)
    if found is not None:
        return found
    if len(song.digits) > MAX_DIGITS:
        raise NoProgramError(f"numbers of more than {MAX_DIGITS:,} digits are not repaired")
    if not readings:
        song.unpack(limit)
        raise NoProgramError("the song's first notes are not those of a gzip member")
    start = time.monotonic()
    found = _try_faults(readings, seconds)
    if found is not None:
        return found
    left = max(start + seconds - time.monotonic(), (1 - _PAIRS_UNTIL) * seconds)
    outcome = _search(readings, left, progress)
    if isinstance(outcome, Song):
        return outcome
    longer = f"; programs of more than {TEXT_LIMIT:,} bytes are not repaired" if limit > TEXT_LIMIT else ""
    message = f"{_describe_length(song, outcome)}{outcome.message}{longer}"
    raise DamagedError(message, outcome.beginning, outcome.reached)


def can_repair(song: Song, fault: NoProgramError) -> bool:
    """Tell whether a song that gives no program begins like one that holds one."""
    whole = song.melody.excerpt is None and not isinstance(fault, TooLongError)
    return whole and any(generate_alignments(song.digits))


def _generate_readings(song: Song) -> Iterator[_Reading]:
    """Generate the ways to read the song, the likeliest first."""
    for alignment in islice(generate_alignments(song.digits), _ALIGNMENTS):
        songs = [song] if song.record is not None else _assign_digits(song, alignment)
        yield from (_Reading(one, alignment) for one in songs)


def _assign_digits(song: Song, alignment: Alignment) -> Iterator[Song]:
    """Generate the song under every assignment of digits to notes that its first notes leave open."""
    corrected = {one.place for one in alignment.list_corrections(song.digits) if one.digit}
    confirmed = {digit for place, digit in enumerate(alignment.known) if place not in corrected}
    open_digits = sorted(set("0123456789") - confirmed)
    if len(open_digits) > _OPEN_DIGITS:
        open_digits = []
    for order in permutations(open_digits):
        table = str.maketrans("".join(open_digits), "".join(order))
        assigned = _rewrite(song, song.digits.translate(table), song.melody.coda_digits.translate(table))
        mapping = replace(song.mapping, ranking=song.mapping.ranking.translate(table))
        setting = replace(assigned.melody.setting, mapping=mapping)
        yield replace(assigned, melody=replace(assigned.melody, setting=setting))


def _repair_by_coda(song: Song, readings: Sequence[_Reading], limit: int) -> Song | None:
    """Return the first song that holds a program where the coda is right, or a part is left out that is there twice."""
    for candidate in _generate_candidates(song, readings):
        try:
            candidate.unpack(limit)
        except TooLongError:
            raise
        except NoProgramError:
            continue
        return candidate
    return None


def _generate_candidates(song: Song, readings: Sequence[_Reading]) -> Iterator[Song]:
    """Generate what the song may be by its coda, or if a part is left out that is there twice."""
    for one in (song, *(reading.song for reading in readings)):
        with contextlib.suppress(DamagedError):
            yield correct(one)
    for reading in readings:
        if reading.song.melody.coda_digits:
            yield from _refill(reading)
        yield from _leave_out_repeats(reading)


def _refill(reading: _Reading) -> Iterator[Song]:
    """Fill a place where notes are missing by the coda, which may have wrong notes too."""
    song, length = reading.song, reading.alignment.length
    ending = song.melody.coda_digits
    phrase = song.mapping.ending if song.record is not None else ending[: coda.PHRASE]
    right = coda.refill(reading.digits, ending, length, phrase)
    if right is not None:
        number = compare(reading.digits, right[:length])
        after = (replace(one, place=length + one.place) for one in compare(ending, right[length:]))
        yield _rewrite(song, right[:length], right[length:], (*reading.opening, *number, *after))


def _leave_out_repeats(reading: _Reading) -> Iterator[Song]:
    """Leave out digits that stand twice in a row, if there are as many too many."""
    digits = reading.digits
    extra = len(digits) - reading.alignment.length
    for start in _find_repeats(digits, extra):
        once = digits[:start] + digits[start + extra :]
        yield _rewrite(reading.song, once, corrections=(*reading.opening, *compare(digits, once)))


def _find_repeats(digits: str, length: int) -> Iterator[int]:
    """Find the places where `length` digits stand twice, one after the other."""
    same = 0
    for here in range(len(digits) - length if length >= _REPEATED else 0):
        same = same + 1 if digits[here] == digits[here + length] else 0
        if same >= length:
            yield here - length + 1


def _try_faults(readings: Sequence[_Reading], seconds: float) -> Song | None:
    """Try every single fault in all readings, then pairs of faults."""
    start = time.monotonic()
    for pairs, until in ((False, _SINGLES_UNTIL), (True, _PAIRS_UNTIL)):
        for number, reading in enumerate(readings):
            left = start + until * seconds - time.monotonic()
            record = reading.song.record
            found = exhaustive.search(
                reading.digits,
                reading.alignment.length,
                reading.alignment.known,
                left / (len(readings) - number),
                pairs=pairs,
                fits=record.fits if record is not None else None,
            )
            if found is not None:
                return _finish(reading, found)
    return None


def _search(readings: Sequence[_Reading], seconds: float, progress: Progress) -> Song | _Failure:
    """Search all readings for the most plausible program; return how far the best of them was plausible if none is
    found."""
    best: _Failure | None = None
    for reading in readings:
        length = reading.alignment.length
        # where as many notes are missing as are too many, the song is as long as it should be
        lengths = [length] if len(reading.digits) != length else [None, length]
        for each in lengths:
            try:
                found = sequential.search(
                    blind_costs(reading.digits),
                    seconds / len(readings) / len(lengths),
                    length=each,
                    known=reading.alignment.known,
                    progress=progress,
                )
            except DamagedError as error:
                if best is None or len(error.beginning) > len(best.beginning):
                    best = _Failure(error.beginning, error.reached, str(error), reading.alignment)
            else:
                return _finish(reading, found)
    assert best is not None
    return best


def _finish(reading: _Reading, found: Repaired) -> Song:
    """Return the song of digits that were found."""
    return _rewrite(reading.song, found.digits, corrections=(*reading.opening, *found.corrections))


def _rewrite(song: Song, digits: str, coda_digits: str | None = None, corrections: tuple[Correction, ...] = ()) -> Song:
    """Return a song with other digits and, if they are given, another coda."""
    after = song.melody.coda_digits if coda_digits is None else coda_digits
    melody = replace(song.melody, number_digits=digits, coda_digits=after)
    return replace(song, melody=melody, corrections=corrections)


def _describe_length(song: Song, failure: _Failure) -> str:
    """Say how many notes are missing, or too many, and where the first of them may be."""
    length = failure.alignment.length
    extra = len(song.digits) - length
    if not extra:
        return ""
    missing = f"{-extra:,} of the song's {length:,} notes are missing"
    edits = missing if extra < 0 else f"{extra:,} notes are too many"
    return f"{edits}, the first about {name_place(failure.reached, song.melody.setting.tala)} or before; "
