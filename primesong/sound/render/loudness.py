"""Loudness: the level at which every song is written.

Integrated loudness after ITU-R BS.1770 / EBU R 128, by pyloudnorm, in LUFS; peaks in decibels of full scale. Samples
are float32 within ±1, shape (frames, channels).
"""

import math

import numpy as np
import soxr
from numpy.typing import NDArray

#: In LUFS: the usual level of music and speech on the web (AES TD1008).
LOUDNESS = -16.0

#: In dB of full scale, as EBU R 128 asks.
PEAK_CEILING = -1.0

#: In dB of full scale: from here on peaks are bent.
_KNEE = -3.0

#: As a ratio, 0.3 dB: what a bent peak may reach between samples beyond what it reaches in them.
_BETWEEN_SAMPLES = 1.035

#: Notes enough to tell a song's loudness: 30 s at the default tempo.
_TYPICAL_NOTES = 120

#: In frames: how much is oversampled at a time.
_PART = 1 << 18

#: In seconds: BS.1770 measures in blocks of this length.
_SHORTEST_SECONDS = 0.4

#: BS.1770, annex 2, measures peaks between samples by oversampling this many times.
_OVERSAMPLING = 4


def to_ratio(decibels: float) -> float:
    """Return the ratio of amplitudes of a level in decibels."""
    return float(10 ** (decibels / 20))


def gain_for(samples: NDArray[np.float32], sample_rate: int, peak: float) -> float:
    """Find the factor that brings sound to `LOUDNESS`, or as near to it as `PEAK_CEILING` allows.

    Parameters
    ----------
    samples : ndarray, shape (frames, channels)
        Typical of the whole.
    sample_rate : int
        In Hz.
    peak : float
        What the whole reaches; 0 for silence, which stays as it is.
    """
    if peak == 0:
        return 1.0
    return min(to_ratio(LOUDNESS - loudness(samples, sample_rate)), to_ratio(PEAK_CEILING) / peak)


def loudness(samples: NDArray[np.float32], sample_rate: int) -> float:
    """Measure integrated loudness in LUFS, -inf for silence; what is too short to measure is repeated."""
    from pyloudnorm import Meter

    repeats = math.ceil(_SHORTEST_SECONDS * sample_rate / len(samples)) + 1
    return float(Meter(sample_rate).integrated_loudness(np.tile(samples, (repeats, 1)) if repeats > 2 else samples))


def true_peak(samples: NDArray[np.float32]) -> float:
    """Measure the level that samples reach, or would reach between them."""
    if not len(samples):
        return 0.0
    parts = np.array_split(samples, len(samples) // _PART + 1)
    return float(max(np.abs(soxr.resample(part, 1, _OVERSAMPLING)).max() for part in parts))


def limit(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bend what comes near `PEAK_CEILING`, so that nothing goes beyond."""
    knee, ceiling = to_ratio(_KNEE), to_ratio(PEAK_CEILING) / _BETWEEN_SAMPLES
    beyond = np.maximum(np.abs(samples) - knee, 0)
    if not beyond.any():
        return samples
    bent = np.minimum(np.abs(samples), knee) + (ceiling - knee) * np.tanh(beyond / (ceiling - knee))
    return np.asarray(np.copysign(bent, samples), dtype=np.float32)


def typical_places(notes: int) -> list[int]:
    """Choose notes from all over a song, enough to tell its loudness."""
    return sorted(set(np.linspace(0, notes - 1, _TYPICAL_NOTES).astype(int).tolist()))
