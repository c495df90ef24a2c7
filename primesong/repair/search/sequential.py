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
from math import log2
from typing import NamedTuple

import gmpy2
import numpy as np
from numpy.typing import NDArray

from primesong.errors import DamagedError, NoProgramError
from primesong.number.correction import Correction, Repaired
from primesong.number.padding import leading_bytes
from primesong.number.payload import HEADER, unpack
from primesong.repair.plausibility import scoring
from primesong.repair.plausibility.model import UNIT, load_model
from primesong.repair.plausibility.reader import ENDED, Patience, Reading
from primesong.repair.search import tail
from primesong.repair.search.changes import (
    DELETE,
    INSERT,
    REPLACE,
    Change,
    find_place,
    generate_changes,
    to_bytes,
    to_mpz,
    to_text,
)

#: How likely a digit is to be wrong where nothing else is known.
_ERROR_RATE = 0.005

#: The cost of another digit than the one heard where nothing else is known, in units.
_BLIND = round(UNIT * log2(9 * (1 - _ERROR_RATE) / _ERROR_RATE))

#: The cost of a digit that was not heard, in units.
_GUESS = round(UNIT * log2(10))

#: The number of missing notes, or of those too many, where it is not known: for the cost of each.
_EDITS = 2

#: What makes one note too many cheaper where it repeats the one before, in units: four in five do.
_DOUBLED = 3 * UNIT

#: What makes one note too many more expensive where it does not, in units.
_ODD = 2 * UNIT

#: Changes that cost this much or more are not tried, in units.
IMPOSSIBLE = 60 * UNIT

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

#: How many paths may wait: about 80 MB.
BEAM = 300_000

#: The share of them that is kept when there are more.
_KEPT_SHARE = 1 / 3

#: The longest number that is searched for, in digits: a song of seven hours.
MAX_DIGITS = 100_000


@dataclass(frozen=True, slots=True)
class _Heard:
    """What is known before the search."""

    #: The cost of each digit at each place that was heard.
    costs: NDArray[np.int32]
    #: The cheapest digits, bytes of 0 to 9.
    digits: bytes
    #: The number's first digits where they are known, likewise.
    known: bytes
    #: The number's digits.
    length: int
    #: The kinds of changes that are tried.
    shifts: tuple[int, ...]
    #: The cost of a missing digit, whichever it is, and of one too many.
    missing: int
    extra: int
    #: The number's bytes.
    size: int

    def digit(self, place: int, shift: int) -> str:
        """Return what was heard for a place of the number, before which `shift` digits were put in; "" after the
        end."""
        return str(self.digits[place - shift]) if place - shift < len(self.digits) else ""

    def cost(self, change: Change, shift: int) -> int:
        """Return the cost of a change, in units."""
        at = change.place - shift
        if change.shift == INSERT:
            return self.missing
        if change.shift == DELETE:
            doubled = self.digits[at - 1 : at] == self.digits[at : at + 1]
            return self.extra + (-_DOUBLED if doubled else _ODD)
        return int(self.costs[at, change.digit]) if at < len(self.costs) else _GUESS


