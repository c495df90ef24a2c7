"""Loudness: the level at which every song is written.

Integrated loudness after ITU-R BS.1770 / EBU R 128, by pyloudnorm, in LUFS; peaks in decibels of full scale.
"""

import math

import numpy as np
from numpy.typing import NDArray

LOUDNESS = -16.0  # LUFS, the usual level of music and speech on the web (AES TD1008)
PEAK_CEILING = -1.0  # dB of full scale, as EBU R 128 asks

_TYPICAL_NOTES = 400
_SHORTEST_SECONDS = 0.4  # BS.1770 measures in blocks of this length


def gain_for(samples: NDArray[np.float32], sample_rate: int) -> float:
    """Give the factor that brings samples (frames, channels), typical of the whole, to `LOUDNESS`, or as near to it as
    `PEAK_CEILING` allows; 1 for silence."""
    from pyloudnorm import Meter

    peak = float(np.abs(samples).max(initial=0.0))
    if peak == 0:
        return 1.0
    repeats = math.ceil(_SHORTEST_SECONDS * sample_rate / len(samples)) + 1
    loudness = Meter(sample_rate).integrated_loudness(np.tile(samples, (repeats, 1)) if repeats > 2 else samples)
    gain = 10 ** ((LOUDNESS - loudness) / 20) if math.isfinite(loudness) else math.inf
    return float(min(gain, 10 ** (PEAK_CEILING / 20) / peak))


def typical_places(notes: int) -> list[int]:
    """Choose notes from all over a song of so many, enough to tell its loudness: 100 s of them at the usual tempo."""
    return sorted(set(np.linspace(0, notes - 1, _TYPICAL_NOTES).astype(int).tolist()))
