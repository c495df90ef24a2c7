"""The corrections that turn damaged digits into the right ones, whether they came from a file, a coda or a sound.

Input: digits as they were heard and as they are, strings of ASCII 0 to 9. Output: corrections, ordered by place.
"""

from dataclasses import dataclass, field
from itertools import accumulate


@dataclass(frozen=True, slots=True, order=True)
class Correction:
    """One corrected note.

    Attributes
    ----------
    place : int
        The place in the right number, from 0.
    heard : str
        The digit that was heard or read there; empty if the note was missing.
    digit : str
        The right digit; empty if there was one note too many.
    nats : float or None
        How much less likely the right digit was than the one that was heard; None where probabilities are not known.
        It does not count when corrections are compared.
    """

    place: int
    heard: str
    digit: str
    nats: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Repaired:
    """Digits that hold a program.

    Attributes
    ----------
    digits : str
        The number's right digits.
    program : bytes
        The program that they hold.
    corrections : tuple of Correction
        What was corrected, from left to right.
    tried : int
        The number of readings that were tried.
    checked : bool
        Whether CRC-32 and length were heard right. If not, they were recomputed from the text and agree with the
        digits except for the corrections.
    """

    digits: str
    program: bytes
    corrections: tuple[Correction, ...]
    tried: int
    checked: bool = True


def compare(heard: str, right: str) -> tuple[Correction, ...]:
    """List the corrections between digits that were heard and the right ones.

    Digits that are missing, or too many, are taken to be so in one place: the first that leaves the fewest others
    wrong.

    >>> compare("1298", "12348")
    (Correction(place=2, heard='', digit='3', nats=None), Correction(place=3, heard='9', digit='4', nats=None))
    """
    missing, common = len(right) - len(heard), min(len(right), len(heard))
    before = [0, *accumulate(one != other for one, other in zip(heard, right, strict=False))]
    after = [0, *accumulate(one != other for one, other in zip(heard[::-1], right[::-1], strict=False))]
    place = min(range(common + 1), key=lambda place: before[place] + after[common - place])
    gap = [""] * missing
    extra = [Correction(place, digit, "") for digit in heard[place : place - min(missing, 0)]]
    aligned = [*heard[:place], *gap, *heard[place - min(missing, 0) :]]
    pairs = enumerate(zip(aligned, right, strict=True))
    changed = [Correction(here, was, digit) for here, (was, digit) in pairs if was != digit]
    return tuple(sorted([*extra, *changed], key=lambda one: one.place))
