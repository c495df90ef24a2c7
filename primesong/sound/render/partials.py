"""A loop as its partials: sine waves that fit it a whole number of times, of which few are heard.

A loop of `seconds` is a sum of waves, the one at place k having k periods in it. What is left out is masked: in every
critical band it lies `_MASKED` decibels below what the ear makes of that band and its neighbors.

References: H. Traunmüller, "Analytical expressions for the tonotopic sensory scale", J. Acoust. Soc. Am. 88, 1990;
M. R. Schroeder, B. S. Atal, J. L. Hall, "Optimizing digital speech coders by exploiting masking properties of the human
ear", J. Acoust. Soc. Am. 66, 1979.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: In decibels below what masks it: a tone hides noise that is 20 dB below it, and some are to spare.
_MASKED = 24.0

#: In decibels below the whole: what is fainter is not heard beside it at any usual level.
_FAINT = 65.0

#: The step of the partials' levels, in decibels: with that of the phases, an error 33 dB below each partial.
LEVEL_STEP = 0.5

#: How many steps a turn of the phase has.
PHASES = 128


@dataclass(frozen=True, slots=True)
class Partials:
    """The partials of a loop.

    Parameters
    ----------
    places : list of int
        How many periods of each the loop has, ascending.
    levels : list of int
        How many `LEVEL_STEP`s each is below the loudest, whose amplitude is 1.
    phases : list of int
        At which of `PHASES` places of its turn each begins, 0 being the top of the wave.
    gain : float
        The amplitude of the loudest.
    """

    places: list[int]
    levels: list[int]
    phases: list[int]
    gain: float


def find_partials(loop: NDArray[np.float32], sample_rate: int) -> Partials:
    """Find the partials of a loop, shape (frames,), that are heard. `page/web/partials.js` sounds them again."""
    spectrum = np.fft.rfft(loop) * 2 / len(loop)
    power = np.abs(spectrum) ** 2
    [places] = np.nonzero(_find_heard(power, np.fft.rfftfreq(len(loop), 1 / sample_rate)))
    amplitudes = np.abs(spectrum[places])
    levels = np.rint(20 * np.log10(amplitudes.max() / amplitudes) / LEVEL_STEP)
    phases = np.rint(np.angle(spectrum[places]) / (2 * np.pi) * PHASES) % PHASES
    return Partials(places.tolist(), levels.astype(int).tolist(), phases.astype(int).tolist(), float(amplitudes.max()))


def _find_heard(power: NDArray[np.floating], hertz: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Tell which waves of a spectrum are needed, so that in no critical band the rest of them is heard."""
    bands = np.floor(np.maximum(26.81 * hertz / (1960 + hertz) - 0.53, 0)).astype(int)  # in Bark, Traunmüller's (5)
    powers = np.bincount(bands, power)
    apart = np.subtract.outer(np.arange(len(powers)), np.arange(len(powers))) + 0.474
    spread = 10 ** ((15.81 + 7.5 * apart - 17.5 * np.sqrt(1 + apart**2)) / 10)  # Schroeder, Atal and Hall's (1)
    allowed = np.maximum((spread @ powers) * 10 ** (-_MASKED / 10), powers.sum() * 10 ** (-_FAINT / 10))
    heard = np.zeros(len(power), bool)
    for band, room in enumerate(allowed):
        [places] = np.nonzero(bands == band)
        faintest_first = places[np.argsort(power[places])]
        heard[faintest_first[np.cumsum(power[faintest_first]) > room]] = True
    return heard
