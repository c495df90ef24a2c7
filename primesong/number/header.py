"""A number's length to its first digits: those of gzip's header, divided by a power of ten.

Input is a number's length in decimal digits; output are the digits with which it begins if it holds a gzip member. Ten
header bytes fix up to 24 digits; eight, which all headers share but for their last two, up to 19.
"""

from functools import lru_cache

import gmpy2

from primesong.number.payload import OPENING

#: Headers by the bytes after the zero MTIME (XFL, OS): ours, then what zlib and gzip write elsewhere (XFL 2 or 0; OS
#: unknown, Unix, macOS as zlib counts it, FAT), then the eight bytes that they share.
HEADERS = tuple(OPENING + bytes(ends) for ends in ((2, 255), (2, 3), (2, 19), (0, 255), (0, 3), (0, 19), ()))

#: The first digits of a number that are computed; ten header bytes fix at most 24.
_COMPUTED = 40

#: The fewest digits that say anything: where a header's numbers straddle a power of ten, it fixes fewer.
_FEWEST = 6


@lru_cache(1 << 16)
def list_openings(length: int, headers: tuple[bytes, ...] = HEADERS) -> tuple[str, ...]:
    """Return the openings of a number of `length` digits that begins with one of the headers, one string each."""
    least = gmpy2.mpz(10) ** (length - 1)
    greatest = 10 * least - 1
    # a number that begins with 1f, five bits, has as many bits as its bytes less three
    sizes = range((least.bit_length() + 10) // 8, (greatest.bit_length() + 3) // 8 + 1)
    # only the first digits: writing out thousands of them would take long
    cut = gmpy2.mpz(10) ** max(0, length - _COMPUTED)
    found = []
    for size in sizes:
        for header in headers:
            first, bits = gmpy2.mpz(int.from_bytes(header, "big")), 8 * (size - len(header))
            low, high = first << bits, (first + 1 << bits) - 1
            if low <= greatest and high >= least:
                lowest, highest = max(low, least) // cut, min(high, greatest) // cut
                found.append(_common_start(lowest.digits(), highest.digits()))
    return tuple(dict.fromkeys(known for known in found if len(known) >= _FEWEST))


def _common_start(one: str, other: str) -> str:
    """Return the characters with which two texts of one length begin."""
    return one[: next((place for place, character in enumerate(one) if other[place] != character), len(one))]
