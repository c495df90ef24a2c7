"""Everything that sounds in a file: its notes with their times, and who plays them.

Times are whole numbers in units of the file's own, the same for all voices. Pitches are MIDI note numbers.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from primesong.limits import Limits

#: How many lines of notes a reader passes on, the longest; each is examined for a song.
MOST_LINES = 32

#: How many notes are kept with their times: as many as staff notation is written with.
_MOST_NOTES = 200_000


class Note(NamedTuple):
    """A note as it sounds.

    Parameters
    ----------
    onset, end : int
        When it sounds.
    pitch : int
        A MIDI note number.
    strength : int
        How hard it is played, 1 to 127.
    voice : int
        Who plays it, as a place in `Performance.voices`.
    tied : int
        How many of two notes say that this one goes on with the one before: of 0 to 2, by the start and the stop of a
        tie.
    """

    onset: int
    end: int
    pitch: int
    strength: int = 64
    voice: int = 0
    tied: int = 0


class Voice(NamedTuple):
    """Who plays notes: a channel of a track, a voice of a part.

    Parameters
    ----------
    name : str
        What people call it.
    groups : tuple of str
        What else its notes belong to together with those of other voices.
    drums : bool
        Whether its notes are strokes on drums.
    """

    name: str
    groups: tuple[str, ...] = ()
    drums: bool = False


@dataclass(slots=True)
class Performance:
    """The notes of a file, up to a number of them, in any order, and its voices."""

    limits: Limits
    notes: list[Note] = field(default_factory=list)
    voices: dict[Voice, int] = field(default_factory=dict)

    def add(self, voice: Voice, onset: int, end: int, pitch: int, *, strength: int = 64, tied: int = 0) -> None:
        """Take in a note."""
        if not self.is_full:
            place = self.voices.setdefault(voice, len(self.voices))
            self.notes.append(Note(onset, end, pitch, strength, place, tied))

    @property
    def is_full(self) -> bool:
        """Whether no more notes are kept; what is there is then not all."""
        return len(self.notes) > min(_MOST_NOTES, self.limits.digits)


def drop_copies(notes: list[Note]) -> list[Note]:
    """Return the notes of the first time, if all are there several times, one time after the other."""
    pitches = bytes(note.pitch & 0xFF for note in notes)
    return notes[: (pitches + pitches).find(pitches, 1)]
