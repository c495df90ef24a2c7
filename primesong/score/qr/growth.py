"""A number's QR code as it grows: which of its modules the first digits fix (ISO/IEC 18004).

Three digits are ten bits, eight bits a codeword; codewords are dealt out to blocks, and each block's error correction
is fixed once all of its data is. A module is one bit of a codeword; what every code of this size shows is fixed from
the beginning.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, zip_longest
from typing import NamedTuple

from primesong.score.qr.code import MOST_DIGITS, make_code

#: The bits of a codeword.
_BITS = 8

#: The bits of three digits.
_TRIPLE = 10

#: The bits of the mode's indicator.
_MODE = 4

#: The bits of the count of digits, from these versions on (table 3).
_COUNTS = {27: 14, 10: 12, 1: 10}


class Growth(NamedTuple):
    """A QR code as it grows.

    Parameters
    ----------
    side : int
        Its modules in a row, without the quiet zone.
    dark : list of bool
        Its modules, column by column, downward.
    fixed : list of int
        For each module, how many of the first digits fix it.
    """

    side: int
    dark: list[bool]
    fixed: list[int]


def grow_qr(digits: str) -> Growth | None:
    """Return the growing QR code of a number; None if it has more than `MOST_DIGITS`. Raises `MissingError` without
    segno."""
    if len(digits) > MOST_DIGITS:
        return None
    code = make_code(digits)
    from segno import consts, encoder

    blocks = [
        (kind.num_data, kind.num_total - kind.num_data)
        for kind in consts.ECC[code.version][consts.ERROR_LEVEL_L]
        for _ in range(kind.num_blocks)
    ]
    head = _MODE + next(bits for first, bits in _COUNTS.items() if int(code.version) >= first)
    side = len(code.matrix)
    places = [list(row) for row in encoder.make_matrix(side, side)]
    encoder.add_finder_patterns(places, side, side)
    encoder.add_alignment_patterns(places, side, side)
    # below zero, since segno puts a bit wherever it finds 2
    needed = [-digits for digits in _order_codewords(blocks, head, len(digits)) for _ in range(_BITS)]
    encoder.add_codewords(places, needed, code.version)
    dark = [bool(module) for column in zip(*code.matrix, strict=True) for module in column]
    return Growth(side, dark, [max(-place, 0) for column in zip(*places, strict=True) for place in column])


def _order_codewords(blocks: Sequence[tuple[int, int]], head: int, count: int) -> Iterator[int]:
    """Yield how many digits fix each codeword, in the order in which they stand in the code (7.6).

    Parameters
    ----------
    blocks : sequence of (int, int)
        How many codewords of data each block has, and how many that correct them.
    head : int
        The bits before the first digit.
    count : int
        The number's digits.
    """
    starts = accumulate((data for data, _ in blocks), initial=0)
    data = [
        [_count_digits((word + 1) * _BITS - head, count) for word in range(start, start + size)]
        for start, (size, _) in zip(starts, blocks, strict=False)
    ]
    correction = [needed[-1:] * size for needed, (_, size) in zip(data, blocks, strict=True)]
    dealt = chain(zip_longest(*data), zip_longest(*correction))
    return (needed for words in dealt for needed in words if needed is not None)


def _count_digits(bits: int, count: int) -> int:
    """Count the digits that the first bits tell of, three at a time."""
    return min(3 * -(-max(bits, 0) // _TRIPLE), count)
