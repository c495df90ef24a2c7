"""Notes to digits: which note is which digit, and where the song begins.

A payload opens with gzip's known header, so the number of digits fixes the first ones: seventeen for eight known bytes,
more for ten. For every place where the song could begin and every length it could have, the assignment of digits to
notes that explains the opening best is found by the Hungarian method, on log-probabilities: a wrong note or two there
does no harm, and is mended. Only two lengths in five can be a gzip member's at all.

Comes in: log-probabilities, shape (slots, 10), natural logarithms. Goes out: `Opening`, best first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from primesong.number.header import HEADERS, known_digits

#: How far the song's first and last slots may lie from where they are heard.
SLACK = 8

#: Openings less likely than chance by this many nats are not worth an attempt, and at most so many are tried.
_LIKELIER, _MOST = 12.0, 24

#: How many first digits of a number are compared where neither start nor end of the song is known.
_COMPARED = 15

#: How far two patterns of likeness must agree, 1 being wholly; one wrong note of fifteen spoils a tenth of the pairs
#: it is in, or fewer.
_AGREEMENT = 0.9

#: How much of the known digits' information the notes must explain there, for the places to look at are many.
_EXPLAINED = 0.85

#: The longest song that is looked for where its end is not heard, in notes: fifty minutes.
LONGEST = 12_000


@dataclass(frozen=True, slots=True)
class Opening:
    """A way to read: the slot of the first note, the number of notes, the known first digits, and the digit of each
    note in ascending order of pitch (-1: not told by the opening). score : nats over chance."""

    start: int
    length: int
    known: str
    digits: tuple[int, ...]
    score: float

    def readings(self) -> Iterator[tuple[int, ...]]:
        """Every full assignment of digits to notes that this opening leaves open."""
        free = [note for note, digit in enumerate(self.digits) if digit < 0]
        unused = [digit for digit in range(10) if digit not in self.digits]
        for order in permutations(unused):
            full = list(self.digits)
            for note, digit in zip(free, order, strict=True):
                full[note] = digit
            yield tuple(full)


def find_openings(log_probabilities: NDArray[np.float64], first: int, last: int) -> list[Opening]:
    """Find where the song could begin and how its notes are to be read, the likeliest first.

    first, last : the slots between which song is heard; start and end are sought within `SLACK` of them.
    """
    from scipy.optimize import linear_sum_assignment

    slots = len(log_probabilities)
    gains = log_probabilities - np.log(0.1)
    # one slot that the model misjudges must not outvote the rest
    gains = np.maximum(gains, -3.0)
    found = []
    for start in range(max(0, first - SLACK), min(first + SLACK + 1, slots)):
        for stop in range(max(start + 60, last - SLACK), min(last + SLACK, slots) + 1):
            for known in known_digits(stop - start):
                table = np.zeros((10, 10))
                for place, digit in enumerate(known):
                    table[:, int(digit)] += gains[start + place]
                rows, columns = linear_sum_assignment(-table)
                score = float(table[rows, columns].sum())
                # an assignment is chosen among 10!: chance already explains that much
                if score > _LIKELIER:
                    found.append(Opening(start, stop - start, known, _told(table, columns), score))
    found.sort(key=lambda opening: -opening.score)
    return found[:_MOST]


def find_openings_anywhere(log_probabilities: NDArray[np.float64]) -> list[Opening]:
    """Find where a song begins, anywhere, and how long it is, be it heard to its end or not, the likeliest first.

    Which of the first notes are the same as which others is compared with the same of every length's known digits:
    for seventeen notes in ten pitches the chance that another place looks the same is a millionth of a millionth.
    """
    from scipy.optimize import linear_sum_assignment

    lengths, table = _patterns()
    notes = log_probabilities.argmax(axis=1)
    starts = len(notes) - _COMPARED + 1
    if starts < 1:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(notes, _COMPARED)
    alike = _alike(windows)
    found = []
    for first in range(0, starts, 512):
        agreement = alike[first : first + 512] @ table.T
        for row, column in zip(*np.nonzero(agreement >= table.shape[1] * _AGREEMENT), strict=True):
            start, length = first + int(row), int(lengths[column])
            gains = np.maximum(log_probabilities[start:] - np.log(0.1), -3.0)
            for known in known_digits(length):
                votes = np.zeros((10, 10))
                for place, digit in enumerate(known[: len(gains)]):
                    votes[:, int(digit)] += gains[place]
                rows, columns = linear_sum_assignment(-votes)
                score = float(votes[rows, columns].sum())
                found.append(Opening(start, length, known, _told(votes, columns), score))
    sure = {opening for opening in found if opening.score > _EXPLAINED * np.log(10) * len(opening.known)}
    return sorted(sure, key=lambda opening: -opening.score)[:_MOST]


def _told(votes: NDArray[np.float64], columns: NDArray[np.intp]) -> tuple[int, ...]:
    """The digit of each note, if the notes that were heard say anything of that digit."""
    return tuple(int(digit) if votes[:, digit].any() else -1 for digit in columns)


@lru_cache(1)
def _patterns() -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The lengths whose first `_COMPARED` digits are known, and which of these digits are alike: (lengths, pairs)."""
    known = {length: known_digits(length, HEADERS[-1:]) for length in range(60, LONGEST + 1)}
    heads = [(length, text) for length, texts in known.items() for text in texts if len(text) >= _COMPARED]
    digits = np.array([[int(digit) for digit in text[:_COMPARED]] for _, text in heads])
    return np.array([length for length, _ in heads]), _alike(digits)


def _alike(rows: NDArray[np.intp]) -> NDArray[np.float32]:
    """For each row, 1 for each pair of its places that hold the same, else -1: shape (rows, pairs)."""
    one, other = np.triu_indices(_COMPARED, 1)
    return np.where(rows[:, one] == rows[:, other], np.float32(1), np.float32(-1))
