"""Reed-Solomon parity over GF(2^10), written in decimal digits: symbols to parity, damaged symbols to the right ones.

Three digits are a symbol. The field has 24 values more than three digits can hold: parity of 1000 to 1023 is written as
000 to 023, and parity that reads as 000 to 023 is ambiguous and therefore an erasure, 4.7 % of it. Two parity symbols
correct one wrong symbol wherever it stands, or two that are known to be lost (erasures). A block has at most 1,023
symbols; more symbols are dealt out among several blocks, symbol by symbol. The code's roots are 2^0 and the powers that
follow.

Input, output: symbols, whole numbers from 0 to 1,023; data is below 1,000.

References: I. S. Reed, G. Solomon, "Polynomial codes over certain finite fields", 1960; G. D. Forney, "Generalized
minimum distance decoding", 1966, for the order in which doubtful symbols become erasures; then `chase`.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Any, NamedTuple

from reedsolo import ReedSolomonError, RSCodec

from primesong.errors import DamagedError
from primesong.repair import galois
from primesong.repair.chase import Exchange, generate_guesses

#: Digits of a symbol.
SYMBOL_DIGITS = 3

#: The values that a symbol's digits can hold.
_VALUES = 10**SYMBOL_DIGITS

#: The most symbols of a block, parity included.
_BLOCK_SYMBOLS = galois.ORDER

#: Parity symbols that erasures of doubtful symbols leave.
_RESERVE = 4

#: Parity symbols that are not used up where doubts are followed: a wrong answer then passes once in 2^20.
SPARE = 2

#: How many sets of doubtful symbols are erased in turn.
_TRIALS = 8


class Alternative(NamedTuple):
    """Another value that a symbol may have."""

    #: How much less likely it is than the value that was heard, in nats; 0 says that nothing was heard.
    cost: float
    #: The symbol's value.
    value: int


def encode(data: Sequence[int], parity: int) -> list[int]:
    """Return the parity symbols of data. The reverse of `decode`, together with the data.

    Raises
    ------
    ValueError
        If the blocks cannot all have the same number of parity symbols.
    """
    blocks = count_blocks(len(data), parity)
    if parity < blocks or parity % blocks:
        raise ValueError(f"{len(data):,} symbols in {blocks} blocks cannot have {parity} parity symbols")
    made = [0] * parity
    for block in range(blocks):
        part = data[block::blocks]
        made[block::blocks] = list(_make_codec(parity // blocks).encode(part))[len(part) :]
    return made


def decode(data: Sequence[int], check: Sequence[int], doubts: Sequence[Sequence[Alternative]] = ()) -> list[int]:
    """Return the right data. The reverse of `encode`.

    Parameters
    ----------
    data, check : sequence of int
        Data and parity as they were heard.
    doubts : sequence of sequence of Alternative
        For each symbol, data first, what else it may be, the likeliest first; empty if nothing is known about that.

    Raises
    ------
    DamagedError
        If more is wrong than the parity can correct.
    """
    blocks = count_blocks(len(data), len(check))
    right = list(data)
    for block in range(blocks):
        here = [*doubts[: len(data)][block::blocks], *doubts[len(data) :][block::blocks]]
        right[block::blocks] = _decode_block(data[block::blocks], check[block::blocks], here)
    return right


def fill(data: Sequence[int], check: Sequence[int], lost: Collection[int]) -> list[int] | None:
    """Return the right data where it is known which places of it are lost; None if a block cannot be corrected."""
    blocks = count_blocks(len(data), len(check))
    right = list(data)
    for block in range(blocks):
        here, parity = data[block::blocks], check[block::blocks]
        erased = [place for place in range(len(here)) if block + place * blocks in lost]
        found = _correct([*here, *parity], len(parity), [*erased, *find_ambiguous(parity, len(here))], SPARE)
        if found is None:
            return None
        right[block::blocks] = found
    return right


def count_blocks(symbols: int, parity: int) -> int:
    """Count the blocks among which symbols and parity are dealt out."""
    return max(1, -(-(symbols + parity) // _BLOCK_SYMBOLS))


def count_ambiguous(check: Sequence[int], blocks: int) -> int:
    """Count the ambiguous parity symbols of the block that has most of them."""
    return max(len(find_ambiguous(check[block::blocks], 0)) for block in range(blocks))


def read_symbols(digits: str) -> list[int]:
    """Read each three digits as a symbol; zeros complete the last one. The reverse of `write_symbols`."""
    triples = zip_longest(*[iter(digits)] * SYMBOL_DIGITS, fillvalue="0")
    return [int("".join(triple)) for triple in triples]


def write_symbols(symbols: Sequence[int], length: int) -> str:
    """Write symbols as `length` digits. The reverse of `read_symbols`."""
    return "".join(f"{symbol % _VALUES:03}" for symbol in symbols)[:length]


def _decode_block(data: Sequence[int], check: Sequence[int], doubts: Sequence[Sequence[Alternative]]) -> list[int]:
    """Correct a block: with the erasures there are, then, if doubts are known, with more and more of the doubtful
    symbols erased, then with alternatives in their place."""
    parity = len(check)
    for symbols, erased, spare in _list_attempts([*data, *check], parity, doubts):
        found = _correct(symbols, parity, erased, spare)
        if found is not None:
            return found
    raise DamagedError("more notes are wrong than the coda can correct")


def _list_attempts(
    block: list[int], parity: int, doubts: Sequence[Sequence[Alternative]]
) -> Iterator[tuple[list[int], list[int], int]]:
    """List what to correct a block from: symbols, erased places, parity symbols to spare."""
    erased = find_ambiguous(block[-parity:], len(block) - parity)
    order = sorted(set(range(len(doubts))) - set(erased), key=lambda place: doubts[place][0].cost)
    if order:
        unheard = [*erased, *(place for place in order if not doubts[place][0].cost)]
        heard = [place for place in order if doubts[place][0].cost]
        exchanges = [Exchange(cost, place, value) for place in heard for cost, value in doubts[place]]
        yield block, unheard, SPARE
        for more in _list_erasures(len(erased), parity):
            yield block, [*erased, *order[:more]], SPARE
        for guess in generate_guesses(block, parity, unheard, exchanges):
            yield guess, unheard, SPARE
    yield block, erased, 0


def _list_erasures(erased: int, parity: int) -> range:
    """List how many symbols to erase besides those that must be, the fewest first."""
    most = parity - _RESERVE - erased
    return range(0, max(most, 0) + 1, max(1, most // _TRIALS))


def _correct(symbols: list[int], parity: int, erased: list[int], spare: int) -> list[int] | None:
    """Correct a block; None if that fails, or does not leave `spare` parity symbols."""
    try:
        found, _, wrong = _make_codec(parity).decode(symbols, erase_pos=erased)
    except (ReedSolomonError, ZeroDivisionError):  # the latter where the locator has no roots
        return None
    errors = len(set(wrong) - set(erased))
    return list(found) if max(found) < _VALUES and 2 * errors + len(erased) <= parity - spare else None


def find_ambiguous(check: Sequence[int], start: int) -> list[int]:
    """Find the parity symbols whose digits may stand for two values; the first one's place is `start`."""
    return [start + place for place, value in enumerate(check) if value + _VALUES <= galois.ORDER]


@lru_cache(64)
def _make_codec(parity: int) -> Any:
    return RSCodec(parity, nsize=_BLOCK_SYMBOLS, c_exp=galois.EXPONENT, prim=galois.POLYNOMIAL, generator=2, fcr=0)
