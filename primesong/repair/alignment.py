"""Digits to the places in the number where they may have stood, when some are missing or too many.

A number's first digits tell its length: they are gzip's header, divided by the power of ten. Digits that begin as those
of a number of another length than theirs are therefore short of some, or have some too many, and where the first ones
are missing, the header gives them back.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from primesong.number.correction import Correction
from primesong.number.header import known_digits

#: How many digits too many are thought of, and how long the longest number is, in digits, that a piece is sought in.
_TOO_MANY, _LONGEST = 64, 20_000

#: How many digits must be there to compare, and how many of them may differ.
_FEWEST, _WRONG = 9, 2


@dataclass(frozen=True, slots=True, order=True)
class Alignment:
    """A way to place digits: how many of the first ones differ from the known, how many digits are missing or too many,
    the number's length, the digits that are missing at its beginning, and those that are known there."""

    wrong: int
    edits: int
    length: int
    missing: str
    known: str

    def changes(self, digits: str) -> tuple[Correction, ...]:
        """What is put right at the beginning."""
        heard = [""] * len(self.missing) + list(digits)
        pairs = enumerate(zip(heard, self.known, strict=False))
        return tuple(Correction(place, was, known) for place, (was, known) in pairs if was != known)


def alignments(digits: str) -> Iterator[Alignment]:
    """Give the ways to place digits in a number, the likeliest first."""
    found = []
    for length in range(max(len(digits) - _TOO_MANY, 60), max(_LONGEST, len(digits)) + 1):
        for known in known_digits(length):
            for missing in range(len(known) - _FEWEST + 1):
                wanted = known[missing:]
                if length < len(digits) + missing - _TOO_MANY:
                    break
                if missing and not digits.startswith(wanted):
                    continue
                differing = sum(one != other for one, other in zip(wanted, digits, strict=False))
                if differing <= _WRONG and len(digits) >= len(wanted):
                    edits = missing + abs(length - missing - len(digits))
                    found.append(Alignment(differing, edits, length, known[:missing], known))
    likeliest: dict[tuple[int, str], Alignment] = {}
    for way in sorted(found, key=lambda way: (way.wrong + min(way.edits, 40) / 4, -len(way.known), way)):
        likeliest.setdefault((way.length, way.missing), way)
    yield from likeliest.values()
