"""All numbers that differ from one by a single digit: another one, one more, or one fewer.

Each is a few operations away from the number itself: another digit adds δ·10^k; one more or one fewer shifts the digits
that follow, those of the number modulo 10^k. The number keeps its length: a digit that is put in pushes the last one
out, and one that is taken out lets another follow.

Input: a number, with its digits as bytes of 0 to 9, the first one first. Output: `Change`s.
"""

from collections.abc import Collection, Iterator
from math import log10
from typing import NamedTuple

import gmpy2

#: A digit is replaced.
REPLACE = 0

#: A digit is put in.
INSERT = 1

#: A digit is taken out.
DELETE = -1


class Change(NamedTuple):
    """One change of a number's digits."""

    #: The place that changes; a digit is put in before the one there.
    place: int
    #: `REPLACE`, `INSERT` or `DELETE`: by how many places the digits that follow move.
    shift: int
    #: The new digit; 0 if one is taken out.
    digit: int
    #: The changed number, without its last bits.
    number: gmpy2.mpz


def to_mpz(digits: bytes) -> gmpy2.mpz:
    """Read digits, bytes of 0 to 9, as a number."""
    return gmpy2.mpz(to_text(digits))


def to_text(digits: bytes) -> str:
    """Write digits, bytes of 0 to 9, as text."""
    return digits.translate(_TO_ASCII).decode("ascii")


#: The characters of the digits 0 to 9.
_TO_ASCII = bytes((ord("0") + digit) % 256 for digit in range(256))


def to_bytes(number: gmpy2.mpz) -> bytes:
    """Write a number above 0 as big-endian bytes."""
    return bytes(gmpy2.to_binary(number)[:1:-1])  # GMP's own form: two bytes, then the number, little-endian


def generate_changes(
    number: gmpy2.mpz,
    digits: bytes,
    places: range,
    shifts: Collection[int],
    *,
    following: int = 0,
    dropped_bits: int = 0,
) -> Iterator[Change]:
    """Generate the changes at some places, from left to right.

    Parameters
    ----------
    number : mpz
        The number.
    digits : bytes
        Its digits.
    places : range
        Where it is changed, counted from the first digit.
    shifts : collection of int
        Which of `REPLACE`, `INSERT` and `DELETE` are wanted.
    following : int
        The digit that follows the last if one is taken out.
    dropped_bits : int
        How many last bits the changed numbers are given without. The last ones that are left may then be wrong.
    """
    unit = gmpy2.mpz(10) ** (len(digits) - places.start)
    rest = number % unit
    whole = number >> dropped_bits
    for place in places:
        here, unit = digits[place], unit // 10
        step = unit >> dropped_bits
        if REPLACE in shifts:
            for digit in range(10):
                if digit != here:
                    yield Change(place, REPLACE, digit, whole + (digit - here) * step)
        if INSERT in shifts:
            room = number - rest + rest // 10 >> dropped_bits
            for digit in range(10):
                yield Change(place, INSERT, digit, room + digit * step)
        after = rest - here * unit
        if DELETE in shifts:
            yield Change(place, DELETE, 0, number - rest + after * 10 + following >> dropped_bits)
        rest = after


def find_place(bits_left: int, length: int) -> int:
    """Find the digit, of `length` digits, that decides the bit after which `bits_left` bits are left."""
    return min(max(length - int(bits_left * log10(2)) - 1, 0), length)
