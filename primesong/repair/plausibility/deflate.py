"""The tables and codes of deflate (RFC 1951)."""

from collections.abc import Sequence

#: The longest code, in bits.
LONGEST_CODE = 15

#: The longest match, in bytes.
LONGEST_MATCH = 258

#: The symbol at a block's end.
END_OF_BLOCK = 256

#: The last symbol of a match's length.
LAST_LENGTH = 285

#: The last symbol of a distance.
LAST_DISTANCE = 29

#: 3.2.5: the extra bits of the symbols of lengths, from 257 on.
LENGTH_EXTRA = [*[0] * 8, *[extra for extra in range(1, 6) for _ in range(4)], 0]

#: 3.2.5: the shortest match of each of these symbols; the last has a length of its own.
LENGTH_BASE = [*[3 + sum(1 << extra for extra in LENGTH_EXTRA[:symbol]) for symbol in range(28)], LONGEST_MATCH]

#: 3.2.5: the extra bits of the symbols of distances.
DISTANCE_EXTRA = [*[0] * 4, *[extra for extra in range(1, 14) for _ in range(2)]]

#: 3.2.5: the nearest distance of each of these symbols.
DISTANCE_BASE = [1 + sum(1 << extra for extra in DISTANCE_EXTRA[:symbol]) for symbol in range(30)]

#: 3.2.7: the order in which the lengths of the code of code lengths are written.
HEAD_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)

#: 3.2.6: the lengths of the fixed codes, 288 symbols, then 32 distances.
FIXED_SIZES = [8] * 144 + [9] * 112 + [7] * 24 + [8] * 8 + [5] * 32

#: (length, bits) to symbol.
Code = dict[tuple[int, int], int]


def build_code(sizes: Sequence[int]) -> Code:
    """Build a code from its lengths (3.2.2). Raises `ValueError` if it is incomplete, unless it is a single code, or
    has too many codes."""
    counts = [0] * (LONGEST_CODE + 1)
    for size in sizes:
        counts[size] += bool(size)
    left = (1 << LONGEST_CODE) - sum(count << LONGEST_CODE - size for size, count in enumerate(counts))
    used = sum(counts)
    if left < 0 or (left and not (used == 0 or (used == 1 and counts[1] == 1))):
        raise ValueError("the code is incomplete or has too many codes")
    following = [0] * (LONGEST_CODE + 1)
    for size in range(1, LONGEST_CODE + 1):
        following[size] = (following[size - 1] + counts[size - 1]) << 1
    code = {}
    for symbol, size in enumerate(sizes):
        if size:
            code[size, following[size]] = symbol
            following[size] += 1
    return code
