"""Damaged digits to the number that they were, by what the program inside looks like.

Each digit decides the bytes from its place on (digit k those from about 0.415 k), so a wrong one leaves all before it
right, and what comes after it is noise. `plausibility` tells how far a gzip member is right. The likeliest number is
searched for as sequential decoders do (Zigangirov 1966, Jelinek 1969): the path with the best score, of the text's
plausibility less what its changes cost, is followed to where it breaks down, and every change of one digit before that
place makes another path.

Comes in: what it costs to read each place as each digit, shape (digits, 10), in eighths of a bit, 0 for the digit that
is heard. Goes out: `Repaired`, never a guess: either the member's own CRC-32 and length hold, or, where their digits
were damaged as well, they are made anew from the text, agree with nearly all of the digits that stood for them, and the
number is a probable prime.
"""

import heapq
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from math import log2, log10

import gmpy2
import numpy as np
from numpy.typing import NDArray

from primesong.errors import DamagedError, NoProgramError, PrimesongError
from primesong.number.digits import to_digits
from primesong.number.padding import FARTHEST, leading_bytes
from primesong.number.payload import HEADER, unpack
from primesong.primes.plan import find_prime
from primesong.primes.primality import SMALL_PRIMES, is_probable_prime
from primesong.primes.search import estimate
from primesong.primes.sieve import Progression
from primesong.repair.correction import Correction, Repaired
from primesong.repair.plausibility import scoring
from primesong.repair.plausibility.model import UNIT, load_model

#: How likely a digit is to be wrong where nothing else is known.
RATE = 0.005

#: What a digit that was not heard costs, in units.
_GUESS = round(UNIT * log2(10))

#: Notes that are missing, or too many, where more are not known to be. Four in five that are too many are doubled ones,
#: and one in ten of all digits is the one before it: what that makes such a one cheaper, and every other dearer.
_EDITS, _DOUBLED, _ODD = 2, 3 * UNIT, 2 * UNIT

#: What is dearer is not tried.
IMPOSSIBLE = 60 * UNIT

#: How far the score of a path may fall before it is left, and that of a change that is tried, in units.
_PATIENCE, _SHORT_PATIENCE = 48 * UNIT, 16 * UNIT

#: How many digits before the best score a wrong one may lie: noise is lucky for so long at most.
_LUCK = 30

#: How many bytes are looked at beyond the place where a path broke down, when changes are tried.
_AHEAD = 64

#: How many changes of a path are kept, how many paths wait at most, and how many remain of them then.
_CHILDREN, _WAITING, _KEPT = 1500, 600_000, 200_000

#: The longest number that is mended, in digits: a song of seven hours.
LONGEST = 100_000

#: The last digits, which hold the distance from the padded payload to its prime.
_TAIL = 5


@dataclass(frozen=True, slots=True, order=True)
class _Path:
    """A set of changes, from left to right; rank : what they cost less the best score, the lowest being followed first;
    shift : how many digits were put in less those taken out."""

    rank: int
    cost: int
    shift: int
    corrections: tuple[Correction, ...]


def blind_costs(digits: str) -> NDArray[np.int32]:
    """Cost of every reading where nothing is known but the digits."""
    costs = np.full((len(digits), 10), round(UNIT * log2(9 * (1 - RATE) / RATE)), np.int32)
    costs[np.arange(len(digits)), [int(digit) for digit in digits]] = 0
    return costs


def mend(
    costs: NDArray[np.int32],
    seconds: float,
    *,
    length: int | None = None,
    known: str = "",
    progress: Callable[[float], None] = lambda done: None,
) -> Repaired:
    """Find the likeliest number that holds a program.

    seconds : how long to try. length : how many digits the number has, if some may be missing or too many, though they
    be as many; what is missing at the end is 0. known : the digits with which the number begins for certain.
    `progress` gets how much of the number was right at best, from 0 to 1. Raises `DamagedError`, with the program's
    beginning as far as it is known.
    """
    search = _Search(costs, length, known, seconds)
    while search.waiting and time.monotonic() < search.end:
        found = search.follow(heapq.heappop(search.waiting))
        progress(search.reached / search.length)
        if found is not None:
            return found
    raise DamagedError(
        f"no program was found in {search.tried:,} readings; {search.reached:,} of {search.length:,} digits are "
        "plausible",
        search.beginning,
        search.reached,
    )


