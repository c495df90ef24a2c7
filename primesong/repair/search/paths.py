"""Paths of a sequential search: what was heard, what changes of it cost, and corrections from left to right.

Costs are in units of an eighth of a bit (`plausibility.model.UNIT`).
"""

from dataclasses import dataclass, replace
from math import log2
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from primesong.errors import NoProgramError
from primesong.number.correction import Correction
from primesong.repair.plausibility.model import UNIT
from primesong.repair.search.changes import DELETE, INSERT, REPLACE, Change, to_bytes, to_mpz

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

#: The longest number that is searched for, in digits: a song of seven hours.
MAX_DIGITS = 100_000


@dataclass(frozen=True, slots=True)
class Heard:
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
    #: The cost of leaving out each digit that was heard, and of putting it in once more.
    edits: NDArray[np.int32]
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
            again = self.digits[at : at + 1] == bytes([change.digit])
            return min(self.missing, int(self.edits[at, 1])) if again else self.missing
        if change.shift == DELETE:
            doubled = self.digits[at - 1 : at] == self.digits[at : at + 1]
            extra = self.extra + (-_DOUBLED if doubled else _ODD)
            return min(extra, int(self.edits[at, 0])) if at < len(self.edits) else extra
        return int(self.costs[at, change.digit]) if at < len(self.costs) else _GUESS


class Path(NamedTuple):
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
    parent: "Path | None"

    @property
    def corrections(self) -> list[Correction]:
        """The corrections, from left to right."""
        found = []
        path: Path | None = self
        while path is not None and path.last is not None:
            found.append(path.last)
            path = path.parent
        return found[::-1]


def blind_costs(digits: str) -> NDArray[np.int32]:
    """Return the cost of every reading where nothing is known except the digits."""
    costs = np.full((len(digits), 10), _BLIND, np.int32)
    costs[np.arange(len(digits)), [int(digit) for digit in digits]] = 0
    return costs


def prepare(costs: NDArray[np.int32], length: int | None, known: str, edits: NDArray[np.int32] | None = None) -> Heard:
    """Check the costs, and derive what the search needs."""
    if costs.ndim != 2 or costs.shape[1] != 10 or not len(costs):
        raise ValueError(f"costs are (digits, 10), got {costs.shape}")
    digits = length or len(costs)
    if digits > MAX_DIGITS:
        raise NoProgramError(f"numbers of more than {MAX_DIGITS:,} digits cannot be repaired")
    missing, extra = (
        round(UNIT * log2(digits / max(edits, _EDITS))) for edits in (digits - len(costs), len(costs) - digits)
    )
    shifts = (REPLACE,) if length is None else (REPLACE, INSERT, DELETE)
    heard = bytes(costs.argmin(axis=1).astype(np.uint8))
    edits = np.full((len(costs), 2), IMPOSSIBLE, np.int32) if edits is None else edits
    start = Heard(costs, heard, bytes(map(int, known)), digits, shifts, missing + _GUESS, extra, edits, 0)
    return replace(start, size=len(to_bytes(to_mpz(apply_corrections(start, [])))))


def apply_corrections(heard: Heard, corrections: list[Correction]) -> bytes:
    """Return the number's digits after corrections, with zeros where the end is missing."""
    pieces, at, place = [heard.known], len(heard.known), len(heard.known)
    for correction in corrections:
        pieces.append(heard.digits[at : at + correction.place - place])
        at += correction.place - place + bool(correction.heard)
        pieces.append(bytes(map(int, correction.digit)))
        place = correction.place + bool(correction.digit)
    return (b"".join([*pieces, heard.digits[at:]]) + bytes(heard.length))[: heard.length]
