"""What is remarkable about a recording in which a song was heard, as facts, and the sentence for each.

Notes are counted from 0 in facts and from 1 in sentences; times are in seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from primesong.sargam.tala import TINTAL, name_place


@dataclass(frozen=True, slots=True)
class BeganLate:
    """The song's first notes were not recorded, and were found again."""

    notes: int


@dataclass(frozen=True, slots=True)
class Paused:
    """The recording holds a pause before a note of the song, which was left out."""

    place: int
    matras: int


@dataclass(frozen=True, slots=True)
class Doubled:
    """The recording holds more notes than the song before one of its notes, which were left out."""

    place: int
    notes: int


@dataclass(frozen=True, slots=True)
class OtherSong:
    """Another song begins in a recording, counted from 0; it was not decoded."""

    recording: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Unused:
    """Nothing in a recording, counted from 0, belongs to the song."""

    recording: int


Remark = BeganLate | Paused | Doubled | OtherSong | Unused


def describe(remark: Remark, names: Sequence[str] = ()) -> str:
    """Write a remark as a sentence. `names` are those of the recordings."""
    match remark:
        case BeganLate(notes):
            return f"the first {notes} notes were not heard"
        case Paused(place, matras):
            return f"a pause of {matras} matras before {name_place(place, TINTAL)} was left out"
        case Doubled(place, notes):
            return f"{notes} notes too many before {name_place(place, TINTAL)} were left out"
        case OtherSong(recording, seconds):
            return f"another song begins at {seconds:.1f} s in {_name(recording, names)}; it was not decoded"
        case Unused(recording):
            return f"{_name(recording, names)} was not used: nothing in it belongs to this song"


def _name(recording: int, names: Sequence[str]) -> str:
    return names[recording] if recording < len(names) else f"recording {recording + 1}"