class _Search:
    """A search under way."""

    def __init__(self, costs: NDArray[np.int32], length: int | None, known: str, seconds: float) -> None:
        if costs.ndim != 2 or costs.shape[1] != 10 or not len(costs):
            raise ValueError(f"costs are (digits, 10), got {costs.shape}")
        self.edited, self.length = length is not None, length or len(costs)
        if self.length > LONGEST:
            raise NoProgramError(f"numbers of more than {LONGEST:,} digits are not mended")
        self.costs, self.known, self.seconds, self.end = costs, known, seconds, time.monotonic() + seconds
        self.heard = bytes(costs.argmin(axis=1).astype(np.uint8))
        self.missing, self.extra = (
            round(UNIT * log2(self.length / max(more, _EDITS)))
            for more in (self.length - len(costs), len(costs) - self.length)
        )
        self.model = load_model()
        self.size = len(leading_bytes(int(self._number(self._digits(())))))
        self.waiting = [_Path(0, 0, 0, ())]
        self.tried = self.reached = 0
        self.best = -1
        self.beginning = b""

    def follow(self, path: _Path) -> Repaired | None:
        """Read a path to where it breaks down, and put its changes among the paths; give it if it is the number."""
        digits = self._digits(path.corrections)
        number = self._number(digits)
        data = leading_bytes(int(number))
        self.tried += 1
        if len(data) != self.size or data[:3] != HEADER[:3] or data[3]:
            return None
        reading = scoring.read(self.model, data[len(HEADER) :], self.size - len(HEADER), _PATIENCE)
        if reading.best - path.cost > self.best:
            self.best, self.beginning = reading.best - path.cost, reading.text[: reading.known]
            self.reached = self._place(reading.best_bit)
        if reading.end == scoring.ENDED:
            mended = self._finish(path, digits, data, reading)
            if mended is not None:
                return mended
        for child in self._children(path, digits, number, reading):
            heapq.heappush(self.waiting, child)
        if len(self.waiting) > _WAITING:
            self.waiting = heapq.nsmallest(_KEPT, self.waiting)
        return None

    def _children(self, path: _Path, digits: bytes, number: gmpy2.mpz, reading: scoring.Reading) -> list[_Path]:
        """Try every change of one digit where a path may have gone wrong, and give the best."""
        after = path.corrections[-1].place + 1 if path.corrections else len(self.known)
        first = max(after, self._place(reading.best_bit) - _LUCK if reading.known else 0)
        last = min(self._place(reading.bit) + 3, self.length)
        if first >= last:
            return []
        keep = min(self.size, len(HEADER) + reading.bit // 8 + _AHEAD)
        shift, pad = 8 * (self.size - keep), -keep % 4

        def packed(whole: gmpy2.mpz) -> bytes:
            return int(whole >> shift).to_bytes(keep + pad, "little")

        changes: list[tuple[int, int, Correction]] = []  # cost, shift, change; ten for each base
        bases, powers, here = [], [], bytearray()
        for place in range(first, last):
            heard = self._heard(place, path.shift)
            kinds = [(0, heard)] if not self.edited else [(0, heard), (1, ""), (-1, heard)]
            for step, was in kinds:
                if step < 0 and not was:
                    continue
                bases.append(packed(number if step == 0 else self._number(self._edited(digits, place, step, path))))
                powers.append(packed(_power(self.length - 1 - place)) if step >= 0 else bytes(keep + pad))
                here.append(digits[place] if step == 0 else 0)
                for digit in range(10):
                    cost = self._cost(place, path.shift, step, digit)
                    changes.append((cost, step, Correction(place, was, str(digit) if step >= 0 else "")))
        found = scoring.variants(
            self.model, packed(number), pad + len(HEADER), self.size - len(HEADER), _PATIENCE, _SHORT_PATIENCE,
            bases, powers, bytes(here),
        )  # fmt: skip
        self.tried += len(found)
        children: list[_Path] = []
        for (best, _, bit, _), (cost, step, change) in zip(found, changes, strict=True):
            same = change.heard == change.digit or (step < 0 and children and children[-1].corrections[-1] == change)
            if bit and cost < IMPOSSIBLE and not same:
                total = path.cost + cost
                children.append(_Path(total - best, total, path.shift + step, (*path.corrections, change)))
        return heapq.nsmallest(_CHILDREN, children)

    def _finish(self, path: _Path, digits: bytes, data: bytes, reading: scoring.Reading) -> Repaired | None:
        """Hold a text that came to its end against CRC-32 and length, and settle the last digits."""
        text = "".join(map(str, digits))
        stream = len(HEADER) + (reading.bit + 7) // 8
        checks = zlib.crc32(reading.text).to_bytes(4, "little") + len(reading.text).to_bytes(4, "little")
        payload = data[:stream] + checks
        base = gmpy2.mpz(int.from_bytes(payload, "big")) << 8 * (self.size - len(payload))
        checked = data.startswith(payload)
        if not checked and not self._agree(base, digits, path.shift, stream):
            return None
        told = text[: len(self.heard) + path.shift]
        whole = len(told) == self.length
        settled = self._settle(base, text, checked) if whole else self._search_end(base, payload, reading.text, told)
        if settled is None:
            if not checked:
                return None
            settled = text
        program, _ = unpack(leading_bytes(int(gmpy2.mpz(settled))))
        changes = list(path.corrections)
        for place in range(changes[-1].place + 1 if changes else 0, self.length):
            if settled[place] != text[place] or not self._heard(place, path.shift):
                changes.append(Correction(place, self._heard(place, path.shift), settled[place]))
        return Repaired(settled, program, tuple(changes), self.tried, checked)

    def _agree(self, base: gmpy2.mpz, digits: bytes, shift: int, stream: int) -> bool:
        """Whether the digits after the deflate stream are those of CRC-32 and length made anew, or nearly."""
        wanted = to_digits(int(base))
        if len(wanted) != self.length:
            return False
        places = range(self._place(8 * (stream - len(HEADER))) + 2, self.length - _TAIL - 1)
        heard = [place for place in places if self._heard(place, shift)]
        wrong = sum(int(wanted[place]) != digits[place] for place in heard)
        return 4 * wrong + 8 <= len(heard)

    def _search_end(self, base: gmpy2.mpz, payload: bytes, text: bytes, told: str) -> str | None:
        """Find the first prime above the padded payload, for only the digits before the last were heard. None if there
        is none. If that may be expected to take longer than all the time there is, `DamagedError` where CRC-32 and
        length hold, as far as they were heard, and None where they do not."""
        expected = estimate(Progression(base | 1)).seconds
        if expected > self.seconds:
            if not to_digits(int(base)).startswith(told[: self.length - _TAIL - 1]):
                return None
            raise DamagedError(
                f"the program is whole, but the number's last digits are missing, and to search for its prime again "
                f"takes about {expected:,.0f} seconds",
                text,
                self.length - _TAIL,
            )
        try:
            return to_digits(find_prime(payload, self.size - len(payload)))
        except PrimesongError:
            return None

    def _settle(self, base: gmpy2.mpz, text: str, checked: bool) -> str | None:
        """Find the prime above the padded payload whose last digits are the heard ones, or all but one or two of them.
        None if there is none. One that was checked is tested once, to base 2."""
        largest = FARTHEST * base.bit_length()
        modulus = 10**_TAIL
        for tail in _near(text[-_TAIL:]):
            number = base + (int(tail) - base) % modulus
            while number - base <= largest:
                if (
                    gmpy2.gcd(number, SMALL_PRIMES) == 1
                    and gmpy2.is_strong_prp(number, 2)
                    and (checked or is_probable_prime(int(number)))
                ):
                    return to_digits(int(number))
                number += modulus
        return None

    def _digits(self, changes: tuple[Correction, ...]) -> bytes:
        """Put changes into the heard digits, and zeros where the end is missing."""
        known = bytes(map(int, self.known))
        pieces, at, place = [known], len(known), len(known)
        for change in changes:
            pieces.append(self.heard[at : at + change.place - place])
            at += change.place - place + bool(change.heard)
            pieces.append(bytes(map(int, change.digit)))
            place = change.place + bool(change.digit)
        return (b"".join([*pieces, self.heard[at:]]) + bytes(self.length))[: self.length]

    def _edited(self, digits: bytes, place: int, step: int, path: _Path) -> bytes:
        """Put a zero in before a place, or take its digit out."""
        if step > 0:
            return (digits[:place] + b"\0" + digits[place:])[: self.length]
        following = self._heard(self.length, path.shift) or "0"
        return digits[:place] + digits[place + 1 :] + bytes([int(following)])

    def _heard(self, place: int, shift: int) -> str:
        """What was heard for a place of the number; nothing after the end."""
        return str(self.heard[place - shift]) if place - shift < len(self.heard) else ""

    def _cost(self, place: int, shift: int, step: int, digit: int) -> int:
        """What it costs to read a place as a digit, to put one in before it, or to take its own out."""
        at = place - shift
        if step > 0:
            return self.missing + _GUESS
        if step < 0:
            return self.extra + (-_DOUBLED if self.heard[at - 1 : at] == self.heard[at : at + 1] else _ODD)
        return int(self.costs[at, digit]) if at < len(self.costs) else _GUESS

    def _number(self, digits: bytes) -> gmpy2.mpz:
        return gmpy2.mpz(digits.translate(_ASCII).decode("ascii"))

    def _place(self, bit: int) -> int:
        """Give the digit that decides a bit of the deflate stream."""
        left = 8 * (self.size - len(HEADER)) - bit
        return min(max(self.length - int(left * log10(2)) - 1, 0), self.length)


_ASCII = bytes((48 + byte) % 256 for byte in range(256))


@lru_cache(1 << 14)
def _power(exponent: int) -> gmpy2.mpz:
    return gmpy2.mpz(10) ** exponent


def _near(tail: str) -> Iterator[str]:
    """Give digits, then all that differ from them in one place, then in two."""
    yield tail
    for count in (1, 2):
        for places in combinations(range(len(tail)), count):
            for digits in product("0123456789", repeat=count):
                if all(tail[place] != digit for place, digit in zip(places, digits, strict=True)):
                    changed = list(tail)
                    for place, digit in zip(places, digits, strict=True):
                        changed[place] = digit
                    yield "".join(changed)
