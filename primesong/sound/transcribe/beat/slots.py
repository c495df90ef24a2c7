"""Turn a signal and its grid into one spectrum a note.

Each slot of the grid, or a part of it, is cut out, windowed and transformed. Where the tempo wavers, the slots are
stretched to one length first, which restores a tape's pitch together with its tempo.

Input: a signal as in `signal`, and a `Grid`. Output: `Spectra`, power, one row a slot.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.beat.grid import Grid
from primesong.sound.transcribe.signal import HIGHEST, LOWEST, RATE, Signal
from primesong.sound.transcribe.spectra import ROWS, Spectra


@dataclass(frozen=True, slots=True)
class Part:
    """A part of each slot, as ratios of its length: 0 is its onset, 1 the next note's.

    Attributes
    ----------
    start, stop : float
        A part may reach beyond its slot.
    fade : float
        How much of the part fades in and out. 1 keeps strong partials out of weak ones; less keeps more of the note in
        noise.
    """

    start: float
    stop: float
    fade: float = 1.0


def cut(signal: Signal, grid: Grid, part: Part) -> Spectra:
    """Cut the part out of every slot and transform it."""
    from scipy.fft import rfft
    from scipy.signal.windows import tukey

    length = round(grid.matra * RATE * (part.stop - part.start))
    window = tukey(length + 2, part.fade)[1:-1].astype(np.float32)
    size = 1 << (length - 1).bit_length()
    frequencies: NDArray[np.float64] = np.fft.rfftfreq(size, 1 / RATE).astype(np.float64)
    kept = (frequencies >= LOWEST) & (frequencies <= HIGHEST)
    power = np.empty((len(grid.edges) - 1, int(kept.sum())), np.float32)
    for rows, pieces in _pieces(signal, grid, part.start, length):
        bins = rfft(pieces * window, size, axis=1)[:, kept]
        power[rows] = bins.real**2 + bins.imag**2
    return Spectra(power, frequencies[kept])


def _pieces(signal: Signal, grid: Grid, start: float, length: int) -> Iterator[tuple[slice, Signal]]:
    """Cut `length` samples out of every slot from `start` on, stretched to the median slot where the grid wavers; yield
    them `ROWS` slots at a time."""
    lengths, steps = np.diff(grid.edges), np.arange(length)
    stretched = not grid.steady
    for first in range(0, len(lengths), ROWS):
        rows = slice(first, first + ROWS)
        places = (grid.edges[:-1][rows] + start * lengths[rows])[:, None] * RATE
        if stretched:
            yield rows, _interpolate(signal, places + steps * (lengths[rows] / grid.matra)[:, None])
        else:
            yield rows, _sample(signal, np.rint(places) + steps)


def _sample(signal: Signal, places: NDArray[np.float64]) -> Signal:
    """Return the signal at whole places; beyond its ends, its ends."""
    return signal[np.clip(places.astype(np.int64), 0, len(signal) - 1)]


def _interpolate(signal: Signal, places: NDArray[np.float64]) -> Signal:
    """Return the signal between its samples, along straight lines."""
    whole = np.floor(places)
    share = (places - whole).astype(np.float32)
    return _sample(signal, whole) * (1 - share) + _sample(signal, whole + 1) * share
