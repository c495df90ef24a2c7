"""What the readers of damaged deflate streams take and return, and where they are."""

from dataclasses import dataclass
from typing import NamedTuple

from primesong.repair.plausibility.deflate import Code

#: How a stream was left: it cannot be a deflate stream.
DEAD = 0

#: How a stream was left: its score fell too far.
WORN = 1

#: How a stream was left: its bytes ran out.
RAN_OUT = 2

#: How a stream was left: it ended.
ENDED = 3

#: The longest text that is read, in bytes.
TEXT_LIMIT = 1 << 20


class Patience(NamedTuple):
    """How far the score may fall below the best before a stream is left, in units."""

    #: In the heads of blocks.
    heads: int
    #: Among symbols.
    symbols: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a stream was read.

    Attributes
    ----------
    end : int
        How it was left: `DEAD`, `WORN`, `RAN_OUT` or `ENDED`.
    best, best_bit : int
        The best score, and after which bit it was reached.
    bit : int
        The bit where the stream was left.
    text : bytes
        What was read.
    known : int
        How many bytes of the text are known: those well before the best score.
    """

    end: int
    best: int
    best_bit: int
    bit: int
    text: bytes
    known: int


class Head(NamedTuple):
    """A block's head as it is written: counts, the lengths of code lengths (none in type 1), the codes' lengths."""

    letters: int
    distances: int
    short_sizes: list[int]
    sizes: list[int]


@dataclass(slots=True)
class Block:
    """A block's codes, the cost of being a letter in it, and whether it is the last."""

    letters: Code
    distances: Code
    literal: int
    last: bool


@dataclass(slots=True)
class Mark:
    """A place between two symbols, or before a block, from which a stream can be read again."""

    bit: int = 0
    score: int = 0
    best: int = 0
    best_bit: int = 0
    #: The distance of the match before, 0 after a letter.
    distance: int = 0
    text: bytes = b""
    block: Block | None = None
