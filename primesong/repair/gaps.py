"""Find by a code where digits are missing, or too many: in one place or in two, and some wrong ones beside.

What stands before the first place is right as it stands; what follows the last one is right when it is shifted by all
that are missing; and what lies between two places is shifted by some number between. A window of symbols around each
place counts as lost. The syndromes for all windows and shifts follow from sums over the symbols before, between and
after, each shifted by so much; those are kept for which the code finds few enough errors (`chase`).

Input: digits, and the parity of the right ones. Output: digits of the right length, and which symbols of them are lost.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.repair import galois, reed_solomon
from primesong.repair.chase import count_errors, leave_out
from primesong.repair.galois import Elements
from primesong.repair.reed_solomon import SPARE, SYMBOL_DIGITS, read_symbols

#: How far what lies between two places may be shifted beyond what lies before and after them, in digits.
_BEYOND = 2

#: Of the parity symbols that windows may use, they use all, or this part, and leave the rest for wrong digits.
_PARTS = (1.0, 0.5)

#: The most pairs of windows times the square of a block's parity symbols, in all blocks: some five seconds of work.
_WORK = 800_000_000

#: How many windows are judged at once.
_ROWS = 8192


@dataclass(frozen=True, slots=True)
class _Windows:
    """Ways to place two windows, each array a row a way: where they start, in symbols, and by how many digits what lies
    between them is shifted; for one window, the second starts where the symbols end."""

    first: Elements
    second: Elements
    shifts: Elements

    def __getitem__(self, rows: slice) -> "_Windows":
        return _Windows(self.first[rows], self.second[rows], self.shifts[rows])


@dataclass(frozen=True, slots=True)
class _Body:
    """Digits of which some are missing or too many, and the code that they should satisfy."""

    digits: str
    length: int
    check: Sequence[int]

    @property
    def blocks(self) -> int:
        """Among how many blocks the symbols are dealt out."""
        return reed_solomon.count_blocks(self.symbols, len(self.check))

    @property
    def symbols(self) -> int:
        """How many symbols the right digits have."""
        return -(-self.length // SYMBOL_DIGITS)

    @property
    def missing(self) -> int:
        """How many digits are missing, less those too many."""
        return self.length - len(self.digits)

    def shift(self, places: int) -> str:
        """Return the digits as they stand if this many are missing at the start; below 0, extra."""
        moved = "0" * places + self.digits[max(0, -places) :]
        return moved[: self.length].ljust(self.length, "0")


def generate_fillings(
    digits: str, length: int, check: Sequence[int], places: int
) -> Iterator[tuple[str, Collection[int]]]:
    """Generate the ways to make digits as many as they should be that the code allows.

    Parameters
    ----------
    digits : str
        Digits of which some are missing, or too many.
    length : int
        How many there should be.
    check : sequence of int
        The parity symbols of the right ones.
    places : {1, 2}
        In how many places digits are missing, or too many.

    Yields
    ------
    str, collection of int
        Digits, and the symbols of them that are lost.
    """
    body = _Body(digits, length, check)
    usable = len(check) // body.blocks - SPARE - reed_solomon.count_ambiguous(check, body.blocks)
    for part in _PARTS:
        lost = int(part * usable) // places
        if lost < 1 or lost * body.blocks >= body.symbols or SYMBOL_DIGITS * lost * body.blocks < abs(body.missing):
            continue
        windows = _list_windows(body, lost * body.blocks, places)
        tables = {int(shift): _sum_shares(body, int(shift)) for shift in {0, body.missing, *windows.shifts.tolist()}}
        for start in range(0, len(windows.first), _ROWS):
            rows = windows[start : start + _ROWS]
            for row in np.flatnonzero(_fit(body, tables, rows, lost)):
                yield _put_together(body, rows, int(row), lost * body.blocks)


def _list_windows(body: _Body, width: int, places: int) -> _Windows:
    """List the ways to place one window at every symbol, or two at every half of their width; none if they are too
    many."""
    last = body.symbols - width
    if places == 1:
        first = np.arange(0, last + 1, body.blocks)
        return _Windows(first, np.full(len(first), body.symbols), np.full(len(first), body.missing))
    starts = np.unique(np.append(np.arange(0, last, max(1, width // 2)), last))
    shifts = np.arange(min(0, body.missing) - _BEYOND, max(0, body.missing) + _BEYOND + 1)
    if len(starts) ** 2 * len(shifts) * len(body.check) ** 2 > _WORK * body.blocks:
        starts = starts[:0]
    first, second, shift = (each.ravel() for each in np.meshgrid(starts, starts, shifts))
    apart = second >= first + width
    return _Windows(first[apart], second[apart], shift[apart])


def _sum_shares(body: _Body, shift: int) -> list[Elements]:
    """Return for each block the sums of what its first symbols contribute to the syndromes, none of them to all, the
    digits shifted by so much: shape (symbols of the block + 1, parity of a block)."""
    symbols = np.array(read_symbols(body.shift(shift)), np.int64)
    parity = len(body.check) // body.blocks
    sums = []
    for block in range(body.blocks):
        own = np.arange(block, body.symbols, body.blocks)
        powers = galois.power(_find_exponents(body, block, own)[:, None] * np.arange(parity))
        shares = np.bitwise_xor.accumulate(galois.multiply(symbols[own, None], powers), axis=0)
        sums.append(np.concatenate([np.zeros((1, parity), np.int16), shares.astype(np.int16)]))
    return sums


def _count_own(body: _Body, block: int, symbols: Elements) -> Elements:
    """Count the symbols of a block before each of these, counted among all."""
    return (symbols - block + body.blocks - 1) // body.blocks


def _find_exponents(body: _Body, block: int, symbols: Elements) -> Elements:
    """Find the powers of the roots by which symbols of a block are multiplied, counted among all symbols."""
    own = -(-(body.symbols - block) // body.blocks) + len(body.check) // body.blocks
    return own - 1 - symbols // body.blocks


def _fit(body: _Body, tables: dict[int, list[Elements]], windows: _Windows, lost: int) -> NDArray[np.bool_]:
    """Tell which windows the code allows in every block."""
    fits = np.ones(len(windows.first), bool)
    for block in range(body.blocks):
        syndromes = _add_shares(body, tables, windows, lost, block)
        for exponents in _list_lost(body, windows, lost, block):
            syndromes = leave_out(syndromes, exponents)
        fits &= count_errors(syndromes) < syndromes.shape[1] // 2
    return fits


def _add_shares(body: _Body, tables: dict[int, list[Elements]], windows: _Windows, lost: int, block: int) -> Elements:
    """Return the syndromes of a block for each way to place windows, shape (windows, parity)."""
    width = lost * body.blocks
    before, after = tables[0][block], tables[body.missing][block]
    parity = np.array(body.check[block :: body.blocks], np.int64)
    powers = galois.power(np.arange(len(parity) - 1, -1, -1)[:, None] * np.arange(len(parity)))
    own = np.bitwise_xor.reduce(galois.multiply(parity[:, None], powers), axis=0)
    first, left, second, resumed = (
        _count_own(body, block, np.minimum(places, body.symbols))
        for places in (windows.first, windows.first + width, windows.second, windows.second + width)
    )
    between = np.empty((len(first), len(parity)), np.int64)
    for shift in np.unique(windows.shifts):
        rows = windows.shifts == shift
        sums = tables[int(shift)][block]
        between[rows] = sums[second[rows]] ^ sums[left[rows]]
    syndromes: Elements = before[first] ^ between ^ after[-1] ^ after[resumed] ^ own
    return syndromes


def _list_lost(body: _Body, windows: _Windows, lost: int, block: int) -> Iterator[Elements]:
    """List the exponents of what is lost in a block: for each window one after the other, then ambiguous parity."""
    for starts in (windows.first, windows.second):
        if (starts < body.symbols).any():
            own = starts + (block - starts) % body.blocks
            for number in range(lost):
                yield _find_exponents(body, block, own + number * body.blocks)
    parity = body.check[block :: body.blocks]
    for place in reed_solomon.find_ambiguous(parity, 0):
        yield np.full(len(windows.first), len(parity) - 1 - place)


def _put_together(body: _Body, windows: _Windows, row: int, width: int) -> tuple[str, Collection[int]]:
    """Return the digits of a way to place windows, and the symbols that are lost."""
    first, second = int(windows.first[row]), int(windows.second[row])
    one, other = SYMBOL_DIGITS * first, SYMBOL_DIGITS * second
    parts = body.digits, body.shift(int(windows.shifts[row])), body.shift(body.missing)
    digits = parts[0][:one].ljust(one, "0") + parts[1][one:other] + parts[2][other:]
    lost = {*range(first, first + width), *range(second, second + width)}
    return digits, {symbol for symbol in lost if symbol < body.symbols}
