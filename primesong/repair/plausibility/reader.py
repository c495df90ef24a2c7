"""Deflate stream to text, symbol by symbol, with how plausible it is.

Each symbol is scored by a likelihood ratio: how likely the model holds it at this place, against how likely the
stream's own code makes it in random bits, two to the power of minus its length. A right stream gains a bit or more for
each digit; after a wrong digit all is random, and the score falls. The place of the best score therefore tells how far
a stream is right.

 - A letter is as likely as the model says after the letters before it, times the share of letters in the code.
 - A match is as likely as the code says, times how much likelier the letters before it make its first letters. An
   encoder takes the nearest match, and the longest: one that could be nearer, or be longer by the next symbol, is not
   plausible.
 - The head of a block is as likely as the lengths of its codes, symbol by symbol, and a code that leaves none over.

Every ratio is mixed with a small share of chance, so that no symbol costs more than a few bits. Scores are whole
numbers of eighths of a bit. Bits are counted from the deflate stream's first. RFC 1951 is followed throughout. The
compiled `_reader` does the same, to the same answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import log2

import numpy as np

from primesong.repair.plausibility.model import MIX, UNIT, Model

#: How a stream was left: it can be none, its score fell too far, its bytes ran out, it ended.
DEAD, WORN, RAN_OUT, ENDED = range(4)

#: The longest text that is read, in bytes, and the most blocks.
TEXT_LIMIT, BLOCKS = 1 << 20, 64

_LONGEST = 258
_LENGTH_EXTRA = [*[0] * 8, *[extra for extra in range(1, 6) for _ in range(4)]]
_LENGTH_BASE = [3 + sum(1 << extra for extra in _LENGTH_EXTRA[:i]) for i in range(28)]
_LENGTH_EXTRA, _LENGTH_BASE = [*_LENGTH_EXTRA, 0], [*_LENGTH_BASE, _LONGEST]
_DISTANCE_EXTRA = [*[0] * 4, *[extra for extra in range(1, 14) for _ in range(2)]]
_DISTANCE_BASE = [1 + sum(1 << extra for extra in _DISTANCE_EXTRA[:i]) for i in range(30)]
_SHORT_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)

#: The head of blocks of type 1 (RFC 1951, 3.2.6), as `heads_of` gives heads; it has no lengths of lengths.
_FIXED: "tuple[int, int, list[int], list[int]]" = (31, 31, [], [8] * 144 + [9] * 112 + [7] * 24 + [8] * 8 + [5] * 32)

_END_OF_BLOCK = 256
_CHECKS = 8  # CRC-32 and length, in bytes; the usual padding is half as much again
_USUAL_REST = 12


class _LeftError(Exception):
    """The stream was left; the argument is how."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a stream was read: how it was left, its best score and after which bit, the bit where it was left, the
    text so far, and how much of it is known: as much as stands a good way before the best score."""

    end: int
    best: int
    best_bit: int
    bit: int
    text: bytes
    known: int


@dataclass(slots=True)
class _Block:
    """A block's codes, from (length, bits) to symbol; the cost of a letter in it; whether it is the last."""

    letters: dict[tuple[int, int], int]
    distances: dict[tuple[int, int], int]
    literal: int
    last: bool


@dataclass(slots=True)
class _Mark:
    """A place between two symbols, or before a block: from here on a stream can be read again."""

    bit: int = 0
    score: int = 0
    best: int = 0
    best_bit: int = 0
    distance: int = 0
    text: bytes = b""
    block: _Block | None = None


