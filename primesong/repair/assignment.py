"""Assignments of digits to notes under which a number's bytes begin with a known header.

The number of digits fixes the number of bytes, and these with the header fix the first digits: for eight known bytes
about seventeen. The notes that do not occur there may be any of the digits that are left.

Input: a line of names, whole numbers from 0. Output: for each name its digit.
"""

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import NamedTuple

import gmpy2


class _Step(NamedTuple):
    """How far a line was walked along: the place, the digits of the names so far, and whether all of them are those of
    the lowest and of the highest number."""

    place: int
    known: dict[int, int]
    at_low: bool
    at_high: bool


def generate_assignments(line: Sequence[int], names: int, opening: bytes) -> Iterator[tuple[int, ...]]:
    """Generate every assignment of different digits to names, of which the line may have fewer, for which the number's
    bytes begin with `opening`."""
    for low, high in _list_bounds(len(line), opening):
        for known in _walk(line, low, high):
            free = [name for name in range(names) if name not in known]
            unused = [digit for digit in range(10) if digit not in known.values()]
            for digits in permutations(unused, len(free)):
                whole = known | dict(zip(free, digits, strict=True))
                yield tuple(whole[name] for name in range(names))


def sum_place_values(line: Sequence[int]) -> list[gmpy2.mpz]:
    """Sum, for each name, the powers of ten of the places where it stands: a number is then at most ten products."""
    text = bytes(line)
    return [
        gmpy2.mpz(text.translate(bytes(ord("1" if byte == name else "0") for byte in range(256))).decode())
        for name in range(len(set(line)))
    ]


def _list_bounds(digits: int, opening: bytes) -> Iterator[tuple[str, str]]:
    """List the lowest and highest numbers, as decimal text, of `digits` digits whose bytes begin with `opening`."""
    fewest = max(gmpy2.mpz(10) ** (digits - 1), 1)
    about = (fewest.bit_length() + 7) // 8
    for size in (about, about + 1):
        if size > len(opening):
            low = gmpy2.mpz(int.from_bytes(opening, "big")) << 8 * (size - len(opening))
            high = low + (gmpy2.mpz(1) << 8 * (size - len(opening))) - 1
            low, high = max(low, fewest), min(high, 10 * fewest - 1)
            if low <= high:
                yield low.digits(), high.digits()


def _walk(line: Sequence[int], low: str, high: str) -> Iterator[dict[int, int]]:
    """Walk along the line while its digits still decide whether the number lies within the bounds; generate each
    assignment that stays within them."""
    steps = [_Step(0, {}, True, True)]
    while steps:
        step = steps.pop()
        if step.place == len(line) or not (step.at_low or step.at_high):
            yield step.known
        else:
            steps += reversed(list(_take_step(line, low, high, step)))


def _take_step(line: Sequence[int], low: str, high: str, step: _Step) -> Iterator[_Step]:
    """Take a step along the line in every possible way."""
    place, known, at_low, at_high = step
    least = int(low[place]) if at_low else 0
    most = int(high[place]) if at_high else 9
    name = line[place]
    choices = [known[name]] if name in known else [digit for digit in range(10) if digit not in known.values()]
    for digit in choices:
        if least <= digit <= most:
            yield _Step(place + 1, known | {name: digit}, at_low and digit == least, at_high and digit == most)
