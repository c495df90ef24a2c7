"""A block of a Reed-Solomon code with doubtful symbols: guesses at the right ones, the likeliest first.

More symbols are wrong than the parity can correct, but the second best reading of some of the doubtful ones is right.
Guesses, sets of such exchanges, are tried in the order of their likelihood, thousands at once: an exchange changes the
syndromes by the same amounts whatever else is exchanged, and the Berlekamp-Massey algorithm tells how many errors are
left. Only guesses that leave one error fewer than the parity can correct are returned; of wrong guesses, one in 2^20
does.

Input: a block's symbols, parity last, elements of the field of `galois`. Output: symbols for the decoder.

References: D. Chase, "A class of algorithms for decoding block codes with channel measurement information", 1972;
J. L. Massey, "Shift-register synthesis and BCH decoding", 1969; for erasures G. D. Forney, "On decoding BCH codes",
1965.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from primesong.repair import galois
from primesong.repair.galois import Elements
from primesong.repair.search.subsets import generate_subsets

#: The number of exchanges that are considered.
_EXCHANGES = 40

#: The most sets of exchanges that are tried.
_SETS = 8192

#: The most sets times the square of the parity symbols: a second or two of work.
_WORK = 50_000_000

#: Parity symbols that erasures must leave.
_LEFT_PARITY = 4


class Exchange(NamedTuple):
    """A symbol as it would be if one of its notes were the second best reading."""

    #: How much less likely that is, in nats.
    cost: float
    #: The symbol's place in the block.
    place: int
    #: The symbol's value.
    value: int


def generate_guesses(
    symbols: Sequence[int], parity: int, erased: Sequence[int], exchanges: Sequence[Exchange]
) -> Iterator[list[int]]:
    """Generate the guesses that leave few enough errors, the likeliest first.

    Parameters
    ----------
    symbols : sequence of int
        The block as it was heard, parity last.
    parity : int
        The number of parity symbols.
    erased : sequence of int
        The places of which nothing is known.
    exchanges : sequence of Exchange
        What symbols at other places may be.
    """
    exchanges = sorted(exchanges)[:_EXCHANGES]
    if parity - len(erased) < _LEFT_PARITY:
        return
    exponents = np.arange(len(symbols) - 1, -1, -1)
    sets = _list_sets(exchanges, min(_SETS, _WORK // parity**2))
    syndromes = _find_syndromes(np.array(symbols, np.int64), exponents, parity, exchanges, sets)
    for place in erased:
        syndromes = leave_out(syndromes, exponents[[place]])
    for number in np.flatnonzero(count_errors(syndromes) < syndromes.shape[1] // 2):
        guess = list(symbols)
        for item in sets[number]:
            guess[exchanges[item].place] = exchanges[item].value
        yield guess


def _list_sets(exchanges: Sequence[Exchange], count: int) -> list[tuple[int, ...]]:
    """List the first `count` sets of exchanges, the likeliest first, without those that exchange one symbol twice."""
    likeliest = islice(generate_subsets([one.cost for one in exchanges]), count)
    return [chosen for chosen in likeliest if len({exchanges[item].place for item in chosen}) == len(chosen)]


def _find_syndromes(
    symbols: Elements,
    exponents: Elements,
    parity: int,
    exchanges: Sequence[Exchange],
    sets: Sequence[tuple[int, ...]],
) -> Elements:
    """Find the syndromes of the symbols after each set of exchanges: shape (sets, parity)."""
    roots = np.arange(parity)
    places = [one.place for one in exchanges]
    changes = symbols[places] ^ np.array([one.value for one in exchanges], np.int64)
    steps = galois.multiply(changes[:, None], galois.power(exponents[places][:, None] * roots))
    start = np.bitwise_xor.reduce(galois.multiply(symbols[:, None], galois.power(exponents[:, None] * roots)), axis=0)
    sums = np.array([np.bitwise_xor.reduce(steps[list(chosen)], axis=0, initial=0) for chosen in sets])
    syndromes: Elements = sums ^ start
    return syndromes


def leave_out(syndromes: Elements, exponents: Elements) -> Elements:
    """Return what is left of rows of syndromes without a symbol that is lost, whose root's exponent each row tells:
    Forney's, one fewer."""
    left: Elements = syndromes[:, 1:] ^ galois.multiply(syndromes[:, :-1], galois.power(exponents)[:, None])
    return left


def count_errors(syndromes: Elements) -> Elements:
    """Count the errors that explain each row of syndromes: the length of the shortest register that makes them."""
    rows, roots = syndromes.shape
    width = roots // 2 + 2
    register = np.zeros((rows, width), np.int64)
    register[:, 0] = 1
    before = register.copy()
    length = np.zeros(rows, np.int64)
    scale = np.ones(rows, np.int64)
    for step in range(roots):
        taps = min(step, width - 1)
        wrong = syndromes[:, step].copy()
        if taps:
            terms = galois.multiply(register[:, 1 : taps + 1], syndromes[:, step - taps : step][:, ::-1])
            wrong ^= np.bitwise_xor.reduce(terms, axis=1)
        before = np.roll(before, 1, axis=1)
        before[:, 0] = 0
        ratio = galois.multiply(wrong, galois.invert(scale))
        grown = (wrong > 0) & (2 * length <= step)
        kept = register[grown]
        register = register ^ galois.multiply(ratio[:, None], before)
        before[grown], scale[grown] = kept, wrong[grown]
        length[grown] = step + 1 - length[grown]
    return length
