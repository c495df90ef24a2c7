"""The power of pieces of a recording at each frequency, one row a piece: a slot of a grid, a note, or a frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: How many rows are worked on at once, so that a long song needs no more memory than a short one.
ROWS = 256

#: About how many rows tell what all of them have in common.
SAMPLED = 4000


@dataclass(frozen=True, slots=True)
class Spectra:
    """The power of each row at each frequency.

    Attributes
    ----------
    power : ndarray, shape (rows, bins), float32
    frequencies : ndarray, shape (bins,)
        In Hz, ascending.
    """

    power: NDArray[np.float32]
    frequencies: NDArray[np.float64]

    def select_rows(self, first: int, last: int) -> "Spectra":
        """Return the rows from `first` to before `last`."""
        return Spectra(self.power[first:last], self.frequencies)

    def select_below(self, hertz: float) -> "Spectra":
        """Return the bins below a frequency."""
        stop = int(np.searchsorted(self.frequencies, hertz))
        return Spectra(np.ascontiguousarray(self.power[:, :stop]), self.frequencies[:stop])
