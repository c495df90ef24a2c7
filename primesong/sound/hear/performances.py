"""Read a song that a person played: with notes missed, struck twice or wrong, and parts played again after a stop.

A part that is played again stands twice in a row. How well the two times agree, less what their number of notes and the
lack of a pause between them cost, tells how much likelier it is than chance that a part was played again. Of all sets
of parts, for each number of notes that they have together, the likeliest follows from those before each note (the
Viterbi algorithm). What is then still missing or too many is found by a coda, or where the program becomes implausible.

Input: a `Candidate` whose view was performed. Output: `Heard`, or how far a program is plausible.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from heapq import nlargest

import numpy as np
from numpy.typing import NDArray

from primesong.deadline import Deadline
from primesong.errors import DamagedError
from primesong.number.correction import Repaired
from primesong.repair.alignment import find_heard
from primesong.repair.posterior import realign
from primesong.sound.hear.heard_coda import find_coda, read_refilled
from primesong.sound.hear.reading import Candidate, Heard, Reading, assemble, order_by_digit, read
from primesong.sound.hear.remarks import Doubled
from primesong.sound.hear.splices import FOLLOWED, TWICE
from primesong.sound.transcribe.note_model import NOTES
from primesong.sound.transcribe.transcription import Transcription

#: A note this many times as long as its neighbors is followed by a pause.
_PAUSE = 1.7

#: How much likelier it is that a player plays on after a pause than that one goes back, in nats: three times.
_ONWARD = 1.1

#: The share of notes that are mistaken or misheard, missing or too many.
_MISTAKEN = 0.003


#: The share of the time in which a program is searched for before a coda fills two places, which takes a few seconds.
_SEARCHED = 0.8


@dataclass(frozen=True, slots=True, order=True)
class Return:
    """A part that is played again: the first note of its second time, and how many notes its first time has."""

    place: int
    notes: int


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to read a view: what is left out, the view without it, and how many notes are then still too many."""

    returns: tuple[Return, ...]
    candidate: Candidate
    extra: int
    likelihood: float


def read_candidate(candidate: Candidate, seconds: float) -> Heard | int:
    """Read a song from where it seems to begin, within this time, whoever played it; return how many of the number's
    digits are plausible if none is found."""
    return _read_performed(candidate, seconds) if candidate.view.performed else read(candidate, seconds)


def _read_performed(candidate: Candidate, seconds: float) -> Heard | int:
    """Read a song that a person played, in the likeliest ways to leave out what was played again: by a coda, by a
    search, and by a coda that fills two places."""
    deadline = Deadline.after(seconds)
    ways = _list_ways(candidate)[:FOLLOWED]
    heard = _refill(candidate, ways, 1)
    outcome = heard or _search(candidate, ways, deadline.share(_SEARCHED))
    if isinstance(outcome, Heard):
        return outcome
    return (_refill(candidate, ways, 2) if deadline.left else None) or outcome


def _refill(candidate: Candidate, ways: Sequence[_Way], places: int) -> Heard | None:
    """Read a song by its coda, with notes missing or too many in one place or two."""
    for way in ways:
        heard = read_refilled(way.candidate, places)
        if heard is not None:
            return _finish(heard, candidate, way)
    return None


def _search(candidate: Candidate, ways: Sequence[_Way], deadline: Deadline) -> Heard | int:
    """Search each way for half of the time that is left, the last for all of it; return how many of the number's digits
    are plausible if none holds a program."""
    readings = list(candidate.opening.readings())
    reached = 0
    for way in ways:
        share = deadline.share(1 if way is ways[-1] else 0.5)
        for number, reading in enumerate(readings):
            try:
                repaired = _realign(way, reading, share.left / (len(readings) - number))
            except DamagedError as error:
                reached = max(reached, error.reached)
                continue
            return _finish(assemble(candidate, repaired, reading), candidate, way)
    return reached


def _list_ways(candidate: Candidate) -> list[_Way]:
    """List the ways to leave out parts, the likeliest first."""
    view, opening = candidate.view, candidate.opening
    rows = view.log_probabilities[opening.start : view.last]
    # of notes that are missing, and of those too many, a few more of one kind are as likely as not
    variance = _MISTAKEN * opening.length
    found = []
    for gain, returns in choose_returns(weigh_returns(rows, find_pauses(view)[opening.start : view.last])):
        left = leave_out(view, returns, opening.start)
        ending = find_coda(left)
        extra = (ending[0] if ending else left.last) - opening.start - opening.length
        found.append(_Way(returns, replace(candidate, view=left), extra, gain - extra**2 / (2 * variance)))
    return sorted(found, key=lambda way: -way.likelihood)


def _finish(heard: Heard, candidate: Candidate, way: _Way) -> Heard:
    """Say what was left out of what was heard."""
    doubled = [Doubled(one.place, one.notes) for one in way.returns]
    return replace(heard, transcription=candidate.view, remarks=(*heard.remarks, *doubled))


