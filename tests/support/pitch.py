"""Measure pitch, in Hz and in cents, by spectra: without our own measuring of pitch."""

import numpy as np

#: The length of the shortest spectra: 0.17 Hz a bin at 44,100 Hz; the parabola through a peak finds a hundredth of it.
SIZE = 1 << 18


def measure_partial(samples: np.ndarray, near: float, width: float = 0.015, sample_rate: int = 44_100) -> float:
    """Return the frequency of the strongest partial within a share `width` of `near`, both in Hz."""
    size = max(SIZE, 1 << len(samples).bit_length())
    spectrum = np.abs(np.fft.rfft(samples * np.blackman(len(samples)), size))
    low, high = (int(near * factor * size / sample_rate) for factor in (1 - width, 1 + width))
    top = low + int(np.argmax(spectrum[low : high + 1]))
    before, at, after = np.log(spectrum[top - 1 : top + 2])
    return (top + 0.5 * (before - after) / (before - 2 * at + after)) * sample_rate / size


def cents(found: float, expected: float) -> float:
    """Return how far one frequency lies above another, in cents."""
    return 1200 * np.log2(found / expected)
