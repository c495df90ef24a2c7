"""A line of notes as a hand is to play it: when, how loud, joined or struck; gently here, in concert in `concert`.

The notes that begin a vibhag are louder or softer, as the tala has it; the bellows swell once in an avartan. No two
notes are alike: each is a little louder or softer, early or late. What varies is drawn from a fixed seed, so that the
same melody is the same line.

Times are in frames.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.melody import Melody
from primesong.sargam.tala import Tala

#: In decibels, up and down: how much the level of notes varies.
_LEVEL_VARIES = 0.5

#: In seconds, early and late: how much their onsets vary.
_ONSET_VARIES = 0.005

#: As a share of the shortest matra: onsets vary by no more, so that a fast song keeps its beat.
_LARGEST_VARIATION = 0.05

#: In decibels: how far the bellows let the level fall in the middle of an avartan.
BELLOWS = 1.5

#: What varies is drawn from this seed.
SEED = 3_600


@dataclass(frozen=True, slots=True)
class Line:
    """Notes as a hand is to play them.

    Parameters
    ----------
    digits : str
        The notes in order, ornaments included.
    onsets : ndarray of int, shape (notes,)
        When each begins.
    levels : ndarray of float32, shape (notes,)
        Factors.
    lifted : ndarray of bool, shape (notes,)
        Whether the finger is lifted before the next one.
    slides : ndarray of int, shape (notes,)
        For how many frames the pitch slides from that of the note before; 0 if it does not.
    times : ndarray, shape (matras + 1,)
        When each matra begins, and when the last one ends.
    """

    digits: str
    onsets: NDArray[np.intp]
    levels: NDArray[np.float32]
    lifted: NDArray[np.bool_]
    slides: NDArray[np.intp]
    times: NDArray[np.float64]

    @property
    def stop(self) -> int:
        """When the last note ends."""
        return round(float(self.times[-1]))


def play_gently(melody: Melody, sample_rate: int, begin: int = 0, bellows: float | None = None) -> Line:
    """Play a melody on its beat from frame `begin` on: a note each matra, struck again if it is repeated, with a breath
    after each avartan; the bellows swell gently, or by this many decibels."""
    digits, tala = melody.played_digits, melody.setting.tala
    times = np.arange(len(digits) + 1, dtype=np.float64) * melody.setting.matra_seconds * sample_rate + begin
    levels = choose_levels(len(digits), tala, BELLOWS if bellows is None else bellows)
    lifted = find_repeated(digits) | find_ends(len(digits), tala)
    return Line(digits, choose_onsets(times, sample_rate), levels, lifted, np.zeros(len(digits), np.intp), times)


def choose_levels(notes: int, tala: Tala, bellows: float) -> NDArray[np.float32]:
    """Choose the level of each note, a factor: the tala's accent, the bellows, and some chance."""
    swell = bellows / 2 * (1 - np.cos(2 * np.pi * np.arange(notes) / tala.matras))
    chance = np.random.default_rng(SEED).uniform(-_LEVEL_VARIES, _LEVEL_VARIES, notes)
    levels = np.resize([accent.decibels for accent in tala.accents], notes) - swell + chance
    return np.asarray(10 ** (levels / 20), dtype=np.float32)


def choose_onsets(times: NDArray[np.float64], sample_rate: int) -> NDArray[np.intp]:
    """Choose when the note of each matra begins: a little early or late, except the first."""
    varies = min(_ONSET_VARIES * sample_rate, _LARGEST_VARIATION * float(np.diff(times).min()))
    chance = np.random.default_rng(SEED + 1).uniform(-varies, varies, len(times) - 1)
    chance[0] = 0
    return np.rint(times[:-1] + chance).astype(np.intp)


def find_repeated(digits: str) -> NDArray[np.bool_]:
    """Find the notes that are played again at once."""
    text = np.frombuffer(digits.encode("ascii"), np.uint8)
    return np.append(text[1:] == text[:-1], False)


def find_ends(notes: int, tala: Tala) -> NDArray[np.bool_]:
    """Find the notes that end an avartan."""
    ends: NDArray[np.bool_] = np.arange(1, notes + 1) % tala.matras == 0
    return ends
