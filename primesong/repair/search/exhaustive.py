"""Damaged digits to the right number by trying every single fault, then pairs: CRC-32 decides.

Nothing needs to be known about the program. A wrong digit leaves the bytes before it right, so each changed number is
read from there on, and most fail within a few bytes: all 32,400 numbers that differ from one of 3,600 digits in one
digit are read in about a second. A stream cannot be corrected after the place where it fails.

In turn: the digits as they are; each digit replaced, put in or taken out; two changes near each other, those before the
failure first; then a second change after those single ones after which most could be read.

Input: digits, and what is known of the number. Output: `Repaired`, checked by `tail.complete`.
"""

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, log2
from typing import NamedTuple

import gmpy2

from primesong.number.correction import Correction, Repaired
from primesong.number.header import list_openings
from primesong.number.payload import HEADER, PROGRAM_LIMIT
from primesong.repair.search import streams, tail
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
from primesong.repair.search.streams import Outcome, Stream

#: Bytes that are read after a changed place before the rest of a long number is written out.
_AHEAD = 160

#: How many places are changed at a time with the same last bits left out.
_BLOCK = 32

#: How far two changes may lie from each other to be near, in digits.
_NEAR = 3

#: The share of the time for changes near each other.
_NEAR_SHARE = 0.3

#: How many single changes are followed by a second one.
_FOLLOWED = 5_000

#: More digits that are missing, or too many, cannot be made up for by two changes.
_PAIR = 2

#: How many digits after the place of a failure a wrong one may lie.
_BEYOND = 2


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A number, and how it came to be."""

    number: gmpy2.mpz
    digits: bytes
    #: How many of the digits were heard; those after them are 0.
    heard: int
    #: What was heard after the number's last digit.
    surplus: bytes
    #: How many digits must still be put in; less than 0 if some must be taken out.
    missing: int
    #: The first place that may change.
    first: int
    corrections: tuple[Correction, ...] = ()

    def find_byte(self, place: int, size: int) -> int:
        """Find a byte of the number's `size`, before which a change at a place changes nothing, or only once in 256
        times."""
        return size - ceil((len(self.digits) - place) * log2(10) / 8) - 1


class _Reading(NamedTuple):
    """A candidate, perhaps with one change, and how far it was read."""

    candidate: _Candidate
    change: Change | None
    outcome: Outcome


def search(
    digits: str,
    length: int,
    known: str,
    seconds: float,
    *,
    pairs: bool = True,
    fits: Callable[[str], bool] | None = None,
) -> Repaired | None:
    """Find the number that holds a program and differs in one or two places from the digits that were heard.

    Parameters
    ----------
    digits : str
        The digits that were heard.
    length : int
        The number's digits.
    known : str
        The number's first digits, which `digits` begins with.
    seconds : float
        How long to try.
    pairs : bool
        Whether two changes are tried after every single one.
    fits : callable, optional
        Tells whether digits are the right ones, as a song's record can.

    Returns
    -------
    Repaired or None
        None if no number was found.

    Raises
    ------
    DamagedError
        If the program is complete, but the search for the number's last digits takes too long.
    """
    end = time.monotonic() + seconds
    line = bytes(map(int, digits))
    padded = (line + bytes(length))[:length]
    heard = min(len(line), length)
    start = _Candidate(to_mpz(padded), padded, heard, line[length:], length - len(line), _count_certain(known, length))
    stream = streams.read(to_bytes(start.number))
    places = range(start.first, _find_last(start, stream))
    singles = [_Reading(start, None, stream.outcome)]
    rounds = [_keep(_read_changes(start, stream, places, _list_shifts(start.missing), end), singles)]
    if pairs and abs(start.missing) <= _PAIR:
        rounds.append(_read_pairs(start, stream, places, singles, end))
    tried = 0
    for readings in rounds:
        doubtful: Repaired | None = None
        for reading in readings:
            tried += 1
            if reading.outcome.ended:
                repaired = _complete(reading, tried, seconds, fits, doubtful)
                if repaired is not None and _explains(reading, repaired):
                    return repaired
                doubtful = doubtful or repaired
        if doubtful is not None:
            return doubtful
    return None


def _count_certain(known: str, length: int) -> int:
    """Count the known digits that are certain: a wrong digit among the last of them may look like another header's."""
    return min((len(one) for one in list_openings(length) if known.startswith(one)), default=len(known))


def _explains(reading: _Reading, repaired: Repaired) -> bool:
    """Whether the changes of a reading, and missing last digits, are all that is wrong."""
    changes = len(reading.candidate.corrections) + (reading.change is not None)
    return repaired.checked or sum(bool(one.heard) for one in repaired.corrections) <= changes


def _keep(readings: Iterator[_Reading], kept: list[_Reading]) -> Iterator[_Reading]:
    """Generate what is kept, then readings, which are kept as well."""
    yield from kept
    for reading in readings:
        kept.append(reading)
        yield reading


def _read_pairs(
    start: _Candidate, stream: Stream, places: range, singles: list[_Reading], end: float
) -> Iterator[_Reading]:
    """Read the numbers with two changes until there is no time left, the likeliest first."""
    now = time.monotonic()
    yield from _read_near(start, stream, places, now + _NEAR_SHARE * (end - now))
    if not start.missing:  # as many may be missing as are too many
        singles += _read_changes(start, stream, places, (INSERT, DELETE), end)
    for reading in heapq.nlargest(_FOLLOWED, singles, key=lambda one: one.outcome.reached):
        if time.monotonic() > end:
            return
        yield from _read_second(reading, end)


