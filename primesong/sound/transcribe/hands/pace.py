"""Follow the pace of a person who plays: a tempo that wanders, a breath, a note that is held.

Input: `Segments`. Output: `Pace`.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.clicks import MEDIAN
from primesong.sound.transcribe.hands.segments import Pace, Segments
from primesong.sound.transcribe.onsets import FRAME_RATE

#: In seconds: how long notes last before anything is known, as at the default tempo.
_FIRST_SECONDS = 0.25

#: The standard deviation of the logarithm of a note's length before anything is known: about from half to twice of it.
_FIRST_SPREAD = 0.6

#: Over how many notes the pace is averaged: fewer follow a player closely, more hold against mistakes.
_AROUND = 15

#: Lengths whose logarithm is farther from the pace are not the pace's: held notes, breaths, mistakes.
_OUTLYING = 0.35

#: The spread that is measured, of the notes that were found, is too small by this ratio: those were chosen by it.
_CHOSEN = 1.2


def first_pace(frames: int) -> Pace:
    """Return what is known of the pace before any note is found."""
    return Pace(np.full(frames, np.log(_FIRST_SECONDS * FRAME_RATE)), _FIRST_SPREAD)


def follow_pace(notes: Segments, frames: int) -> Pace:
    """Follow the pace of notes through the frames; no finer than by a frame in a note's length."""
    lengths = np.log(notes.lengths)
    median = np.median(_windows(lengths), axis=1)
    usual = np.abs(lengths - median) < _OUTLYING
    weights = np.hanning(_AROUND + 2)[1:-1] * _windows(usual)
    total = weights.sum(axis=1)
    mean = (weights * _windows(lengths)).sum(axis=1) / np.maximum(total, 1e-9)
    smooth = np.where(total > 1, mean, median)
    spread = _CHOSEN * float(np.median(np.abs(lengths - smooth))) / MEDIAN
    local = np.interp(np.arange(frames), (notes.starts + notes.stops) / 2, smooth)
    return Pace(local, max(spread, float(np.exp(-np.median(smooth)))))


def _windows(values: NDArray[np.float64] | NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the values around each, shape (values, `_AROUND`), mirrored at the ends."""
    padded = np.pad(values.astype(np.float64), _AROUND // 2, mode="symmetric")
    return np.lib.stride_tricks.sliding_window_view(padded, _AROUND)
