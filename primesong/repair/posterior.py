"""Probabilities of digits to the right digits, by what the number must satisfy.

A gzip member checks itself: a wrong digit spoils the deflate stream from its place on, and CRC-32 and length judge the
rest. A coda, if there is one, corrects digits by itself (`repair_by_coda`). Otherwise every single fault is tried
(`exhaustive`), then digits are corrected from left to right by how plausible the text becomes (`sequential`), even
dozens of them. For programs of another kind, the likeliest
sets of substitutions are tried in the order of their likelihood: half of the time where few digits are in doubt, little
where there are more readings than can be tried.

Input: log-probabilities, shape (digits, 10), natural logarithms, column d for digit d, row 0 the leading digit.
Output: `Repaired`; its program's CRC-32 and length hold.
"""

import time
from dataclasses import replace

import gmpy2
import numpy as np
from numpy.typing import NDArray

from primesong.errors import DamagedError, NoProgramError
from primesong.number.correction import Correction, Repaired
from primesong.number.payload import leading_bytes, unpack
from primesong.repair import coda
from primesong.repair.likelihood import LogProbabilities, try_likeliest
from primesong.repair.plausibility.model import UNIT
from primesong.repair.search import exhaustive, sequential
from primesong.repair.search.paths import IMPOSSIBLE

#: What a substitution costs at most where digits are corrected from left to right, in bits: hearing is less certain
#: than it claims.
_MAX_BITS = 20

#: The share of that time up to which single faults are tried.
_SINGLES_SHARE = 0.3

#: Beyond this uncertainty, in bits, the likeliest readings are too many to be tried one by one: 2^20 are a million.
_MANY_BITS = 40.0

#: The share of the time for correction from left to right up to that uncertainty.
_SHARE = 0.5

#: The same beyond it.
_SHARE_IF_MANY = 0.9


def repair(log_probabilities: LogProbabilities, seconds: float) -> Repaired:
    """Find the likeliest digits that hold a program.

    Parameters
    ----------
    log_probabilities : ndarray of float64, shape (digits, 10)
        Of each digit at each place.
    seconds : float
        How long to try; 0 reads the digits only as they were heard.

    Raises
    ------
    DamagedError
        If none are found; the error tells the program's beginning as far as it is plausible.
    """
    _check_shape(log_probabilities)
    beginning, reached = b"", 0
    share = seconds * (_SHARE_IF_MANY if _count_unknown_bits(log_probabilities) > _MANY_BITS else _SHARE)
    if seconds:
        try:
            return _search(log_probabilities, share)
        except DamagedError as error:
            beginning, reached = error.beginning, error.reached
        except NoProgramError:  # too long to be searched, or not a gzip member
            pass
    try:
        return try_likeliest(log_probabilities, seconds - share)
    except NoProgramError as error:
        raise DamagedError(str(error), beginning, reached) from error


def realign(
    log_probabilities: LogProbabilities,
    length: int,
    known: str,
    seconds: float,
    *,
    shifted: bool = False,
    edits: NDArray[np.float64] | None = None,
) -> Repaired:
    """Find the likeliest digits that hold a program where notes may be missing or too many.

    Parameters
    ----------
    log_probabilities : ndarray of float64, shape (notes, 10)
        Of each digit at each note. A row in which all are equal is a note that was not heard.
    length : int
        The number's digits.
    known : str
        The number's first digits, which are certain.
    seconds : float
        How long to try.
    shifted : bool
        Whether as many notes may be missing as are too many, if there are as many as there should be.
    edits : ndarray of float64, shape (notes, 2), optional
        How much less likely it is, in nats, that each note is one too many, and for each more of it that is missing.

    Raises
    ------
    DamagedError
        If none are found; the error tells the program's beginning as far as it is plausible.
    """
    _check_shape(log_probabilities)
    if length != len(log_probabilities):
        return _search(log_probabilities, seconds, length, known, edits)
    try:
        return _search(log_probabilities, seconds / 2 if shifted else seconds, None, known)
    except DamagedError:
        if not shifted or not seconds:
            raise
        return _search(log_probabilities, seconds / 2, length, known, edits)


