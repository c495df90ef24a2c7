"""The tabla, synthesized: its theka played along a song's matras, or one avartan of it, to be repeated.

The right drum (dayan) is loaded with a paste so that its nine lowest modes fall into five harmonics (C. V. Raman, "The
Indian musical drums", 1934): (0,1); (1,1); (2,1) and (0,2); (3,1) and (1,2); (4,1), (2,2) and (0,3). It is tuned to the
taar Sa. *Tu* is mostly the first of them; the finger that rests on the skin for *na* and *tin* stills it, and leaves
the second and the third (D. Courtney, "Psychoacoustics of the musical pitch of tabla", 1999). Modes of a harmonic that
lie near each other beat. The left drum (bayan) has a low tone that the palm bends upward, and partials as in the Csound
manual's table of modal frequency ratios. Strokes are sums of decaying partials; closed ones are short, and mostly the
noise of the touch, the same at every run.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.accompaniment import strokes
from primesong.sargam.melody import Melody
from primesong.sound.pitch import frequency
from primesong.sound.render.accompanists.part import Event, Part, place

#: In seconds: how long the longest stroke is heard.
STROKE_SECONDS = 0.9

#: In seconds: how long a stroke takes to be silenced at its end.
_SILENCING_SECONDS = 0.1

#: In seconds: how long a stroke takes to begin.
_ATTACK_SECONDS = 0.001

#: In seconds: how fast the noise of a touch dies by 8.7 dB.
_TOUCH_SECONDS = 0.008

#: In radians from the middle: where the two drums stand.
_PLACES = {"right": 0.2, "left": -0.2}

#: The modes of each harmonic of the right drum, in multiples of its tone. That some lie near it, and not on it, lets
#: strokes beat a little; how near is chosen, not measured.
_MODES: dict[float, tuple[float, ...]] = {3: (3.0, 3.02), 4: (4.0, 4.03), 5: (5.0, 5.03, 5.06)}

#: Partials of the right drum, in multiples of its tone: (amplitude, seconds to die by 8.7 dB); and the noise of touch.
#: Those above the five harmonics are heard at the stroke only.
_RIGHT: dict[str, tuple[dict[float, tuple[float, float]], float]] = {
    "na": ({1: (0.12, 0.10), 2: (0.6, 0.16), 3: (0.8, 0.14), 4: (0.4, 0.08), 5: (0.3, 0.06), 6.1: (0.25, 0.035),
            7.3: (0.2, 0.025), 8.6: (0.15, 0.02), 10.1: (0.1, 0.015)}, 0.7),
    "tin": ({1: (0.15, 0.16), 2: (0.7, 0.22), 3: (0.2, 0.10), 4: (0.1, 0.06), 5: (0.06, 0.04), 6.1: (0.05, 0.03)}, 0.3),
    "tu": ({1: (0.9, 0.30), 2: (0.2, 0.12), 3: (0.06, 0.06), 4: (0.04, 0.04)}, 0.2),
    "ti": ({2: (0.15, 0.02), 3: (0.1, 0.02), 5: (0.08, 0.015)}, 0.8),
}  # fmt: skip

#: How many times as far as the melody a tabla accents its matras, in decibels.
_ACCENT = 2.0

#: In Hz: the left drum, open.
_BAYAN_HERTZ = 82.0

#: As a share of its pitch, and in seconds: how far, and how fast, the palm bends the left drum upward.
_BEND = (0.25, 0.15)

#: Partials of the left drum, in multiples of its tone: (amplitude, seconds to die by 8.7 dB).
_LEFT = {
    1: (1.0, 0.25),
    2.0: (0.25, 0.10),
    3.01: (0.12, 0.07),
    4.01: (0.08, 0.05),
    4.69: (0.05, 0.04),
    5.63: (0.04, 0.03),
}

#: In Hz: the left drum, damped.
_DAMPED_HERTZ = 180.0


def make_avartan(melody: Melody, sample_rate: int) -> NDArray[np.float32]:
    """Make one avartan of the theka, shape (frames, 2), at any level; it repeats without a seam.

    Raises `PrimesongError` if the tala has no theka.
    """
    matra = melody.setting.matra_seconds * sample_rate
    frames = round(melody.setting.tala.matras * matra)
    mix, accents = np.zeros((frames, 2)), melody.setting.tala.accents
    made = make_strokes(melody, sample_rate)
    for stroke in strokes(melody):
        for hand, name in stroke.hands:
            where = (round(stroke.matra * matra) + np.arange(len(made[name]))) % frames
            angle = np.pi / 4 + _PLACES[hand]
            accent = 10 ** (_ACCENT * accents[int(stroke.matra)].decibels / 20)
            for channel, share in enumerate((np.cos(angle), np.sin(angle))):
                mix[:, channel] += np.bincount(where, made[name] * share * accent, frames)
    return mix.astype(np.float32)


def play(melody: Melody, sample_rate: int, times: NDArray[np.float64], first: int = 0) -> Part:
    """Play the theka from a matra on, the first of an avartan, to the end of what is played; the last strokes ring on.

    Parameters
    ----------
    melody : Melody
    sample_rate : int
        In Hz.
    times : ndarray, shape (matras + 1,)
        The frame at which each matra begins, and at which the last one ends.
    first : int
        The matra at which the tabla enters.

    Raises
    ------
    PrimesongError
        If the tala has no theka.
    """
    tala, theka = melody.setting.tala, strokes(melody)
    accents = [10 ** (_ACCENT * accent.decibels / 20) for accent in tala.accents]
    events = [
        Event(round(np.interp(matra, np.arange(len(times)), times)), name, accents[int(stroke.matra)])
        for start in range(first, len(times) - 1, tala.matras)
        for stroke in theka
        if (matra := start + stroke.matra) < len(times) - 1
        for _, name in stroke.hands
    ]
    hands = {name: hand for stroke in theka for hand, name in stroke.hands}
    sounds = {name: place(made, _PLACES[hands[name]]) for name, made in make_strokes(melody, sample_rate).items()}
    return Part(sounds, events)


def make_strokes(melody: Melody, sample_rate: int) -> dict[str, NDArray[np.float64]]:
    """Make each kind of stroke of a melody's theka, by its name. Raises `PrimesongError` if the tala has no theka."""
    names = {name for stroke in strokes(melody) for _, name in stroke.hands}
    return {name: make_stroke(name, melody, sample_rate) for name in sorted(names)}


