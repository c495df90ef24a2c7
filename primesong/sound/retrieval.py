"""Recording to song: the views of a transcription, read until one holds a program, repaired if none does.

Which view is right is not told by how well it fits but by what the number must satisfy: gzip's header names the digits,
CRC-32 and length say that all of them are right. The reverse of rendering.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primesong.errors import DamagedError, NoProgramError, SongError
from primesong.number import coda
from primesong.number.unfolding import program_so_far
from primesong.sargam.mapping import RANKED_PITCHES, Mapping
from primesong.sargam.melody import FASTEST_TEMPO, SLOWEST_TEMPO, Melody
from primesong.sargam.tala import TINTAL
from primesong.sound.classes import HEIGHTS
from primesong.sound.combine import combine
from primesong.sound.hearing import Progress, condition
from primesong.sound.opening import SLACK, Opening, find_openings, find_openings_anywhere
from primesong.sound.repair import Repaired, by_coda, repair, settle_tail
from primesong.sound.transcription import MOST_VIEWS, Transcription, views

#: How long a repair may take if nothing else is said, in seconds.
EFFORT = 30.0

#: How long each view is puzzled over at once, in seconds, before the next view is looked at: a note or two.
_SHORT = 1.0

#: A note less likely than this is doubtful; so many avartans are named in which there are such notes.
_DOUBTFUL, _BARS = 0.9, 8

Blocks = Iterable[NDArray[np.floating]]


@dataclass(frozen=True, slots=True)
class Heard:
    """A song out of a recording: its melody, and the evidence: transcription, opening, repair, and which of the
    recordings it was heard in (counted from 0), or, where several had to be put together, begins in."""

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
            "ends_seconds": round(float(one.edges[min(stop, len(one.edges) - 1)]), 3),
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
    surest: dict[int, Transcription] = {}
    steps = MOST_VIEWS * len(recordings)
    done = 0
    for place, (blocks, rate) in enumerate(recordings):
        try:
            for view in views(condition(blocks, rate)):
                surest[place] = max(surest.get(place, view), view, key=_sureness)
                done += 1
                progress(done / (steps + 1))
                ending = _find_coda(view)
                openings = find_openings(view.log_probabilities, view.first, ending[0] if ending else view.last)
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
    heard = _read_together(doubtful, surest, effort, title)
    if heard is not None:
        return heard
    for view, opening, place in doubtful[:6]:
        heard = _read(view, opening, effort / min(6, len(doubtful)), title, place)
        if heard is not None:
            return heard
    view, opening, _ = doubtful[0]
    program = max((so_far(view, opening, reading) for reading in opening.readings()), key=len)
    missing = opening.start + opening.length - len(view.log_probabilities)
    if missing > 0:
        raise DamagedError(
            f"the recording ends {missing:,} notes before the song of {opening.length:,} notes does; "
            f"{len(program):,} bytes of its program are heard",
            program,
        )
    unsure = np.flatnonzero(view.confidence[opening.start : opening.start + opening.length] < _DOUBTFUL)
    bars = ", ".join(f"{bar:,}" for bar in np.unique(unsure // TINTAL.matras + 1)[:_BARS])
    more = " and more" if len(np.unique(unsure // TINTAL.matras)) > _BARS else ""
    where = f" (avartans {bars}{more})" if bars else ""
    raise DamagedError(
        f"a song of {opening.length:,} notes is heard, Sa at {view.tonic_hertz:.1f} Hz, but {len(unsure):,} notes are "
        f"doubtful{where} and no reading of them within {effort:g} seconds holds a program; "
        "a better recording, another one beside it, or --effort, may help",
        program,
    )


def digit_probabilities(view: Transcription, opening: Opening, reading: tuple[int, ...]) -> NDArray[np.float64]:
    """Reorder a transcription's columns by digit, the song's slots alone, the digits that the header fixes certain."""
    return _by_digit(view.log_probabilities[opening.start : opening.start + opening.length], opening, reading)


def _by_digit(rows: NDArray[np.float64], opening: Opening, reading: tuple[int, ...]) -> NDArray[np.float64]:
    """Reorder columns by digit; the digits that the header fixes are certain."""
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


def _find_coda(view: Transcription) -> tuple[int, int] | None:
    """Find a coda: the slots where it begins and where it ends."""
    stop = min(view.last + SLACK, len(view.log_probabilities))
    return coda.find(view.log_probabilities[:stop].argmax(axis=1).tolist(), 2 * SLACK)


def _plausibility(view: Transcription, opening: Opening) -> float:
    """How sure a view is of its notes, its opening counted in."""
    rows = view.log_probabilities[opening.start : opening.start + opening.length]
    return float(rows.max(axis=1).sum()) + opening.score


def _read(view: Transcription, opening: Opening, seconds: float, title: str, place: int) -> Heard | None:
    """Read a view from an opening under every assignment that it leaves open; None if no reading holds a program."""
    if opening.start + opening.length > len(view.log_probabilities):
        return None
    ending = _find_coda(view)
    if ending is not None and ending[0] == opening.start + opening.length:
        heard = _read_with_coda(view, opening, ending[1], title, place)
        if heard is not None:
            return heard
    readings = list(opening.readings())
    for reading in readings:
        try:
            probabilities = digit_probabilities(view, opening, reading)
            repaired = settle_tail(probabilities, repair(probabilities, seconds / len(readings)))
        except NoProgramError:
            continue
        return Heard(_melody(repaired.digits, reading, view, title), view, opening, repaired, place)
    return None


def _read_with_coda(view: Transcription, opening: Opening, stop: int, title: str, place: int) -> Heard | None:
    """Read a view from an opening to the end of its coda, which puts right what was heard wrong."""
    for reading in opening.readings():
        phrase = _mapping(reading).ending
        try:
            repaired = by_coda(_by_digit(view.log_probabilities[opening.start : stop], opening, reading),
                               opening.length, phrase)  # fmt: skip
        except NoProgramError:
            continue
        after = coda.make(repaired.digits, coda.parity_symbols(stop - opening.start - opening.length), phrase)
        melody = replace(_melody(repaired.digits + after, reading, view, title), coda=len(after))
        return Heard(melody, view, opening, repaired, place)
    return None


def _sureness(view: Transcription) -> float:
    """How sure a view is of a note, in the mean."""
    return float(view.confidence[view.first : view.last].mean())


def _read_together(
    doubtful: list[tuple[Transcription, Opening, int]], surest: dict[int, Transcription], effort: float, title: str
) -> Heard | None:
    """Read a song whose notes lie in several recordings, or in one that holds it more than once, none of them whole:
    the longest beginning, and what of the others finds its place after it."""
    if not doubtful:
        return None
    view, opening, place = max(doubtful, key=lambda found: len(found[0].log_probabilities) - found[1].start)
    notes = view.log_probabilities
    stop = opening.start + opening.length
    pieces = [notes[view.first : opening.start], notes[stop : view.last]]
    pieces += [other.log_probabilities[other.first : other.last] for key, other in surest.items() if key != place]
    rows, found = combine(notes[opening.start : min(stop, view.last)], opening.length, pieces)
    if not found:
        return None
    readings = list(opening.readings())
    for reading in readings:
        probabilities = _by_digit(rows, opening, reading)
        try:
            repaired = settle_tail(probabilities, repair(probabilities, effort / 2 / len(readings)))
        except NoProgramError:
            continue
        return Heard(_melody(repaired.digits, reading, view, title), view, opening, repaired, place)
    return None


def _melody(digits: str, reading: tuple[int, ...], view: Transcription, title: str) -> Melody:
    """The melody as it was heard: mapping, nearest tonic, tempo."""
    tempo = min(max(round(view.tempo, 2), SLOWEST_TEMPO), FASTEST_TEMPO)
    return Melody(digits, _mapping(reading), view.tonic, tempo, title=title)


def _mapping(reading: tuple[int, ...]) -> Mapping:
    """The mapping under which a note, by its height, is the digit that it is read as."""
    return Mapping("".join(str(reading[HEIGHTS.index(pitch.semitones)]) for pitch in RANKED_PITCHES))
