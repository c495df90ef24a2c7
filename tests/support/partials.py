"""The sound of partials, as `page/web/partials.js` makes it."""

import numpy as np

from primesong.sound.render.partials import LEVEL_STEP, PHASES


def sound_partials(partials, frames):
    """Sound a loop of so many frames. The reverse of `find_partials`."""
    spectrum = np.zeros(frames // 2 + 1, complex)
    turns = np.array(partials.phases) / PHASES
    levels = 10 ** (-LEVEL_STEP * np.array(partials.levels) / 20)
    spectrum[partials.places] = partials.gain * levels * np.exp(2j * np.pi * turns) * frames / 2
    return np.fft.irfft(spectrum, frames)
