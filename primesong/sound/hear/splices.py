"""A recording that was stopped, cut or spliced, to the ways in which its slots may follow each other in the song.

Slots in which nothing is heard are no notes: a pause. Where the grid was moved, notes may be missing, or be there
twice: how many follows from the song's length, which its first notes tell, if its end is heard. `repair.resettle` puts
right what is then still a note or two out of place.

Comes in: log-probabilities from the song's first slot on, shape (slots, 10). Goes out: the same, the likeliest first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: How many notes that are missing in a row are guessed: each of them makes ten times as many readings.
GUESSED = 3

#: How many notes that are there twice are thought of: a quarter of a minute.
_TWICE = 64

#: By how many slots the song's end, or a place where the recording was cut, may be misjudged.
_SLACK = 1


@dataclass(frozen=True, slots=True)
class Splice:
    """A way to read. rows : log-probabilities, shape (notes, 10). place : the song's note, counted from 0, before which
    something was changed; edit : how many notes were put in there (of which nothing is known), or, if negative, left
    out. silent : the notes before which a pause was left out, each with its slots."""

    rows: NDArray[np.float64]
    place: int
    edit: int
    silent: tuple[tuple[int, int], ...]


def splices(rows: NDArray[np.float64], moved: NDArray[np.intp], length: int) -> Iterator[Splice]:
    """Give the ways in which slots may follow each other in a song of `length` notes.

    moved : the slots where the grid was moved. Ends after the first way if nothing tells where the others would be.
    """
    heard = np.ptp(rows, axis=1) > 0
    if not heard.any():
        return
    last = int(np.flatnonzero(heard)[-1]) + 1
    rows, heard = rows[:last], heard[:last]
    before = np.cumsum(heard) - heard
    places, counts = np.unique(before[~heard], return_counts=True)
    silent = tuple((int(place), int(count)) for place, count in zip(places, counts, strict=True))
    body = rows[heard]
    yield Splice(body, 0, 0, silent)
    breaks = sorted({*places.tolist(), *(int(before[slot]) for slot in moved if slot < last)} - {0})
    lacking = length - len(body)
    for near in (0, *(sign * step for step in range(1, _SLACK + 1) for sign in (1, -1))):
        for place in breaks:
            yield from _edited(body, place, lacking + near, silent)


def _edited(body: NDArray[np.float64], place: int, edit: int, silent: tuple[tuple[int, int], ...]) -> Iterator[Splice]:
    """Put notes in around a place of which nothing is known, or leave some out there."""
    if 0 < edit <= GUESSED:
        for start in range(max(0, place - _SLACK), place + _SLACK + 1):
            nothing = np.full((edit, 10), -np.log(10))
            yield Splice(np.concatenate([body[:start], nothing, body[start:]]), start, edit, silent)
    elif -_TWICE <= edit < 0:
        for start in range(max(0, place + edit - _SLACK), place + _SLACK + 1):
            yield Splice(np.concatenate([body[:start], body[start - edit :]]), start, edit, silent)
