"""A number's length to its first digits: those of gzip's header, divided by a power of ten.

Ten header bytes tell up to 24 digits; the usual eight, seventeen.
"""

from functools import lru_cache

import gmpy2

from primesong.number.payload import HEADER

#: Headers by what follows the zero MTIME: ours, then what zlib and gzip write elsewhere (XFL 2 or 0; OS unknown, Unix,
#: macOS as zlib counts it, FAT), then any.
HEADERS = tuple(HEADER[:8] + bytes(ends) for ends in ((2, 255), (2, 3), (2, 19), (0, 255), (0, 3), (0, 19), ()))

#: How many first digits of a number are written out; ten header bytes tell at most 24.
_WRITTEN = 40


@lru_cache(1 << 16)
def known_digits(length: int, headers: tuple[bytes, ...] = HEADERS) -> tuple[str, ...]:
    """The digits with which a number of `length` digits begins if it begins with one of gzip's usual headers."""
    fewest = gmpy2.mpz(10) ** (length - 1)
    about = (fewest.bit_length() + 7) // 8
    # the first digits alone: whole numbers of thousands of digits would be written out for nothing
    cut = gmpy2.mpz(10) ** max(0, length - _WRITTEN)
    found = []
    for size in (about, about + 1):
        for header in headers:
            low = gmpy2.mpz(int.from_bytes(header, "big")) << 8 * (size - len(header))
            high = low + (gmpy2.mpz(1) << 8 * (size - len(header))) - 1
            if low < 10 * fewest and high >= fewest:
                lowest, highest = max(low, fewest) // cut, min(high, 10 * fewest - 1) // cut
                found.append(_common_start([lowest.digits(), highest.digits()]))
    return tuple(dict.fromkeys(known for known in found if len(known) > 5))


def _common_start(texts: list[str]) -> str:
    """The characters with which texts of one length all begin."""
    same = [len(set(characters)) == 1 for characters in zip(*texts, strict=True)]
    return texts[0][: same.index(False)] if False in same else texts[0]
