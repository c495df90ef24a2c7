"""Loudness: the level at which every song is written.

Integrated loudness after ITU-R BS.1770 / EBU R 128, by pyloudnorm, in LUFS; peaks in decibels of full scale.
"""

import math

import numpy as np
import soxr
from numpy.typing import NDArray

LOUDNESS = -16.0  # LUFS, the usual level of music and speech on the web (AES TD1008)
PEAK_CEILING = -1.0  # dB of full scale, as EBU R 128 asks

_TYPICAL_NOTES = 120
_PART = 1 << 18  # frames oversampled at a time
_SHORTEST_SECONDS = 0.4  # BS.1770 measures in blocks of this length


def gain_for(samples: NDArray[np.float32], sample_rate: int, peak: float) -> float:
    """Give the factor that brings samples (frames, channels), typical of a whole that reaches `peak`, to `LOUDNESS`, or
    as near to it as `PEAK_CEILING` allows; 1 for silence."""
    if peak == 0:
        return 1.0
    gain = 10 ** ((LOUDNESS - loudness(samples, sample_rate)) / 20)
    return float(min(gain, 10 ** (PEAK_CEILING / 20) / peak))


def loudness(samples: NDArray[np.float32], sample_rate: int) -> float:
    """Measure integrated loudness in LUFS, -inf for silence; what is too short to measure is repeated."""
    from pyloudnorm import Meter

    repeats = math.ceil(_SHORTEST_SECONDS * sample_rate / len(samples)) + 1
    return float(Meter(sample_rate).integrated_loudness(np.tile(samples, (repeats, 1)) if repeats > 2 else samples))


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
