"""Probabilities of digits and what the number must satisfy, to the right digits.

A gzip member checks itself: a wrong digit spoils the deflate stream from its place on, and CRC-32 and length judge the
rest. A coda, if there is one, puts wrong digits right by itself (`by_coda`). Else `mend` puts digits right from left to
right by how plausible the text becomes, be there dozens of them. Where the program is of another kind than those that
it knows, the likeliest substitutions are tried in ascending order of what they cost in probability, each by adding
δ·10^k to the number and inflating until it fails: half of the time where few digits are in doubt, little where that are
more than can be gone through.

Comes in: log-probabilities, shape (digits, 10), natural logarithms, column d for digit d, row 0 the leading digit.
Goes out: `Repaired`. Only digits whose program has its CRC-32 and its length right are ever returned.
"""

import time
import zlib
from dataclasses import replace

import gmpy2
import numpy as np
from numpy.typing import NDArray

from primesong.errors import DamagedError, NoProgramError
from primesong.number.digits import to_digits
from primesong.number.padding import FARTHEST, leading_bytes
from primesong.number.payload import PROGRAM_LIMIT, unpack
from primesong.primes.primality import SMALL_PRIMES, is_probable_prime
from primesong.repair import coda
from primesong.repair.correction import Correction, Repaired
from primesong.repair.plausibility.model import UNIT
from primesong.repair.sequential import IMPOSSIBLE, mend
from primesong.repair.subsets import generate_subsets

#: Substitutions less likely than this against what was heard, in nats, are not tried: less than once in e^25 songs.
_DEAREST = 25.0

#: What a substitution costs at most where left to right is searched, in bits: ears are not as sure as they say.
_SUREST = 20

#: Bits of uncertainty beyond which the likeliest readings are too many to be tried one by one, for a million of them is
#: twenty bits; and the share of the time that goes to `mend` below that and above.
_MANY, _FEW_SHARE, _MANY_SHARE = 40.0, 0.5, 0.9

#: How many single substitutions are kept in play; pairs and triples are made of these.
_IN_PLAY = 60_000

#: How many last digits may lie in the padding of four bytes, and how likely each must be to be believed.
_TAIL, _SURE = 10, 0.999

#: How many last digits are tested for primality, and how many are looked at for it.
_TESTS, _STEPS = 12, 20_000


def repair(log_probabilities: NDArray[np.float64], seconds: float) -> Repaired:
    """Find the likeliest digits that hold a program.

    seconds : how long to try; 0 for what was heard, as it was heard. Raises `DamagedError` if none is found, saying how
    many readings were tried, with the beginning of the program as far as it is plausible.
    """
    check(log_probabilities)
    beginning, reached = b"", 0
    left = seconds * (_MANY_SHARE if _uncertainty(log_probabilities) > _MANY else _FEW_SHARE)
    if seconds:
        try:
            return _from_left(log_probabilities, left)
        except DamagedError as error:
            beginning, reached = error.beginning, error.reached
        except NoProgramError:  # too long to be searched, or no gzip member
            pass
    try:
        return _by_likelihood(log_probabilities, seconds - left)
    except NoProgramError as error:
        raise DamagedError(str(error), beginning, reached) from error


def _uncertainty(log_probabilities: NDArray[np.float64]) -> float:
    """How many bits are lacking to know all digits: the entropy."""
    possible = np.exp(log_probabilities)
    return float(-(possible * np.where(possible > 0, log_probabilities, 0.0)).sum() / np.log(2))


def check(log_probabilities: NDArray[np.float64]) -> None:
    """See whether a table has the right shape. Raises `ValueError`."""
    if log_probabilities.ndim != 2 or log_probabilities.shape[1] != 10 or not len(log_probabilities):
        raise ValueError(f"log-probabilities are (digits, 10), got {log_probabilities.shape}")


def costs_of(log_probabilities: NDArray[np.float64]) -> NDArray[np.int32]:
    """What `mend` pays for each reading: nothing for the likeliest digit, `IMPOSSIBLE` for what cannot be."""
    likeliest = log_probabilities.max(axis=1, keepdims=True)
    bits = np.minimum((likeliest - log_probabilities) / np.log(2), _SUREST)
    return np.where(np.isneginf(log_probabilities), IMPOSSIBLE, np.rint(UNIT * bits)).astype(np.int32)


def resettle(log_probabilities: NDArray[np.float64], length: int, known: str, seconds: float) -> Repaired:
    """Find the likeliest `length` digits that hold a program where notes may be missing or too many.

    known : the first digits, for certain. A row in which nothing is known is a missing note. Raises `DamagedError`.
    """
    check(log_probabilities)
    return _from_left(log_probabilities, seconds, length if length != len(log_probabilities) else None, known)


def _from_left(
    log_probabilities: NDArray[np.float64], seconds: float, length: int | None = None, known: str = ""
) -> Repaired:
    """Put digits right from left to right, by `mend`."""
    mended = mend(costs_of(log_probabilities), seconds, length=length, known=known)
    changes, shift = [], 0
    for change in mended.corrections:
        row, cost = change.place - shift, 0.0
        if change.heard and change.digit:
            cost = _cost(log_probabilities[row], change.digit)
        shift += bool(change.digit) - bool(change.heard)
        changes.append(Correction(change.place, change.heard, change.digit, cost))
    return Repaired(mended.digits, mended.program, tuple(changes), mended.tried)


