"""A number's length to its first digits: those of gzip's header, divided by a power of ten.

Input is a number's length in decimal digits; output are the digits with which it begins if it holds a gzip member. Ten
header bytes fix up to 24 digits; eight, which all headers share but for their last two, up to 19.
"""

from functools import lru_cache

import gmpy2

from primesong.number.payload import HEADER

#: Headers by the bytes after the zero MTIME (XFL, OS): ours, then what zlib and gzip write elsewhere (XFL 2 or 0; OS
#: unknown, Unix, macOS as zlib counts it, FAT), then the eight bytes that they share.
HEADERS = tuple(HEADER[:8] + bytes(ends) for ends in ((2, 255), (2, 3), (2, 19), (0, 255), (0, 3), (0, 19), ()))

#: The first digits of a number that are computed; ten header bytes fix at most 24.
_COMPUTED = 40

#: The fewest digits that say anything: where a header's numbers straddle a power of ten, it fixes fewer.
_FEWEST = 6


@lru_cache(1 << 16)
def known_digits(length: int, headers: tuple[bytes, ...] = HEADERS) -> tuple[str, ...]:
    """Return the openings of a number of `length` digits that begins with one of the headers, one string each."""
    fewest = gmpy2.mpz(10) ** (length - 1)
    about = (fewest.bit_length() + 7) // 8
    # only the first digits: writing out thousands of them would take long
    cut = gmpy2.mpz(10) ** max(0, length - _COMPUTED)
    found = []
    for size in (about, about + 1):
        for header in headers:
            low = gmpy2.mpz(int.from_bytes(header, "big")) << 8 * (size - len(header))
            high = low + (gmpy2.mpz(1) << 8 * (size - len(header))) - 1
            if low < 10 * fewest and high >= fewest:
                lowest, highest = max(low, fewest) // cut, min(high, 10 * fewest - 1) // cut
                found.append(_common_start([lowest.digits(), highest.digits()]))
    return tuple(dict.fromkeys(known for known in found if len(known) >= _FEWEST))


def _common_start(texts: list[str]) -> str:
    """Return the characters with which texts of one length all begin."""
    same = [len(set(characters)) == 1 for characters in zip(*texts, strict=True)]
    return texts[0][: same.index(False)] if False in same else texts[0]
