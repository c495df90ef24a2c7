"""Slots that hold a note each, however they were found: by a machine's beat, or by the hands of a person.

Output: `Spectra` of a part of each slot, one row a slot.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.note_model import Costs, Labels
from primesong.sound.transcribe.spectra import Spectra
from primesong.sound.transcribe.tonic import Tonic


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


class Slots(ABC):
    """The slots of a recording.

    Attributes
    ----------
    edges : ndarray, shape (slots + 1,)
        In seconds; slot i lasts from edges[i] to edges[i + 1].
    known : tuple of Tonic and labels, or None
        Sa and the notes, where the slots could not be found without them.
    edits : ndarray, shape (slots, 2), or None
        As in `Transcription`.
    """

    edges: NDArray[np.float64]
    known: tuple[Tonic, Labels] | None = None
    edits: NDArray[np.float64] | None = None

    @abstractmethod
    def cut(self, part: Part) -> Spectra:
        """Return the spectra of a part of each slot."""

    @abstractmethod
    def find_repeats(self, span: tuple[int, int], labels: Labels) -> Costs | None:
        """Return the costs of a span of slots by their waveforms; None if notes do not repeat sample for sample."""

    @abstractmethod
    def find_silent(self, notes: Labels) -> NDArray[np.bool_]:
        """Tell in which slots no note begins."""
