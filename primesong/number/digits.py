"""Integer to decimal digits, and back.

Digits are a `str` of ASCII 0 to 9 without a leading zero (zero itself is "0"). GMP converts, since Python's own `str`
and `int` refuse more than 4,300 digits.
"""

import re
import unicodedata
from operator import index

import gmpy2

from primesong.errors import PrimesongError
from primesong.limits import DEFAULT_LIMITS, Limits

#: No-break, thin and zero-width spaces, soft hyphens, marks of direction, a byte order mark, zeros of a string's end, a
#: backslash at the end of a line.
_SPACES = re.compile(r"[\0\u00a0\u00ad\u2000-\u200f\u202a-\u202f\u205f-\u2069\u3000\ufeff]|\\(?=\r?\n)")

#: A digit of another script than Latin.
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")

#: How a number that people write begins.
_OPENING = re.compile(r"[\s_,]*[0-9]", re.ASCII)

#: A number as people write it, in one or several lines.
_WRITTEN = re.compile(r"[\s_,]*0[\s_,]*[xX][0-9a-fA-F\s_,]*[0-9a-fA-F][0-9a-fA-F\s_,]*|[0-9\s_,]+", re.ASCII)

#: Digits without a leading zero.
_DECIMAL = re.compile(r"0|[1-9][0-9]*", re.ASCII)

#: A hexadecimal number, with its mark.
_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]+", re.ASCII)

#: Decimal digits for each hexadecimal one: log10(16).
_DIGITS_PER_NIBBLE = 1.2042


def to_digits(number: int) -> str:
    """Write an integer >= 0 in decimal digits; raises `TypeError` for other numbers. The reverse of `to_number`.

    >>> to_digits(2**20)
    '1048576'
    """
    if number < 0:
        raise ValueError(f"a number must not be negative, got {number}")
    return str(gmpy2.mpz(index(number)).digits())


def to_number(digits: str) -> int:
    """Read decimal digits as an integer. The reverse of `to_digits`.

    >>> to_number("1048576")
    1048576
    """
    if not _DECIMAL.fullmatch(digits):
        raise ValueError("digits are 0 to 9 without a leading zero")
    return int(gmpy2.mpz(digits))


def parse(text: str, limits: Limits = DEFAULT_LIMITS) -> int | None:
    r"""Read a number as people write it.

    Parameters
    ----------
    text : str
        Decimal in the digits of any script, or hexadecimal after 0x; over several lines, and grouped by spaces of any
        kind, commas or underscores.
    limits : Limits
        How many digits it may have.

    Returns
    -------
    int or None
        None if the text is not a number.

    Raises
    ------
    PrimesongError
        If it is too long, or begins with a zero.

    Examples
    --------
    >>> parse("2_566 920\n52"), parse("0xff"), parse("ten")
    (256692052, 255, None)
    """
    if not is_number(text):
        return None
    compact = re.sub(r"[\s_,]+", "", unify_signs(text), flags=re.ASCII)
    if _HEXADECIMAL.fullmatch(compact):
        limits.check("digits", _DIGITS_PER_NIBBLE * len(compact[2:].lstrip("0")), "the number")
        return int(compact, 16)
    if re.fullmatch("[0-9]+", compact, re.ASCII):
        limits.check("digits", len(compact), "the number")
        if not _DECIMAL.fullmatch(compact):
            raise PrimesongError(f"the number begins with a zero ({compact[:8]}…); write it without leading zeros")
        return to_number(compact)
    return None


def is_number(text: str) -> bool:
    """Tell whether a text is a number as people write it, though perhaps with leading zeros."""
    text = unify_signs(text)
    return bool(_OPENING.match(text)) and bool(_WRITTEN.fullmatch(text))


def unify_signs(text: str) -> str:
    """Replace the spaces of typesetting, and the backslashes with which `bc` breaks lines, by plain spaces, and the
    digits of all scripts by Latin ones."""
    return _OTHER_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), _SPACES.sub(" ", text))
