"""Read a recording that was stopped, cut or spliced, or of which the last notes are missing.

Slots in which nothing is heard are not notes but a pause. Where the grid was moved, notes may be missing, or be there
twice: how many follows from the song's length, which its first notes tell, if its end is heard. `realign` corrects
what is then still a note or two out of place.

Input: `Candidate`s; log-probabilities from the song's first slot on, shape (slots, 10). Output: `Heard`, or None.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from primesong.deadline import Deadline
from primesong.errors import DamagedError, NoProgramError
from primesong.number.correction import Correction, Repaired
from primesong.repair.posterior import realign
from primesong.sound.hear.heard_coda import read_refilled
from primesong.sound.hear.opening import Opening
from primesong.sound.hear.reading import Candidate, Heard, Reading, assemble, order_by_digit
from primesong.sound.hear.remarks import Doubled, Paused, Remark
from primesong.sound.transcribe.note_model import NOTES
from primesong.sound.transcribe.transcription import find_unheard

#: How many missing notes in a row are guessed: each of them makes ten times as many readings.
_GUESSED = 3

#: How many notes may be there twice: four avartans of sixteen.
TWICE = 64

#: By how many slots the song's end, or a place where the recording was cut, may be misjudged.
_SLACK = 1

#: How many notes that are missing at the end are guessed: the number's padding, and what CRC-32 and length tell.
LAST_GUESSED = 12

#: How long each way to read is looked at before the best are followed, in seconds.
GLANCE = 0.05

#: How many ways to read are followed: the likeliest, or those that came furthest.
FOLLOWED = 3


@dataclass(frozen=True, slots=True)
class Splice:
    """A way in which slots may follow each other in a song.

    Attributes
    ----------
    rows : ndarray, shape (notes, 10)
        Log-probabilities.
    place : int
        The song's note, counted from 0, before which something was changed.
    edit : int
        How many notes were inserted there, of which nothing is known; if negative, how many were left out.
    silent : tuple of (int, int)
        The notes before which a pause was left out, each with its slots.
    """

    rows: NDArray[np.float64]
    place: int
    edit: int
    silent: tuple[tuple[int, int], ...]

    @property
    def remarks(self) -> list[Remark]:
        """Where the recording was stopped, and where notes were left out."""
        pauses: list[Remark] = [Paused(note, slots) for note, slots in self.silent]
        return pauses + ([Doubled(self.place, -self.edit)] if self.edit < 0 else [])


def list_splices(rows: NDArray[np.float64], moved: NDArray[np.intp], length: int) -> Iterator[Splice]:
    """Yield the ways in which slots may follow each other in a song of `length` notes, the likeliest first.

    moved : the slots where the grid was moved. Where nothing tells the place of the others, there is only one way.
    """
    heard = ~find_unheard(rows)
    if not heard.any():
        return
    last = int(np.flatnonzero(heard)[-1]) + 1
    rows, heard = rows[:last], heard[:last]
    before: NDArray[np.intp] = np.cumsum(heard) - heard
    places, counts = np.unique(before[~heard], return_counts=True)
    silent = tuple((int(place), int(count)) for place, count in zip(places, counts, strict=True))
    body = rows[heard]
    yield Splice(body, 0, 0, silent)
    breaks = sorted({*places.tolist(), *(int(before[slot]) for slot in moved if slot < last)} - {0})
    lacking = length - len(body)
    for near in (0, *(sign * step for step in range(1, _SLACK + 1) for sign in (1, -1))):
        for place in breaks:
            yield from _edit(body, place, lacking + near, silent)


def _edit(body: NDArray[np.float64], place: int, edit: int, silent: tuple[tuple[int, int], ...]) -> Iterator[Splice]:
    """Insert notes of which nothing is known around a place, or leave some out there."""
    if 0 < edit <= _GUESSED:
        for start in range(max(0, place - _SLACK), place + _SLACK + 1):
            nothing = np.full((edit, NOTES), -np.log(NOTES))
            yield Splice(np.concatenate([body[:start], nothing, body[start:]]), start, edit, silent)
    elif -TWICE <= edit < 0:
        for start in range(max(0, place + edit - _SLACK), place + _SLACK + 1):
            yield Splice(np.concatenate([body[:start], body[start - edit :]]), start, edit, silent)


def read_spliced(candidate: Candidate, seconds: float) -> Heard | None:
    """Read a song in a recording that was spliced, or whose last notes are missing, within this time in all."""
    return read_refilled(candidate) or _read_ways(candidate, seconds)


def _read_ways(candidate: Candidate, seconds: float) -> Heard | None:
    """Read a song in every way to splice it, a moment each, then longer in those that came furthest."""
    opening, deadline = candidate.opening, Deadline.after(seconds)
    ways = _list_ways(candidate)
    tried: list[tuple[int, int, Splice, Reading]] = []
    for reading in opening.readings():
        for way in ways:
            if deadline.left <= seconds / 2:
                break
            outcome = _read_way(way, opening, reading, GLANCE)
            if isinstance(outcome, Repaired):
                return assemble(candidate, outcome, reading, way.remarks)
            tried.append((outcome, -len(tried), way, reading))
    furthest = sorted(tried, key=lambda one: one[:2], reverse=True)[:FOLLOWED]
    for number, (_, _, way, reading) in enumerate(furthest):
        outcome = _read_way(way, opening, reading, deadline.left / (len(furthest) - number))
        if isinstance(outcome, Repaired):
            return assemble(candidate, outcome, reading, way.remarks)
    return None


def _list_ways(candidate: Candidate) -> list[Splice]:
    """List the ways to splice a recording; none if it is whole, or if too much of it is missing."""
    opening, view = candidate.opening, candidate.view
    rows = view.log_probabilities[opening.start : view.last]
    moved = view.moved - opening.start
    ways = list(list_splices(rows, moved[moved > 0], opening.length))
    if not ways or opening.length - len(ways[0].rows) > LAST_GUESSED:
        return []
    spliced = len(ways) > 1 or ways[0].silent
    return ways if spliced or len(rows) < opening.length else []


def _read_way(way: Splice, opening: Opening, reading: Reading, seconds: float) -> Repaired | int:
    """Read a splice; return how many bytes of a program are plausible if it holds none."""
    probabilities = order_by_digit(way.rows, opening, reading)
    try:
        repaired = realign(probabilities, opening.length, opening.known, seconds)
    except DamagedError as error:
        return len(error.beginning)
    except NoProgramError:
        return 0
    inserted = range(way.place, way.place + max(0, way.edit))
    corrections = [one for one in repaired.corrections if one.place not in inserted]
    corrections += [Correction(note, "", repaired.digits[note], 0.0) for note in inserted]
    return replace(repaired, corrections=tuple(sorted(corrections)))
