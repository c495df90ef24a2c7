"""What was changed in digits that were damaged."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One digit put right: its place in the mended number, counted from 0, what was heard there (nothing, if it was
    missing), and what it is (nothing, if it was one too many)."""

    place: int
    heard: str
    digit: str
