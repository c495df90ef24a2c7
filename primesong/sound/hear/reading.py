"""Read a song from a place where it seems to begin.

Every assignment of digits to notes that the opening leaves open is read and repaired.

Input: a `Candidate`. Output: `Heard`, or how far a program is plausible where no reading holds one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primesong.errors import DamagedError
from primesong.number.correction import Correction, Repaired
from primesong.repair.likelihood import correct_tail
from primesong.repair.posterior import repair
from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.raga import Raga
from primesong.sargam.setting import FASTEST_TEMPO, MATRAS_PER_BEAT, SLOWEST_TEMPO, Setting
from primesong.song import Song
from primesong.sound.hear.opening import Opening
from primesong.sound.hear.remarks import BeganLate, Remark
from primesong.sound.transcribe.transcription import Transcription

#: Which note is which digit: the digit of each of the raga's heights, ascending.
Reading = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where a song seems to begin.

    Attributes
    ----------
    view : Transcription
        What was heard.
    opening : Opening
        Where the song begins in it.
    recording : int
        In which of the recordings, counted from 0.
    reached : int
        How many of the number's digits were plausible when it was read.
    """

    view: Transcription
    opening: Opening
    recording: int
    reached: int = 0

    @property
    def rows(self) -> NDArray[np.float64]:
        """The slots from the song's first one to its last, or to the last one that was heard."""
        stop = min(self.opening.start + self.opening.length, self.view.last)
        return self.view.log_probabilities[self.opening.start : stop]

    @property
    def expected_errors(self) -> float:
        """How many of these notes are wrong, as far as the probabilities are right."""
        return float((1 - np.exp(self.rows.max(axis=1))).sum())

    @property
    def plausibility(self) -> float:
        """How sure the view is of its notes and of the opening, in nats."""
        return float(self.rows.max(axis=1).sum()) + self.opening.score


@dataclass(frozen=True, slots=True)
class Heard:
    """A song that was heard, with the evidence for it.

    Attributes
    ----------
    melody : Melody
        The song's notes, coda included.
    repaired : Repaired
        The number's digits, the program that they hold, and what was corrected.
    transcription : Transcription
        What was heard in the recording.
    opening : Opening
        Where the song begins in it.
    recording : int
        In which of the recordings it was heard, counted from 0; the one in which it begins where several were joined.
    remarks : tuple of Remark
        What of the recordings was left out or was not heard.
    """

    melody: Melody
    repaired: Repaired
    transcription: Transcription
    opening: Opening
    recording: int = 0
    remarks: tuple[Remark, ...] = ()

    @property
    def program(self) -> bytes:
        """The program inside the song."""
        return self.repaired.program

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """What was corrected in the number's notes."""
        return self.repaired.corrections

    @property
    def song(self) -> Song:
        """The song, corrected."""
        return Song(self.melody, corrections=self.corrections, remarks=self.remarks, heard=self)

    @property
    def begins_seconds(self) -> float:
        """When the song begins in the recording, in seconds."""
        return max(0.0, float(self.transcription.edges[self.opening.start]))

    @property
    def summary(self) -> str:
        """Where and how the song was heard, in a sentence."""
        view, corrected = self.transcription, len(self.corrections)
        laya = f"{MATRAS_PER_BEAT * view.tempo:.2f} matras a minute"
        facts = [f"from {self.begins_seconds:.2f} s on, Sa {view.tonic_hertz:.1f} Hz, {laya}"]
        if corrected:
            facts.append(f"{corrected:,} doubtful notes corrected")
        return "; ".join(facts + [str(remark) for remark in self.remarks])

    @property
    def evidence(self) -> dict[str, Any]:
        """The same as data: a table of numbers, texts and lists."""
        view, start, stop = self.transcription, self.opening.start, self.opening.start + self.opening.length
        return {
            "view": view.view,
            "tonic_hertz": round(view.tonic_hertz, 2),
            "cents": round(view.cents, 1),
            "tempo": round(view.tempo, 3),
            "begins_seconds": round(self.begins_seconds, 3),
            "ends_seconds": round(float(view.edges[min(stop, len(view.edges) - 1)]), 3),
            "confidence": round(float(view.confidence[start:stop].mean()), 6),
            "opening_nats": round(self.opening.score, 1),
            "remarks": [str(remark) for remark in self.remarks],
            "readings_tried": self.repaired.tried,
            "repaired": [
                {"note": each.place + 1, "heard": each.heard, "digit": each.digit, "nats": round(each.nats or 0.0, 2)}
                for each in self.corrections
            ],
        }


def read(candidate: Candidate, seconds: float) -> Heard | int:
    """Read a song under every assignment that its opening leaves open, within this time in all; return how many of the
    number's digits are plausible if no reading holds a program."""
    view, opening = candidate.view, candidate.opening
    if opening.start + opening.length > len(view.log_probabilities):
        return 0
    return read_rows(candidate, view.log_probabilities[opening.start : opening.start + opening.length], seconds)


def read_rows(candidate: Candidate, rows: NDArray[np.float64], seconds: float) -> Heard | int:
    """Read a song as `read` does from rows for its notes, which need not be the candidate's own."""
    reached = 0
    readings = list(candidate.opening.readings())
    for reading in readings:
        try:
            repaired = repair_rows(rows, candidate.opening, reading, seconds / len(readings))
        except DamagedError as error:
            reached = max(reached, error.reached)
            continue
        return assemble(candidate, repaired, reading)
    return reached


def repair_rows(rows: NDArray[np.float64], opening: Opening, reading: Reading, seconds: float) -> Repaired:
    """Find the likeliest number that holds a program, read from the song's notes. Raises `DamagedError`."""
    probabilities = order_by_digit(rows, opening, reading)
    return correct_tail(probabilities, repair(probabilities, seconds))


def order_by_digit(rows: NDArray[np.float64], opening: Opening, reading: Reading) -> NDArray[np.float64]:
    """Reorder the columns of a song's notes by digit; the digits that the header fixes are certain."""
    ordered = np.empty_like(rows)
    ordered[:, list(reading)] = rows
    for place, digit in enumerate(opening.known[: len(ordered)]):
        ordered[place] = -np.inf
        ordered[place, int(digit)] = 0.0
    return ordered


def assemble(candidate: Candidate, repaired: Repaired, reading: Reading, remarks: Iterable[Remark] = ()) -> Heard:
    """Put the song and its evidence together; a beginning that was not recorded becomes a remark."""
    view, opening = candidate.view, candidate.opening
    late = int(np.argmin(view.unheard[opening.start :]))
    began = (BeganLate(late),) if late else ()
    # the mapping, the nearest tonic and the tempo as they were heard
    tempo = min(max(round(view.tempo, 2), SLOWEST_TEMPO), FASTEST_TEMPO)
    melody = Melody(repaired.digits, Setting(find_mapping(reading, view.raga), view.tonic, tempo))
    return Heard(melody, repaired, view, opening, candidate.recording, (*began, *remarks))


def find_mapping(reading: Reading, raga: Raga) -> Mapping:
    """Return the mapping under which each note of a raga is the digit that it is read as."""
    return Mapping("".join(str(reading[raga.heights.index(pitch.semitones)]) for pitch in raga.pitches), raga)