def _list_shifts(missing: int) -> tuple[int, ...]:
    """List the kinds of changes that may be needed."""
    return (REPLACE, INSERT if missing > 0 else DELETE) if missing else (REPLACE,)


def _list_second_shifts(missing: int) -> tuple[int, ...]:
    """List the kinds of the second of two changes: what is missing, or too many, must be made up for."""
    return _list_shifts(missing)[-1:]


def _find_last(candidate: _Candidate, stream: Stream) -> int:
    """Find the last place, excluded, that may be wrong where a stream fails."""
    left = len(stream.data) - stream.outcome.reached - streams.STEP
    return min(find_place(max(8 * left, 0), len(candidate.digits)) + _BEYOND, len(candidate.digits))


def _read_changes(
    candidate: _Candidate, stream: Stream, places: range, shifts: tuple[int, ...], end: float
) -> Iterator[_Reading]:
    """Read the numbers that differ from a candidate in one digit."""
    size = len(stream.data)
    for first in range(places.start, places.stop, _BLOCK):
        block = range(first, min(first + _BLOCK, places.stop))
        kept = min(candidate.find_byte(block.stop, size) + _AHEAD, size)
        following = candidate.surplus[0] if candidate.surplus else 0
        here = -1
        for change in generate_changes(
            candidate.number, candidate.digits, block, shifts, following=following, dropped_bits=8 * (size - kept)
        ):
            if change.place != here:
                if time.monotonic() > end:
                    return
                here = change.place
                same = min(max(candidate.find_byte(here, size), len(HEADER)), stream.outcome.reached)
                member = stream.resume(same)
            outcome = streams.read_variant(stream, member, same, to_bytes(change.number))
            if outcome.reached == kept < size:
                outcome = streams.read_variant(stream, member, same, to_bytes(_apply(candidate, change).number))
            yield _Reading(candidate, change, outcome)


def _read_near(start: _Candidate, stream: Stream, places: range, end: float) -> Iterator[_Reading]:
    """Read the numbers with two changes near each other, those nearest to the failure first."""
    size = len(stream.data)
    shifts = _list_shifts(start.missing) if start.missing else (REPLACE, INSERT, DELETE)
    following = start.surplus[0] if start.surplus else 0
    for place in reversed(places):
        if time.monotonic() > end:
            return
        same = min(max(start.find_byte(place, size), len(HEADER)), stream.outcome.reached)
        near = range(place + 1, min(place + 1 + _NEAR, len(start.digits)))
        for change in generate_changes(
            start.number, start.digits, range(place, place + 1), shifts, following=following
        ):
            candidate = _apply(start, change)
            fork = stream.fork(to_bytes(candidate.number), same)
            yield from _read_changes(candidate, fork, near, _list_second_shifts(candidate.missing), end)


def _read_second(reading: _Reading, end: float) -> Iterator[_Reading]:
    """Read the numbers with a second change after a first."""
    if reading.change is None or not reading.outcome.reached:
        return
    candidate = _apply(reading.candidate, reading.change)
    stream = streams.read(to_bytes(candidate.number))
    places = range(candidate.first, _find_last(candidate, stream))
    yield from _read_changes(candidate, stream, places, _list_second_shifts(candidate.missing), end)


def _apply(candidate: _Candidate, change: Change) -> _Candidate:
    """Return a candidate after a change."""
    place, digits, heard, surplus = change.place, candidate.digits, candidate.heard, candidate.surplus
    was = str(digits[place]) if place < heard else ""
    if change.shift == REPLACE:
        digits = digits[:place] + bytes([change.digit]) + digits[place + 1 :]
    elif change.shift == INSERT:
        was = ""
        surplus = digits[heard - 1 :] + surplus if heard == len(digits) else surplus
        digits = digits[:place] + bytes([change.digit]) + digits[place:-1]
        heard = min(heard + 1, len(digits))
    else:
        digits = digits[:place] + digits[place + 1 :] + (surplus[:1] or b"\0")
        heard -= not surplus
        surplus = surplus[1:]
    correction = Correction(place, was, "" if change.shift == DELETE else str(change.digit))
    missing = candidate.missing - change.shift
    return _Candidate(to_mpz(digits), digits, heard, surplus, missing, place + 1, (*candidate.corrections, correction))


def _complete(
    reading: _Reading, tried: int, seconds: float, fits: Callable[[str], bool] | None, known: Repaired | None
) -> Repaired | None:
    """Check a stream that came to its end, and find the number's last digits. A text that is known already is only
    checked against CRC-32 and length."""
    candidate = reading.candidate if reading.change is None else _apply(reading.candidate, reading.change)
    data = to_bytes(candidate.number)
    inflated = streams.inflate(data, PROGRAM_LIMIT)
    if inflated is None:
        return None
    text, stream = inflated
    if known is not None and text == known.program and not data[stream:].startswith(tail.make_checks(text)):
        return None
    digits = to_text(candidate.digits)
    found = tail.complete(digits, candidate.heard, text, stream, seconds=seconds, fits=fits)
    if found is None:
        return None
    right, checked = found
    end = tail.compare_end(digits, candidate.heard, right, candidate.first if candidate.corrections else 0)
    return Repaired(right, text, (*candidate.corrections, *end), tried, checked)