class _Path(NamedTuple):
    """Corrections from left to right, a linked list; the path of lowest rank is followed first."""

    #: What the corrections cost, less the best score.
    rank: int
    #: What the corrections cost.
    cost: int
    #: Tells paths apart that are otherwise equal.
    serial: int
    #: How many digits were put in, less those taken out.
    shift: int
    last: Correction | None
    parent: "_Path | None"

    @property
    def corrections(self) -> list[Correction]:
        """The corrections, from left to right."""
        found = []
        path: _Path | None = self
        while path is not None and path.last is not None:
            found.append(path.last)
            path = path.parent
        return found[::-1]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A path and what its number reads as."""

    path: _Path
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


def blind_costs(digits: str) -> NDArray[np.int32]:
    """Return the cost of every reading where nothing is known except the digits."""
    costs = np.full((len(digits), 10), _BLIND, np.int32)
    costs[np.arange(len(digits)), [int(digit) for digit in digits]] = 0
    return costs


def search(
    costs: NDArray[np.int32],
    seconds: float,
    *,
    length: int | None = None,
    known: str = "",
    beam: int = BEAM,
    progress: Callable[[float], None] = lambda done: None,
) -> Repaired:
    """Find the likeliest number that holds a program.

    Parameters
    ----------
    costs : ndarray of int32, shape (digits, 10)
        The cost of each digit at each place.
    seconds : float
        How long to search.
    length : int, optional
        The number's digits, if some may be missing or too many, even if as many are missing as are too many. What is
        missing at the end is read as 0.
    known : str
        The number's first digits, which are certain.
    beam : int
        How many paths may wait.
    progress : callable
        Called with the share of the number that was right at best, from 0 to 1.

    Raises
    ------
    DamagedError
        None was found; it tells the program's beginning as far as it is known.
    NoProgramError
        The number is too long.
    """
    heard = _prepare(costs, length, known)
    end = time.monotonic() + seconds
    paths = [_Path(0, 0, 0, 0, None, None)]
    furthest, tried = _Furthest(), 0
    while paths and time.monotonic() < end:
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


def _prepare(costs: NDArray[np.int32], length: int | None, known: str) -> _Heard:
    """Check the costs, and derive what the search needs."""
    if costs.ndim != 2 or costs.shape[1] != 10 or not len(costs):
        raise ValueError(f"costs are (digits, 10), got {costs.shape}")
    digits = length or len(costs)
    if digits > MAX_DIGITS:
        raise NoProgramError(f"numbers of more than {MAX_DIGITS:,} digits are not repaired")
    missing, extra = (
        round(UNIT * log2(digits / max(edits, _EDITS))) for edits in (digits - len(costs), len(costs) - digits)
    )
    shifts = (REPLACE,) if length is None else (REPLACE, INSERT, DELETE)
    heard = bytes(costs.argmin(axis=1).astype(np.uint8))
    start = _Heard(costs, heard, bytes(map(int, known)), digits, shifts, missing + _GUESS, extra, 0)
    return replace(start, size=len(to_bytes(to_mpz(_apply(start, [])))))


def _apply(heard: _Heard, corrections: list[Correction]) -> bytes:
    """Return the number's digits after corrections, with zeros where the end is missing."""
    pieces, at, place = [heard.known], len(heard.known), len(heard.known)
    for correction in corrections:
        pieces.append(heard.digits[at : at + correction.place - place])
        at += correction.place - place + bool(correction.heard)
        pieces.append(bytes(map(int, correction.digit)))
        place = correction.place + bool(correction.digit)
    return (b"".join([*pieces, heard.digits[at:]]) + bytes(heard.length))[: heard.length]


def _follow(heard: _Heard, path: _Path) -> _Attempt | None:
    """Read a path to where it breaks down; None if it is not a gzip member of the right size."""
    digits = _apply(heard, path.corrections)
    number = to_mpz(digits)
    data = leading_bytes(int(number))
    if len(data) != heard.size or data[:3] != HEADER[:3] or data[3]:
        return None
    stream = data[len(HEADER) :]
    return _Attempt(path, digits, number, data, scoring.read_stream(load_model(), stream, len(stream), _PATIENCE))


def _describe(heard: _Heard, attempt: _Attempt) -> _Furthest:
    reading = attempt.reading
    return _Furthest(attempt.score, reading.text[: reading.known], _find_place(heard, reading.best_bit))


def _find_place(heard: _Heard, bit: int) -> int:
    """Find the digit that decides a bit of the deflate stream."""
    return find_place(8 * (heard.size - len(HEADER)) - bit, heard.length)


def _generate_changes(heard: _Heard, attempt: _Attempt) -> Iterator[tuple[int, Change]]:
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


def _count_bytes(heard: _Heard, reading: Reading) -> int:
    """Count the number's first bytes that are read when changes are tried."""
    return min(heard.size, len(HEADER) + reading.bit // 8 + _AHEAD)


def _branch(heard: _Heard, attempt: _Attempt, changes: list[tuple[int, Change]], serial: int) -> list[_Path]:
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
        _Path(
            int(ranks[child]),
            int(costs[child]),
            serial + child,
            path.shift + changes[child][1].shift,
            _correct(heard, changes[child][1], path.shift),
            path,
        )
        for child in children
    ]


def _correct(heard: _Heard, change: Change, shift: int) -> Correction:
    """Return a change as a correction of what was heard."""
    was = "" if change.shift == INSERT else heard.digit(change.place, shift)
    return Correction(change.place, was, "" if change.shift == DELETE else str(change.digit))


def _push(paths: list[_Path], children: list[_Path], beam: int) -> None:
    """Put paths into the heap, and leave the worst out if there are too many."""
    for child in children:
        heapq.heappush(paths, child)
    if len(paths) > beam:
        paths[:] = heapq.nsmallest(round(_KEPT_SHARE * beam), paths)


def _complete(heard: _Heard, attempt: _Attempt, seconds: float) -> Repaired | None:
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