def repair_by_coda(log_probabilities: LogProbabilities, length: int, phrase: str) -> Repaired:
    """Find the right digits by the coda that follows the number.

    Parameters
    ----------
    log_probabilities : ndarray of float64, shape (digits, 10)
        Of each digit of the number and its coda.
    length : int
        The number's digits.
    phrase : str
        The three digits that the coda's tihais repeat.

    Raises
    ------
    NoProgramError
        If the coda cannot correct the digits, or they hold no program.
    """
    _check_shape(log_probabilities)
    best = log_probabilities.argmax(axis=1)
    second = np.argsort(log_probabilities, axis=1)[:, -2]
    heard = "".join(map(str, best))
    places = np.arange(len(best))
    margins = log_probabilities[places, best] - log_probabilities[places, second]
    rivals = [coda.Rival(margin, str(digit)) for margin, digit in zip(margins.tolist(), second, strict=True)]
    right = coda.correct(heard, length, phrase, rivals)
    silent = np.ptp(log_probabilities[:length], axis=1) == 0
    corrections = tuple(
        Correction(place, "" if silent[place] else was, digit, _count_nats(log_probabilities[place], digit))
        for place, (was, digit) in enumerate(zip(heard[:length], right[:length], strict=True))
        if was != digit or silent[place]
    )
    return Repaired(right[:length], decode_digits(right[:length]), corrections, 1)


def decode_digits(digits: str) -> bytes:
    """Return the program that digits hold. Raises `NoProgramError`."""
    return unpack(leading_bytes(int(gmpy2.mpz(digits))))[0]


def _check_shape(log_probabilities: LogProbabilities) -> None:
    if log_probabilities.ndim != 2 or log_probabilities.shape[1] != 10 or not len(log_probabilities):
        raise ValueError(f"log-probabilities are (digits, 10), got {log_probabilities.shape}")


def _count_unknown_bits(log_probabilities: LogProbabilities) -> float:
    """Count the bits that are missing to know all digits: the entropy."""
    possible = np.exp(log_probabilities)
    return float(-(possible * np.where(possible > 0, log_probabilities, 0.0)).sum() / np.log(2))


def _count_nats(row: NDArray[np.float64], digit: str) -> float:
    """Return how much less likely a digit is than the likeliest."""
    return float(row.max() - row[int(digit)])


def _search(
    log_probabilities: LogProbabilities,
    seconds: float,
    length: int | None = None,
    known: str = "",
    edits: NDArray[np.float64] | None = None,
) -> Repaired:
    """Try every single fault, then correct digits from left to right."""
    heard = known + "".join(map(str, log_probabilities[len(known) :].argmax(axis=1)))
    end = time.monotonic() + seconds
    found = exhaustive.search(heard, length or len(heard), known, _SINGLES_SHARE * seconds, pairs=False)
    if found is None:
        costs = _find_costs(log_probabilities)
        priced = None if edits is None else _to_units(edits)
        found = sequential.search(costs, end - time.monotonic(), length=length, known=known, edits=priced)
    corrections, shift = [], 0
    for one in found.corrections:
        heard_and_right = one.heard and one.digit
        nats = _count_nats(log_probabilities[one.place - shift], one.digit) if heard_and_right else 0.0
        shift += bool(one.digit) - bool(one.heard)
        corrections.append(replace(one, nats=nats))
    return replace(found, corrections=tuple(corrections))


def _find_costs(log_probabilities: LogProbabilities) -> NDArray[np.int32]:
    """Return what each digit costs in `sequential`: nothing if it is the likeliest."""
    likeliest = log_probabilities.max(axis=1, keepdims=True)
    return np.where(np.isneginf(log_probabilities), IMPOSSIBLE, _to_units(likeliest - log_probabilities))


def _to_units(nats: NDArray[np.float64]) -> NDArray[np.int32]:
    """Convert nats to the costs that `sequential` searches by."""
    units: NDArray[np.int32] = np.rint(UNIT * np.clip(nats / np.log(2), 0, _MAX_BITS)).astype(np.int32)
    return units
