"""The end of a damaged number whose text is complete: CRC-32, length, and the distance to the prime.

CRC-32 and length can be computed again from the text, and the prime is the first above the padded payload. What was
heard of them must agree, or nearly: a text that ends by chance does not.
"""

import time
import zlib
from collections.abc import Callable, Iterator
from itertools import combinations, product
from operator import ne

import gmpy2

from primesong.errors import DamagedError, PrimesongError
from primesong.number.correction import Correction
from primesong.number.digits import to_digits
from primesong.number.payload import FARTHEST, base_of, leading_bytes
from primesong.primes.plan import find_prime
from primesong.primes.primality import SMALL_PRIMES, is_probable_prime
from primesong.primes.search import estimate
from primesong.primes.sieve import Progression
from primesong.repair.search.changes import find_place

#: The last digits, which hold the distance from the padded payload to its prime.
DISTANCE_DIGITS = 5

#: How many of these may be wrong.
_WRONG_DISTANCE = 2

#: Digits between the deflate stream and these that must agree, besides three in four of them.
_AGREEING = 8

#: Digits about the end of the deflate stream that it decides as well.
_SHARED = 2


def complete(
    digits: str, heard: int, text: bytes, stream: int, *, seconds: float, fits: Callable[[str], bool] | None = None
) -> tuple[str, bool] | None:
    """Complete a number whose deflate stream came to its end.

    Parameters
    ----------
    digits : str
        The number's digits; those that were not heard are last, and 0.
    heard : int
        How many digits were heard.
    text : bytes
        The text of the deflate stream.
    stream : int
        How many of the number's bytes come before the stream's end.
    seconds : float
        How long a search for the prime may take.
    fits : callable, optional
        Tells whether digits are the right ones, as a song's record can.

    Returns
    -------
    tuple of str and bool, or None
        The right digits, and whether CRC-32 and length were right. None if what was heard does not agree with the text.

    Raises
    ------
    DamagedError
        If the program is complete, but the search for its prime takes too long.
    """
    data = leading_bytes(int(gmpy2.mpz(digits)))
    payload = data[:stream] + make_checks(text)
    padding = len(data) - len(payload)
    if padding < 0:
        return None
    base = gmpy2.mpz(base_of(payload, padding))
    checked = data.startswith(payload)
    first = find_place(8 * (len(data) - stream), len(digits)) + _SHARED
    places = range(first, min(len(digits) - DISTANCE_DIGITS - 1, heard))
    agrees = checked or _agrees(to_digits(int(base)), digits, places)
    if not agrees and fits is None:
        return None
    if heard >= len(digits):
        found = _match_prime(base, digits, checked, time.monotonic() + seconds)
    else:
        found = _find_prime(base, payload, digits[:heard], text, seconds)
    if found is None:
        return (digits, True) if checked else None
    return (found, checked) if agrees or (fits is not None and fits(found)) else None


def make_checks(text: bytes) -> bytes:
    """Return CRC-32 and length of a text, as they follow its deflate stream (RFC 1952, 2.3.1)."""
    return zlib.crc32(text).to_bytes(4, "little") + (len(text) & 0xFFFFFFFF).to_bytes(4, "little")


def compare_end(digits: str, heard: int, right: str, start: int) -> list[Correction]:
    """List the corrections from a place on that `complete` made; digits from `heard` on were missing."""
    found = []
    for place in range(start, len(right)):
        was = digits[place] if place < heard else ""
        if right[place] != was:
            found.append(Correction(place, was, right[place]))
    return found


def _agrees(wanted: str, digits: str, places: range) -> bool:
    """Whether nearly all digits at the places of CRC-32 and length are the wanted ones."""
    here = slice(places.start, max(places.stop, places.start))
    wrong = sum(map(ne, wanted[here], digits[here]))
    return len(wanted) == len(digits) and 4 * wrong + _AGREEING <= len(places)


def _find_prime(base: gmpy2.mpz, payload: bytes, heard: str, text: bytes, seconds: float) -> str | None:
    """Find the first prime above the padded payload; None if none is found, or the search takes too long."""
    expected = estimate(Progression(base | 1)).seconds
    if expected <= seconds:
        try:
            return to_digits(find_prime(payload, (base.bit_length() + 7) // 8 - len(payload)))
        except PrimesongError:
            return None
    digits = to_digits(int(base))
    if digits.startswith(heard[: len(digits) - DISTANCE_DIGITS - 1]):
        raise DamagedError(
            "the program is complete, but the number's last digits are missing, and searching for its prime again "
            f"takes about {expected:,.0f} seconds",
            text,
            len(digits) - DISTANCE_DIGITS,
        )
    return None


def _match_prime(base: gmpy2.mpz, digits: str, checked: bool, end: float) -> str | None:
    """Find a prime above the padded payload whose last digits were heard, or all except one or two of them.

    Where CRC-32 and length hold, one test, to base 2, is enough. At least one number is tested, then those for which
    there is time until `end`.
    """
    largest = FARTHEST * base.bit_length()
    modulus = 10**DISTANCE_DIGITS
    for tail in _generate_tails(digits[-DISTANCE_DIGITS:]):
        number = base + (int(tail) - base) % modulus
        while number - base <= largest:
            if (
                gmpy2.gcd(number, SMALL_PRIMES) == 1
                and gmpy2.is_strong_prp(number, 2)
                and (checked or is_probable_prime(int(number)))
            ):
                return to_digits(int(number))
            if time.monotonic() > end:
                return None
            number += modulus
    return None


def _generate_tails(tail: str) -> Iterator[str]:
    """Generate digits, then all that differ from them in one place, then in two."""
    yield tail
    for count in range(1, _WRONG_DISTANCE + 1):
        for places in combinations(range(len(tail)), count):
            for digits in product("0123456789", repeat=count):
                if all(tail[place] != digit for place, digit in zip(places, digits, strict=True)):
                    changed = list(tail)
                    for place, digit in zip(places, digits, strict=True):
                        changed[place] = digit
                    yield "".join(changed)
