"""Digits to the places in the number where they stand, when some are missing or too many.

A number's first digits follow from its length: they are gzip's header, divided by the power of ten. Digits that begin
like a number of another length than theirs are therefore missing some, or have some too many; and where some of the
first ones are missing, or one of them stands twice, the header gives the right ones.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import ne

from primesong.number.correction import Correction, compare
from primesong.number.header import list_openings

#: How many digits may be too many.
TOO_MANY = 64

#: The shortest number that is considered, in digits: gzip's shortest member has 20 bytes.
SHORTEST = 60

#: The longest number that is considered, in digits, unless more are there.
LONGEST = 20_000

#: How many digits may be missing if digits are only rated: more make little difference.
_NEARLY = 600

#: How many known digits must be there to compare.
_COMPARED = 9

#: How many of them may be wrong.
_WRONG = 2

#: As many missing digits, or digits too many, are as unlikely as one wrong digit.
_EDITS_PER_WRONG = 4

#: More edits than this are not less likely.
_MOST_EDITS = 40


@dataclass(frozen=True, slots=True, order=True)
class Alignment:
    """A way to place digits in a number.

    Attributes
    ----------
    wrong : int
        How many of the first digits differ from the known ones.
    edits : int
        How many digits are missing, or too many.
    length : int
        The number's digits.
    heard : int
        How many of the first digits stand for the known ones.
    known : str
        The number's first digits.
    """

    wrong: int
    edits: int
    length: int
    heard: int
    known: str

    def correct(self, digits: str) -> str:
        """Return the digits with the known ones at their beginning."""
        return self.known + digits[self.heard :]

    def list_corrections(self, digits: str) -> tuple[Correction, ...]:
        """List what `correct` corrects."""
        return compare(digits[: self.heard], self.known)


def has_alignment(digits: str) -> bool:
    """Whether there is any way to place digits in a number."""
    return any(True for _ in _list_alignments(digits, max(LONGEST, len(digits))))


def generate_alignments(digits: str) -> Iterator[Alignment]:
    """Generate the ways to place digits in a number, the likeliest first."""
    found: dict[tuple[int, int], Alignment] = {}
    for one in sorted(_list_alignments(digits, max(LONGEST, len(digits))), key=_rate):
        found.setdefault((one.length, len(one.known) - one.heard), one)
    yield from found.values()


def rate(digits: str) -> float:
    """Rate how much digits begin like a number of about their length: 0 is best, infinity not at all."""
    return min((_rate(one)[0] for one in _list_alignments(digits, len(digits) + _NEARLY)), default=math.inf)


def find_heard(digits: str, known: str) -> int:
    """Find how many of the first digits stand for the known ones: as many, unless another count agrees better; of
    counts that agree as well, the highest, since more digits agree."""
    ways = [
        (wrong + abs(len(known) - heard) / _EDITS_PER_WRONG, -heard) for wrong, heard in _compare_opening(digits, known)
    ]
    return -min(ways)[1] if ways else len(known)


def _rate(alignment: Alignment) -> tuple[float, int, Alignment]:
    """Return a key by which the likeliest alignment, and the one that knows most digits, is first."""
    edits = min(alignment.edits, _MOST_EDITS) / _EDITS_PER_WRONG
    return alignment.wrong + edits, -len(alignment.known), alignment


def _list_alignments(digits: str, longest: int) -> Iterator[Alignment]:
    may_begin = _make_glance(digits)
    for length in range(max(len(digits) - TOO_MANY, SHORTEST), longest + 1):
        for known in filter(may_begin, list_openings(length)):
            for wrong, heard in _compare_opening(digits, known):
                missing = length - len(known) - (len(digits) - heard)
                if missing >= -TOO_MANY:
                    yield Alignment(wrong, abs(len(known) - heard) + abs(missing), length, heard, known)


def _make_glance(digits: str) -> Callable[[str], bool]:
    """Return a quick look at known digits, which rules out nearly all with which the digits cannot begin: of six digits
    of which two are wrong, one of the three pairs is right."""
    begun, first, second, third, start = digits[:1], digits[:2], digits[2:4], digits[4:6], digits[:_COMPARED]

    def may_begin(known: str) -> bool:
        return (
            known[:2] == first
            or known[2:4] == second
            or known[4:6] == third
            or start in known
            or (known[0] == begun and known[-1] in digits[len(known) - 2 : len(known) + 1])
        )

    return may_begin


def _compare_opening(digits: str, known: str) -> Iterator[tuple[int, int]]:
    """Find the ways in which digits may begin with known ones: how many are wrong, and how many stand for the known
    ones. Some of the first may be missing, and any one may be missing, or one too many."""
    if len(digits) < len(known):
        return
    wrong = sum(map(ne, known, digits))
    if wrong <= _WRONG:
        yield wrong, len(known)
    if digits[:_COMPARED] in known:
        for missing in range(1, len(known) - _COMPARED + 1):
            if digits.startswith(known[missing:]):
                yield 0, len(known) - missing
    same = next((place for place, digit in enumerate(known) if digits[place] != digit), 0)
    if same and digits.startswith(known[same + 1 :], same):
        yield 0, len(known) - 1
    if same and digits.startswith(known[same:], same + 1):
        yield 0, len(known) + 1
