"""Hear a song while it is played: what is known of it so far.

gzip's header gives the song away within its first notes: after some twenty, key, tempo, mapping and length are known,
and the program's text follows note by note. What was heard so far is read again at every report; reports come ever more
rarely, so that all of them together cost no more than five readings of the whole. A listener who joins late hears the
end first: where that belongs is known once the song begins again, and what is heard twice shows how the two meet.

Input: blocks of sound, shape (frames,) or (frames, channels), and their rate in Hz. Output: `Report`s.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.sargam.setting import MATRAS_PER_BEAT
from primesong.sound.blocks import Block
from primesong.sound.hear.diagnosis import find_breaks, list_avartans, name_avartans, read_beginning
from primesong.sound.hear.joining import OVERLAP, join_pieces
from primesong.sound.hear.opening import SLACK, Opening, find_openings_anywhere
from primesong.sound.hear.reading import Candidate, Heard, read_rows
from primesong.sound.transcribe.signal import RATE, condition, resample
from primesong.sound.transcribe.transcription import Transcription, find_unheard
from primesong.sound.transcribe.views import views

#: How often a report is made at most, in seconds of sound.
REPORT_SECONDS = 15

#: By what share of what was heard so far more must be heard before the next report: all that is read is then a
#: geometric series.
_MORE = 0.25


@dataclass(slots=True)
class Kept:
    """What is kept of what was heard, so that it can be decoded at the end.

    Attributes
    ----------
    blocks : list of ndarray
        One channel of 16 bits at `signal.RATE`: 80 MB an hour.
    heard : Heard or None
        The song, once all of it was heard: what comes after may be heard worse.
    """

    blocks: list[NDArray[np.int16]] = field(default_factory=list)
    heard: Heard | None = None

    @property
    def frames(self) -> int:
        """How many samples there are."""
        return sum(map(len, self.blocks))


@dataclass(frozen=True, slots=True)
class Report:
    """What is known so far.

    Attributes
    ----------
    seconds : float
        How much was heard.
    tonic_hertz, tempo : float
        Sa, and beats a minute; 0 while there is no steady beat.
    heard, length : int
        The song's notes that were heard, and how many it has; 0 while that is not known.
    program : bytes
        The program's beginning.
    missing : tuple of int
        The avartans, counted from 0, of which notes are missing.
    loose : int
        Notes that were heard and whose place is not known yet.
    """

    seconds: float
    tonic_hertz: float = 0.0
    tempo: float = 0.0
    heard: int = 0
    length: int = 0
    program: bytes = b""
    missing: tuple[int, ...] = ()
    loose: int = 0

    def __str__(self) -> str:
        time = f"{self.seconds:5.0f} s"
        if not self.tempo:
            return f"{time}  no steady beat yet"
        key = f"{time}  Sa {self.tonic_hertz:.1f} Hz, {MATRAS_PER_BEAT * self.tempo:.1f} matras a minute"
        if not self.length:
            return (
                f"{key}; {self.loose:,} notes, but the song's beginning is not among them: joined late, it is not "
                "known yet how many came before; when the song is played again, the rest is heard"
            )
        facts = [key, f"{self.heard:,} of {self.length:,} notes, {len(self.program):,} bytes of program"]
        if self.missing:
            facts.append(f"missing: {name_avartans(self.missing)}")
        if self.loose:
            facts.append(f"{self.loose:,} notes before the beginning belong to the end, or to another hearing")
        return "; ".join(facts)


@dataclass(frozen=True, slots=True)
class SteadyText:
    """The program's text as far as it can be shown: the newest notes may still be read otherwise when more are heard,
    so that text is held back until the next report confirms it.

    Attributes
    ----------
    shown : bytes
        What was shown.
    known : bytes
        What the last report knew.
    """

    shown: bytes = b""
    known: bytes = b""

    def update(self, program: bytes) -> tuple["SteadyText", bytes]:
        """Take in what the next report knows; return the new state, and what can be shown now."""
        if not program.startswith(self.shown):
            return self, b""
        confirmed = self.known if program.startswith(self.known) else self.shown
        fresh = confirmed[len(self.shown) :]
        return SteadyText(self.shown + fresh, program), fresh

    def finish(self, program: bytes) -> bytes:
        """Return what is still to be shown of the whole program: all of it, on new lines, if it begins otherwise."""
        return program[len(self.shown) :] if program.startswith(self.shown) else b"\n\n" + program


def follow(blocks: Iterable[Block], rate: int, kept: Kept | None = None) -> Iterator[Report]:
    """Report every `REPORT_SECONDS` of sound, or a quarter of all so far if that is more, and once more at its end.

    Parameters
    ----------
    blocks : iterable of ndarray, shape (frames,) or (frames, channels)
        The sound as it comes, such as an `Ear`'s.
    rate : int
        Its sample rate, in Hz.
    kept : Kept, optional
        Where what is heard is kept.
    """
    kept = kept or Kept()
    frames = reported = 0
    for block in resample(blocks, rate):
        kept.blocks.append((block.clip(-1, 1) * np.iinfo(np.int16).max).astype(np.int16))
        frames += len(block)
        if frames - reported >= max(REPORT_SECONDS * RATE, _MORE * reported):
            reported = frames
            yield report(kept)
    yield report(kept)


def report(kept: Kept) -> Report:
    """Report what is known from what was kept; the song is kept too once it is whole."""
    seconds = kept.frames / RATE
    try:
        view = next(views(condition(kept.blocks, RATE))).prepend(SLACK)
    except SongError:
        return Report(seconds)
    opening = _choose_opening(view)
    if opening is None:
        return Report(seconds, view.tonic_hertz, view.tempo, loose=view.count_notes(view.first, view.last))
    rows, placed = join_pieces(view, opening)
    certain = rows[: min([opening.length, *find_breaks(view, opening)])]
    program = max((read_beginning(certain, opening, reading) for reading in opening.readings()), key=len)
    silent = np.flatnonzero(find_unheard(rows))
    outcome = 0 if len(silent) else read_rows(Candidate(view, opening, 0), rows, 0.0)
    if isinstance(outcome, Heard):
        kept.heard = outcome
    loose = 0 if 0 in placed else view.count_notes(view.first, opening.start)
    heard = len(rows) - len(silent)
    if not placed and loose < OVERLAP:  # what is still to come is not missing
        silent = silent[silent < view.last - opening.start]
    missing = list_avartans(silent.tolist())
    return Report(seconds, view.tonic_hertz, view.tempo, heard, opening.length, program, missing, loose)


def _choose_opening(view: Transcription) -> Opening | None:
    """Choose where the song begins: once it has begun again, the later beginning may be followed by more of it."""
    openings = find_openings_anywhere(view.log_probabilities)
    same = [one for one in openings if (one.length, one.known) == (openings[0].length, openings[0].known)]
    return max(same, key=lambda one: min(one.length, view.last - one.start), default=None)
