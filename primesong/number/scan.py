"""A number among other text: in a page, in a program, in a dump of bytes.

Only numbers that hold a program are looked for: they begin, as bytes, with gzip's header. What is written in groups or
over several lines is tried as one number, and without the groups at its ends, which may be other numbers.
"""

import contextlib
import re
from collections.abc import Iterator
from itertools import product

from primesong.errors import NoProgramError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.number.digits import to_number, unify_spaces
from primesong.number.padding import leading_bytes
from primesong.number.payload import HEADER, unpack

#: gzip's magic number and its only method.
_MAGIC = HEADER[:3]

#: The fewest digits of a number that holds a program: those of the shortest gzip member.
_FEWEST = 48

#: How many groups at either end of a number in groups may be other numbers.
_MOST_OTHERS = 2

#: In digits: of longer numbers in groups, only the whole is tried.
_LONGEST_TRIED = 100_000

#: Digits in groups, as a number is written in a page or in a program's source.
_DECIMAL = re.compile(r"[0-9]+(?:[\s_,'\"\\+]{1,100}[0-9]+)*")

#: Hexadecimal digits that begin with gzip's magic number, in groups.
_HEXADECIMAL = re.compile(r"(?:\b|(?<=0[xX]))1[fF][\s_]?8[bB][\s_]?08[0-9a-fA-F]*(?:[\s_,'\"\\+]{1,100}[0-9a-fA-F]+)*")

#: A line of a dump by xxd or hexdump: an offset, sixteen bytes at most, and what they are as text.
_DUMPED = re.compile(r"^[ \t]*[0-9a-fA-F]{6,16}:?[ \t]+((?:[0-9a-fA-F]{2}[ \t]{0,2}){1,16})", re.MULTILINE)


def find_numbers(text: str, limits: Limits = DEFAULT_LIMITS) -> list[int]:
    """Find the different numbers in a text that hold a program; if none does, those that begin as if they did."""
    found = {}
    for candidates in _generate_places(unify_spaces(text), limits):
        begun = [number for number in candidates if leading_bytes(number).startswith(_MAGIC)]
        whole = [number for number in begun if _holds_program(number, limits)]
        for number in (whole or begun)[:1]:
            found[number] = bool(whole)
    return [number for number in found if found[number]] or list(found)


def _generate_places(text: str, limits: Limits) -> Iterator[list[int]]:
    """Generate what each place of a text that looks like a number may be, the likeliest first."""
    dumped = bytes.fromhex("".join(_DUMPED.findall(text)))
    if dumped.isdigit():
        text = dumped.decode("ascii")
    yield [int.from_bytes(dumped, "big")]
    for found in _HEXADECIMAL.finditer(text):
        yield [int(digits, 16) for digits in _generate_digits(re.findall("[0-9a-fA-F]+", found[0]), limits)]
    for found in _DECIMAL.finditer(text):
        if len(found[0]) >= _FEWEST:
            groups = re.findall("[0-9]+", found[0])
            yield [to_number(digits.lstrip("0") or "0") for digits in _generate_digits(groups, limits)]


def _generate_digits(groups: list[str], limits: Limits) -> Iterator[str]:
    """Generate the ways to join groups of digits to one number: each alone, all, all without some at the ends."""
    yield from (group for group in groups if _FEWEST <= len(group) <= limits.digits)
    length = sum(map(len, groups))
    others = range(_MOST_OTHERS + 1 if length <= _LONGEST_TRIED else 1)
    for before, after in product(others, others):
        digits = "".join(groups[before : len(groups) - after])
        if _FEWEST <= len(digits) <= limits.digits:
            yield digits


def _holds_program(number: int, limits: Limits) -> bool:
    """Tell whether a number holds a program."""
    with contextlib.suppress(NoProgramError):
        return bool(unpack(leading_bytes(number), limits.program)[1])
    return False
