"""What is remarkable about a recording in which a song was heard, as facts; the text of each is its sentence.

Notes are counted from 0 in facts and from 1 in sentences; times are in seconds; recordings are named.
"""

from dataclasses import dataclass

from primesong.sargam.tala import TINTAL, name_place
from primesong.words import inflect


@dataclass(frozen=True, slots=True)
class BeganLate:
    """The song's first notes were not recorded, and were found again."""

    notes: int

    def __str__(self) -> str:
        return inflect(self.notes, "the first note was not heard", "the first {} notes were not heard")


@dataclass(frozen=True, slots=True)
class Paused:
    """The recording holds a pause before a note of the song, which was left out."""

    place: int
    matras: int

    def __str__(self) -> str:
        pause = inflect(self.matras, "a pause of a matra", "a pause of {} matras")
        return f"{pause} before {name_place(self.place, TINTAL)} was left out"


@dataclass(frozen=True, slots=True)
class Doubled:
    """The recording holds more notes than the song before one of its notes, which were left out."""

    place: int
    notes: int

    def __str__(self) -> str:
        where = f"too many before {name_place(self.place, TINTAL)}"
        return inflect(self.notes, f"a note {where} was left out", f"{{}} notes {where} were left out")


@dataclass(frozen=True, slots=True)
class OtherSong:
    """Another song begins in a recording; it was not decoded."""

    recording: str
    seconds: float

    def __str__(self) -> str:
        return f"another song begins at {self.seconds:.1f} s in {self.recording}; it was not decoded"


@dataclass(frozen=True, slots=True)
class Unused:
    """Nothing in a recording belongs to the song."""

    recording: str

    def __str__(self) -> str:
        return f"{self.recording} was not used: nothing in it belongs to this song"


Remark = BeganLate | Paused | Doubled | OtherSong | Unused
