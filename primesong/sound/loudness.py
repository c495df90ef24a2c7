"""Loudness: the level at which every song is written.

Integrated loudness after ITU-R BS.1770-5 / EBU R 128, in LUFS, of one channel or two; peaks in decibels of full scale.
The libraries that measure it take longer to be imported (scipy.signal) than a song takes to be made, and a song is to
sound at once: so it is done here, by numpy alone.
"""

import math

import numpy as np
import soxr
from numpy.typing import NDArray

LOUDNESS = -16.0  # LUFS, the usual level of music and speech on the web (AES TD1008)
PEAK_CEILING = -1.0  # dB of full scale, as EBU R 128 asks

_TYPICAL_NOTES = 120
_PART = 1 << 18  # frames oversampled at a time

#: BS.1770-5, annex 1: blocks of four steps, one step apart; those below the gates (LUFS, LU) do not count.
_STEP_SECONDS, _STEPS = 0.1, 4
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0

#: The K-weighting's two filters, of which the standard gives the coefficients at 48 kHz: a shelf (Hz, Q, the gain above
#: it, and in its middle) and a high pass (Hz, Q). The weighting is 1 at the pitch at which it is calibrated, in Hz.
_SHELF_HERTZ, _SHELF_Q, _SHELF_GAIN, _SHELF_MIDDLE = 1681.974450955533, 0.7071752369554196, 1.584864701, 1.258720930
_HIGH_PASS_HERTZ, _HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773
_CALIBRATED_HERTZ = 997.0

#: The weighting has forgotten what is longer ago, in seconds: the high pass falls by a factor of e in 4 ms.
_MEMORY_SECONDS = 0.2


def gain_for(samples: NDArray[np.float32], sample_rate: int, peak: float) -> float:
    """Give the factor that brings samples (frames, channels), typical of a whole that reaches `peak`, to `LOUDNESS`, or
    as near to it as `PEAK_CEILING` allows; 1 for silence."""
    if peak == 0:
        return 1.0
    gain = 10 ** ((LOUDNESS - loudness(samples, sample_rate)) / 20)
    return float(min(gain, 10 ** (PEAK_CEILING / 20) / peak))


def loudness(samples: NDArray[np.float32], sample_rate: int) -> float:
    """Measure integrated loudness in LUFS, -inf for silence; what is too short to measure is repeated."""
    step = round(_STEP_SECONDS * sample_rate)
    repeats = math.ceil(_STEPS * step / len(samples)) + 1
    power = _weighted_power(np.tile(samples, (repeats, 1)) if repeats > 2 else samples, sample_rate)
    steps = power[: len(power) // step * step].reshape(-1, step).sum(axis=1)
    blocks = np.convolve(steps, np.ones(_STEPS), "valid") / (_STEPS * step)
    loud = blocks[blocks > 10 ** (_ABSOLUTE_GATE / 10)]
    if not len(loud):
        return -math.inf
    return float(10 * np.log10(loud[loud > 10 ** (_RELATIVE_GATE / 10) * loud.mean()].mean()))


def _weighted_power(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float64]:
    """Give the power of each frame of samples (frames, channels) as the ear weighs it, part by part in the frequency
    domain, each with what the weighting remembers of the one before."""
    memory = round(_MEMORY_SECONDS * sample_rate)
    size = 1 << (memory.bit_length() + 2)  # a power of two, which is fast, and mostly new
    weights = _k_weighting(np.fft.rfftfreq(size, 1 / sample_rate), sample_rate)
    power = np.zeros(len(samples) + size)
    for channel in samples.T:
        padded = np.pad(channel, (memory, size))
        for start in range(0, len(samples), size - memory):
            part = np.fft.irfft(np.fft.rfft(padded[start : start + size]) * weights, size)[memory:]
            power[start : start + len(part)] += part**2
    return power[: len(samples)]


def _k_weighting(hertz: NDArray[np.floating], sample_rate: int) -> NDArray[np.complex128]:
    """Give what the K-weighting makes of frequencies, as the bilinear transform of its analogue filters has it."""
    bent = 1j * np.tan(np.pi * np.append(hertz, _CALIBRATED_HERTZ) / sample_rate)
    shelf, low = (bent / math.tan(math.pi * corner / sample_rate) for corner in (_SHELF_HERTZ, _HIGH_PASS_HERTZ))
    response = (_SHELF_GAIN * shelf**2 + _SHELF_MIDDLE * shelf / _SHELF_Q + 1) / (shelf**2 + shelf / _SHELF_Q + 1)
    response *= low**2 / (low**2 + low / _HIGH_PASS_Q + 1)
    return np.asarray(response[:-1] / abs(response[-1]))


def true_peak(samples: NDArray[np.float32]) -> float:
    """Measure the level that samples (frames, channels) reach, or would between them: oversampled four times, as in
    BS.1770, annex 2."""
    if not len(samples):
        return 0.0
    return float(
        max(np.abs(soxr.resample(part, 1, 4)).max() for part in np.array_split(samples, len(samples) // _PART + 1))
    )


def typical_places(notes: int) -> list[int]:
    """Choose notes from all over a song of so many, enough to tell its loudness: 30 s of them at the usual tempo."""
    return sorted(set(np.linspace(0, notes - 1, _TYPICAL_NOTES).astype(int).tolist()))
