"""Turn a signal and its grid into one spectrum a note.

Each slot of the grid, or a part of it, is cut out, windowed and transformed. Where the tempo wavers, the slots are
stretched to one length first, which restores a tape's pitch together with its tempo.

Input: a signal as in `signal`, and a `Grid`. Output: `Spectra`, power, one row a slot.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.beat.grid import Grid
from primesong.sound.transcribe.beat.repeats import learn_repeats
from primesong.sound.transcribe.note_model import Costs, Labels
from primesong.sound.transcribe.signal import HIGHEST, LOWEST, RATE, Signal
from primesong.sound.transcribe.slots import Part, Slots
from primesong.sound.transcribe.spectra import ROWS, Spectra

#: A slot whose power is less than this ratio of the median slot's is a pause.
_SILENT = 0.01

#: A slot of whose power the second half has less than this ratio of the first dies away.
_DYING = 0.5


class BeatSlots(Slots):
    """The slots of a signal with its grid."""

    def __init__(self, signal: Signal, grid: Grid) -> None:
        self.signal, self.grid, self.edges = signal, grid, grid.edges
        self.power = _measure_halves(signal, grid)

    def cut(self, part: Part) -> Spectra:
        """Transform a part of each slot."""
        return cut(self.signal, self.grid, part)

    def find_repeats(self, span: tuple[int, int], labels: Labels) -> Costs | None:
        """Learn the waveforms of notes that repeat, and return what each costs."""
        found = learn_repeats(self.signal, self.grid, span, labels)
        return None if found is None else found[1]

    def find_silent(self, notes: Labels) -> NDArray[np.bool_]:
        """Tell in which slots it is silent, and in which a last note only dies away."""
        power = self.power.mean(axis=1)
        silent = power < _SILENT * np.median(power)
        ringing: NDArray[np.bool_] = silent | _find_ringing(self.power, notes, silent)
        return ringing


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


def _measure_halves(signal: Signal, grid: Grid) -> NDArray[np.float64]:
    """Measure the power of the two halves of each slot, shape (slots, 2)."""
    halves = np.interp(np.arange(2 * len(grid.edges) - 1) / 2, np.arange(len(grid.edges)), grid.edges)
    places = np.clip(np.rint(halves * RATE).astype(int), 0, len(signal))
    sums = np.array([float(signal[one:other] @ signal[one:other]) for one, other in pairwise(places)])
    power: NDArray[np.float64] = (sums / np.maximum(np.diff(places), 1)).reshape(-1, 2)
    return power


def _find_ringing(power: NDArray[np.float64], notes: Labels, silent: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell in which slots at the end no note begins: the last one only dies away."""
    ringing = np.zeros(len(silent), bool)
    for slot in range(len(silent) - 1, 0, -1):
        (_, before), (first, second) = power[slot - 1], power[slot]
        dies = before > first and second < _DYING * first and notes[slot] == notes[slot - 1]
        if not silent[slot] and not dies:
            break
        ringing[slot] = True
    return ringing
