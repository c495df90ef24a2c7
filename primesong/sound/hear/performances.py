"""Read a song that a person played: with notes missed, struck twice or wrong, and parts played again after a stop.

A part that is played again stands twice in a row; which of them are left out follows from how many notes are too many.
What is then still missing or too many is found where the program becomes implausible.

Input: a `Candidate` whose view was performed. Output: `Heard`, or how far a program is plausible.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from primesong.deadline import Deadline
from primesong.errors import DamagedError
from primesong.number.correction import Repaired
from primesong.repair.alignment import find_heard
from primesong.repair.posterior import realign
from primesong.sound.hear.opening import Opening
from primesong.sound.hear.reading import Candidate, Heard, Reading, assemble, order_by_digit, read
from primesong.sound.hear.remarks import Doubled
from primesong.sound.hear.splices import FOLLOWED, TWICE
from primesong.sound.transcribe.transcription import Transcription

#: A part of fewer notes than this is played again only after a pause: by chance, three notes stand twice in a song.
_TELLING = 4

#: A note this many times as long as its neighbors is followed by a pause.
_PAUSE = 1.7

#: Of a part that is played again, this share of the notes may be another: misheard or mistaken.
_DIFFERENT = 0.15

#: How many parts that may have been played again are considered.
_MOST_RETURNS = 10

#: How many notes may be too many or missing beside those played again, as a share of the song.
_MISTAKEN = 0.01


@dataclass(frozen=True, slots=True, order=True)
class Return:
    """A part that is played again: the first note of its second time, and how many notes it has."""

    place: int
    notes: int


def read_candidate(candidate: Candidate, seconds: float) -> Heard | int:
    """Read a song from where it seems to begin, within this time, whoever played it; return how many of the number's
    digits are plausible if none is found."""
    return _read_performed(candidate, seconds) if candidate.view.performed else read(candidate, seconds)


def _read_performed(candidate: Candidate, seconds: float) -> Heard | int:
    """Read a song that a person played, in every way to leave out what was played again."""
    view, opening = candidate.view, candidate.opening
    rows, deadline = view.log_probabilities[opening.start : view.last], Deadline.after(seconds)
    returns = find_returns(rows.argmax(axis=1), find_pauses(view)[opening.start :])
    ways = list(choose_returns(returns, len(rows), opening.length))[:FOLLOWED]
    tries = [(way, reading) for way in ways for reading in opening.readings()]
    reached = 0
    for number, (way, reading) in enumerate(tries):
        try:
            repaired = _realign(leave_out(rows, way), opening, reading, deadline.left / (len(tries) - number))
        except DamagedError as error:
            reached = max(reached, error.reached)
            continue
        return assemble(candidate, repaired, reading, [Doubled(one.place, one.notes) for one in way])
    return reached


def _realign(rows: NDArray[np.float64], opening: Opening, reading: Reading, seconds: float) -> Repaired:
    """Find the number in notes of which some, also of the first, may be missing or too many. Raises `DamagedError`."""
    known, ordered = len(opening.known), np.empty_like(rows)
    ordered[:, list(reading)] = rows
    heard = find_heard("".join(map(str, ordered[: 2 * known].argmax(axis=1))), opening.known)
    moved = np.concatenate([rows[:1].repeat(known, axis=0), rows[heard:]])
    return realign(order_by_digit(moved, opening, reading), opening.length, opening.known, seconds, shifted=True)


def find_pauses(view: Transcription) -> NDArray[np.bool_]:
    """Tell before which notes there is a pause, shape (notes,)."""
    return np.concatenate([[False], view.relative_lengths[:-1] > _PAUSE])


def find_returns(notes: NDArray[np.intp], paused: NDArray[np.bool_]) -> list[Return]:
    """Find the parts that stand twice in a row, the longest first; short ones only where there is a pause between."""
    found: list[Return] = []
    for count in range(min(TWICE, len(notes) // 2), 0, -1):
        same = notes[count:] == notes[:-count]
        agreeing = np.convolve(same, np.ones(count), "valid")
        likely = agreeing >= count * (1 - _DIFFERENT * (count > _TELLING))
        for place in np.flatnonzero(likely) + count:
            apart = all(abs(place - one.place) >= max(count, one.notes) for one in found)
            if apart and (paused[place] or (count >= _TELLING and agreeing[place - count] == count)):
                found.append(Return(int(place), count))
    return found[:_MOST_RETURNS]


def choose_returns(returns: Sequence[Return], heard: int, length: int) -> Iterator[tuple[Return, ...]]:
    """Yield the ways to leave out parts, the likeliest first: those after which about as many notes are left as the
    song has, fewest parts first; or else all parts that are there twice beyond doubt."""
    slack = max(_TELLING, round(_MISTAKEN * length))
    ways = [way for count in range(len(returns) + 1) for way in combinations(sorted(returns), count)]
    beyond = [abs(heard - sum(one.notes for one in way) - length) for way in ways]
    fitting = [way for way, excess in zip(ways, beyond, strict=True) if excess <= slack]
    yield from fitting or [tuple(sorted(one for one in returns if one.notes >= _TELLING))]


def leave_out(rows: NDArray[np.float64], returns: Sequence[Return]) -> NDArray[np.float64]:
    """Return the rows without parts the first time that they are played."""
    kept = np.ones(len(rows), bool)
    for one in returns:
        kept[one.place - one.notes : one.place] = False
    return rows[kept]
