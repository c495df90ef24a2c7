"""The tanpura, synthesized: one turn of its four strings, to be repeated.

A string is plucked and its partials die away; the bridge's thread (jvari) makes each partial bloom later the higher it
is, so that a tanpura's overtones seem to come down to meet the string (C. V. Raman, "On some Indian stringed
instruments", 1921). Sound is made by adding partials; what rings beyond the turn's end is laid over its beginning.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.accompaniment import matras_per_pluck, string_cents, strings
from primesong.sargam.melody import Melody
from primesong.sound.pitch import frequency

#: How many partials a string has.
_PARTIALS = 30

#: As a share of the sample rate: where partials end.
_HIGHEST = 0.4

#: In seconds: how long a string rings.
_RINGING_SECONDS = 6.0

#: In seconds: how long a ringing string takes to be silenced at the end.
_SILENCING_SECONDS = 0.5

#: In seconds: how fast the lowest partial could bloom.
_ATTACK_SECONDS = 0.004

#: In seconds: how much later each partial blooms than the one below.
_BLOOM_SECONDS = 0.02

#: In 1/s: how fast a string dies away, and how much faster each partial than the one below.
_DECAY = (0.7, 0.12)

#: The exponent by which partials weaken upward.
_SLOPE = -0.7

#: In radians from the middle, left to right: where the four strings stand.
_PLACES = (-0.3, 0.1, 0.3, -0.1)


def make_turn(melody: Melody, sample_rate: int) -> NDArray[np.float32]:
    """Make the four strings plucked in turn, shape (frames, 2), at any level; it repeats without a seam."""
    step = matras_per_pluck(melody) * melody.setting.matra_seconds * sample_rate
    frames = round(4 * step)
    mix = np.zeros((frames, 2))
    for place, semitones in enumerate(strings(melody)):
        string = _pluck(frequency(melody.setting.tonic) * 2 ** (string_cents(semitones) / 1200), sample_rate)
        angle = np.pi / 4 + _PLACES[place]
        where = (round(place * step) + np.arange(len(string))) % frames
        for channel, share in enumerate((np.cos(angle), np.sin(angle))):
            mix[:, channel] += np.bincount(where, string * share, frames)
    return mix.astype(np.float32)


def _pluck(pitch: float, sample_rate: int) -> NDArray[np.float64]:
    """Make one pluck of a string of `pitch` Hz."""
    time = np.arange(int(_RINGING_SECONDS * sample_rate)) / sample_rate
    sound = np.zeros(len(time))
    for partial in range(1, _PARTIALS + 1):
        if partial * pitch > _HIGHEST * sample_rate:
            break
        bloom = 1 - np.exp(-time / (_ATTACK_SECONDS + _BLOOM_SECONDS * partial))
        decay = np.exp(-time * (_DECAY[0] + _DECAY[1] * partial))
        sound += partial**_SLOPE * bloom * decay * np.sin(2 * np.pi * partial * pitch * time + partial**2)
    return sound * np.clip((_RINGING_SECONDS - time) / _SILENCING_SECONDS, 0, 1)