def make_stroke(name: str, melody: Melody, sample_rate: int) -> NDArray[np.float64]:
    """Make one stroke of a hand, shape (frames,), at the level that it has in an avartan."""
    time = np.arange(int(STROKE_SECONDS * sample_rate)) / sample_rate
    touch = np.random.default_rng(list(name.encode())).normal(0, 1, len(time)) * np.exp(-time / _TOUCH_SECONDS)
    if name == "ge":
        sound = _open_bayan(time, touch, sample_rate)
    elif name == "ka":
        sound = 0.3 * touch + 0.3 * np.sin(2 * np.pi * _DAMPED_HERTZ * time) * np.exp(-time / 0.02)
    else:
        sound = _strike_dayan(name, 2 * frequency(melody.setting.tonic), time, touch)
    attack = np.minimum(time / _ATTACK_SECONDS, 1)
    return np.asarray(sound * attack * np.clip((STROKE_SECONDS - time) / _SILENCING_SECONDS, 0, 1))


def _open_bayan(time: NDArray[np.float64], touch: NDArray[np.float64], sample_rate: int) -> NDArray[np.float64]:
    """Strike the left drum open, its pitch bent upward."""
    share, seconds = _BEND
    phase = 2 * np.pi * np.cumsum(_BAYAN_HERTZ * (1 + share * (1 - np.exp(-time / seconds)))) / sample_rate
    sound = 0.05 * touch
    for partial, (amplitude, decay) in _LEFT.items():
        sound = sound + amplitude * np.sin(partial * phase) * np.exp(-time / decay)
    return sound


def _strike_dayan(name: str, tone: float, time: NDArray[np.float64], touch: NDArray[np.float64]) -> NDArray[np.float64]:
    """Strike the right drum of `tone` Hz."""
    partials, noise = _RIGHT[name]
    sound = noise * touch
    for partial, (amplitude, decay) in partials.items():
        modes = _MODES.get(partial, (partial,))
        waves = [np.sin(2 * np.pi * mode * tone * time) for mode in modes]
        sound = sound + amplitude / len(modes) * sum(waves) * np.exp(-time / decay)
    return sound
