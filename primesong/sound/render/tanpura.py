"""The tanpura, synthesised: one turn of its four strings, to be repeated.

A string is plucked and its partials die away; the bridge's thread (jvari) makes each partial bloom later the higher it
is, so that a tanpura's overtones seem to come down to meet the string (C. V. Raman, "On some Indian stringed
instruments", 1921). Sound is made by adding partials: what rings beyond the turn's end is laid over its beginning.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.accompaniment import matras_a_pluck, string_cents, strings
from primesong.sargam.melody import Melody
from primesong.sound.pitch import frequency

_PARTIALS = 30
_HIGHEST = 0.4  # of the sample rate
_RINGING_SECONDS = 6.0
_BLOOM_SECONDS = 0.02  # how much later each partial blooms than the one below
_PLACES = (-0.3, 0.1, 0.3, -0.1)  # left to right, in radians from the middle


def turn(melody: Melody, sample_rate: int) -> NDArray[np.float32]:
    """Make the four strings plucked in turn, shape (frames, 2), at any level; it repeats without a seam."""
    step = matras_a_pluck(melody) * melody.setting.matra_seconds * sample_rate
    frames = round(4 * step)
    mix = np.zeros((frames, 2))
    for place, semitones in enumerate(strings(melody)):
        pitch = frequency(melody.setting.tonic) * 2 ** (string_cents(semitones) / 1200)
        string = _string(pitch, sample_rate)
        angle = np.pi / 4 + _PLACES[place]
        onset = round(place * step)
        where = (onset + np.arange(len(string))) % frames
        for channel, share in enumerate((np.cos(angle), np.sin(angle))):
            mix[:, channel] += np.bincount(where, string * share, frames)
    return mix.astype(np.float32)


def _string(pitch: float, sample_rate: int) -> NDArray[np.float64]:
    """Make one pluck of a string of `pitch` Hz."""
    time = np.arange(int(_RINGING_SECONDS * sample_rate)) / sample_rate
    sound = np.zeros(len(time))
    for partial in range(1, _PARTIALS + 1):
        if partial * pitch > _HIGHEST * sample_rate:
            break
        bloom = 1 - np.exp(-time / (0.004 + _BLOOM_SECONDS * partial))
        decay = np.exp(-time * (0.7 + 0.12 * partial))
        sound += partial**-0.7 * bloom * decay * np.sin(2 * np.pi * partial * pitch * time + partial**2)
    return sound * np.clip((_RINGING_SECONDS - time) / 0.5, 0, 1)
