"""A number among other text: in a page, in a program, in a dump of bytes.

Only numbers that hold a program are looked for: they begin, as bytes, with gzip's header. What is written in groups or
over several lines is tried as one number, and without the groups at its ends, which may be other numbers. Bytes may
stand as hexadecimal digits, as a literal of a program, or in base64 (RFC 4648).
"""

import ast
import binascii
import contextlib
import re
from collections.abc import Iterator
from itertools import product

from primesong.errors import NoProgramError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.number.digits import to_number, unify_signs
from primesong.number.payload import MAGIC, leading_bytes, unpack

#: The fewest digits of a number that holds a program: those of the shortest gzip member.
_FEWEST = 48

#: How many groups at either end of a number in groups may be other numbers.
_MOST_OTHERS = 2

#: In digits: of longer numbers in groups, only the whole is tried.
_LONGEST_TRIED = 100_000

#: What stands between groups of digits: in a page, in a quoted letter (RFC 2045, 6.7: an equals sign ends a line that
#: goes on), in a program's source.
_BETWEEN = r"[\s_,.:;'’\"\\+=>|]{1,100}"

#: Digits in groups.
_DECIMAL = re.compile(rf"[0-9]+(?:{_BETWEEN}[0-9]+)*")

#: Hexadecimal digits that begin with gzip's magic number, in groups, which may be bytes of a program's source.
_HEXADECIMAL = re.compile(
    rf"(?:\b|(?<=[0\\][xX]))1[fF](?:{_BETWEEN}(?:0?[xX])?)?8[bB](?:{_BETWEEN}(?:0?[xX])?)?08[0-9a-fA-F]*"
    rf"(?:{_BETWEEN}(?:0?[xX])?[0-9a-fA-F]+)*"
)

#: Groups of hexadecimal digits, without the marks before them.
_NIBBLES = re.compile(r"(?:0?[xX])?([0-9a-fA-F]+)")

#: A literal of bytes in Python that begins with gzip's magic number.
_LITERAL = re.compile(r"""b(["'])\\x1f\\x8b\\x08(?:\\x[0-9a-fA-F]{2}|\\[nrt\\"']|[ -\[\]-~])*?\1""")

#: Base64 that begins with gzip's magic number, in lines.
_BASE64 = re.compile(r"H4sI[A-Za-z0-9+/]+(?:\s{1,100}[A-Za-z0-9+/]+)*")

#: A tag of HTML.
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")

#: A line and its number, as `cat -n` and listings write it.
_NUMBERED = re.compile(r"[ \t]*([0-9]{1,6})[:.)|]?[ \t](.*)")

#: A line of a dump by xxd or hexdump: an offset, sixteen bytes at most, and what they are as text.
_DUMPED = re.compile(r"^[ \t]*[0-9a-fA-F]{6,16}:?[ \t]+((?:[0-9a-fA-F]{2}[ \t]{0,2}){1,16})", re.MULTILINE)


def find_numbers(text: str, limits: Limits = DEFAULT_LIMITS) -> list[int]:
    """Find the different numbers in a text that hold a program; if none does, those that begin as if they did."""
    found = {}
    for candidates in _generate_places(_drop_line_numbers(_TAG.sub(" ", unify_signs(text))), limits):
        begun = [number for number in candidates if leading_bytes(number).startswith(MAGIC)]
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
        yield [int(digits, 16) for digits in _generate_digits(_NIBBLES.findall(found[0]), limits)]
    for found in _LITERAL.finditer(text):
        yield [int.from_bytes(ast.literal_eval(found[0]), "big")]
    for found in _BASE64.finditer(text):
        yield [int.from_bytes(_decode_base64(found[0]), "big")]
    for found in _DECIMAL.finditer(text):
        if len(found[0]) >= _FEWEST:
            groups = re.findall("[0-9]+", found[0])
            yield [to_number(digits.lstrip("0") or "0") for digits in _generate_digits(groups, limits)]


def _drop_line_numbers(text: str) -> str:
    """Return a text without the numbers of its lines, if it has a number before each."""
    lines = [_NUMBERED.fullmatch(line) for line in text.splitlines() if line.strip()]
    numbered = [(int(line[1]), line[2]) for line in lines if line]
    first = numbered[0][0] if numbered else 0
    if len(numbered) < max(len(lines), 2) or [number for number, _ in numbered] != [*range(first, first + len(lines))]:
        return text
    return "\n".join(line for _, line in numbered)


def _decode_base64(text: str) -> bytes:
    """Decode base64, whose padding, and what may follow it, does not matter."""
    letters = re.sub(r"\s", "", text)
    return binascii.a2b_base64(letters[: len(letters) - (len(letters) % 4 == 1)] + "==")


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
