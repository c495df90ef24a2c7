"""What small Python programs look like, and how they are compressed: the model behind `reader`.

A model of letters, each after the five before it, backing off to fewer (Kneser and Ney's smoothing; the sequences that
say least are left out), the usual lengths of deflate's codes for each symbol, and the usual heads of its blocks. All
was counted on Python's standard library, minified; `assets/train_plausibility.py` makes the table again.

Costs are minus the logarithm to base 2 of a probability, in whole eighths of a bit; gains are ratios of probabilities
in the same measure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primesong.resources import asset

#: Units to a bit.
UNIT = 8

#: The largest gain or loss that is told apart, in units.
MIX = 512

#: The share of every prediction that is left to chance.
CHANCE = 0.06

#: How plausible it is that a block is of type 2, and what it says for a code that it leaves none over: among random
#: lengths few do. What a block's end costs among its symbols; what the last one gains where CRC-32, length and four
#: bytes follow, and what it gains elsewhere. In units.
_TYPE, _SHORT_COMPLETE, _COMPLETE = 12, 24, 64
_BLOCK_END, _LAST_END, _STRANGE_END = -16, 64, -48

#: The same for a block of type 1; and how far below the best score the text is believed to be right, for noise is lucky
#: by so much once in tens of thousands of times.
_FIXED, _SURE = -18, 128

ASSET = "plausibility.npz"


@dataclass(frozen=True, eq=False)
class Model:
    """The tables.

    order : how many letters a sequence has at most. keys : ndarray of uint64: a sequence's bytes, its length in the
    highest. costs : int16: of its last letter after those before it, or -1; backs : int16: the cost of what follows not
    being known after it. unseen, letters : int32, shape (256,): cost of a letter with nothing known, and its mere
    frequency. lengths : int32, shape (320 * 16,): cost of each length of code for each symbol, distances from 286 on.
    heads : int32, shape (64 + 19 * 8,): gain of the three counts in a block's head, and of the lengths of lengths.
    """

    order: int
    keys: NDArray[np.uint64]
    costs: NDArray[np.int16]
    backs: NDArray[np.int16]
    unseen: Sequence[int]
    letters: Sequence[int]
    lengths: Sequence[int]
    heads: Sequence[int]

    type_gain = _TYPE
    short_complete = _SHORT_COMPLETE
    complete = _COMPLETE
    block_end = _BLOCK_END
    last_end = _LAST_END
    strange_end = _STRANGE_END
    fixed = _FIXED
    sure = _SURE

    @cached_property
    def mixed(self) -> list[int]:
        """Gain of a symbol, chance mixed in, for gains from -MIX to MIX."""
        return [mixed(gain) for gain in range(-MIX, MIX + 1)]

    @cached_property
    def grams(self) -> dict[int, tuple[int, int]]:
        """The sequences: cost and back of each."""
        return dict(zip(self.keys.tolist(), zip(self.costs.tolist(), self.backs.tolist(), strict=True), strict=True))

    def mix(self, gain: int) -> int:
        """Gain of a symbol with chance mixed in."""
        return self.mixed[min(max(gain, -MIX), MIX) + MIX]

    def cost(self, text: bytes, place: int, most: int) -> int:
        """Cost of the letter at a place of a text, after at most so many letters before it."""
        here = (b"\n" * (most - place) + text[max(place - most, 0) : place + 1]) if most else text[place : place + 1]
        contexts = []
        for length in range(1, most + 1):  # to the longest that is known
            entry = self.grams.get(key_of(here[-length - 1 : -1]))
            if entry is None:
                break
            contexts.append(entry)
        total = 0
        while contexts:
            cost, _ = self.grams.get(key_of(here[-len(contexts) - 1 :]), (-1, 0))
            if cost >= 0:
                return total + cost
            total += contexts.pop()[1]
        return total + self.unseen[here[-1]]

    @cached_property
    def compiled(self) -> Any:
        """The same model in the compiled reader, or None without it."""
        from primesong.repair.plausibility import scoring

        if scoring.compiled is None:
            return None
        constants = (_TYPE, _SHORT_COMPLETE, _COMPLETE, _BLOCK_END, _LAST_END, _STRANGE_END, _FIXED, _SURE)
        tables = (self.unseen, self.letters, self.mixed, self.lengths, self.heads, constants)
        return scoring.compiled.model(
            self.order,
            self.keys.tobytes(),
            self.costs.tobytes(),
            self.backs.tobytes(),
            *(np.array(table, np.int32).tobytes() for table in tables),
        )


def mixed(gain: int) -> int:
    """Mix chance into a gain."""
    return round(UNIT * log2((1 - CHANCE) * 2 ** (gain / UNIT) + CHANCE))


def key_of(gram: bytes) -> int:
    """Number a sequence of at most six letters."""
    return int.from_bytes(gram, "big") | len(gram) << 56


@lru_cache(1)
def load_model() -> Model:
    """Read the tables. The reverse of `assets/train_plausibility.py`."""
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
