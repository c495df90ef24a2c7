"""What was changed in digits that were damaged."""

from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One digit put right: its place in the mended number, counted from 0, what was heard there (nothing, if it was
    missing), and what it is (nothing, if it was one too many)."""

    place: int
    heard: str
    digit: str


def edits(heard: str, right: str) -> tuple[Change, ...]:
    """Tell what was put right where digits were missing, or too many, in one place: the one that leaves the fewest
    others wrong."""
    missing, common = len(right) - len(heard), min(len(right), len(heard))
    before = [0, *accumulate(one != other for one, other in zip(heard, right, strict=False))]
    after = [0, *accumulate(one != other for one, other in zip(heard[::-1], right[::-1], strict=False))]
    place = min(range(common + 1), key=lambda place: before[place] + after[common - place])
    changes = [Change(here, heard[here], right[here]) for here in range(place) if heard[here] != right[here]]
    changes += [Change(here, "", right[here]) for here in range(place, place + missing)]
    changes += [Change(place, heard[here], "") for here in range(place, place - missing)]
    for here in range(place + max(missing, 0), len(right)):
        if heard[here - missing] != right[here]:
            changes.append(Change(here, heard[here - missing], right[here]))
    return tuple(changes)