def _realign(way: _Way, reading: Reading, seconds: float) -> Repaired:
    """Find the number in notes of which some, also of the first, may be missing or too many. Raises `DamagedError`."""
    opening = way.candidate.opening
    view, span = way.candidate.view, slice(opening.start, opening.start + opening.length + way.extra)
    rows, edits = view.log_probabilities[span], view.edits
    known, ordered = len(opening.known), np.empty_like(rows)
    ordered[:, list(reading)] = rows
    heard = find_heard("".join(map(str, ordered[: 2 * known].argmax(axis=1))), opening.known)
    moved = np.concatenate([rows[:1].repeat(known, axis=0), rows[heard:]])
    if edits is not None:
        edits = np.concatenate([np.full((known, 2), np.inf), edits[span][heard:]])
    ordered = order_by_digit(moved, opening, reading)
    return realign(ordered, opening.length, opening.known, seconds, shifted=True, edits=edits)


def find_pauses(view: Transcription) -> NDArray[np.bool_]:
    """Tell before which notes there is a pause, shape (notes,)."""
    return np.concatenate([[False], view.relative_lengths[:-1] > _PAUSE])


def weigh_returns(rows: NDArray[np.float64], paused: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return by how many nats it is likelier that a part is played again than that it stands twice by chance.

    A player goes back after every fourth pause; without a pause, after one of all notes. How many notes are then played
    again is as likely to be one or two as two to four, or four to eight.

    Parameters
    ----------
    rows : ndarray, shape (notes, 10)
        Log-probabilities.
    paused : ndarray of bool, shape (notes,)
        Before which notes there is a pause.

    Returns
    -------
    ndarray, shape (notes, `TWICE` + 1)
        For each note that may be the first of the second time, and each number of notes before it.
    """
    counts = np.arange(1, TWICE + 1)
    rarity = np.log(counts * (1 / counts).sum()) + np.where(paused, _ONWARD, np.log(len(rows)))[:, None]
    gains = np.full((len(rows), TWICE + 1), -np.inf)
    gains[:, 1:] = np.where(counts > np.arange(len(rows))[:, None], -np.inf, _compare_parts(rows) - rarity)
    return gains


def _compare_parts(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many nats likelier it is that what stands before each note, from one note to `TWICE`, is the same as
    what follows, though notes are mistaken, than that it is not: shape (notes, `TWICE`)."""
    notes, skipped = len(rows), np.log(_MISTAKEN)
    likely = [_compare_notes(rows, apart) for apart in range(2 * TWICE)]
    scores = np.empty((notes, TWICE))
    # what the part that was compared so far earns at most where the second time is read from each of the next notes
    earned = np.zeros((TWICE + 1, notes))
    for count in range(1, TWICE + 1):
        more = earned + skipped
        for ahead in range(TWICE - 1, -1, -1):
            same = earned[ahead + 1] + likely[count + ahead][TWICE - count :][:notes]
            more[ahead] = np.maximum(more[ahead], np.maximum(same, more[ahead + 1] + skipped))
        earned, scores[:, count - 1] = more, more[0]
    return scores


def _compare_notes(rows: NDArray[np.float64], apart: int) -> NDArray[np.float64]:
    """Return how many nats likelier it is that each note is the same as the one so far after it, though either may be
    mistaken, than that it is not; `TWICE` notes stand before and after them that are none."""
    chances = (1 - _MISTAKEN) * np.exp(rows) + _MISTAKEN / NOTES
    padded = np.pad(chances, ((TWICE, TWICE), (0, 0)), constant_values=_MISTAKEN / NOTES)
    alike: NDArray[np.float64] = np.log(NOTES * np.einsum("ij,ij->i", padded[: len(padded) - apart], padded[apart:]))
    return alike


def choose_returns(gains: NDArray[np.float64]) -> list[tuple[float, tuple[Return, ...]]]:
    """Return, for each number of notes that parts may have together, the likeliest parts, and how likely they are."""
    best: list[dict[int, tuple[float, tuple[Return, ...]]]] = [{0: (0.0, ())}]
    for place, earned in enumerate(gains[1:], start=1):
        ways = dict(best[-1])
        for count in np.argsort(earned)[-FOLLOWED:].tolist():
            if earned[count] > 0:
                for left, (score, returns) in best[place - count].items():
                    way = (score + float(earned[count]), (*returns, Return(place, count)))
                    ways[left + count] = max(way, ways.get(left + count, way))
        best.append(dict(nlargest(TWICE, ways.items(), key=lambda way: way[1])))
    return list(best[-1].values())


def leave_out(view: Transcription, returns: Sequence[Return], start: int) -> Transcription:
    """Return a view without parts, counted from a note on, the first time that they are played."""
    kept = np.ones(len(view.log_probabilities), bool)
    for one in returns:
        kept[start + one.place - one.notes : start + one.place] = False
    edges = np.append(view.times[kept], view.edges[-1])
    last = view.last - int((~kept).sum())
    edits = None if view.edits is None else view.edits[kept]
    return replace(view, log_probabilities=view.log_probabilities[kept], edges=edges, last=last, edits=edits)
