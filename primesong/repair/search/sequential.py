"""Damaged digits to the right number, by how plausible the program inside looks.

Each digit decides the bytes from its place on (digit k those from about 0.415 k), so a wrong one leaves all before it
right, and what comes after it is noise. `plausibility` tells how far a gzip member is right. The likeliest number is
searched for as sequential decoders do (Zigangirov 1966, Jelinek 1969): the path with the best score, of the text's
plausibility less what its corrections cost, is followed to where it breaks down, and every change of one digit before
that place makes another path.

Input: the cost of reading each place as each digit, shape (digits, 10), in units of an eighth of a bit, 0 for the digit
that was heard. Output: `Repaired`, never a guess: either the member's own CRC-32 and length hold, or, where their
digits were damaged as well, they are computed again from the text, agree with nearly all of the digits that stood for
them, and the number is a probable prime.
"""

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import gmpy2
import numpy as np
from numpy.typing import NDArray

from primesong.errors import DamagedError
from primesong.number.correction import Correction, Repaired
from primesong.number.payload import HEADER, leading_bytes, unpack
from primesong.repair.plausibility import scoring
from primesong.repair.plausibility.model import UNIT, load_model
from primesong.repair.plausibility.reading import ENDED, Patience, Reading
from primesong.repair.search import tail
from primesong.repair.search.changes import (
    DELETE,
    INSERT,
    Change,
    find_place,
    generate_changes,
    to_bytes,
    to_mpz,
    to_text,
)
from primesong.repair.search.paths import IMPOSSIBLE, Heard, Path, apply_corrections, prepare

#: How far the score of a path may fall before it is left, in units.
_PATIENCE = Patience(48 * UNIT, 48 * UNIT)

#: The same for a change that is tried.
_TRIAL_PATIENCE = Patience(48 * UNIT, 16 * UNIT)

#: How many digits before the best score a wrong one may lie: noise raises it for that long at most.
_LUCK = 30

#: How many digits after the place where a path breaks down a wrong one may lie.
_BEYOND = 3

#: How many bytes after the place where a path breaks down are read when changes are tried.
_AHEAD = 64

#: How many changes of a path are kept.
_CHILDREN = 1500

#: The most paths that may wait in the queue: about 80 MB of memory.
BEAM = 300_000