def _cost(row: NDArray[np.float64], digit: str) -> float:
    return float(row.max() - row[int(digit)])


def _by_likelihood(log_probabilities: NDArray[np.float64], seconds: float) -> Repaired:
    """Try the likeliest sets of substitutions, whatever the program be."""
    places = np.arange(len(log_probabilities))
    heard = log_probabilities.argmax(axis=1)
    number = gmpy2.mpz("".join(map(str, heard)))
    size = (number.bit_length() + 7) // 8
    costs = log_probabilities[places, heard][:, None] - log_probabilities
    costs[places, heard] = np.inf
    costs[0, 0] = np.inf
    order = np.argsort(costs, axis=None, kind="stable")[:_IN_PLAY]
    order = order[costs.ravel()[order] <= _DEAREST]
    flat = costs.ravel()[order].tolist()
    place_of, digit_of = (order // 10).tolist(), (order % 10).tolist()
    deltas: dict[int, gmpy2.mpz] = {}
    end = time.monotonic() + seconds
    tried = 0
    for chosen in generate_subsets(flat):
        if chosen and time.monotonic() > end:
            break
        if len({place_of[item] for item in chosen}) < len(chosen):
            continue
        candidate = number
        for item in chosen:
            if item not in deltas:
                exponent = len(heard) - 1 - place_of[item]
                deltas[item] = (digit_of[item] - int(heard[place_of[item]])) * gmpy2.mpz(10) ** exponent
            candidate = candidate + deltas[item]
        tried += 1
        if _inflates(candidate.to_bytes(size + 1, "big").lstrip(b"\0")):
            program, _ = unpack(leading_bytes(int(candidate)))
            changes = [
                Correction(place_of[item], str(heard[place_of[item]]), str(digit_of[item]), flat[item])
                for item in chosen
            ]
            changes.sort(key=lambda change: change.place)
            return Repaired(to_digits(int(candidate)), program, tuple(changes), tried)
    raise NoProgramError(f"no program was found among the {tried:,} likeliest readings")


def by_coda(log_probabilities: NDArray[np.float64], length: int, phrase: str) -> Repaired:
    """Find the right digits by the coda after a number of so many, the doubtful ones being erasures; `phrase` is its
    tihais'. Raises `NoProgramError`."""
    check(log_probabilities)
    best = log_probabilities.argmax(axis=1)
    order = np.argsort(log_probabilities, axis=1)
    heard = "".join(map(str, best))
    places = np.arange(len(best))
    margins = log_probabilities[places, best] - log_probabilities[places, order[:, -2]]
    rivals = [coda.Rival(margin, str(digit)) for margin, digit in zip(margins.tolist(), order[:, -2], strict=True)]
    right = coda.correct(heard, length, phrase, rivals)
    program = program_in(right[:length])
    silent = np.ptp(log_probabilities[:length], axis=1) == 0
    changes = tuple(
        Correction(place, "" if silent[place] else was, digit, _cost(log_probabilities[place], digit))
        for place, (was, digit) in enumerate(zip(heard[:length], right[:length], strict=True))
        if was != digit or silent[place]
    )
    return Repaired(right[:length], program, changes, 1)


def program_in(digits: str) -> bytes:
    """Give the program that digits hold. Raises `NoProgramError`."""
    return unpack(leading_bytes(int(gmpy2.mpz(digits))))[0]


def settle_tail(log_probabilities: NDArray[np.float64], repaired: Repaired) -> Repaired:
    """Find the likeliest last digits for which the number is a probable prime just above its payload.

    They lie in the padding, which no checksum covers. They stay as heard if they are sure, or if none are found.
    """
    tail = min(_TAIL, len(repaired.digits) - 1)
    rows = log_probabilities[-tail:]
    heard = np.array([int(digit) for digit in repaired.digits[-tail:]])
    if rows[np.arange(tail), heard].min() > np.log(_SURE):
        return repaired
    costs = rows[np.arange(tail), heard][:, None] - rows
    costs[np.arange(tail), heard] = np.inf
    order = np.argsort(costs, axis=None, kind="stable")
    order = order[costs.ravel()[order] <= _DEAREST]
    payload = unpack(leading_bytes(int(gmpy2.mpz(repaired.digits))))[1]
    tests = 0
    for step, chosen in enumerate(generate_subsets(costs.ravel()[order].tolist())):
        digits = heard.copy()
        for item in chosen:
            digits[order[item] // 10] = order[item] % 10
        number = gmpy2.mpz(repaired.digits[:-tail] + "".join(map(str, digits)))
        data = leading_bytes(int(number))
        above = int.from_bytes(data[len(payload) :], "big")
        near = above < FARTHEST * number.bit_length()
        if data.startswith(payload) and near and gmpy2.gcd(number, SMALL_PRIMES) == 1:
            tests += 1
            if is_probable_prime(int(number)):
                return replace(repaired, digits=to_digits(int(number)))
        if tests == _TESTS or step == _STEPS:
            break
    return repaired


def _inflates(data: bytes) -> bool:
    """Tell whether bytes begin with a whole gzip member whose CRC-32 and length are right."""
    if data[:2] != b"\x1f\x8b":
        return False
    member = zlib.decompressobj(31)
    try:
        member.decompress(data, PROGRAM_LIMIT)
    except zlib.error:
        return False
    return member.eof
