"""Grid to one spectrum a note.

Each slot of the grid is cut out, or a part of it, windowed and transformed. Where the tempo wavers, the slots are
stretched to one length first, which brings a tape's pitch back together with its tempo.

Comes in: `hearing.condition`'s signal and a `Grid`. Goes out: `Spectra`, power, one row a slot.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.grid import Grid
from primesong.sound.transcribe.signal import RATE, Signal

#: What is looked at, in Hz: below it is hum, above it little of a note.
LOWEST, HIGHEST = 60.0, 4500.0


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of each slot is looked at, as ratios of its length: 0 is its onset, 1 the next note's. fade : how much
    of the part fades in and out; 1 keeps strong partials out of weak ones, less keeps more of the note in noise."""

    start: float
    stop: float
    fade: float = 1.0


@dataclass(frozen=True, slots=True)
class Spectra:
    """power : ndarray, shape (slots, bins), float32; frequencies : ndarray, shape (bins,), in Hz."""

    power: NDArray[np.float32]
    frequencies: NDArray[np.float64]

    def between(self, first: int, last: int) -> "Spectra":
        """The slots from `first` to before `last`."""
        return Spectra(self.power[first:last], self.frequencies)

    def below(self, hertz: float) -> "Spectra":
        """The bins below a frequency."""
        stop = int(np.searchsorted(self.frequencies, hertz))
        return Spectra(np.ascontiguousarray(self.power[:, :stop]), self.frequencies[:stop])


def cut(signal: Signal, grid: Grid, part: Part) -> Spectra:
    """Cut the part out of every slot and transform it. A part may reach beyond its slot."""
    from scipy.signal.windows import tukey

    length = round(grid.matra * RATE * (part.stop - part.start))
    window = tukey(length + 2, part.fade)[1:-1].astype(np.float32)
    size = 1 << (length - 1).bit_length()
    frequencies: NDArray[np.float64] = np.fft.rfftfreq(size, 1 / RATE).astype(np.float64)
    kept = (frequencies >= LOWEST) & (frequencies <= HIGHEST)
    starts, lengths = grid.edges[:-1], np.diff(grid.edges)
    stretched = not grid.steady
    power = np.empty((len(starts), int(kept.sum())), np.float32)
    for first in range(0, len(starts), 256):
        rows = slice(first, first + 256)
        places = (starts[rows] + part.start * lengths[rows])[:, None] * RATE
        steps = np.arange(length) * ((lengths[rows] / grid.matra)[:, None] if stretched else 1.0)
        pieces = _between(signal, places + steps) if stretched else _at(signal, np.rint(places).astype(int) + steps)
        bins = np.fft.rfft(pieces * window, size, axis=1)[:, kept]
        power[rows] = bins.real**2 + bins.imag**2
    return Spectra(power, frequencies[kept])


def _at(signal: Signal, places: NDArray[np.float64]) -> Signal:
    """The signal at whole places; beyond its ends, its ends."""
    return signal[np.clip(places.astype(np.int64), 0, len(signal) - 1)]


def _between(signal: Signal, places: NDArray[np.float64]) -> Signal:
    """The signal between its samples, by straight lines."""
    whole = np.floor(places)
    share = (places - whole).astype(np.float32)
    return _at(signal, whole) * (1 - share) + _at(signal, whole + 1) * share
