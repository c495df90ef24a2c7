"""Turn the notes that a person played into one spectrum a note.

Input: a signal as in `signal`. Output: `Spectra`, power, one row a note.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.hands.frames import EDGE, to_seconds
from primesong.sound.transcribe.hands.notes import Played
from primesong.sound.transcribe.note_model import Costs, Labels
from primesong.sound.transcribe.slots import Part, Slots
from primesong.sound.transcribe.spectra import Spectra


class HandSlots(Slots):
    """The notes that a person played; what follows one, a breath, is in its slot but not in its spectrum."""

    def __init__(self, played: Played) -> None:
        self.notes, self.spectra = played.notes, played.frames.spectra
        self.edges = to_seconds(np.append(self.notes.starts, self.notes.stops[-1]))
        self.known, self.edits = (played.tonic, self.notes.pitches), played.edits

    def cut(self, part: Part) -> Spectra:
        """Return the mean spectrum of a part of each note; its frames fade as they are."""
        lengths, power = self.notes.lengths, self.spectra.power
        # a frame holds something of what is half an edge before and after it
        firsts = self.notes.starts + np.rint(part.start * lengths).astype(int) + EDGE // 2
        lasts = self.notes.starts + np.rint(part.stop * lengths).astype(int) - EDGE // 2
        firsts = np.minimum(firsts, len(power) - 1)
        means = [power[first : max(last, first + 1)].mean(axis=0) for first, last in zip(firsts, lasts, strict=True)]
        return Spectra(np.stack(means), self.spectra.frequencies)

    def find_repeats(self, span: tuple[int, int], labels: Labels) -> Costs | None:
        """Return None: no person plays a note twice the same."""
        return None

    def find_silent(self, notes: Labels) -> NDArray[np.bool_]:
        """Tell that each slot is a note."""
        return np.zeros(len(notes), bool)
