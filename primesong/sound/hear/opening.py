"""Find where a song begins in a transcription, and which note is which digit.

A payload begins with gzip's known header, so the number of digits fixes the first ones: seventeen for eight known
bytes, more for ten. For every place where the song could begin and every length that it could have, the Hungarian
method finds the assignment of digits to notes that explains the opening best; a wrong note or two does no harm. Only
two lengths in five can be a gzip member's at all.

Input: log-probabilities, shape (slots, 10), natural logarithms. Output: `Opening`, the likeliest first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from math import log, perm

import numpy as np
from numpy.typing import NDArray

from primesong.number.header import HEADERS, list_openings
from primesong.sound.transcribe.note_model import NOTES
from primesong.sound.transcribe.spectra import ROWS

#: How far the song's first and last slots may lie from where they are heard.
SLACK = 8

#: The shortest song that is sought, in notes: the payload of an empty program has more.
_SHORTEST = 60

#: The longest song that is sought where its end is not heard, in notes: fifty minutes.
_LONGEST = 12_000

#: How much more than chance an opening must explain to be one, in nats: one recording in twenty has its like by chance.
_BEYOND_CHANCE = 3.0

#: How many openings are attempted at most.
_MOST = 24

#: How many first digits are compared where neither start nor end of the song is known: as many as the eight header
#: bytes fix for nearly every length.
_COMPARED = 15

#: How far two patterns of equal notes must agree, 1 being wholly; one wrong note of fifteen spoils a tenth of the pairs
#: that it is in.
_AGREEMENT = 0.9


@dataclass(frozen=True, slots=True)
class Opening:
    """A way to read a song.

    Attributes
    ----------
    start : int
        The slot of the first note.
    length : int
        How many notes the number has.
    known : str
        The first digits, which gzip's header fixes.
    digits : tuple of int
        The digit of each note, in ascending order of pitch; -1 where the opening does not tell.
    score : float
        How much better than chance it explains the notes, in nats.
    """

    start: int
    length: int
    known: str
    digits: tuple[int, ...]
    score: float

    def is_likely(self, places: int) -> bool:
        """Tell whether it explains more than the best of this many places would by chance: of random notes, the best of
        some ways to read them explains the logarithm of their number. The ways are places, and digits for notes."""
        chance = log(places) + log(perm(len(self.digits), len(set(self.known))))
        return self.score > chance + _BEYOND_CHANCE

    @property
    def is_certain(self) -> bool:
        """Tell whether it can hardly be chance, wherever it stands and whatever its length."""
        return self.is_likely(_LONGEST * len(_patterns()[0]))

    def readings(self) -> Iterator[tuple[int, ...]]:
        """Yield every full assignment of digits to notes that this opening leaves open."""
        free = [note for note, digit in enumerate(self.digits) if digit < 0]
        unused = [digit for digit in range(10) if digit not in self.digits]
        for order in permutations(unused):
            full = list(self.digits)
            for note, digit in zip(free, order, strict=True):
                full[note] = digit
            yield tuple(full)


def find_openings(log_probabilities: NDArray[np.float64], first: int, last: int) -> list[Opening]:
    """Find where a song begins that is heard between two slots, its start being within `SLACK` of the first; of what is
    heard after it, twice as much may be noise."""
    slots = len(log_probabilities)
    starts = range(max(0, first - SLACK), min(first + SLACK + 1, slots))
    places = [
        (start, stop - start)
        for start in starts
        for stop in range(max(start + _SHORTEST, last - 2 * SLACK), min(last + SLACK, slots) + 1)
    ]
    return _rank(one for one in _fit_all(log_probabilities, places) if one.is_likely(len(places)))


def find_openings_anywhere(log_probabilities: NDArray[np.float64]) -> list[Opening]:
    """Find where a song begins, anywhere, and how long it is, whether it is heard to its end or not.

    Which of the first notes are the same as which others is compared with the same of every length's known digits: for
    seventeen notes in ten pitches the chance that another place looks the same is a millionth of a millionth.
    """
    lengths, table = _patterns()
    notes = log_probabilities.argmax(axis=1)
    if len(notes) < _COMPARED:
        return []
    alike = _compare(np.lib.stride_tricks.sliding_window_view(notes, _COMPARED))
    places = []
    for first in range(0, len(alike), ROWS):
        agreement = alike[first : first + ROWS] @ table.T
        rows, columns = np.nonzero(agreement >= table.shape[1] * _AGREEMENT)
        places += [(first + int(row), int(lengths[column])) for row, column in zip(rows, columns, strict=True)]
    compared = len(alike) * len(lengths)
    return _rank({one for one in _fit_all(log_probabilities, places) if one.is_likely(compared)})


def _fit_all(log_probabilities: NDArray[np.float64], places: Iterable[tuple[int, int]]) -> Iterator[Opening]:
    """Yield the openings at these starts, of songs of these lengths, for every header."""
    most = log(NOTES)
    # no slot counts more against an opening than one can for it: one that is misheard must not outvote the rest
    gains = np.maximum(log_probabilities + most, -most)
    for start, length in places:
        for known in list_openings(length):
            yield _fit(gains[start : start + len(known)], start, length, known)


def _fit(gains: NDArray[np.float64], start: int, length: int, known: str) -> Opening:
    """Assign digits to notes so that the known digits explain the first notes best."""
    from scipy.optimize import linear_sum_assignment

    digits = np.frombuffer(known.encode(), np.uint8)[: len(gains)] - ord("0")
    votes = gains.T @ np.eye(NOTES)[digits]
    rows, columns = linear_sum_assignment(-votes)
    assigned = tuple(np.where(votes.any(axis=0), range(NOTES), -1)[columns].tolist())
    return Opening(start, length, known, assigned, float(votes[rows, columns].sum()))


def _rank(openings: Iterable[Opening]) -> list[Opening]:
    """Return the likeliest openings, the likeliest first."""
    return sorted(openings, key=lambda opening: -opening.score)[:_MOST]


@lru_cache(1)
def _patterns() -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the lengths whose first digits are known, and which of these are alike, shape (lengths, pairs)."""
    known = {length: list_openings(length, HEADERS[-1:]) for length in range(_SHORTEST, _LONGEST + 1)}
    heads = [(length, text) for length, texts in known.items() for text in texts if len(text) >= _COMPARED]
    digits = np.array([[int(digit) for digit in text[:_COMPARED]] for _, text in heads])
    return np.array([length for length, _ in heads]), _compare(digits)


def _compare(rows: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return for each row 1 for each pair of its places that hold the same, else -1: shape (rows, pairs)."""
    one, other = np.triu_indices(_COMPARED, 1)
    return np.where(rows[:, one] == rows[:, other], np.float32(1), np.float32(-1))
