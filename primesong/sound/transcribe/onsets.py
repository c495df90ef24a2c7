"""Measure how much the spectrum of a signal changes at each moment: the onset curve, which swells where notes begin.

Each frequency counts as much as it stands out of the noise, so that the curve of a melody under noise stays the
melody's.

Input: a signal as in `signal`. Output: `Curve`, ndarray, shape (frames,), float32, `FRAME_RATE` frames a second, mean
zero, its strength evened out; frame i is centered on i / `FRAME_RATE` seconds.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.sound.transcribe.signal import CLEANEST, FAINTEST, LOWEST, RATE, Signal
from primesong.sound.transcribe.spectra import ROWS, SAMPLED

Curve = NDArray[np.float32]

#: The window of a frame, in samples: 93 ms, which tells the lowest notes' partials apart.
WINDOW = 1024

#: From one frame to the next, in samples: 12 ms.
HOP = 128

#: Frames of a curve a second.
FRAME_RATE = RATE / HOP

#: Between the two frames that are compared, in frames: 70 ms, most of a window.
_LAG = 6

#: The share of a bin's frames that are taken to be noise alone.
_QUIET = 0.2

#: Bins that count less than this ratio of the one that counts most are left out: they cost time and add nothing.
_LEAST_WEIGHT = 0.02

#: The highest bins, from 5,300 Hz on, hold the slope of resampling filters.
_SLOPE = 20

#: The window in which the curve's strength is evened out, in seconds.
_EVEN_SECONDS = 8

#: A passage whose curve is weaker than this ratio of the strongest is a pause, and not raised any further.
_QUIETEST = 0.05


def measure_onsets(signal: Signal) -> Curve:
    """Measure the onset curve of a signal. Raises `SongError` if it is nothing but noise."""
    from scipy.fft import rfft

    window = np.hanning(WINDOW).astype(np.float32)
    count = len(signal) // HOP + 1
    kept, weight, scale = _weigh_bins(signal, window, count)
    curve = np.zeros(count, np.float32)
    for start in range(0, count, ROWS):
        first = max(0, start - _LAG)
        frames = cut_frames(signal, np.arange(first, min(start + ROWS + _LAG, count))) * window
        bins = rfft(frames, axis=1)[:, kept]
        loudness = np.log1p((bins.real**2 + bins.imag**2).astype(np.float32) * scale)
        change = np.abs(loudness[_LAG:] - loudness[:-_LAG]) @ weight
        middle = first + _LAG // 2
        curve[middle : middle + len(change)] = change
    return _even_out(curve - curve.mean())


def _weigh_bins(
    signal: Signal, window: Signal, count: int
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]:
    """Return which bins stand out of the noise, how much each counts, and by what its power is multiplied."""
    from scipy.fft import rfft
    from scipy.special import exp1

    sample = cut_frames(signal, np.arange(0, count, max(1, count // SAMPLED)))
    power = np.abs(rfft(sample * window, axis=1)) ** 2
    # of noise alone, power is exponentially distributed, and the mean of ln(1 + power) is e E1(1)
    noise = np.quantile(power, _QUIET, axis=0) / -np.log1p(-_QUIET)
    noise = np.maximum(noise, np.maximum(power.mean(axis=0) * CLEANEST, power.mean() * FAINTEST))
    salience = np.log1p(power / noise).mean(axis=0) - np.e * exp1(1)
    weight = (np.maximum(salience, 0) / noise.size).astype(np.float32)
    frequencies = np.fft.rfftfreq(WINDOW, 1 / RATE)
    weight[frequencies < LOWEST] = 0
    kept = np.flatnonzero(weight > weight.max() * _LEAST_WEIGHT)
    kept = kept[kept < noise.size - _SLOPE]
    if not kept.size:
        raise SongError("no song found: nothing but noise is heard")
    return kept, weight[kept], (1 / noise[kept]).astype(np.float32)


def cut_frames(signal: Signal, numbers: NDArray[np.intp]) -> Signal:
    """Return the frames of these numbers, each centered on its number times `HOP` samples; silence beyond the ends."""
    places = numbers * HOP - WINDOW // 2
    frames = np.zeros((len(places), WINDOW), np.float32)
    inside = (places >= 0) & (places + WINDOW <= len(signal))
    frames[inside] = np.lib.stride_tricks.sliding_window_view(signal, WINDOW)[places[inside]]
    for row in np.flatnonzero(~inside):
        first, last = max(0, places[row]), min(len(signal), places[row] + WINDOW)
        frames[row, first - places[row] : last - places[row]] = signal[first:last]
    return frames


def _even_out(curve: Curve) -> Curve:
    """Divide a curve by its own strength over `_EVEN_SECONDS`."""
    span = min(int(_EVEN_SECONDS * FRAME_RATE), len(curve))  # a longer kernel would make "same" the kernel's length
    strength = np.sqrt(np.convolve(curve**2, np.full(span, 1 / span), "same"))
    even: Curve = (curve / np.maximum(strength, strength.max() * _QUIETEST)).astype(np.float32)
    return even
