"""The tabla, synthesised: one avartan of its theka, to be repeated.

The right drum (dayan) is loaded so that its first overtones are harmonic (C. V. Raman, "The Indian musical drums",
1934); it is tuned to the taar Sa. The left (bayan) has a low tone that the palm bends upward. Strokes are sums of
decaying partials; damped ones are short noise, the same at every run.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.accompaniment import strokes
from primesong.sargam.melody import Melody
from primesong.sound.pitch import frequency

_STROKE_SECONDS = 0.9
_BAYAN_HERTZ = 82.0
_PLACES = {"right": 0.2, "left": -0.2}  # radians from the middle

#: Partials of the right drum, in multiples of its tone: (amplitude, seconds to die by 8.7 dB), and the noise of touch.
_RIGHT = {
    "na": ({1: (0.15, 0.10), 2: (0.8, 0.16), 3: (0.6, 0.12), 4: (0.35, 0.07), 5: (0.2, 0.05)}, 0.25),
    "tin": ({1: (0.5, 0.22), 2: (0.4, 0.18), 3: (0.15, 0.10)}, 0.08),
    "tu": ({1: (0.9, 0.30), 2: (0.2, 0.12)}, 0.05),
    "ti": ({2: (0.15, 0.02), 3: (0.1, 0.02)}, 0.5),
}
_TOUCH_SECONDS = 0.008


def avartan(melody: Melody, sample_rate: int) -> NDArray[np.float32]:
    """Make one avartan of the theka, shape (frames, 2), at any level; it repeats without a seam."""
    matra = melody.setting.matra_seconds * sample_rate
    frames = round(melody.setting.tala.matras * matra)
    mix = np.zeros((frames, 2))
    made = {}
    for stroke in strokes(melody):
        for hand, name in (("right", stroke.right), ("left", stroke.left)):
            if name is None:
                continue
            if name not in made:
                made[name] = single(name, melody, sample_rate)
            where = (round(stroke.matra * matra) + np.arange(len(made[name]))) % frames
            angle = np.pi / 4 + _PLACES[hand]
            for channel, share in enumerate((np.cos(angle), np.sin(angle))):
                mix[:, channel] += np.bincount(where, made[name] * share, frames)
    return mix.astype(np.float32)


def single(name: str, melody: Melody, sample_rate: int) -> NDArray[np.float64]:
    """Make one stroke of a hand, shape (frames,), at the level that it has in an avartan."""
    tone = 2 * frequency(melody.setting.tonic)
    time = np.arange(int(_STROKE_SECONDS * sample_rate)) / sample_rate
    touch = np.random.default_rng(len(name)).normal(0, 1, len(time)) * np.exp(-time / _TOUCH_SECONDS)
    if name == "ge":
        rising = _BAYAN_HERTZ * (1 + 0.25 * (1 - np.exp(-time / 0.15)))
        phase = 2 * np.pi * np.cumsum(rising) / sample_rate
        sound = np.sin(phase) * np.exp(-time / 0.25) + 0.25 * np.sin(2 * phase) * np.exp(-time / 0.1) + 0.05 * touch
    elif name == "ka":
        sound = 0.3 * touch + 0.3 * np.sin(2 * np.pi * 180 * time) * np.exp(-time / 0.02)
    else:
        partials, noise = _RIGHT[name]
        sound = noise * touch
        for partial, (amplitude, decay) in partials.items():
            sound = sound + amplitude * np.sin(2 * np.pi * partial * tone * time) * np.exp(-time / decay)
    return np.asarray(sound * np.minimum(time / 0.001, 1) * np.clip((_STROKE_SECONDS - time) / 0.1, 0, 1))
