"""What small Python programs look like, and how they are compressed: the tables behind `reader`.

A model of letters, each after up to four letters before it, with Kneser-Ney smoothing (the sequences that say least are
left out); the typical lengths of deflate's codes for each symbol; and the typical heads of its blocks. All was counted
on Python's standard library, minified; `tools/train_plausibility.py` makes the table.

Costs are minus the logarithm to base 2 of a probability, in units of an eighth of a bit; gains are logarithms of ratios
of probabilities, in the same units.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log2

import numpy as np
from numpy.typing import NDArray

from primesong.resources import asset

#: Units to a bit.
UNIT = 8

#: Gains and losses beyond this count as this much, in units.
MIX = 512

#: The share of every prediction that is left to chance.
CHANCE = 0.06

#: The gain of a block of type 2 (dynamic codes), in units.
TYPE_GAIN = 12

#: The gain of a block of type 1 (fixed codes), in units.
FIXED_GAIN = -18

#: The gain of a code of code lengths that is complete, in units: few random ones are.
SHORT_COMPLETE_GAIN = 24

#: The gain of codes of symbols that are complete, in units.
COMPLETE_GAIN = 64

#: The gain of a block's end where another block follows, in units.
BLOCK_END_GAIN = -16

#: The gain of the last block's end where CRC-32, length and four bytes follow, in units.
LAST_END_GAIN = 64

#: The gain of the last block's end elsewhere, in units.
STRANGE_END_GAIN = -48

#: How far below the best score the text is believed to be right, in units: noise gains that much once in tens of
#: thousands of times.
SURE = 128

#: The table's file.
ASSET = "plausibility.npz"


@dataclass(frozen=True, eq=False)
class Model:
    """The tables.

    Attributes
    ----------
    order : int
        The most letters of a sequence.
    keys : ndarray of uint64
        The sequences: bytes, and in the highest byte how many (`number_gram`), ascending.
    costs : ndarray of int16
        The cost of a sequence's last letter after those before it, or -1.
    backs : ndarray of int16
        The cost of a letter that is not known after the sequence.
    unseen : sequence of int, 256
        The cost of a letter after nothing known.
    letters : sequence of int, 256
        The cost of a letter by its frequency.
    lengths : sequence of int, 320 * 16
        The cost of each length of code for each symbol, distances from 286 on.
    heads : sequence of int, 64 + 19 * 8
        The gains of the counts in a block's head, and of the lengths of the code of code lengths.
    """

    order: int
    keys: NDArray[np.uint64]
    costs: NDArray[np.int16]
    backs: NDArray[np.int16]
    unseen: Sequence[int]
    letters: Sequence[int]
    lengths: Sequence[int]
    heads: Sequence[int]

    @cached_property
    def mixed_gains(self) -> list[int]:
        """The gains from -MIX to MIX with chance mixed in."""
        return [mix_chance(gain) for gain in range(-MIX, MIX + 1)]

    @cached_property
    def grams(self) -> dict[int, tuple[int, int]]:
        """The cost and the back of each sequence."""
        return dict(zip(self.keys.tolist(), zip(self.costs.tolist(), self.backs.tolist(), strict=True), strict=True))

    def mix(self, gain: int) -> int:
        """Return a gain with chance mixed in."""
        return self.mixed_gains[min(max(gain, -MIX), MIX) + MIX]

    def letter_cost(self, text: bytes, place: int, most: int) -> int:
        """Return the cost of the letter at a place of a text, after at most `most` letters before it."""
        here = (b"\n" * (most - place) + text[max(place - most, 0) : place + 1]) if most else text[place : place + 1]
        contexts = []
        for length in range(1, most + 1):  # to the longest that is known
            entry = self.grams.get(number_gram(here[-length - 1 : -1]))
            if entry is None:
                break
            contexts.append(entry)
        total = 0
        while contexts:
            cost, _ = self.grams.get(number_gram(here[-len(contexts) - 1 :]), (-1, 0))
            if cost >= 0:
                return total + cost
            total += contexts.pop()[1]
        return total + self.unseen[here[-1]]


def mix_chance(gain: int) -> int:
    """Mix chance into a gain, so that no symbol costs more than a few bits."""
    return round(UNIT * log2((1 - CHANCE) * 2 ** (gain / UNIT) + CHANCE))


def number_gram(gram: bytes) -> int:
    """Return the number of a sequence of at most six letters."""
    return int.from_bytes(gram, "big") | len(gram) << 56


@lru_cache(1)
def load_model() -> Model:
    """Read the tables that `tools/train_plausibility.py` wrote."""
    with np.load(asset(ASSET)) as table:
        return Model(
            int(table["order"]),
            np.cumsum(table["steps"], dtype=np.uint64),
            table["costs"].astype(np.int16) - 1,
            table["backs"].astype(np.int16),
            table["unseen"].tolist(),
            table["letters"].tolist(),
            table["lengths"].astype(int).ravel().tolist(),
            table["heads"].tolist(),
        )
