"""A damaged song to the right one: wrong, missing and doubled notes corrected.

The coda is used first: it corrects wrong notes, and fills one place or two where some are missing. Then every single
fault is tried, and pairs of them (`exhaustive`); then the faults after which the program inside looks most plausible
(`sequential`). Where the song has no record, its first notes may not tell which digit every note stands for, and each
assignment that they leave open is tried.

Input: a song whose notes give no program. Output: the right song, which holds its corrections.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from primesong.deadline import Deadline
from primesong.errors import DamagedError, NoProgramError, TooLongError
from primesong.number.correction import Repaired, compare
from primesong.number.payload import PROGRAM_LIMIT
from primesong.repair import coda
from primesong.repair.alignment import Alignment, has_alignment
from primesong.repair.plausibility.reading import TEXT_LIMIT
from primesong.repair.readings import Reading, list_readings, rewrite
from primesong.repair.search import exhaustive, sequential
from primesong.repair.search.paths import MAX_DIGITS, blind_costs
from primesong.sargam.tala import name_place
from primesong.song import Song, check_complete

#: The share of the time up to which single faults are tried: they rarely need it.
_SINGLES_UNTIL = 0.25

#: The share of the time up to which pairs of faults are tried.
_PAIRS_UNTIL = 0.4

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Failure:
    """How far a reading was plausible that gave no program."""

    beginning: bytes
    reached: int
    message: str
    alignment: Alignment


def correct(song: Song) -> Song:
    """Correct wrong notes by the song's coda. Raises `DamagedError` if more are wrong than it can correct, or there is
    none."""
    heard = song.melody.played_digits
    right = coda.correct(heard, len(song.digits), song.mapping.ending)
    return rewrite(song, right[: len(song.digits)], right[len(song.digits) :], compare(heard, right))


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
        If no program was found; the error tells the program's beginning as far as it is known.
    NoProgramError
        If the song's notes are not those of a gzip member, or too many.
    """
    check_complete(song)
    readings = list_readings(song)
    end = Deadline.after(seconds)
    found = _find_whole(chain(_generate_candidates(song, readings), _generate_refilled(readings, end)), limit)
    if found is not None:
        return found
    if len(song.digits) > MAX_DIGITS:
        raise NoProgramError(f"numbers of more than {MAX_DIGITS:,} digits cannot be repaired")
    if not readings:
        raise NoProgramError("the song does not begin like one that holds a program")
    found = _try_faults(readings, seconds)
    if found is not None:
        return found
    outcome = _search(readings, max(end.left, (1 - _PAIRS_UNTIL) * seconds), progress)
    if isinstance(outcome, Song):
        return outcome
    longer = f"; programs of more than {TEXT_LIMIT:,} bytes cannot be repaired" if limit > TEXT_LIMIT else ""
    message = f"{_describe_length(song, outcome)}{outcome.message}{longer}"
    raise DamagedError(message, outcome.beginning, outcome.reached)


def can_repair(song: Song, fault: NoProgramError) -> bool:
    """Tell whether a song that gives no program begins like one that holds one."""
    whole = song.melody.excerpt is None and not isinstance(fault, TooLongError)
    return whole and has_alignment(song.digits)


def _find_whole(candidates: Iterable[Song], limit: int) -> Song | None:
    """Return the first song that holds a program."""
    for candidate in candidates:
        try:
            candidate.unpack(limit)
        except TooLongError:
            raise
        except NoProgramError:
            continue
        return candidate
    return None


def _generate_candidates(song: Song, readings: Sequence[Reading]) -> Iterator[Song]:
    """Generate what the song may be by its coda, or if a part is left out that is there twice."""
    for one in (song, *(reading.song for reading in readings if not reading.left_out)):
        with contextlib.suppress(DamagedError):
            yield correct(one)
    for reading in readings:
        if reading.song.melody.coda_digits:
            yield from _refill(reading, 1)
        yield rewrite(reading.song, reading.digits, corrections=reading.corrections)


def _generate_refilled(readings: Sequence[Reading], end: Deadline) -> Iterator[Song]:
    """Generate what the song may be by its coda if notes are missing, or too many, in two places."""
    until = end.share(_SINGLES_UNTIL)
    for reading in readings:
        if reading.song.melody.coda_digits and until.left:
            yield from _refill(reading, 2)


def _refill(reading: Reading, places: int) -> Iterator[Song]:
    """Fill by the coda, which may have wrong notes too, one place or two where notes are missing, or too many."""
    song, length = reading.song, reading.alignment.length
    ending = song.melody.coda_digits
    phrase = song.mapping.ending if song.record is not None else ending[: coda.PHRASE]
    right = coda.refill(reading.digits, ending, length, phrase, places)
    if right is not None:
        number = compare(reading.digits, right[:length])
        after = (replace(one, place=length + one.place) for one in compare(ending, right[length:]))
        yield rewrite(song, right[:length], right[length:], (*reading.corrections, *number, *after))


def _try_faults(readings: Sequence[Reading], seconds: float) -> Song | None:
    """Try every single fault in all readings, then pairs of faults."""
    end = Deadline.after(_PAIRS_UNTIL * seconds)
    for pairs, share in ((False, _SINGLES_UNTIL / _PAIRS_UNTIL), (True, 1.0)):
        for reading, left in _share_time(readings, end.share(share)):
            record = reading.song.record
            found = exhaustive.search(
                reading.digits,
                reading.alignment.length,
                reading.alignment.known,
                left,
                pairs=pairs,
                fits=record.fits if record is not None else None,
            )
            if found is not None:
                return _finish(reading, found)
    return None


def _share_time(readings: Sequence[Reading], end: Deadline) -> Iterator[tuple[Reading, float]]:
    """Yield each reading with its time: half of it is for those of which the fewest notes are missing or too many, and
    what one leaves goes to those after it."""
    fewest = min(reading.alignment.edits for reading in readings)
    groups = [[one for one in readings if (one.alignment.edits == fewest) == few] for few in (True, False)]
    for group, stop in zip(groups, (end.share(0.5) if groups[1] else end, end), strict=True):
        for number, reading in enumerate(group):
            yield reading, stop.left / (len(group) - number)


def _search(readings: Sequence[Reading], seconds: float, progress: Progress) -> Song | _Failure:
    """Search all readings for the most plausible program; return how far the best of them was plausible if none is
    found."""
    best: _Failure | None = None
    for reading, left in _share_time(readings, Deadline.after(seconds)):
        length = reading.alignment.length
        # where as many notes are missing as are too many, the song is as long as it should be
        lengths = [length] if len(reading.digits) != length else [None, length]
        for each in lengths:
            try:
                found = sequential.search(
                    blind_costs(reading.digits),
                    left / len(lengths),
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


def _finish(reading: Reading, found: Repaired) -> Song:
    """Return the song of digits that were found."""
    return rewrite(reading.song, found.digits, corrections=(*reading.corrections, *found.corrections))


def _describe_length(song: Song, failure: _Failure) -> str:
    """Say how many notes are missing, or too many, and where the first of them may be."""
    length = failure.alignment.length
    extra = len(song.digits) - length
    if not extra:
        return ""
    missing = f"{-extra:,} of the song's {length:,} notes are missing"
    edits = missing if extra < 0 else f"{extra:,} notes are too many"
    return f"{edits}, the first about {name_place(failure.reached, song.melody.setting.tala)} or before; "
