"""Find a coda that was heard, and read the song before it, even where some of the song was not heard.

The coda tells the digits of which nothing is known, whether they were silent or heard in none of several recordings;
where the recording was cut or holds a part twice, it tells the place. It also tells where a recording belongs that
lacks the song's beginning: at the end.

Input: a `Candidate`, log-probabilities. Output: `Heard`, or None.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from primesong.errors import NoProgramError
from primesong.number.correction import Correction, Repaired, compare
from primesong.repair import coda
from primesong.repair.posterior import decode_digits, repair_by_coda
from primesong.sound.hear.opening import SLACK
from primesong.sound.hear.reading import Candidate, Heard, assemble, find_mapping, order_by_digit
from primesong.sound.hear.remarks import Doubled
from primesong.sound.transcribe.transcription import Transcription, find_unheard


def find_coda(view: Transcription) -> tuple[int, int] | None:
    """Find a coda at the end of what was heard: the slot where it begins and the one after its last."""
    stop = min(view.last + SLACK, len(view.log_probabilities))
    return coda.find(view.notes[:stop].tolist(), 2 * SLACK)


def list_coda_lengths(views: Iterable[Transcription]) -> list[int]:
    """List how many notes the coda may have, wherever it was heard."""
    found = [coda.find(view.notes.tolist(), len(view.notes)) for view in views]
    return sorted({place[1] - place[0] for place in found if place is not None})


def read_with_coda(candidate: Candidate) -> Heard | None:
    """Read a song from its opening to the end of its coda, which corrects what was heard wrong or not at all."""
    view, start = candidate.view, candidate.opening.start
    ending = find_coda(view)
    if ending is None or ending[0] != start + candidate.opening.length:
        return None
    return read_to_coda(candidate, view.log_probabilities[start : ending[1]])


def read_to_coda(candidate: Candidate, rows: NDArray[np.float64]) -> Heard | None:
    """Read a song and its coda from rows in which each note has its place, heard or not."""
    length = candidate.opening.length
    for reading in candidate.opening.readings():
        phrase = find_mapping(reading, candidate.view.raga).ending
        try:
            repaired = repair_by_coda(order_by_digit(rows, candidate.opening, reading), length, phrase)
        except NoProgramError:
            continue
        after = coda.make(repaired.digits, len(rows) - length, phrase)
        return _add_coda(assemble(candidate, repaired, reading), after)
    return None


def read_refilled(candidate: Candidate, places: int = 1) -> Heard | None:
    """Read a song from its opening to the end of its coda, leaving pauses out, or with more or fewer notes than the
    song has, in one place or in two."""
    view, start = candidate.view, candidate.opening.start
    ending = find_coda(view)
    if ending is None or ending[0] <= start:
        return None
    rows, after = view.log_probabilities[start : ending[0]], view.log_probabilities[slice(*ending)]
    sounding = np.flatnonzero(~find_unheard(rows))
    ways = [sounding] if len(sounding) == len(rows) else [sounding, np.arange(len(rows))]
    for kept in ways:
        if len(kept) == candidate.opening.length and places == 1:
            heard = read_to_coda(candidate, np.concatenate([rows[kept], after]))
        else:
            heard = _refill(candidate, rows[kept], after, places)
        if heard is not None:
            return heard
    return None


def _refill(candidate: Candidate, rows: NDArray[np.float64], after: NDArray[np.float64], places: int) -> Heard | None:
    """Read a song of which notes are missing, or too many, in one place or in two."""
    length = candidate.opening.length
    for reading in candidate.opening.readings():
        body = _likeliest(order_by_digit(rows, candidate.opening, reading))
        phrase = find_mapping(reading, candidate.view.raga).ending
        right = coda.refill(body, _likeliest(after[:, np.argsort(reading)]), length, phrase, places)
        if right is None:
            continue
        try:
            program = decode_digits(right[:length])
        except NoProgramError:
            continue
        found = compare(body, right[:length])
        corrections = tuple(Correction(one.place, one.heard, one.digit, 0.0) for one in found if one.digit)
        extra = [one.place for one in found if not one.digit]
        remarks = [Doubled(extra[0], len(extra))] if extra else []
        repaired = Repaired(right[:length], program, corrections, 1)
        return _add_coda(assemble(candidate, repaired, reading, remarks), right[length:])
    return None


def _add_coda(heard: Heard, after: str) -> Heard:
    """Add its coda to a song."""
    return replace(heard, melody=replace(heard.melody, coda_digits=after))


def _likeliest(rows: NDArray[np.float64]) -> str:
    """Return the likeliest digit of each row."""
    return "".join(map(str, rows.argmax(axis=1)))
