"""What was heard in a recording: the probabilities of the ten notes, slot by slot.

A transcription knows neither digits nor programs: it is that of any song of ours, and of any line of equal notes in the
ten pitches of a raga.

Log-probabilities are natural logarithms; columns are in ascending order of pitch, as in `Raga.heights`; times are
in seconds from the recording's first sample; slots are counted from 0.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.raga import NAT_BHAIRAV, Raga
from primesong.sargam.setting import MATRAS_PER_BEAT
from primesong.sargam.swara import HIGHEST_TONIC, LOWEST_TONIC
from primesong.sound.transcribe.note_model import NOTES

#: A slot whose likeliest note has at most this probability does not count as song.
_LIKELY = 0.5

#: A note less likely than this is doubtful.
DOUBTFUL = 0.9

#: Where the grid is moved by more than this ratio of a slot, the recording was stopped or cut; less is drift.
MOVED = 0.05

#: How many slots on either side are a slot's neighbors, which tell what is normal there.
NEIGHBORS = 4


@dataclass(frozen=True, slots=True)
class Transcription:
    """The notes of a recording, with their times and probabilities.

    Attributes
    ----------
    log_probabilities : ndarray, shape (slots, 10), float64
        The natural logarithm of the probability of each note in each slot. The probabilities of a row sum to 1; where
        nothing is known, all ten are equal.
    edges : ndarray, shape (slots + 1,), float64
        Where each slot begins and the last one ends, in seconds.
    tonic_hertz : float
        The frequency of Sa.
    first, last : int
        The slots between which there is song, `last` excluded.
    view : str
        How the notes were told apart.
    raga : Raga
        The ten pitches.
    performed : bool
        Whether a person played: slots are notes of any length.
    edits : ndarray, shape (slots, 2), or None
        If a person played, how much less likely it is, in nats, that a slot is not a note, and for each further note of
        the same pitch that it holds.
    """

    log_probabilities: NDArray[np.float64]
    edges: NDArray[np.float64]
    tonic_hertz: float
    first: int
    last: int
    view: str
    raga: Raga = NAT_BHAIRAV
    performed: bool = False
    edits: NDArray[np.float64] | None = None

    @property
    def times(self) -> NDArray[np.float64]:
        """When each slot begins, in seconds, shape (slots,)."""
        return self.edges[:-1]

    @property
    def notes(self) -> NDArray[np.intp]:
        """The likeliest note of each slot, an index into the raga's heights, shape (slots,)."""
        likeliest: NDArray[np.intp] = self.log_probabilities.argmax(axis=1)
        return likeliest

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """The probability of each note in each slot, shape (slots, 10)."""
        probabilities: NDArray[np.float64] = np.exp(self.log_probabilities)
        return probabilities

    @property
    def confidence(self) -> NDArray[np.float64]:
        """The probability of the likeliest note of each slot, shape (slots,)."""
        probability: NDArray[np.float64] = np.exp(self.log_probabilities.max(axis=1))
        return probability

    @property
    def sureness(self) -> float:
        """The mean confidence where there is song."""
        return float(self.confidence[self.first : self.last].mean())

    @property
    def expected_errors(self) -> float:
        """How many notes are wrong, as far as the probabilities are right."""
        return float((1 - self.confidence[self.first : self.last]).sum())

    @property
    def extent(self) -> slice:
        """The slots from the first to the last in which some note is likelier than not."""
        likely = np.flatnonzero(self.confidence > _LIKELY)
        return slice(int(likely[0]), int(likely[-1]) + 1) if likely.size else slice(0, 0)

    @property
    def midi_notes(self) -> list[int]:
        """The MIDI note of each slot of the `extent`, on the nearest tonic."""
        return [self.tonic + self.raga.heights[note] for note in self.notes[self.extent]]

    @property
    def unheard(self) -> NDArray[np.bool_]:
        """In which slots nothing is known, shape (slots,)."""
        return find_unheard(self.log_probabilities)

    @property
    def moved(self) -> NDArray[np.intp]:
        """The slots in which the recording was stopped or cut: longer or shorter than their neighbors. No note that a
        person played tells."""
        if self.performed:
            return np.empty(0, np.intp)
        return np.flatnonzero(np.abs(self.relative_lengths - 1) > MOVED)

    @property
    def relative_lengths(self) -> NDArray[np.float64]:
        """How many times as long as its neighbors each slot is, shape (slots,)."""
        relative: NDArray[np.float64] = np.diff(self.edges) / self.normal_lengths
        return relative

    @property
    def normal_lengths(self) -> NDArray[np.float64]:
        """The median length of each slot and its neighbors, in seconds, shape (slots,)."""
        padded = np.pad(np.diff(self.edges), NEIGHBORS, "edge")
        normal: NDArray[np.float64] = np.median(
            np.lib.stride_tricks.sliding_window_view(padded, 2 * NEIGHBORS + 1), axis=1
        )
        return normal

    @property
    def tempo(self) -> float:
        """Beats of four matras a minute."""
        return 60 / MATRAS_PER_BEAT / self._matra

    @property
    def _matra(self) -> float:
        """How long a slot lasts, in seconds: the mean of those that hold no breath. A median would lie on a frame."""
        lengths = np.diff(self.edges)
        usual = float(np.median(lengths))
        return float(lengths[np.abs(lengths - usual) < usual / 2].mean())

    @property
    def tonic(self) -> int:
        """The MIDI note nearest to Sa, within the range of tonics."""
        return min(max(round(self._midi), LOWEST_TONIC), HIGHEST_TONIC)

    @property
    def cents(self) -> float:
        """How far the recording is tuned from A = 440 Hz, in cents, -50 to 50."""
        return 100 * (self._midi - round(self._midi))

    @property
    def _midi(self) -> float:
        return float(69 + 12 * np.log2(self.tonic_hertz / 440))

    def count_notes(self, first: int, last: int) -> int:
        """Count the slots in which some note is likelier than not.

        Parameters
        ----------
        first, last : int
            The slots to look at, `last` excluded.

        Returns
        -------
        int
            How many.
        """
        return int((self.confidence[first:last] > _LIKELY).sum())

    def prepend(self, slots: int) -> "Transcription":
        """Return the same transcription with slots before the first, of which nothing is known.

        Parameters
        ----------
        slots : int
            How many, 0 or more; each lasts a matra.

        Returns
        -------
        Transcription
            `log_probabilities` has shape (slots + those before, 10); their edges may lie below 0 s.
        """
        before = self.edges[0] - self._matra * np.arange(slots, 0, -1)
        nothing = np.full((slots, NOTES), -np.log(NOTES))
        return replace(
            self,
            log_probabilities=np.concatenate([nothing, self.log_probabilities]),
            edits=None if self.edits is None else np.concatenate([np.full((slots, 2), np.inf), self.edits]),
            edges=np.concatenate([before, self.edges]),
            first=self.first + slots,
            last=self.last + slots,
        )

    def to_csv(self) -> str:
        """Write a table with a line for each slot of the `extent`.

        Its columns are when the slot begins and ends, in seconds; its MIDI note; and the natural logarithm of the
        probability of each of the ten notes, named by its semitones above Sa.

        Returns
        -------
        str
            The text of a CSV file, with a line of headings.
        """
        heading = ",".join(["begin", "end", "note", *(f"{height:+d}" for height in self.raga.heights)])
        rows = zip(
            self.edges[:-1][self.extent],
            self.edges[1:][self.extent],
            self.midi_notes,
            self.log_probabilities[self.extent],
            strict=True,
        )
        lines = (
            f"{begin:.4f},{end:.4f},{note}," + ",".join(f"{one:.3f}" for one in logs) for begin, end, note, logs in rows
        )
        return "\n".join([heading, *lines]) + "\n"


def find_unheard(log_probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell in which rows nothing is known: all ten notes are equally likely."""
    nothing: NDArray[np.bool_] = np.ptp(log_probabilities, axis=1) == 0
    return nothing