#: The share of them that is kept when there are more.
_KEPT_SHARE = 1 / 3


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A path and what its number reads as."""

    path: Path
    digits: bytes
    number: gmpy2.mpz
    data: bytes
    reading: Reading

    @property
    def score(self) -> int:
        """How plausible the path is, in units."""
        return self.reading.best - self.path.cost


@dataclass(frozen=True, slots=True)
class _Furthest:
    """The most plausible attempt: its score, the text that is known, and how many digits are plausible."""

    score: int = -1
    text: bytes = b""
    digits: int = 0


def search(
    costs: NDArray[np.int32],
    seconds: float,
    *,
    length: int | None = None,
    known: str = "",
    edits: NDArray[np.int32] | None = None,
    beam: int = BEAM,
    progress: Callable[[float], None] = lambda done: None,
) -> Repaired:
    """Find the likeliest number that holds a program.

    Parameters
    ----------
    costs : ndarray of int32, shape (digits, 10)
        The cost of each digit at each place.
    seconds : float
        How long to search. The digits as they were heard are read in any case.
    length : int, optional
        The number's digits, if some may be missing or too many, even if as many are missing as are too many. What is
        missing at the end is read as 0.
    known : str
        The number's first digits, which are certain.
    edits : ndarray of int32, shape (digits, 2), optional
        The cost of leaving out each digit, and of putting it in once more, where that is less than it is elsewhere.
    beam : int
        How many paths may wait.
    progress : callable
        Called with the share of the number that was right at best, from 0 to 1.

    Raises
    ------
    DamagedError
        If none was found; the error tells the program's beginning as far as it is known.
    NoProgramError
        If the number is too long.
    """
    heard = prepare(costs, length, known, edits)
    end = time.monotonic() + seconds
    paths = [Path(0, 0, 0, 0, None, None)]
    furthest, tried = _Furthest(), 0
    while paths and (not tried or time.monotonic() < end):
        attempt = _follow(heard, heapq.heappop(paths))
        tried += 1
        if attempt is None:
            continue
        if attempt.score > furthest.score:
            furthest = _describe(heard, attempt)
        progress(furthest.digits / heard.length)
        repaired = _complete(heard, attempt, seconds) if attempt.reading.end == ENDED else None
        if repaired is not None:
            return replace(repaired, tried=tried)
        changes = list(_generate_changes(heard, attempt))
        _push(paths, _branch(heard, attempt, changes, tried), beam)
        tried += len(changes)
    raise DamagedError(
        f"no program was found in {tried:,} readings; {furthest.digits:,} of {heard.length:,} digits are plausible",
        furthest.text,
        furthest.digits,
    )


def _follow(heard: Heard, path: Path) -> _Attempt | None:
    """Read a path to where it breaks down; None if it is not a gzip member of the right size."""
    digits = apply_corrections(heard, path.corrections)
    number = to_mpz(digits)
    data = leading_bytes(int(number))
    if len(data) != heard.size or data[:3] != HEADER[:3] or data[3]:
        return None
    stream = data[len(HEADER) :]
    return _Attempt(path, digits, number, data, scoring.read_stream(load_model(), stream, len(stream), _PATIENCE))


def _describe(heard: Heard, attempt: _Attempt) -> _Furthest:
    reading = attempt.reading
    return _Furthest(attempt.score, reading.text[: reading.known], _find_place(heard, reading.best_bit))


def _find_place(heard: Heard, bit: int) -> int:
    """Find the digit that decides a bit of the deflate stream."""
    return find_place(8 * (heard.size - len(HEADER)) - bit, heard.length)


def _generate_changes(heard: Heard, attempt: _Attempt) -> Iterator[tuple[int, Change]]:
    """Generate the changes of one digit where a path may have gone wrong, with what they cost."""
    path, reading = attempt.path, attempt.reading
    after = path.last.place + 1 if path.last else len(heard.known)
    first = max(after, _find_place(heard, reading.best_bit) - _LUCK if reading.known else 0)
    last = min(_find_place(heard, reading.bit) + _BEYOND, heard.length)
    if first >= last:
        return
    for change in generate_changes(
        attempt.number,
        attempt.digits,
        range(first, last),
        heard.shifts,
        following=int(heard.digit(heard.length, path.shift) or "0"),
        dropped_bits=8 * (heard.size - _count_bytes(heard, reading)),
    ):
        cost = heard.cost(change, path.shift)
        if cost < IMPOSSIBLE and (change.shift != DELETE or heard.digit(change.place, path.shift)):
            yield cost, change


def _count_bytes(heard: Heard, reading: Reading) -> int:
    """Count the number's first bytes that are read when changes are tried."""
    return min(heard.size, len(HEADER) + reading.bit // 8 + _AHEAD)


def _branch(heard: Heard, attempt: _Attempt, changes: list[tuple[int, Change]], serial: int) -> list[Path]:
    """Return the best of the paths that changes make."""
    if not changes:
        return []
    path, whole = attempt.path, heard.size - len(HEADER)
    number = attempt.data[: _count_bytes(heard, attempt.reading)]
    variants = [to_bytes(change.number) for _, change in changes]
    scores = np.array(scoring.read_variants(load_model(), number, variants, whole, _TRIAL_PATIENCE))
    costs = path.cost + np.array([cost for cost, _ in changes])
    ranks = costs - scores[:, 0]
    order = np.lexsort((costs, ranks))
    children = order[scores[order, 1] > 0][:_CHILDREN].tolist()
    return [
        Path(
            int(ranks[child]),
            int(costs[child]),
            serial + child,
            path.shift + changes[child][1].shift,
            _correct(heard, changes[child][1], path.shift),
            path,
        )
        for child in children
    ]


def _correct(heard: Heard, change: Change, shift: int) -> Correction:
    """Return a change as a correction of what was heard."""
    was = "" if change.shift == INSERT else heard.digit(change.place, shift)
    return Correction(change.place, was, "" if change.shift == DELETE else str(change.digit))


def _push(paths: list[Path], children: list[Path], beam: int) -> None:
    """Put paths into the heap, and leave the worst out if there are too many."""
    for child in children:
        heapq.heappush(paths, child)
    if len(paths) > beam:
        paths[:] = heapq.nsmallest(round(_KEPT_SHARE * beam), paths)


def _complete(heard: Heard, attempt: _Attempt, seconds: float) -> Repaired | None:
    """Check a text that came to its end against CRC-32 and length, and find the last digits."""
    path, reading = attempt.path, attempt.reading
    digits = to_text(attempt.digits)
    stream = len(HEADER) + (reading.bit + 7) // 8
    found = tail.complete(digits, len(heard.digits) + path.shift, reading.text, stream, seconds=seconds)
    if found is None:
        return None
    right, checked = found
    program, _ = unpack(leading_bytes(int(gmpy2.mpz(right))))
    end = tail.compare_end(digits, len(heard.digits) + path.shift, right, path.last.place + 1 if path.last else 0)
    return Repaired(right, program, (*path.corrections, *end), 0, checked)
