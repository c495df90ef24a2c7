"""A coda that was heard, to the song before it, also where some of the song was not heard.

The coda tells the digits of which nothing is known, be they silent, or heard by none of several recordings; and where
the recording was cut or holds a part twice, its place is sought. It also tells where a recording belongs that lacks the
song's beginning: at the end.

Comes in: `Found`s, log-probabilities. Goes out: `Heard`, or None.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from primesong.errors import NoProgramError
from primesong.repair import coda
from primesong.repair.correction import Correction, Repaired, compare
from primesong.repair.posterior import by_coda, program_in
from primesong.sargam.tala import TINTAL, name_place
from primesong.sound.hear.opening import SLACK
from primesong.sound.hear.reading import Found, Heard, by_digit, heard_as, mapping_of
from primesong.sound.transcribe.transcription import Transcription


def find_coda(view: Transcription) -> tuple[int, int] | None:
    """Find a coda at the end of what was heard: the slots where it begins and where it ends."""
    stop = min(view.last + SLACK, len(view.log_probabilities))
    return coda.find(view.notes[:stop].tolist(), 2 * SLACK)


def find_codas(views: Iterable[Transcription]) -> list[int]:
    """Find how many notes the coda may have, wherever it was heard."""
    found = [coda.find(view.notes.tolist(), len(view.notes)) for view in views]
    return sorted({place[1] - place[0] for place in found if place is not None})


def read_with_coda(found: Found, title: str) -> Heard | None:
    """Read a view from an opening to the end of its coda, which puts right what was heard wrong or not at all."""
    view, start = found.view, found.opening.start
    ending = find_coda(view)
    if ending is None or ending[0] != start + found.opening.length:
        return None
    return read_to_coda(found, view.log_probabilities[start : ending[1]], title)


def read_filled(found: Found, title: str) -> Heard | None:
    """Read a view from an opening to the end of its coda, with pauses left out, or other notes than the song has."""
    view, start, length = found.view, found.opening.start, found.opening.length
    ending = find_coda(view)
    if ending is None or ending[0] <= start:
        return None
    rows, after = view.log_probabilities[start : ending[0]], view.log_probabilities[slice(*ending)]
    moved = view.moved[(view.moved > start) & (view.moved < ending[0])] - start
    sounding = np.flatnonzero(np.ptp(rows, axis=1) > 0)
    ways = [sounding] if len(sounding) == len(rows) else [sounding, np.arange(len(rows))]
    for kept in ways:
        if len(kept) == length:
            heard = read_to_coda(found, np.concatenate([rows[kept], after]), title)
        else:
            heard = _filled(found, rows[kept], after, np.searchsorted(kept, moved).tolist(), title)
        if heard is not None:
            return heard
    return None


def read_to_coda(found: Found, rows: NDArray[np.float64], title: str) -> Heard | None:
    """Read a song and its coda, of which each note has its place, heard or not."""
    length = found.opening.length
    for reading in found.opening.readings():
        phrase = mapping_of(reading).ending
        try:
            repaired = by_coda(by_digit(rows, found.opening, reading), length, phrase)
        except NoProgramError:
            continue
        after = coda.make(repaired.digits, coda.count_parity(len(rows) - length), phrase)
        return _ended(heard_as(found, repaired, reading, title), after)
    return None


def _filled(
    found: Found, rows: NDArray[np.float64], after: NDArray[np.float64], moved: Sequence[int], title: str
) -> Heard | None:
    """Read a song of which notes are missing in one place, or are there twice, probably where the grid was moved."""
    length = found.opening.length
    for reading in found.opening.readings():
        body = _likeliest(by_digit(rows, found.opening, reading))
        phrase = mapping_of(reading).ending
        right = coda.refill(body, _likeliest(after[:, np.argsort(reading)]), length, phrase, moved)
        if right is None:
            continue
        try:
            program = program_in(right[:length])
        except NoProgramError:
            continue
        told = compare(body, right[:length])
        corrections = tuple(Correction(one.place, one.heard, one.digit, 0.0) for one in told if one.digit)
        extra = [one.place for one in told if not one.digit]
        joints = [f"{len(extra)} notes too many before {name_place(extra[0], TINTAL)} were left out"] if extra else []
        heard = heard_as(found, Repaired(right[:length], program, corrections, 1), reading, title, *joints)
        return _ended(heard, right[length:])
    return None


def _ended(heard: Heard, after: str) -> Heard:
    """Give the song its coda."""
    return replace(heard, melody=replace(heard.melody, coda_digits=after))


def _likeliest(rows: NDArray[np.float64]) -> str:
    return "".join(map(str, rows.argmax(axis=1)))
