"""Signs between two names that stand side by side: S'N is S' N or S 'N.

A sign is read with the name that it makes a swara of which occurs elsewhere. Where that does not tell, both ways are
kept, and the gzip member's CRC-32 decides: every choice is tried (`settle`).

Input: the swaras of a text, and a convention. Heights are in semitones above Sa.
"""

import zlib
from collections.abc import Iterator, Sequence
from itertools import islice, product
from math import prod
from typing import NamedTuple

from primesong.limits import DEFAULT_LIMITS
from primesong.number.digits import to_number
from primesong.number.padding import leading_bytes
from primesong.number.payload import HEADER
from primesong.repair.assignment import generate_assignments
from primesong.repair.notes import name_notes
from primesong.repair.search.streams import inflate
from primesong.sargam.spelling import Convention, Written, find_height

#: How many names joined by single signs are read together, in all ways.
_LONGEST_RUN = 8

#: How many numbers are tried for each convention: some seconds' work.
_MOST_TRIES = 1 << 20

#: The part of gzip's header that is known in most songs.
_OPENING = HEADER[:8]

Heights = tuple[int, ...]

#: The signs before and after a name.
_Sides = tuple[str, str]


class Swara(NamedTuple):
    """A swara in a text, the signs beside it, and whether the next one follows without a gap."""

    written: Written
    before: str
    after: str
    is_joined: bool


class Choice(NamedTuple):
    """Names from a place on that can be read in several ways, the likeliest first."""

    place: int
    ways: tuple[Heights, ...]


def read_heights(swaras: Sequence[Swara], convention: Convention) -> tuple[Heights, list[Choice]] | None:
    """Read swaras by a convention; None if one of them is none by it.

    Returns
    -------
    heights : tuple of int
        With the first way of each choice.
    choices : list of Choice
        What the text leaves open.
    """
    sides = _split_pairs(swaras)
    runs = list(_list_runs(swaras, sides))
    ways = [list(_generate_ways(swaras[run], sides[run], convention)) for run in runs]
    known = {height for each in ways if len(each) == 1 for height in each[0]}
    heights: list[int] = []
    choices = []
    for run, each in zip(runs, ways, strict=True):
        if not each:
            return None
        most = max(sum(height in known for height in way) for way in each)
        best = tuple(way for way in each if sum(height in known for height in way) == most)
        if len(best) > 1:
            choices.append(Choice(run.start, best))
        heights += best[0]
    return tuple(heights), choices


def _split_pairs(swaras: Sequence[Swara]) -> list[_Sides]:
    """Return the signs beside each name; of several between two names, the last belongs to the second."""
    sides = [(swara.before, swara.after) for swara in swaras]
    for place, swara in enumerate(swaras):
        if swara.is_joined and len(swara.after) > 1:
            sides[place : place + 2] = _move_sign(*sides[place : place + 2])
    return sides


def _move_sign(first: _Sides, second: _Sides) -> list[_Sides]:
    """Move the last sign after a name before the next."""
    return [(first[0], first[1][:-1]), (first[1][-1:] + second[0], second[1])]


def _list_runs(swaras: Sequence[Swara], sides: Sequence[_Sides]) -> Iterator[slice]:
    """Yield the names that are joined by single signs, and each other name alone."""
    start = 0
    for place, swara in enumerate(swaras, start=1):
        is_open = swara.is_joined and len(swara.after) == 1 == len(sides[place - 1][1])
        if not is_open or place - start == _LONGEST_RUN:
            yield slice(start, place)
            start = place


def _generate_ways(swaras: Sequence[Swara], sides: Sequence[_Sides], convention: Convention) -> Iterator[Heights]:
    """Generate the heights of a run, its signs read with the first name or with the second."""
    for moves in product((False, True), repeat=len(swaras) - 1):
        placed = list(sides)
        for place, is_moved in enumerate(moves):
            if is_moved:
                placed[place : place + 2] = _move_sign(*placed[place : place + 2])
        heights = [find_height(swara.written, *side, convention) for swara, side in zip(swaras, placed, strict=True)]
        if None not in heights:
            yield tuple(height for height in heights if height is not None)


def settle(heights: Heights, choices: Sequence[Choice]) -> Iterator[Heights]:
    """Yield the heights, chosen so that they are a number that holds a program."""
    line = name_notes(heights)
    tries = prod(len(choice.ways) for choice in choices)
    if line is None or not choices or tries > _MOST_TRIES:
        return
    for assignment in islice(generate_assignments(line, len(set(line)), _OPENING), _MOST_TRIES // tries):
        digits = dict(zip(heights, (str(assignment[name]) for name in line), strict=True))
        for chosen in _find_programs(heights, choices, digits):
            settled = list(heights)
            for choice, way in zip(choices, chosen, strict=True):
                settled[choice.place : choice.place + len(way)] = way
            yield tuple(settled)


def _find_programs(
    heights: Heights, choices: Sequence[Choice], digits: dict[int, str]
) -> Iterator[tuple[Heights, ...]]:
    """Find the ways, one of each choice, with which the digits are a number that holds a program."""
    number = to_number("".join(digits[height] for height in heights))
    steps = []
    for choice in choices:
        unit = 10 ** (len(heights) - choice.place - len(choice.ways[0]))
        values = {way: int("".join(digits.get(height, "x") for height in way)) for way in choice.ways
                  if digits.keys() >= set(way)}  # fmt: skip
        steps.append([(way, (value - values[choice.ways[0]]) * unit) for way, value in values.items()])
    halves = (steps[: len(steps) // 2], steps[len(steps) // 2 :])
    first, second = ([(tuple(way for way, _ in ways), sum(step for _, step in ways)) for ways in product(*half)]
                     for half in halves)  # fmt: skip
    for (early, one), (late, other) in product(first, second):
        data = leading_bytes(number + one + other)
        found = inflate(data, DEFAULT_LIMITS.program) if data.startswith(_OPENING) else None
        if found is not None and zlib.crc32(found[0]) == int.from_bytes(data[found[1] : found[1] + 4], "little"):
            yield early + late
