"""Recordings of which none holds the whole song, or which were stopped, cut or spliced, to the song.

What lies before the song's beginning or after its end belongs to it too, if the song was played more than once: it is
laid over it, as other recordings are, by `combine`, and so is the coda. How slots may follow each other where a
recording was cut, `splices` tells.

Comes in: `Found`s. Goes out: `Heard`, with what was left out told in words, or None where no way holds a program.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from primesong.errors import DamagedError, NoProgramError
from primesong.repair import coda
from primesong.repair.correction import Correction, Repaired
from primesong.repair.posterior import repair, resettle, settle_tail
from primesong.sargam.tala import TINTAL, name_place
from primesong.sound.hear.heard_coda import find_codas, read_filled, read_to_coda
from primesong.sound.hear.opening import Opening
from primesong.sound.hear.overlap import combine
from primesong.sound.hear.reading import Found, Heard, by_digit, heard_as
from primesong.sound.hear.splices import Splice, splices
from primesong.sound.transcribe.transcription import Transcription

#: How many notes that are missing at the end are looked for: the number's padding, and what CRC-32 and length tell.
FEW = 12

#: How long each way to splice is looked at, in seconds, and how many of them that come furthest are followed.
_GLANCE, _FOLLOWED = 0.05, 3


def together(
    view: Transcription, opening: Opening, others: Sequence[Transcription] = (), coda_notes: int = 0
) -> tuple[NDArray[np.float64], list[int]]:
    """Lay over a song's beginning what was heard before it and after its end, and other recordings: log-probabilities,
    shape (notes, 10), those of the coda's notes last, and which of these found a place, 0 being what was heard before.
    What ends with a coda ends where the song does."""
    notes, length = view.log_probabilities, opening.length + coda_notes
    stop = opening.start + length
    pieces = [notes[view.first : opening.start], notes[stop : view.last]]
    pieces += [other.log_probabilities[other.first : other.last] for other in others]
    last = set()
    for number, piece in enumerate(pieces):
        ending = coda.find(piece.argmax(axis=1).tolist(), len(piece)) if coda_notes else None
        if ending is not None:
            pieces[number] = piece[: ending[1]]
            last.add(number)
    return combine(notes[opening.start : min(stop, view.last)], length, pieces, last)


def all_together(
    doubtful: list[Found], surest: dict[int, Transcription], coda_notes: int = 0
) -> tuple[NDArray[np.float64], list[int]]:
    """Lay over each other what was heard of a song in several recordings, or in one that holds it more than once: the
    longest beginning, and what of the others finds its place after it."""
    best = max(doubtful, key=lambda found: len(found.rows))
    return together(best.view, best.opening, [other for key, other in surest.items() if key != best.place], coda_notes)


def read_together(doubtful: list[Found], surest: dict[int, Transcription], effort: float, title: str) -> Heard | None:
    """Read a song whose notes lie in several recordings, or in one that holds it more than once, none of them whole."""
    if not doubtful:
        return None
    best = max(doubtful, key=lambda found: len(found.rows))
    for coda_notes in find_codas(surest.values()):
        rows, pieces = all_together(doubtful, surest, coda_notes)
        heard = read_to_coda(best, rows, title) if pieces else None
        if heard is not None:
            return heard
    rows, pieces = all_together(doubtful, surest)
    if not pieces:
        return None
    readings = list(best.opening.readings())
    for reading in readings:
        probabilities = by_digit(rows, best.opening, reading)
        try:
            repaired = settle_tail(probabilities, repair(probabilities, effort / 2 / len(readings)))
        except NoProgramError:
            continue
        return heard_as(best, repaired, reading, title)
    return None


def read_spliced(doubtful: list[Found], seconds: float, title: str) -> Heard | None:
    """Read a song that was stopped, cut or spliced, or whose last notes are missing."""
    for found in doubtful:
        heard = read_filled(found, title)
        if heard is not None:
            return heard
        opening, view = found.opening, found.view
        rows = view.log_probabilities[opening.start : view.last]
        moved = view.moved - opening.start
        ways = list(splices(rows, moved[moved > 0], opening.length))
        whole = not (len(ways) > 1 or (ways and ways[0].silent)) and len(rows) >= opening.length
        if whole or not ways or opening.length - len(ways[0].rows) > FEW:
            continue
        end = time.monotonic() + seconds
        tried: list[tuple[int, int, Splice, tuple[int, ...]]] = []
        for reading in opening.readings():
            for way in ways:
                if time.monotonic() > end:
                    break
                outcome = _resettled(way, opening, reading, _GLANCE)
                if isinstance(outcome, Repaired):
                    return heard_as(found, outcome, reading, title, *_joints(way))
                tried.append((outcome, -len(tried), way, reading))
        furthest = sorted(tried, key=lambda one: one[:2], reverse=True)[:_FOLLOWED]
        for _, _, way, reading in furthest:
            repaired = _resettled(way, opening, reading, seconds / len(furthest))
            if isinstance(repaired, Repaired):
                return heard_as(found, repaired, reading, title, *_joints(way))
    return None


def _resettled(way: Splice, opening: Opening, reading: tuple[int, ...], seconds: float) -> Repaired | int:
    """Read a splice; how many bytes of a program are plausible, if it holds none."""
    probabilities = by_digit(way.rows, opening, reading)
    try:
        repaired = resettle(probabilities, opening.length, opening.known, seconds)
    except DamagedError as error:
        return len(error.beginning)
    except NoProgramError:
        return 0
    put_in = range(way.place, way.place + max(0, way.edit))
    corrections = [one for one in repaired.corrections if one.place not in put_in]
    corrections += [Correction(note, "", repaired.digits[note], 0.0) for note in put_in]
    return replace(repaired, corrections=tuple(sorted(corrections, key=lambda one: one.place)))


def _joints(way: Splice) -> Iterator[str]:
    """Say where a recording was stopped, and where notes were left out."""
    for note, slots in way.silent:
        yield f"a pause of {slots} matras before {name_place(note, TINTAL)} was left out"
    if way.edit < 0:
        yield f"{-way.edit} notes too many before {name_place(way.place, TINTAL)} were left out"
