"""A view of a recording and an opening in it, to the song: digits, melody and the evidence for them.

Every assignment of digits to notes that the opening leaves open is read and repaired.

Comes in: `Found`. Goes out: `Heard`, or None where no reading holds a program.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primesong.errors import DamagedError
from primesong.repair.correction import Repaired
from primesong.repair.posterior import repair, settle_tail
from primesong.sargam.mapping import RANKED_PITCHES, Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.setting import FASTEST_TEMPO, SLOWEST_TEMPO, Setting
from primesong.sound.hear.opening import Opening
from primesong.sound.transcribe.note_model import HEIGHTS
from primesong.sound.transcribe.transcription import Transcription


@dataclass(frozen=True, slots=True)
class Found:
    """Where a song seems to begin: the view, the opening in it, the recording's number, and how many of the number's
    digits made sense as far as it was tried."""

    view: Transcription
    opening: Opening
    place: int
    reached: int = 0

    @property
    def rows(self) -> NDArray[np.float64]:
        """The slots from the song's first one to its last, or to the last one that was heard."""
        stop = min(self.opening.start + self.opening.length, self.view.last)
        return self.view.log_probabilities[self.opening.start : stop]

    @property
    def errors(self) -> float:
        """How many of these notes are wrong, as far as the probabilities are right."""
        return float((1 - np.exp(self.rows.max(axis=1))).sum())


@dataclass(frozen=True, slots=True)
class Heard:
    """A song out of a recording: its melody, and the evidence: transcription, opening, repair, which of the recordings
    it was heard in (counted from 0), or, where several had to be put together, begins in, and in words what of the
    recording was left out or was not heard."""

    melody: Melody
    transcription: Transcription
    opening: Opening
    repaired: Repaired
    recording: int = 0
    joints: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What `verify` says about it."""
        one, corrections = self.transcription, self.repaired.corrections
        mended = f"; {len(corrections)} doubtful notes put right" if corrections else ""
        mended += "".join(f"; {joint}" for joint in self.joints)
        return (
            f"heard     from {one.edges[self.opening.start]:.2f} s on, Sa {one.tonic_hertz:.1f} Hz, "
            f"{one.tempo:.2f} beats a minute{mended}"
        )

    @property
    def evidence(self) -> dict[str, Any]:
        """What `verify --json` shows."""
        one, start, stop = self.transcription, self.opening.start, self.opening.start + self.opening.length
        return {
            "view": one.view,
            "tonic_hertz": round(one.tonic_hertz, 2),
            "cents": round(one.cents, 1),
            "tempo": round(one.tempo, 3),
            "begins_seconds": round(float(one.edges[start]), 3),
            "ends_seconds": round(float(one.edges[min(stop, len(one.edges) - 1)]), 3),
            "confidence": round(float(one.confidence[start:stop].mean()), 6),
            "opening_nats": round(self.opening.score, 1),
            "joints": list(self.joints),
            "readings_tried": self.repaired.tried,
            "repaired": [
                {"note": each.place + 1, "heard": each.heard, "digit": each.digit, "nats": round(each.nats or 0.0, 2)}
                for each in self.repaired.corrections
            ],
        }


def read(found: Found, seconds: float, title: str) -> Heard | int:
    """Read a view from an opening under every assignment that it leaves open; how many of the number's digits make
    sense, if no reading holds a program."""
    view, opening = found.view, found.opening
    if opening.start + opening.length > len(view.log_probabilities):
        return 0
    reached = 0
    readings = list(opening.readings())
    for reading in readings:
        try:
            probabilities = digit_probabilities(view, opening, reading)
            repaired = settle_tail(probabilities, repair(probabilities, seconds / len(readings)))
        except DamagedError as error:
            reached = max(reached, error.reached)
            continue
        return heard_as(found, repaired, reading, title)
    return reached


def heard_as(found: Found, repaired: Repaired, reading: tuple[int, ...], title: str, *joints: str) -> Heard:
    """Put the song and its evidence together; the notes before the recording's beginning are told."""
    view, opening = found.view, found.opening
    late = int(np.argmin(view.unheard[opening.start :]))
    before = (f"the first {late} notes were not heard",) if late else ()
    return Heard(_melody(repaired.digits, reading, view, title), view, opening, repaired, found.place, before + joints)


def digit_probabilities(view: Transcription, opening: Opening, reading: tuple[int, ...]) -> NDArray[np.float64]:
    """Reorder a transcription's columns by digit, the song's slots alone, the digits that the header fixes certain."""
    return by_digit(view.log_probabilities[opening.start : opening.start + opening.length], opening, reading)


def by_digit(rows: NDArray[np.float64], opening: Opening, reading: tuple[int, ...]) -> NDArray[np.float64]:
    """Reorder columns by digit; the digits that the header fixes are certain."""
    out = np.empty_like(rows)
    out[:, list(reading)] = rows
    for place, digit in enumerate(opening.known[: len(out)]):
        out[place] = -np.inf
        out[place, int(digit)] = 0.0
    return out


def _melody(digits: str, reading: tuple[int, ...], view: Transcription, title: str) -> Melody:
    """The melody as it was heard: mapping, nearest tonic, tempo."""
    tempo = min(max(round(view.tempo, 2), SLOWEST_TEMPO), FASTEST_TEMPO)
    return Melody(digits, Setting(mapping_of(reading), view.tonic, tempo, title=title))


def mapping_of(reading: tuple[int, ...]) -> Mapping:
    """The mapping under which a note, by its height, is the digit that it is read as."""
    return Mapping("".join(str(reading[HEIGHTS.index(pitch.semitones)]) for pitch in RANKED_PITCHES))
