"""The likeliest sets of substitutions, one after the other: of all digits until a program is found, and of the last
ones until the number is a probable prime.

Input: log-probabilities, as in `posterior`. Output: `Repaired`.
"""

import time
import zlib
from collections.abc import Iterator
from dataclasses import replace

import gmpy2
import numpy as np
from numpy.typing import NDArray

from primesong.errors import NoProgramError
from primesong.number.correction import Correction, Repaired
from primesong.number.digits import to_digits
from primesong.number.payload import FARTHEST, PROGRAM_LIMIT, leading_bytes, unpack
from primesong.primes.primality import SMALL_PRIMES, is_probable_prime
from primesong.repair.search.subsets import generate_subsets

#: Substitutions less likely than this against what was heard, in nats, are not tried: less than once in e^25 songs.
_MAX_NATS = 25.0

#: The most single substitutions that are considered; pairs and triples are made of these.
_SUBSTITUTIONS = 60_000

#: How many last digits may lie in the padding of four bytes.
_TAIL_DIGITS = 10

#: How likely each of them must be to be believed.
_BELIEVED = 0.999

#: How many numbers with other last digits are tested for primality.
_PRIMALITY_TESTS = 12

#: How many sets of last digits are looked at for that.
_TAIL_SETS = 20_000

LogProbabilities = NDArray[np.float64]


def try_likeliest(log_probabilities: LogProbabilities, seconds: float) -> Repaired:
    """Try the likeliest sets of substitutions, whatever the program is, each by adding δ·10^k to the number."""
    heard = log_probabilities.argmax(axis=1)
    costs = _find_substitution_costs(log_probabilities, heard)
    costs[0, 0] = np.inf
    order = _order(costs)[:_SUBSTITUTIONS]
    nats = costs.ravel()[order].tolist()
    places, digits = (order // 10).tolist(), (order % 10).tolist()
    number = gmpy2.mpz("".join(map(str, heard)))
    size = (number.bit_length() + 7) // 8
    steps: dict[int, gmpy2.mpz] = {}
    end = time.monotonic() + seconds
    tried = 0
    for chosen in generate_subsets(nats):
        if chosen and time.monotonic() > end:
            break
        if len({places[item] for item in chosen}) < len(chosen):
            continue
        candidate = number
        for item in chosen:
            if item not in steps:
                power = gmpy2.mpz(10) ** (len(heard) - 1 - places[item])
                steps[item] = (digits[item] - int(heard[places[item]])) * power
            candidate = candidate + steps[item]
        tried += 1
        if _inflates(candidate.to_bytes(size + 1, "big").lstrip(b"\0")):
            right = to_digits(int(candidate))
            corrections = (
                Correction(places[item], str(heard[places[item]]), str(digits[item]), nats[item]) for item in chosen
            )
            return Repaired(right, unpack(leading_bytes(int(candidate)))[0], tuple(sorted(corrections)), tried)
    raise NoProgramError(f"no program was found among the {tried:,} likeliest readings")


def correct_tail(log_probabilities: LogProbabilities, repaired: Repaired) -> Repaired:
    """Find the likeliest last digits with which the number is a probable prime just above its payload.

    They lie in the padding, which no checksum covers. They stay as heard if they are certain, or if none are found.
    """
    tail = min(_TAIL_DIGITS, len(repaired.digits) - 1)
    rows = log_probabilities[-tail:]
    heard = np.array([int(digit) for digit in repaired.digits[-tail:]])
    if rows[np.arange(tail), heard].min() > np.log(_BELIEVED):
        return repaired
    payload = unpack(leading_bytes(int(gmpy2.mpz(repaired.digits))))[1]
    tests = 0
    for number in _generate_tails(rows, heard, repaired.digits[:-tail]):
        if _is_just_above(number, payload):
            tests += 1
            if is_probable_prime(int(number)):
                return replace(repaired, digits=to_digits(int(number)))
        if tests == _PRIMALITY_TESTS:
            break
    return repaired


def _find_substitution_costs(log_probabilities: LogProbabilities, heard: NDArray[np.int64]) -> LogProbabilities:
    """Return how much less likely each digit is than the one that was heard, in nats; infinitely for itself."""
    places = np.arange(len(heard))
    costs: LogProbabilities = log_probabilities[places, heard][:, None] - log_probabilities
    costs[places, heard] = np.inf
    return costs


def _order(costs: LogProbabilities) -> NDArray[np.int64]:
    """Return the substitutions that are likely enough, in the order of their costs: 10 * place + digit."""
    order = np.argsort(costs, axis=None, kind="stable")
    return order[costs.ravel()[order] <= _MAX_NATS]


def _generate_tails(rows: LogProbabilities, heard: NDArray[np.int64], before: str) -> Iterator[gmpy2.mpz]:
    """Generate numbers with other last digits, the likeliest first."""
    costs = _find_substitution_costs(rows, heard)
    order = _order(costs)
    for step, chosen in enumerate(generate_subsets(costs.ravel()[order].tolist())):
        digits = heard.copy()
        for item in chosen:
            digits[order[item] // 10] = order[item] % 10
        yield gmpy2.mpz(before + "".join(map(str, digits)))
        if step == _TAIL_SETS:
            break


def _is_just_above(number: gmpy2.mpz, payload: bytes) -> bool:
    """Whether a number lies just above its padded payload, and has no small factor."""
    data = leading_bytes(int(number))
    distance = int.from_bytes(data[len(payload) :], "big")
    near = distance < FARTHEST * number.bit_length()
    return data.startswith(payload) and near and gmpy2.gcd(number, SMALL_PRIMES) == 1


def _inflates(data: bytes) -> bool:
    """Whether bytes begin with a complete gzip member whose CRC-32 and length are right."""
    if data[:2] != b"\x1f\x8b":
        return False
    member = zlib.decompressobj(31)
    try:
        member.decompress(data, PROGRAM_LIMIT)
    except zlib.error:
        return False
    return member.eof
