"""Signs between two names that stand side by side: S'N is S' N or S 'N.

A sign is read with the name that it makes a swara of a raga of the table, or one which occurs elsewhere. Where that
does not tell, both ways are kept, and the gzip member's CRC-32 decides (`settle`): every choice is tried, or, if there
are too many for that, those by which the program becomes plausible from its beginning on.

Input: the swaras of a text, and a convention. Heights are in semitones above Sa.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from heapq import nlargest
from itertools import islice, product
from math import prod
from typing import NamedTuple

from primesong.limits import DEFAULT_LIMITS
from primesong.number.digits import to_number
from primesong.number.payload import HEADER, OPENING, leading_bytes
from primesong.primes.primality import is_probable_prime
from primesong.repair.assignment import generate_assignments
from primesong.repair.notes import name_notes
from primesong.repair.plausibility.model import UNIT, load_model
from primesong.repair.plausibility.reading import ENDED, RAN_OUT, Patience
from primesong.repair.plausibility.scoring import read_stream
from primesong.repair.search.streams import inflate
from primesong.sargam.raga import RAGAS
from primesong.sargam.spelling import Convention, Written, find_height

#: How many names joined by single signs are read together, in all ways.
_LONGEST_RUN = 8

#: How many names of a text may be joined to the next by a single sign for those to be read in all ways: more than three
#: times as many as in the longest song that is 3,600 notes.
_MOST_JOINED = 4_000

#: How many numbers are tried for each convention: some seconds' work.
_MOST_TRIES = 1 << 20

#: How many ways to choose so far are kept if there are more: those that differ in the head of a deflate block only are
#: equally plausible.
_MOST_PATHS = 1_000

#: In units of plausibility: how much less plausible than the best way one may be to be kept.
_MARGIN = 48 * UNIT

#: When the reading of a stream is given up: as soon as it is less plausible than the best by as much.
_PATIENCE = Patience(_MARGIN, _MARGIN)

#: How many of the first notes may be read in all ways before the header tells which are which digits.
_OPENING_NOTES = 24

#: How many of the last notes may lie in the padding of four bytes.
_PADDING_NOTES = 10

#: What parts names, unless it is a sign.
_DASH = re.compile("[-_]")

Heights = tuple[int, ...]

#: The ways in which names can be read, the likeliest first.
_Ways = tuple[Heights, ...]

#: The signs before and after a name.
_Sides = tuple[str, str]


class Swara(NamedTuple):
    """A swara in a text, the signs beside it, and whether the next one follows without a gap."""

    written: Written
    before: str
    after: str
    is_joined: bool


class Choice(NamedTuple):
    """Names from a place on, and the ways in which they can be read."""

    place: int
    ways: _Ways


class Reading(NamedTuple):
    """The heights, with the first way of each choice, and what the text leaves open."""

    heights: Heights
    choices: tuple[Choice, ...]


def read_heights(swaras: Sequence[Swara], convention: Convention) -> list[Reading]:
    """Read swaras by a convention: on the ten pitches of each raga that has them all, and with the names that occur
    elsewhere. There is no reading if one of them is none by the convention."""
    swaras = list(_drop_signs(swaras, convention))
    sides = _split_pairs(swaras)
    ways: dict[tuple[tuple[Swara, ...], tuple[_Sides, ...]], _Ways] = {}
    choices = []
    for run in _list_runs(swaras, sides):
        key = tuple(swaras[run]), tuple(sides[run])
        if key not in ways:
            ways[key] = tuple(_generate_ways(*key, convention))
        choices.append(Choice(run.start, ways[key]))
    if not all(ways.values()):
        return []
    distinct = set(ways.values())
    narrowed = [*(_narrow(distinct, set(raga.heights)) for raga in RAGAS.values()), _prefer(distinct)]
    return [_make_reading([choice._replace(ways=kept[choice.ways]) for choice in choices])
            for kept in narrowed if all(kept.values())]  # fmt: skip


def _drop_signs(swaras: Sequence[Swara], convention: Convention) -> Iterator[Swara]:
    """Yield swaras without the signs that mean nothing in a convention. A dash that is not a sign parts two names."""
    moved = ""
    for swara in swaras:
        before = "".join(filter(convention.before.__contains__, moved + swara.before))
        after, *others = [swara.after] if "-" in convention.after else _DASH.split(swara.after, 1)
        moved = "".join(others) if swara.is_joined else ""
        after = "".join(filter(convention.after.__contains__, after))
        yield Swara(swara.written, before, after, swara.is_joined and not others)


def _narrow(distinct: set[_Ways], pitches: set[int]) -> dict[_Ways, _Ways]:
    """Return of all ways those that have no other pitches."""
    return {ways: tuple(way for way in ways if pitches.issuperset(way)) for ways in distinct}


def _prefer(distinct: set[_Ways]) -> dict[_Ways, _Ways]:
    """Return of all ways those that have the most pitches which are known, since elsewhere there is one way only."""
    known = {height for ways in distinct if len(ways) == 1 for height in ways[0]}
    counts = {ways: [sum(height in known for height in way) for way in ways] for ways in distinct}
    return {ways: tuple(way for way, count in zip(ways, counts[ways], strict=True) if count == max(counts[ways]))
            for ways in distinct}  # fmt: skip


def _make_reading(choices: Sequence[Choice]) -> Reading:
    """Return the first ways of all choices, and those choices that have more than one."""
    heights = tuple(height for choice in choices for height in choice.ways[0])
    return Reading(heights, tuple(choice for choice in choices if len(choice.ways) > 1))


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
    is_open = [swara.is_joined and len(swara.after) == 1 == len(after)
               for swara, (_, after) in zip(swaras, sides, strict=True)]  # fmt: skip
    longest = _LONGEST_RUN if sum(is_open) <= _MOST_JOINED else 1
    start = 0
    for place, goes_on in enumerate(is_open, start=1):
        if not goes_on or place - start == longest:
            yield slice(start, place)
            start = place


def _generate_ways(swaras: Sequence[Swara], sides: Sequence[_Sides], convention: Convention) -> Iterator[Heights]:
    """Generate the heights of a run, its signs read with the first name or with the second."""
    heights: dict[tuple[Written, _Sides], int | None] = {}
    for moves in product((False, True), repeat=len(swaras) - 1):
        placed = list(sides)
        for place, is_moved in enumerate(moves):
            if is_moved:
                placed[place : place + 2] = _move_sign(*placed[place : place + 2])
        keys = [(swara.written, side) for swara, side in zip(swaras, placed, strict=True)]
        heights.update((key, find_height(key[0], *key[1], convention)) for key in keys if key not in heights)
        way = [height for key in keys if (height := heights[key]) is not None]
        if len(way) == len(keys):
            yield tuple(way)


def settle(heights: Heights, choices: Sequence[Choice]) -> Iterator[Heights]:
    """Yield the heights, chosen so that they are a number that holds a program."""
    early = [choice for choice in choices if choice.place < _OPENING_NOTES]
    late = choices[len(early) :]
    tries = prod(len(choice.ways) for choice in late)
    for opening in _read_openings(heights, early) if choices else ():
        for digits in islice(_assign_digits(opening), max(_MOST_TRIES // tries, 1)):
            for found in (_try_all if tries <= _MOST_TRIES else _search)(opening, late, digits):
                yield _settle_end(found, late, digits)


def _read_openings(heights: Heights, choices: Sequence[Choice]) -> Iterator[Heights]:
    """Generate the heights with the first notes read in all ways."""
    for ways in product(*(choice.ways for choice in choices)):
        yield _choose(heights, choices, ways)


def _assign_digits(heights: Heights) -> Iterator[dict[int, int]]:
    """Generate the digits that the heights may stand for, by the header."""
    line = name_notes(heights) or []
    for assignment in generate_assignments(line, len(set(line)), OPENING) if line else ():
        yield dict(zip(heights, (assignment[name] for name in line), strict=True))


def _choose(heights: Heights, choices: Sequence[Choice], ways: Sequence[Heights]) -> Heights:
    """Return the heights with a way of each choice."""
    chosen = list(heights)
    for choice, way in zip(choices, ways, strict=True):
        chosen[choice.place : choice.place + len(way)] = way
    return tuple(chosen)


def _try_all(heights: Heights, choices: Sequence[Choice], digits: dict[int, int]) -> Iterator[Heights]:
    """Try every way, and yield those with which the digits are a number that holds a program."""
    number, steps = _read_number(heights, digits), _list_steps(heights, choices, digits)
    halves = (steps[: len(steps) // 2], steps[len(steps) // 2 :])
    first, second = ([(tuple(way for way, _ in ways), sum(step for _, step in ways)) for ways in product(*half)]
                     for half in halves)  # fmt: skip
    for (early, one), (late, other) in product(first, second):
        if _holds_program(number + one + other):
            yield _choose(heights, choices, early + late)


def _search(heights: Heights, choices: Sequence[Choice], digits: dict[int, int]) -> Iterator[Heights]:
    """Choose from the beginning on, always keeping the ways by which the program is most plausible so far, and yield
    those with which the number holds a program."""
    kept = [_Path(0, _read_number(heights, digits), ())]
    places = [*(choice.place for choice in choices[1:]), len(heights)]
    for steps, place in zip(_list_steps(heights, choices, digits), places, strict=True):
        share = place / len(heights)
        paths = list(filter(None, (_follow(path, way, step, share) for path in kept for way, step in steps)))
        least = max((path.score for path in paths), default=0) - _MARGIN
        kept = nlargest(_MOST_PATHS, (path for path in paths if path.score >= least))
    yield from (_choose(heights, choices, path.ways) for path in kept if _holds_program(path.number))


class _Path(NamedTuple):
    """Ways that were chosen: how plausible the program is so far, and the number."""

    score: int
    number: int
    ways: tuple[Heights, ...]


def _follow(path: _Path, way: Heights, step: int, share: float) -> _Path | None:
    """Take another way, and read the bytes that the first share of the digits decides; None if they are no stream."""
    number = path.number + step
    data = leading_bytes(number)
    known = data[len(HEADER) : max(int(share * len(data)) - 1, len(HEADER))]  # a digit decides parts of bytes
    reading = read_stream(load_model(), known, len(data) - len(HEADER), _PATIENCE)
    return _Path(reading.best, number, (*path.ways, way)) if reading.end in (RAN_OUT, ENDED) else None


def _list_steps(heights: Heights, choices: Sequence[Choice], digits: dict[int, int]) -> list[list[tuple[Heights, int]]]:
    """List for each choice its ways, and what each adds to the number of the first ways."""
    steps = []
    for choice in choices:
        unit = 10 ** (len(heights) - choice.place - len(choice.ways[0]))
        values = {way: int("".join(str(digits[height]) for height in way)) for way in choice.ways
                  if digits.keys() >= set(way)}  # fmt: skip
        steps.append([(way, (value - values[choice.ways[0]]) * unit) for way, value in values.items()])
    return steps


def _holds_program(number: int) -> bool:
    """Tell whether a number's bytes begin with a gzip member whose CRC-32 holds."""
    data = leading_bytes(number)
    found = inflate(data, DEFAULT_LIMITS.program) if data.startswith(OPENING) else None
    return found is not None and zlib.crc32(found[0]) == int.from_bytes(data[found[1] : found[1] + 4], "little")


def _settle_end(heights: Heights, choices: Sequence[Choice], digits: dict[int, int]) -> Heights:
    """Return the heights with the ways of the last notes, which no checksum covers, that make a probable prime."""
    last = [choice for choice in choices if choice.place >= len(heights) - _PADDING_NOTES]
    for ways in product(*(choice.ways for choice in last)) if last else ():
        settled = _choose(heights, last, ways)
        if digits.keys() >= set(settled) and is_probable_prime(_read_number(settled, digits)):
            return settled
    return heights


def _read_number(heights: Heights, digits: dict[int, int]) -> int:
    """Return the number that the heights are."""
    return to_number("".join(str(digits[height]) for height in heights))
