"""Look at a recording every 12 ms: the spectrum of each moment, how loud it is, and how it changes.

Frames are those of `onsets`: frame i is centered on i / `FRAME_RATE` seconds. Nothing here depends on a beat.

Input: a signal as in `signal`. Output: `Frames`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.onsets import FRAME_RATE, HOP, WINDOW, Curve, cut_frames, measure_onsets
from primesong.sound.transcribe.signal import LOWEST, RATE, STRONGEST, Signal
from primesong.sound.transcribe.spectra import ROWS, Spectra

#: How many frames a note takes to begin, and hold something of its neighbor at either end: 46 ms.
EDGE = 4

#: How much earlier a room's echo of a frame sounded, in frames: 140 ms, by when a note has begun to fill the window.
_ECHO = 12

#: The ratio of the power of then that is taken for its echo; a note that is held loses as much, and keeps its spectrum.
_ECHOED = 0.6

#: What is added to the power, as a ratio of its mean, 25 dB down: so that what is as good as silent says nothing.
_SILENCE = 3e-3

#: The bins of 43 Hz with which the octaves begin; the first holds what lies below 129 Hz, too.
_OCTAVES = (1, 3, 6, 12, 24, 48)


@dataclass(frozen=True, slots=True)
class Frames:
    """What is seen of a recording, frame by frame.

    Attributes
    ----------
    spectra : Spectra
        One row a frame, less the echo of what sounded before.
    level : ndarray, shape (frames,)
        The natural logarithm of the power, its median 0.
    fresh : ndarray, shape (frames,)
        The same of the power less its echo: low in a pause, however long a room keeps sounding.
    change : ndarray, shape (frames,)
        How much the spectrum changes: the onset curve.
    octaves : ndarray, shape (frames, 6), float32
        The power of each octave in the 23 ms around the frame, which a key is up between two notes.
    broken : ndarray, shape (frames,), float32
        How far the waves of these 23 ms are from going on as they did: from 0 to 2, as a ratio of their size.
    """

    spectra: Spectra
    level: NDArray[np.float64]
    fresh: NDArray[np.float64]
    change: Curve
    octaves: NDArray[np.float32]
    broken: NDArray[np.float32]


def see_frames(signal: Signal) -> Frames:
    """Look at every frame of a signal. Raises `SongError` if it is nothing but noise."""
    change = measure_onsets(signal)
    spectra = _transform(signal, len(change))
    level = _measure_level(spectra)
    _remove_echo(spectra.power)
    fresh = _measure_level(spectra)
    spectra.power[:] += _SILENCE * spectra.power.mean(dtype=np.float64)
    return Frames(spectra, level, fresh, change, *_measure_octaves(signal, len(change)))


def to_seconds(frames: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return when frames are."""
    seconds: NDArray[np.float64] = frames / FRAME_RATE
    return seconds


def _transform(signal: Signal, count: int) -> Spectra:
    """Return the power of each frame at each frequency."""
    from scipy.fft import rfft

    window = np.hanning(WINDOW + 2)[1:-1].astype(np.float32)
    frequencies: NDArray[np.float64] = np.fft.rfftfreq(WINDOW, 1 / RATE).astype(np.float64)
    kept = (frequencies >= LOWEST) & (frequencies <= STRONGEST)
    power = np.empty((count, int(kept.sum())), np.float32)
    for first in range(0, count, ROWS):
        rows = np.arange(first, min(first + ROWS, count))
        bins = rfft(cut_frames(signal, rows) * window, axis=1)[:, kept]
        power[rows] = bins.real**2 + bins.imag**2
    return Spectra(power, frequencies[kept])


def _measure_level(spectra: Spectra) -> NDArray[np.float64]:
    """Return the logarithm of the power of each frame, its median 0."""
    power = spectra.power.sum(axis=1, dtype=np.float64)
    level = np.log(power + power.mean() * _SILENCE)
    centered: NDArray[np.float64] = level - np.median(level)
    return centered


def _remove_echo(power: NDArray[np.float32]) -> None:
    """Take from each frame, in place, what a room may have kept of one before."""
    for last in range(len(power), _ECHO, -ROWS):
        first = max(_ECHO, last - ROWS)
        power[first:last] -= np.minimum(power[first:last], _ECHOED * power[first - _ECHO : last - _ECHO])


def _measure_octaves(signal: Signal, count: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the power of each octave in the 23 ms around each frame, and how far its waves are from going on as they
    did in the two frames before: from 0 to 2, as a ratio of their size."""
    from scipy.fft import rfft

    size = 2 * HOP
    window = np.hanning(size + 2)[1:-1].astype(np.float32)
    padded = np.pad(signal, (3 * HOP, count * HOP - len(signal)))
    pieces = np.lib.stride_tricks.sliding_window_view(padded, size)[::HOP]
    octaves = np.empty((count, len(_OCTAVES)), np.float32)
    broken, least = np.empty(count, np.float32), np.abs(signal).max() * np.finfo(np.float32).eps
    for first in range(0, count, ROWS):
        last = min(first + ROWS, count)
        waves = rfft(pieces[first : last + 2] * window, axis=1)
        heights = np.abs(waves)
        turns = waves / np.maximum(heights, least)
        onward = heights[1:-1] * turns[1:-1] ** 2 * turns[:-2].conj()
        broken[first:last] = np.abs(waves[2:] - onward).sum(axis=1) / np.maximum(heights[2:].sum(axis=1), least)
        octaves[first:last] = np.add.reduceat(np.square(heights[2:]), _OCTAVES, axis=1)
    return octaves, broken
