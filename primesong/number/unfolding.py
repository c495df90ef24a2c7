"""A number's first digits to the program's first bytes: what is certain while the rest is still to come.

Of a number of n decimal digits, the first k leave an interval of 10^(n-k) numbers. The bytes with which both of its
ends begin are the number's, however it goes on; as they become known, they are fed to an inflater, and the program
types itself out.

Bytes counted here are the number's big-endian ones, from the first that is not zero. A byte that is certain stays so:
all counts ascend.
"""

import codecs
import math
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import gmpy2

from primesong.number.payload import GZIP, PROGRAM_LIMIT, leading_bytes

#: Tails whose logarithms to base ten differ by less are compared exactly: at ten million digits rounding loses 1e-8.
_NEAR = 1e-7


@dataclass(frozen=True, slots=True)
class Unfolding:
    """What each prefix of a number's digits fixes.

    Parameters
    ----------
    number : bytes
        The whole number, big-endian.
    program : bytes
        The whole program.
    certain : sequence of int
        How many leading bytes of the number its first k digits fix, for k from 0 to the number of digits.
    unpacked : sequence of int
        How many of the program's bytes these give, for the same k.
    """

    number: bytes
    program: bytes
    certain: Sequence[int]
    unpacked: Sequence[int]

    def text(self, k: int) -> str:
        """Return the text that the first k digits fix, without an unfinished character at its end.

        Bytes that are not UTF-8 are shown as U+FFFD.
        """
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        return decoder.decode(self.program[: self.unpacked[k]], final=self.unpacked[k] == len(self.program))

    def extend(self, notes: int) -> "Unfolding":
        """Return the same, followed by a number of notes that fix nothing more, such as a coda's."""
        certain, unpacked = [self.certain[-1]] * notes, [self.unpacked[-1]] * notes
        return Unfolding(self.number, self.program, (*self.certain, *certain), (*self.unpacked, *unpacked))


def unfold(digits: str) -> Unfolding:
    """Follow a number's digits from none to all, in time linear in their count.

    A number without a gzip member unfolds to an empty program, and one with a damaged member to what comes before the
    damage. No program is longer than `payload.PROGRAM_LIMIT`.
    """
    if digits and not (digits.isascii() and digits.isdecimal()):
        raise ValueError("digits are 0 to 9 and nothing else")
    data = leading_bytes(int(_integer(digits)))
    certain = tuple(_count_certain(bytes(map(int, digits)), data))
    program, lengths = bytearray(), [0]
    for program in inflate(data):
        lengths.append(len(program))
    lengths += [len(program)] * (len(data) + 1 - len(lengths))
    return Unfolding(data, bytes(program), certain, tuple(lengths[count] for count in certain))


def certain_bytes(digits: str, length: int) -> bytes:
    r"""Return the leading bytes that the first digits of a number of `length` digits fix.

    >>> certain_bytes("65793", 5), certain_bytes("6579", 5), certain_bytes("65", 5)
    (b'\x01\x01\x01', b'\x01', b'')
    """
    if not len(digits) <= length:
        raise ValueError(f"a number of {length} digits does not begin with {len(digits)}")
    rest = gmpy2.mpz(10) ** (length - len(digits))
    low = _integer(digits) * rest
    least, most = leading_bytes(int(low)), leading_bytes(int(low + rest - 1))
    if len(least) != len(most):
        return b""
    same = next((place for place, pair in enumerate(zip(least, most, strict=True)) if pair[0] != pair[1]), len(least))
    return least[:same]


def program_so_far(digits: str, length: int) -> bytes:
    """Inflate what the first digits of a number of `length` digits fix.

    Returns the program's beginning, empty if the digits hold none. A wrong digit makes everything after it wrong.
    """
    *_, program = bytearray(), *inflate(certain_bytes(digits, length))
    return bytes(program)


def inflate(data: Iterable[int], limit: int = PROGRAM_LIMIT) -> Iterator[bytearray]:
    """Inflate a gzip member byte by byte; after each byte yield the program so far, always the same growing array.

    It ends with the member, before a byte at which it is damaged, or at `limit` bytes.
    """
    member, program = zlib.decompressobj(GZIP), bytearray()
    for byte in data:
        try:
            program += member.decompress(bytes([byte]), limit - len(program))
        except zlib.error:
            return
        yield program
        if member.eof or len(program) == limit:
            return


def _count_certain(digits: bytes, data: bytes) -> Iterator[int]:
    """For each k, count the bytes that the first k digits fix.

    The k digits leave the numbers from N - t to N + t', where t is the value of the digits that follow them, and t'
    that of the same digits each taken from nine. The first b bytes fix N - u to N + u' just so. The bytes follow from
    the digits where t <= u and t' <= u'.
    """
    below = _Tails(digits, 10), _Tails(data, 256)
    above = _Tails(bytes(9 - digit for digit in digits), 10), _Tails(bytes(255 - byte for byte in data), 256)
    count = 0
    for k in range(len(digits) + 1):
        while count < len(data) and _is_at_most(*below, k, count + 1) and _is_at_most(*above, k, count + 1):
            count += 1
        yield count


class _Tails:
    """The values of all tails of a number written in a base, as logarithms to base ten, by which they are compared.

    A tail's leading zeros add nothing to it: `first` is where it begins without them.
    """

    def __init__(self, digits: bytes, base: int) -> None:
        size = len(digits)
        self.digits, self.base = digits, base
        self.logarithms, self.first = array("d", [-math.inf]) * (size + 1), array("q", [size]) * (size + 1)
        fraction = 0.0
        for place in range(size - 1, -1, -1):
            digit = digits[place]
            if digit:
                self.logarithms[place] = math.log10(digit + fraction) + (size - place - 1) * math.log10(base)
                self.first[place] = place
            else:
                self.logarithms[place], self.first[place] = self.logarithms[place + 1], self.first[place + 1]
            fraction = (digit + fraction) / base
        self._value = (size, gmpy2.mpz(0))

    def value(self, place: int) -> gmpy2.mpz:
        """Return the exact value of the tail from a place on.

        The last one is kept, since it is needed again throughout a run of zeros.
        """
        place = self.first[place]
        if self._value[0] != place:
            tail = self.digits[place:]
            number = int.from_bytes(tail, "big") if self.base == 256 else _integer("".join(map(str, tail)))
            self._value = place, gmpy2.mpz(number)
        return self._value[1]


def _is_at_most(decimal: _Tails, binary: _Tails, k: int, count: int) -> bool:
    """Whether the decimal tail after k digits is at most the binary one after a count of bytes."""
    one, other = decimal.logarithms[k], binary.logarithms[count]
    if abs(one - other) <= _NEAR:
        return bool(decimal.value(k) <= binary.value(count))
    return one <= other


def _integer(digits: str) -> gmpy2.mpz:
    """Read digits; no digits are 0."""
    return gmpy2.mpz(digits or "0")