@dataclass(slots=True)
class _Reader:
    model: Model
    data: bytes
    whole: int
    limit: int
    patience: int
    now: _Mark
    marks: list[_Mark] = field(default_factory=list)
    heads: list[tuple[int, int, list[int], list[int]]] = field(default_factory=list)

    def read_on(self) -> int:
        """Read from where `now` is until the stream ends, fails, is worn out or runs out."""
        try:
            while True:
                if self.now.block is None:
                    self.marks.append(replace(self.now))
                    block = self._head()
                    self.now.block, self.now.distance = block, 0
                self._symbols(self.now.block)
                if self.now.block.last:
                    return self._end()
                self._gain(self.model.block_end)
                self._check()
                self.now.block = None
        except _LeftError as left:
            return int(left.args[0])

    def _end(self) -> int:
        rest = self.whole - (self.now.bit + 7) // 8
        if rest < _CHECKS:
            return DEAD
        self._gain(self.model.last_end if rest == _USUAL_REST else self.model.strange_end)
        return ENDED

    def _bits(self, count: int) -> int:
        end = self.now.bit + count
        if end > 8 * len(self.data):
            raise _LeftError(RAN_OUT)
        value = int.from_bytes(self.data[self.now.bit // 8 : (end + 7) // 8], "little") >> self.now.bit % 8
        self.now.bit = end
        return value & ((1 << count) - 1)

    def _decode(self, code: dict[tuple[int, int], int]) -> tuple[int, int]:
        """Read the next symbol: it, and how many bits it took."""
        value = 0
        for length in range(1, 16):
            place, shift = divmod(self.now.bit + length - 1, 8)
            if place >= len(self.data):
                raise _LeftError(RAN_OUT)
            value = value << 1 | self.data[place] >> shift & 1
            symbol = code.get((length, value))
            if symbol is not None:
                self.now.bit += length
                return symbol, length
        raise _LeftError(DEAD)

    def _gain(self, amount: int) -> None:
        self.now.score += amount
        if self.now.score > self.now.best:
            self.now.best, self.now.best_bit = self.now.score, self.now.bit

    def _check(self) -> None:
        if self.now.score < self.now.best - (self.patience if self.now.block is None else self.limit):
            raise _LeftError(WORN)

    def _head(self) -> _Block:
        """Read the head of a block. RFC 1951, 3.2.3 and 3.2.7."""
        model = self.model
        if len(self.heads) == BLOCKS:
            raise _LeftError(DEAD)
        last, kind = self._bits(1), self._bits(2)
        if kind in {0, 3}:
            raise _LeftError(DEAD)
        if kind == 1:
            self.heads.append(_FIXED)
            self._gain(model.fixed)
            return _Block(_build(_FIXED[3][:288]), _build(_FIXED[3][288:]), _literal(_FIXED[3][:256]), bool(last))
        self._gain(model.type_gain)
        letters, distances, shorts = self._bits(5), self._bits(5), self._bits(4)
        if letters > 29 or distances > 29:
            raise _LeftError(DEAD)
        self._gain(model.heads[letters] + model.heads[32 + distances])
        letters, distances = letters + 257, distances + 1
        short_sizes = [0] * 19
        for i in range(shorts + 4):
            size = self._bits(3)
            short_sizes[_SHORT_ORDER[i]] = size
            self._gain(model.heads[64 + 8 * i + size])
            self._check()
        code = _build(short_sizes)
        self._gain(model.short_complete)
        sizes = self._sizes(code, letters, distances)
        if sizes[_END_OF_BLOCK] == 0:
            raise _LeftError(DEAD)
        self.heads.append((letters - 257, distances - 1, [short_sizes[i] for i in _SHORT_ORDER], sizes))
        block = _Block(_build(sizes[:letters]), _build(sizes[letters:]), _literal(sizes[:256]), bool(last))
        self._gain(model.complete)
        return block

    def _sizes(self, code: dict[tuple[int, int], int], letters: int, distances: int) -> list[int]:
        """Read the lengths of a block's codes."""
        model = self.model
        sizes: list[int] = []
        while len(sizes) < letters + distances:
            symbol, spent = self._decode(code)
            repeat, value = 1, symbol
            if symbol == 16:
                if not sizes:
                    raise _LeftError(DEAD)
                repeat, value, spent = 3 + self._bits(2), sizes[-1], spent + 2
            elif symbol == 17:
                repeat, value, spent = 3 + self._bits(3), 0, spent + 3
            elif symbol == 18:
                repeat, value, spent = 11 + self._bits(7), 0, spent + 7
            if len(sizes) + repeat > letters + distances:
                raise _LeftError(DEAD)
            cost = 0
            for place in range(len(sizes), len(sizes) + repeat):
                kind = place if place < letters else 286 + place - letters
                cost += model.lengths[16 * kind + value]
            sizes += [value] * repeat
            self._gain(model.mix(UNIT * spent - cost))
            self._check()
        return sizes

    def _symbols(self, block: _Block) -> None:
        """Read the symbols of a block to its end."""
        model, now = self.model, self.now
        while True:
            self.marks.append(replace(now))
            symbol, spent = self._decode(block.letters)
            text = now.text
            if symbol == _END_OF_BLOCK:
                return
            if len(text) + _LONGEST > TEXT_LIMIT or symbol > 285:
                raise _LeftError(DEAD)
            if symbol < _END_OF_BLOCK:
                longer = now.distance and text[-now.distance] == symbol
                now.text += bytes([symbol])
                amount = UNIT * spent - model.cost(now.text, len(text), model.order - 1) - block.literal
                now.distance = 0
                self._gain(model.mix(-MIX if longer else amount))
            else:
                length = _LENGTH_BASE[symbol - 257] + self._bits(_LENGTH_EXTRA[symbol - 257])
                away, _ = self._decode(block.distances)
                if away > 29:
                    raise _LeftError(DEAD)
                distance = _DISTANCE_BASE[away] + self._bits(_DISTANCE_EXTRA[away])
                if distance > len(text):
                    raise _LeftError(DEAD)
                match = (text[-distance:] * (length // distance + 1))[:length]
                now.text += match
                amount = 0
                for i in range(min(length, model.order - 1)):
                    amount += model.cost(now.text, len(text) + i, i) if i else model.letters[match[0]]
                    amount -= model.cost(now.text, len(text) + i, model.order - 1)
                longer = now.distance and text[-now.distance] == match[0]
                nearer = now.text.rfind(match, 0, -1) > len(text) - distance
                now.distance = distance if length < _LONGEST else 0
                self._gain(model.mix(-MIX if longer or nearer else amount))
            self._check()


def _build(sizes: Sequence[int]) -> dict[tuple[int, int], int]:
    """Make a code of its lengths (RFC 1951, 3.2.2); it must leave none over, but a single one may stand alone."""
    counts = [0] * 16
    for size in sizes:
        counts[size] += bool(size)
    left = 1 << 15
    for size in range(1, 16):
        left -= counts[size] << 15 - size
        if left < 0:
            raise _LeftError(DEAD)
    used = sum(counts)
    if left and not (used == 0 or (used == 1 and counts[1] == 1)):
        raise _LeftError(DEAD)
    following, value = [0] * 16, 0
    for size in range(1, 16):
        value = (value + counts[size - 1]) << 1
        following[size] = value
    code = {}
    for symbol, size in enumerate(sizes):
        if size:
            code[size, following[size]] = symbol
            following[size] += 1
    return code


def _literal(sizes: Sequence[int]) -> int:
    """Cost of being a letter: minus the logarithm of the code's share of letters."""
    share = sum(1 << 15 - size for size in sizes if size)
    return 15 * UNIT - round(UNIT * log2(share)) if share else 15 * UNIT


def read(model: Model, data: bytes, whole: int, limit: int) -> Reading:
    """Read a deflate stream. data : its bytes, maybe the first of them; whole : how many bytes there are from its start
    to the number's end; limit : how far the score may fall below the best."""
    reader = _Reader(model, data, whole, limit, limit, _Mark())
    end = reader.read_on()
    now = reader.now
    sure = [len(m.text) for m in reader.marks if m.bit <= now.best_bit and m.score <= now.best - model.sure]
    return Reading(end, now.best, now.best_bit, now.bit, now.text, sure[-1] if sure else 0)


def variants(  # noqa: PLR0917
    model: Model,
    number: bytes,
    skip: int,
    whole: int,
    limit: int,
    brief: int,
    bases: Sequence[bytes],
    powers: Sequence[bytes],
    digits: bytes,
) -> list[tuple[int, int, int, int]]:
    """Read numbers that begin like one that is known: for each base, its power times each digit added, and the power
    times the digit that stands there taken off: (best, best_bit, bit, end). Zeros where the number is the known one or
    differs from it in the first `skip` bytes, after which the deflate stream begins, but for the last two of
    these. brief : the limit for these numbers, but for the heads of their blocks.

    number, bases, powers : little-endian, all of one length.
    """
    size = len(number)
    parent = number[::-1]
    reader = _Reader(model, parent[skip:], whole, limit, limit, _Mark())
    reader.read_on()
    found = []
    for base, power, here in zip(bases, powers, digits, strict=True):
        start, step = int.from_bytes(base, "little"), int.from_bytes(power, "little")
        for digit in range(10):
            child = ((start + (digit - here) * step) % (1 << 8 * size)).to_bytes(size, "big")
            same = next((i for i in range(size) if child[i] != parent[i]), -1)
            if same < skip - 2:  # XFL and OS may differ
                found.append((0, 0, 0, 0))
                continue
            mark = next(mark for mark in reversed(reader.marks) if mark.bit <= max(0, 8 * (same - skip)))
            other = _Reader(model, child[skip:], whole, brief, limit, replace(mark))
            end = other.read_on()
            found.append((other.now.best, other.now.best_bit, other.now.bit, end))
    return found


def heads_of(data: bytes) -> list[tuple[int, int, list[int], list[int]]]:
    """Give the heads of a stream's blocks, for counting: the counts of letters and distances as they are written, the
    lengths of lengths, and the lengths."""
    nothing = Model(1, np.zeros(0, np.uint64), np.zeros(0, np.int16), np.zeros(0, np.int16),
                    [0] * 256, [0] * 256, [0] * 5120, [0] * 216)  # fmt: skip
    reader = _Reader(nothing, data, len(data), 1 << 30, 1 << 30, _Mark())
    reader.read_on()
    return reader.heads
