"""The song's fit: padding and primes chosen so that the melody comes out even.

These are wishes, not rules: the plain song has `primes.PADDING` bytes and ends as it ends. Here a song is only its
number's decimal digits, one a matra; the most frequent digit is the one that will sound Sa.
"""

import math
from collections import Counter

from primesong.errors import PrimesongError
from primesong.number.digits import to_digits
from primesong.number.padding import PADDING, base_of
from primesong.number.payload import HEADER

#: A prime of more than one digit ends on one of these.
LAST_DIGITS = frozenset("1379")

#: By so many occurrences the last, unknown digits may lift another digit above the most frequent one of the rest.
_LIFT = 3

_MOST_PADDING = 256


def digit_count(payload: bytes, padding: int = PADDING) -> int:
    """Count the decimal digits of a payload's song, each a matra."""
    return len(to_digits(base_of(payload, padding)))


def digits_of_bytes(payload_bytes: int, padding: int = PADDING) -> int:
    """Count the digits of a payload of so many bytes, gzip's header and some."""
    return digit_count(HEADER.ljust(payload_bytes, b"\0"), padding)


def fitting_padding(payload: bytes, matras: int, least: int = PADDING) -> int:
    """Find the smallest padding, in bytes, with which the digits fill whole cycles of so many matras."""
    if matras < 1:
        raise ValueError(f"a cycle has at least one matra, got {matras}")
    for padding in range(least, least + _MOST_PADDING):
        if digit_count(payload, padding) % matras == 0:
            return padding
    raise PrimesongError(f"no padding up to {least + _MOST_PADDING} bytes fills whole cycles of {matras} matras")


def ends_on_sa(number: int) -> bool:
    """Whether the number's last digit is its most frequent one, the first of those that occur as often."""
    digits = to_digits(number)
    return Counter(digits).most_common(1)[0][0] == digits[-1]


def check_cadence(payload: bytes, padding: int = PADDING) -> None:
    """Raise `PrimesongError` if no prime of this payload can be expected to end on its most frequent digit."""
    digits = to_digits(base_of(payload, padding))
    fixed = digits[: -math.ceil(8 * padding * math.log10(2)) or None]
    counts = Counter(fixed)
    most, occurrences = counts.most_common(1)[0]
    if not any(counts[digit] + _LIFT > occurrences for digit in LAST_DIGITS):
        raise PrimesongError(f"Sa is the digit {most} here, and no prime ends on it; other padding changes the digits")
