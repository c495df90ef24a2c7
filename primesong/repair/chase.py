"""A block of a Reed-Solomon code whose symbols were heard with doubts, to the guesses under which it can be corrected.

More is wrong than the parity can put right; but some of the doubtful symbols are what was heard second best. Guesses,
sets of such exchanges, are tried the likeliest first, thousands at once: an exchange changes the syndromes by the same
amounts whatever else is exchanged, and Berlekamp's and Massey's algorithm tells the number of errors that are left.
Only guesses that leave one error less than the parity can put right are given: of wrong ones, one in 2^20 does.

Comes in: a block's symbols, parity last, in the field of `coda`. Goes out: symbols to be corrected by the code itself.
References: D. Chase, "A class of algorithms for decoding block codes with channel measurement information", 1972;
J. L. Massey, "Shift-register synthesis and BCH decoding", 1969; for erasures G. D. Forney, "On decoding BCH codes",
1965.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from primesong.repair.subsets import subsets

#: How many exchanges are in play; how many sets of them are tried at most, and how many times the parity squared: a
#: second or two.
_IN_PLAY, _TRIED, _WORK = 40, 8192, 50_000_000

#: Parity symbols that must be left by erasures.
_FEWEST = 4

Symbols = NDArray[np.int64]


class Exchange(NamedTuple):
    """A symbol as it would be if a note were what it was second best heard as: what that costs in nats, its place in
    the block, its value."""

    cost: float
    place: int
    value: int


class Field:
    """GF(2^exponent), of which 2 is a primitive root, by its polynomial: tables of powers and logarithms."""

    def __init__(self, exponent: int, polynomial: int) -> None:
        self.order = (1 << exponent) - 1
        power, powers = 1, []
        for _ in range(self.order):
            powers.append(power)
            power = (power << 1) ^ (polynomial if power >> (exponent - 1) else 0)
        # zero has a logarithm so high that every sum with it finds a zero
        nothing = 2 * self.order
        self.powers = np.array(powers * 2 + [0] * (nothing + 1), np.int64)
        self.logarithms = np.full(self.order + 1, nothing, np.int64)
        self.logarithms[powers] = np.arange(self.order)

    def multiply(self, one: Symbols, other: Symbols) -> Symbols:
        """Multiply element by element."""
        product: Symbols = self.powers[self.logarithms[one] + self.logarithms[other]]
        return product

    def at_roots(self, values: Symbols, exponents: Symbols, roots: int) -> Symbols:
        """Give what each value at its exponent adds to each syndrome: shape (values, roots)."""
        turned = self.powers[exponents[:, None] * np.arange(roots) % self.order]
        return self.multiply(values[:, None], turned)


def guesses(
    field: Field, symbols: Sequence[int], parity: int, erased: Sequence[int], exchanges: Sequence[Exchange]
) -> Iterator[list[int]]:
    """Give the symbols under each guess that leaves few enough errors, the likeliest first.

    erased : the places of which nothing is known; exchanges : of other places.
    """
    exchanges = sorted(exchanges)[:_IN_PLAY]
    if parity - len(erased) < _FEWEST:
        return
    heard = np.array(symbols, np.int64)
    exponents = np.arange(len(heard) - 1, -1, -1)
    places = [one.place for one in exchanges]
    changed = heard[places] ^ np.array([one.value for one in exchanges], np.int64)
    steps = field.at_roots(changed, exponents[places], parity)
    start = np.bitwise_xor.reduce(field.at_roots(heard, exponents, parity), axis=0)
    sets = []
    most = min(_TRIED, _WORK // parity**2)
    for chosen in islice(subsets([one.cost for one in exchanges]), most):
        if len({places[item] for item in chosen}) == len(chosen):
            sets.append(chosen)
    syndromes = np.array([np.bitwise_xor.reduce(steps[list(chosen)], axis=0, initial=0) for chosen in sets]) ^ start
    for place in erased:
        # Forney's syndromes: the erased symbol's share goes, and one syndrome with it
        syndromes = syndromes[:, 1:] ^ field.multiply(syndromes[:, :-1], field.powers[exponents[place]][None, None])
    for number in np.flatnonzero(_errors(field, syndromes) < syndromes.shape[1] // 2):
        guessed = list(symbols)
        for item in sets[number]:
            guessed[places[item]] = exchanges[item].value
        yield guessed


def _errors(field: Field, syndromes: Symbols) -> Symbols:
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
            terms = field.multiply(register[:, 1 : taps + 1], syndromes[:, step - taps : step][:, ::-1])
            wrong ^= np.bitwise_xor.reduce(terms, axis=1)
        before = np.roll(before, 1, axis=1)
        before[:, 0] = 0
        ratio = field.multiply(wrong, field.powers[(field.order - field.logarithms[scale]) % field.order])
        grown = (wrong > 0) & (2 * length <= step)
        kept = register[grown]
        register = register ^ field.multiply(ratio[:, None], before)
        before[grown], scale[grown] = kept, wrong[grown]
        length[grown] = step + 1 - length[grown]
    return length
