"""The tanpura, synthesized: its four strings plucked for a time, or some turns of them, to be repeated.

A string is plucked and its partials die away. The bridge's thread (jvari) lets the string graze it: energy gathers in a
band of partials that comes down from the highest to the lowest ones in a second or two, and each blooms as the band
passes (C. V. Raman, "On some Indian stringed instruments", 1921; M. van Walstijn, J. Bridges, S. Mehes, "A real-time
synthesis oriented tanpura model", 2016). The two strings on Sa (jod) are a cent apart and beat; no pluck is quite in
time, or as strong as another. Sound is made by adding partials; what rings beyond the end of turns that are repeated is
laid over the beginning.
"""

import functools
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.accompaniment import STRINGS, matras_per_pluck, string_cents, strings
from primesong.sargam.melody import Melody
from primesong.sound.pitch import frequency
from primesong.sound.render.accompanists.part import Event, Part, place

#: How many partials a string has.
_PARTIALS = 30

#: As a share of the sample rate: where partials end.
_HIGHEST = 0.4

#: In seconds: how long a string rings.
_RINGING_SECONDS = 6.0

#: In seconds: how long a ringing string takes to be silenced at the end.
_SILENCING_SECONDS = 0.5

#: In seconds: how long a pluck takes to be heard.
_ATTACK_SECONDS = 0.004

#: In 1/s: how fast a string dies away, and how much faster each partial than the one below.
_DECAY = (0.45, 0.03)

#: The exponent by which partials weaken upward, apart from the band.
_SLOPE = -1.0

#: Partials: where the band begins, and where it ends.
_BAND = (26.0, 4.0)

#: In seconds: how fast the band comes down.
_DESCENT_SECONDS = 0.7

#: In octaves: how wide the band is.
_BAND_OCTAVES = 0.5

#: How strong the band is, beside the lowest partial.
_BAND_LEVEL = 0.5

#: In cents: how far apart the two strings on Sa are.
_JOD_CENTS = 1.0

#: In seconds, early and late: how much plucks vary.
_PLUCK_VARIES = 0.015

#: In decibels, up and down: how much their strength varies.
_STRENGTH_VARIES = 0.8

#: What varies is drawn from this seed, so that the same melody is the same sound.
_SEED = 4

#: In radians from the middle, left to right: where the four strings stand.
_PLACES = (-0.3, 0.1, 0.3, -0.1)


def make_turn(melody: Melody, sample_rate: int, turns: int = 1) -> NDArray[np.float32]:
    """Make some turns of the four strings, shape (frames, 2), at any level; they repeat without a seam."""
    step = matras_per_pluck(melody) * melody.setting.matra_seconds * sample_rate
    frames, chance = round(STRINGS * turns * step), np.random.default_rng(_SEED)
    mix = np.zeros((frames, 2))
    for string, cents in enumerate(_tune(melody)):
        sound = _pluck(frequency(melody.setting.tonic) * 2 ** (cents / 1200), sample_rate)
        angle = np.pi / 4 + _PLACES[string]
        for turn in range(turns):
            late, louder = chance.uniform(-1, 1, 2) * (_PLUCK_VARIES * sample_rate, _STRENGTH_VARIES)
            where = (round((STRINGS * turn + string) * step + late) + np.arange(len(sound))) % frames
            for channel, share in enumerate((np.cos(angle), np.sin(angle))):
                mix[:, channel] += np.bincount(where, sound * share * 10 ** (louder / 20), frames)
    return mix.astype(np.float32)


def count_turn(melody: Melody, sample_rate: int) -> int:
    """Count the frames of one turn of the four strings."""
    return round(STRINGS * matras_per_pluck(melody) * melody.setting.matra_seconds * sample_rate)


def play(melody: Melody, sample_rate: int, stop: int) -> Part:
    """Pluck the four strings in turn until frame `stop`; the last of them ring on."""
    pitch, chance = frequency(melody.setting.tonic), np.random.default_rng(_SEED)
    sounds = {
        str(string): place(_pluck(pitch * 2 ** (cents / 1200), sample_rate), _PLACES[string])
        for string, cents in enumerate(_tune(melody))
    }
    plucks = np.arange(0, stop, count_turn(melody, sample_rate) / STRINGS)
    late = np.rint(plucks + chance.uniform(0, 2 * _PLUCK_VARIES * sample_rate, len(plucks))).astype(int)
    gains = 10 ** (chance.uniform(-_STRENGTH_VARIES, _STRENGTH_VARIES, len(plucks)) / 20)
    return Part(sounds, [Event(*one) for one in zip(late.tolist(), cycle(sounds), gains.tolist(), strict=False)])


def _tune(melody: Melody) -> list[float]:
    """Return the pitch of each string in cents above Sa."""
    return [
        string_cents(semitones) + _JOD_CENTS / 2 * {1: -1, 2: 1}.get(string, 0)
        for string, semitones in enumerate(strings(melody))
    ]


@functools.lru_cache(STRINGS)
def _pluck(pitch: float, sample_rate: int) -> NDArray[np.float64]:
    """Make one pluck of a string of `pitch` Hz: both what plays and what tells the level need each string's."""
    time = np.arange(int(_RINGING_SECONDS * sample_rate)) / sample_rate
    first, last = _BAND
    band = np.log2(last + (first - last) * np.exp(-time / _DESCENT_SECONDS)) / _BAND_OCTAVES
    slowest, faster = _DECAY
    sound, wave = np.zeros(len(time)), np.exp(-slowest * time).astype(complex)
    step = np.exp((2j * np.pi * pitch - faster) * time)  # from one partial to the next, quicker than each by itself
    for partial in range(1, _PARTIALS + 1):
        if partial * pitch > _HIGHEST * sample_rate:
            break
        wave *= step
        bloom = _BAND_LEVEL * np.exp(-0.5 * (np.log2(partial) / _BAND_OCTAVES - band) ** 2)
        sound += (partial**_SLOPE + bloom) * (wave * np.exp(1j * partial**2)).imag
    fade = np.clip((_RINGING_SECONDS - time) / _SILENCING_SECONDS, 0, 1)
    plucked = np.asarray(sound * fade * np.minimum(time / _ATTACK_SECONDS, 1))
    plucked.flags.writeable = False
    return plucked
