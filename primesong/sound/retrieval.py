"""Recording to song: the views of a transcription, read until one holds a program, repaired if none does.

Which view is right is not told by how well it fits but by what the number must satisfy: gzip's header names the digits,
CRC-32 and length say that all of them are right. The reverse of rendering.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primesong.errors import NoProgramError, SongError
from primesong.number.unfolding import program_so_far
from primesong.sargam.mapping import RANKED_PITCHES, Mapping
from primesong.sargam.melody import FASTEST_TEMPO, SLOWEST_TEMPO, Melody
from primesong.sound.classes import HEIGHTS
from primesong.sound.hearing import Progress, condition
from primesong.sound.opening import Opening, find_openings, find_openings_anywhere
from primesong.sound.repair import Repaired, repair, settle_tail
from primesong.sound.transcription import VIEWS, Transcription, views

#: How long a repair may take if nothing else is said, in seconds.
EFFORT = 30.0

#: How long each view is puzzled over at once, in seconds, before the next view is looked at: a note or two.
_SHORT = 1.0

Blocks = Iterable[NDArray[np.floating]]


@dataclass(frozen=True, slots=True)
class Heard:
    """A song out of a recording: its melody, and the evidence: transcription, opening, repair, and which of the
    recordings it was heard in (counted from 0)."""

    melody: Melody
    transcription: Transcription
    opening: Opening
    repaired: Repaired
    recording: int = 0

    @property
    def summary(self) -> str:
        """What `verify` says about it."""
        one, changes = self.transcription, self.repaired.changes
        mended = f"; {len(changes)} doubtful notes put right" if changes else ""
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
            "ends_seconds": round(float(one.edges[stop]), 3),
            "confidence": round(float(one.confidence[start:stop].mean()), 6),
            "opening_nats": round(self.opening.score, 1),
            "readings_tried": self.repaired.tried,
            "repaired": [
                {"note": change.place + 1, "heard": change.heard, "digit": change.digit, "nats": round(change.cost, 2)}
                for change in self.repaired.changes
            ],
        }


def retrieve(
    recordings: Sequence[tuple[Blocks, int]],
    effort: float = EFFORT,
    title: str = "primesong",
    progress: Progress = lambda done: None,
) -> Heard:
    """Find the song in a recording, or in several of the same song.

    recordings : pairs of blocks, shape (frames,) or (frames, channels), and sample rate in Hz; effort : seconds that a
    repair may take; `progress` gets 0 to 1. Raises `SongError` if there is no song, `NoProgramError` if there is one
    whose program cannot be recovered.
    """
    reasons: list[SongError] = []
    doubtful: list[tuple[Transcription, Opening, int]] = []
    steps = 2 * len(VIEWS) * len(recordings)
    done = 0
    for place, (blocks, rate) in enumerate(recordings):
        try:
            for view in views(condition(blocks, rate)):
                done += 1
                progress(done / (steps + 1))
                openings = find_openings(view.log_probabilities, view.first, view.last)
                openings += find_openings_anywhere(view.log_probabilities)
                for rank, opening in enumerate(openings):
                    heard = _read(view, opening, 0.0 if rank else _SHORT, title, place)
                    if heard is not None:
                        return heard
                doubtful += [(view, opening, place) for opening in openings[:2]]
        except SongError as error:
            reasons.append(error)
    if not doubtful:
        raise (
            reasons[0] if reasons else SongError("there is no song here: no gzip header is heard in the opening notes")
        )
    doubtful.sort(key=lambda pair: -_plausibility(*pair[:2]))
    for view, opening, place in doubtful[:6]:
        heard = _read(view, opening, effort / min(6, len(doubtful)), title, place)
        if heard is not None:
            return heard
    view, opening, _ = doubtful[0]
    missing = opening.start + opening.length - len(view.log_probabilities)
    if missing > 0:
        program = max((so_far(view, opening, reading) for reading in opening.readings()), key=len)
        raise NoProgramError(
            f"the recording ends {missing:,} notes before the song of {opening.length:,} notes does; "
            f"{len(program):,} bytes of its program are heard"
        )
    unsure = int((view.confidence[opening.start : opening.start + opening.length] < 0.9).sum())
    raise NoProgramError(
        f"a song of {opening.length:,} notes is heard, Sa at {view.tonic_hertz:.1f} Hz, but {unsure:,} notes are "
        f"doubtful and no reading of them within {effort:g} seconds holds a program; "
        "a better recording, or --effort, may help"
    )


def digit_probabilities(view: Transcription, opening: Opening, reading: tuple[int, ...]) -> NDArray[np.float64]:
    """Reorder a transcription's columns by digit, the song's slots alone, the digits that the header fixes certain."""
    rows = view.log_probabilities[opening.start : opening.start + opening.length]
    out = np.empty_like(rows)
    out[:, list(reading)] = rows
    for place, digit in enumerate(opening.known[: len(out)]):
        out[place] = -np.inf
        out[place, int(digit)] = 0.0
    return out


def so_far(view: Transcription, opening: Opening, reading: tuple[int, ...]) -> bytes:
    """The beginning of the program, as far as the notes that were heard tell it."""
    rows = digit_probabilities(view, opening, reading)
    return program_so_far("".join(map(str, rows.argmax(axis=1))), opening.length)


def _plausibility(view: Transcription, opening: Opening) -> float:
    """How sure a view is of its notes, its opening counted in."""
    rows = view.log_probabilities[opening.start : opening.start + opening.length]
    return float(rows.max(axis=1).sum()) + opening.score


def _read(view: Transcription, opening: Opening, seconds: float, title: str, place: int) -> Heard | None:
    """Read a view from an opening under every assignment that it leaves open; None if no reading holds a program."""
    if opening.start + opening.length > len(view.log_probabilities):
        return None
    readings = list(opening.readings())
    for reading in readings:
        try:
            probabilities = digit_probabilities(view, opening, reading)
            repaired = settle_tail(probabilities, repair(probabilities, seconds / len(readings)))
        except NoProgramError:
            continue
        return Heard(_melody(repaired.digits, reading, view, title), view, opening, repaired, place)
    return None


def _melody(digits: str, reading: tuple[int, ...], view: Transcription, title: str) -> Melody:
    """The melody as it was heard: mapping, nearest tonic, tempo."""
    ranking = "".join(str(reading[HEIGHTS.index(pitch.semitones)]) for pitch in RANKED_PITCHES)
    tempo = min(max(round(view.tempo, 2), SLOWEST_TEMPO), FASTEST_TEMPO)
    return Melody(digits, Mapping(ranking), view.tonic, tempo, title=title)
