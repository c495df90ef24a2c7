"""Deflate stream to text, symbol by symbol, with a score of how plausible it is.

Each symbol is scored by a likelihood ratio: how likely it is by the model at this place, against how likely the
stream's own code makes it in random bits, two to the power of minus its length. A correct stream gains a bit or
more for each digit; after a wrong digit everything is random, and the score falls. The place of the best score
therefore shows how far a stream is correct.

 - A letter is as likely as the model says after the letters before it, times the share of letters in the code.
 - A match is as likely as the code says, times how much likelier the letters before it make its first letters. An
   encoder takes the nearest and longest match: one that could be nearer, or longer by the next symbol, is not
   plausible.
 - The head of a block is as likely as the lengths of its codes, symbol by symbol, and a complete code.

Every ratio is mixed with a small share of chance, so that no symbol costs more than a few bits. Scores are whole
numbers of eighths of a bit. Bits are counted from the deflate stream's first. Sections are those of RFC 1951. The
compiled `_reader` has the same functions, with the same results.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import log2

from primesong.number.payload import HEADER
from primesong.repair.plausibility import deflate
from primesong.repair.plausibility import model as tables
from primesong.repair.plausibility.model import MIX, UNIT, Model
from primesong.repair.plausibility.reading import (
    DEAD,
    ENDED,
    RAN_OUT,
    TEXT_LIMIT,
    WORN,
    Block,
    Head,
    Mark,
    Patience,
    Reading,
)

#: The most blocks that are read.
_BLOCKS = 64

#: CRC-32 and length, in bytes.
_CHECKS = 8

#: In bytes: CRC-32, length and four bytes of padding, which follow a deflate stream in most numbers.
_PADDED_REST = 12

#: The bytes at a header's end that may differ: XFL and OS.
_FREE_HEADER = 2


#: The head of blocks of type 1 (3.2.6).
_FIXED_HEAD = Head(31, 31, [], deflate.FIXED_SIZES)


class _LeftError(Exception):
    """The stream was left; the argument says how."""


@dataclass(slots=True)
class Reader:
    """A stream that is being read."""

    model: Model
    data: bytes
    #: Bytes from the stream's first to the number's last.
    whole: int
    patience: Patience
    now: Mark
    marks: list[Mark] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)

    def read_on(self) -> int:
        """Read from `now` until the stream ends, fails, is worn out or runs out."""
        try:
            while True:
                if self.now.block is None:
                    self.marks.append(replace(self.now))
                    self.now.block, self.now.distance = self._read_head(), 0
                self._read_symbols(self.now.block)
                if self.now.block.last:
                    return self._end()
                self._gain(tables.BLOCK_END_GAIN)
                self._check()
                self.now.block = None
        except _LeftError as left:
            return int(left.args[0])

    def _end(self) -> int:
        rest = self.whole - (self.now.bit + 7) // 8
        if rest < _CHECKS:
            return DEAD
        self._gain(tables.LAST_END_GAIN if rest == _PADDED_REST else tables.STRANGE_END_GAIN)
        return ENDED

    def _read_bits(self, count: int) -> int:
        end = self.now.bit + count
        if end > 8 * len(self.data):
            raise _LeftError(RAN_OUT)
        value = int.from_bytes(self.data[self.now.bit // 8 : (end + 7) // 8], "little") >> self.now.bit % 8
        self.now.bit = end
        return value & ((1 << count) - 1)

    def _read_symbol(self, code: deflate.Code) -> tuple[int, int]:
        """Read the next symbol; return it and the number of its bits."""
        value = 0
        for length in range(1, deflate.LONGEST_CODE + 1):
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
        patience = self.patience.heads if self.now.block is None else self.patience.symbols
        if self.now.score < self.now.best - patience:
            raise _LeftError(WORN)

    def _read_head(self) -> Block:
        """Read the head of a block (3.2.3)."""
        if len(self.heads) == _BLOCKS:
            raise _LeftError(DEAD)
        last, kind = bool(self._read_bits(1)), self._read_bits(2)
        if kind == 1:
            self.heads.append(_FIXED_HEAD)
            self._gain(tables.FIXED_GAIN)
            return self._make_block(deflate.FIXED_SIZES, 288, last)
        if kind != 2:
            raise _LeftError(DEAD)
        self._gain(tables.TYPE_GAIN)
        head = self._read_sizes_head()
        if head.sizes[deflate.END_OF_BLOCK] == 0:
            raise _LeftError(DEAD)
        self.heads.append(head)
        block = self._make_block(head.sizes, head.letters + 257, last)
        self._gain(tables.COMPLETE_GAIN)
        return block

    def _read_sizes_head(self) -> Head:
        """Read the head of a block of type 2 (3.2.7)."""
        letters, distances, count = self._read_bits(5), self._read_bits(5), self._read_bits(4) + 4
        if letters > deflate.LAST_LENGTH - 256 or distances > deflate.LAST_DISTANCE:
            raise _LeftError(DEAD)
        self._gain(self.model.heads[letters] + self.model.heads[32 + distances])
        short_sizes = [0] * len(deflate.HEAD_ORDER)
        for place in range(count):
            short_sizes[place] = self._read_bits(3)
            self._gain(self.model.heads[64 + 8 * place + short_sizes[place]])
            self._check()
        code = self._build([short_sizes[deflate.HEAD_ORDER.index(symbol)] for symbol in range(len(deflate.HEAD_ORDER))])
        self._gain(tables.SHORT_COMPLETE_GAIN)
        return Head(letters, distances, short_sizes, self._read_sizes(code, letters + 257, distances + 1))

    def _read_sizes(self, code: deflate.Code, letters: int, distances: int) -> list[int]:
        """Read the lengths of a block's codes."""
        sizes: list[int] = []
        while len(sizes) < letters + distances:
            value, repeat, spent = self._read_run(code, sizes)
            if len(sizes) + repeat > letters + distances:
                raise _LeftError(DEAD)
            places = range(len(sizes), len(sizes) + repeat)
            kinds = [place if place < letters else 286 + place - letters for place in places]
            cost = sum(self.model.lengths[16 * kind + value] for kind in kinds)
            sizes += [value] * repeat
            self._gain(self.model.mix(UNIT * spent - cost))
            self._check()
        return sizes

    def _read_run(self, code: deflate.Code, sizes: Sequence[int]) -> tuple[int, int, int]:
        """Read a length and how often it is repeated; return these, and the bits that were read."""
        symbol, spent = self._read_symbol(code)
        if symbol < 16:
            return symbol, 1, spent
        if symbol == 16:
            if not sizes:
                raise _LeftError(DEAD)
            return sizes[-1], 3 + self._read_bits(2), spent + 2
        if symbol == 17:
            return 0, 3 + self._read_bits(3), spent + 3
        return 0, 11 + self._read_bits(7), spent + 7

    def _make_block(self, sizes: Sequence[int], letters: int, last: bool) -> Block:
        return Block(self._build(sizes[:letters]), self._build(sizes[letters:]), _cost_literals(sizes[:256]), last)

    def _build(self, sizes: Sequence[int]) -> deflate.Code:
        try:
            return deflate.build_code(sizes)
        except ValueError:
            raise _LeftError(DEAD) from None

    def _read_symbols(self, block: Block) -> None:
        """Read the symbols of a block to its end."""
        while True:
            self.marks.append(replace(self.now))
            symbol, spent = self._read_symbol(block.letters)
            if symbol == deflate.END_OF_BLOCK:
                return
            if len(self.now.text) + deflate.LONGEST_MATCH > TEXT_LIMIT or symbol > deflate.LAST_LENGTH:
                raise _LeftError(DEAD)
            if symbol < deflate.END_OF_BLOCK:
                self._read_letter(symbol, spent, block)
            else:
                self._read_match(symbol, block)
            self._check()

    def _read_letter(self, letter: int, spent: int, block: Block) -> None:
        model, now = self.model, self.now
        longer = now.distance and now.text[-now.distance] == letter
        now.text += bytes([letter])
        amount = UNIT * spent - model.letter_cost(now.text, len(now.text) - 1, model.order - 1) - block.literal
        now.distance = 0
        self._gain(model.mix(-MIX if longer else amount))

    def _read_match(self, symbol: int, block: Block) -> None:
        model, now, text = self.model, self.now, self.now.text
        length = deflate.LENGTH_BASE[symbol - 257] + self._read_bits(deflate.LENGTH_EXTRA[symbol - 257])
        away, _ = self._read_symbol(block.distances)
        if away > deflate.LAST_DISTANCE:
            raise _LeftError(DEAD)
        distance = deflate.DISTANCE_BASE[away] + self._read_bits(deflate.DISTANCE_EXTRA[away])
        if distance > len(text):
            raise _LeftError(DEAD)
        match = (text[-distance:] * (length // distance + 1))[:length]
        now.text += match
        amount = 0
        for i in range(min(length, model.order - 1)):
            amount += model.letter_cost(now.text, len(text) + i, i) if i else model.letters[match[0]]
            amount -= model.letter_cost(now.text, len(text) + i, model.order - 1)
        longer = now.distance and text[-now.distance] == match[0]
        nearer = now.text.rfind(match, 0, -1) > len(text) - distance
        now.distance = distance if length < deflate.LONGEST_MATCH else 0
        self._gain(model.mix(-MIX if longer or nearer else amount))


def _cost_literals(sizes: Sequence[int]) -> int:
    """Return the cost of being a letter: minus the logarithm of the code's share of letters."""
    share = sum(1 << deflate.LONGEST_CODE - size for size in sizes if size)
    return deflate.LONGEST_CODE * UNIT - round(UNIT * log2(share)) if share else deflate.LONGEST_CODE * UNIT


def read_stream(model: Model, data: bytes, whole: int, patience: Patience) -> Reading:
    """Read a deflate stream of `data`, or its beginning; the other parameters are those of `read_variants`."""
    reader = Reader(model, data, whole, patience, Mark())
    end = reader.read_on()
    now = reader.now
    sure = [len(m.text) for m in reader.marks if m.bit <= now.best_bit and m.score <= now.best - tables.SURE]
    return Reading(end, now.best, now.best_bit, now.bit, now.text, sure[-1] if sure else 0)


def read_variants(
    model: Model, number: bytes, variants: Sequence[bytes], whole: int, patience: Patience
) -> list[tuple[int, int]]:
    """Read numbers that begin like one that is known, each from its first difference on.

    Parameters
    ----------
    model : Model
        The tables.
    number : bytes
        The known number, gzip's header first, or its beginning; big-endian.
    variants : sequence of bytes
        The other numbers, likewise.
    whole : int
        Bytes from the deflate stream's first to the number's last.
    patience : Patience
        When to leave the streams.

    Returns
    -------
    list of tuple of int
        For each variant its best score, and the bit where it was left; zeros where it is the known number, has another
        length, or differs in the header before XFL and OS.
    """
    skip = len(HEADER)
    reader = Reader(model, number[skip:], whole, Patience(patience.heads, patience.heads), Mark())
    reader.read_on()
    found = []
    for variant in variants:
        same = next((i for i, (one, other) in enumerate(zip(variant, number, strict=False)) if one != other), -1)
        if len(variant) != len(number) or same < skip - _FREE_HEADER:
            found.append((0, 0))
            continue
        mark = next(mark for mark in reversed(reader.marks) if mark.bit <= max(0, 8 * (same - skip)))
        other = Reader(model, variant[skip:], whole, patience, replace(mark))
        other.read_on()
        found.append((other.now.best, other.now.bit))
    return found
