"""Damage to a song's digits."""

from collections.abc import Iterable


def change_digits(digits: str, places: Iterable[int], by: int = 1) -> str:
    """Return the digits with those at `places` (from 0) raised by `by`, modulo 10."""
    changed = list(digits)
    for place in places:
        changed[place] = str((int(changed[place]) + by) % 10)
    return "".join(changed)


def change_digit(digits: str, place: int, by: int = 1) -> str:
    """Return the digits with the one at `place` (from 0; from the end where negative) raised by `by`, modulo 10."""
    return change_digits(digits, [place], by)
