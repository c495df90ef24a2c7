"""What is remarkable about a file in which a song was read, as facts, and the sentence for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from primesong.words import inflect


class Fact(Enum):
    """What is wrong in a file, or how its notes were made one line: the sentence for one, and for more than one."""

    WRONG_COUNT = (
        "the MIDI file's header is wrong about the number of tracks, which is {}",
        "the MIDI file's header is wrong about the number of tracks, which is {}",
    )
    WRONG_LENGTH = (
        "the MIDI file is wrong about the length of a track, which was read to its end",
        "the MIDI file is wrong about the length of {} tracks, which were read to their ends",
    )
    STRAY_MESSAGES = (
        "a message that does not belong in a MIDI file, only on a live connection, was left out",
        "{} messages that do not belong in a MIDI file, only on a live connection, were left out",
    )
    JOINED = ("", "the notes of {} voices were read as one line")
    UNTIED = ("two tied notes were read as two", "{} tied notes were read as notes of their own")
    UNISONS = ("a note that doubles another was left out", "{} notes that double others were left out")
    DRONES = ("a held note was left out", "{} held notes were left out")
    OUTSIDE = (
        "a note outside the song's ten pitches was left out",
        "{} notes outside the song's ten pitches were left out",
    )
    CHORDS = (
        "a note that begins together with another was left out",
        "{} notes that begin together with others were left out",
    )
    ORNAMENTS = ("an ornament was left out", "{} ornaments were left out")
    WRITTEN_OCTAVES = ("the notes under 8va were read as they are written, an octave from where they sound",) * 2
    REPEATED = (
        "a note that was played again was left out",
        "{} notes that were played again were left out",
    )
    EMBEDDED = ("", "the number that stands among other text was read")
    AS_PROGRAM = ("", "the file was read as a program; it also holds a number that holds a program")
    AS_NUMBER = ("", "the file was read as a number, though the number holds no program")
    NO_SONG = ("", "the file was read as a program, because it holds no song")
    SMALL_KOMAL = ("", "small letters were read as komal, except that m is shuddha and M tivra")
    SMALL_ALTERED = ("", "small letters were read as komal, except that m is tivra and M shuddha")
    SMALL_SHUDDHA = ("", "small letters were read as capitals")
    SIDES = ("", "dots and apostrophes were read as low before a name and high after it")
    DOTS_LOW = ("", "dots were read as low, apostrophes as high")
    COMMAS_LOW = ("", "commas were read as low, apostrophes after a name as high")
    DASHES_LOW = ("", "dashes and underscores were read as low, apostrophes after a name as high")
    SETTLED = ("", "signs between two names were read on the side that gives a program")
    OTHER_SONGS = ("another song in the file was not decoded", "{} other songs in the file were not decoded")
    OTHER_RECORD = ("the SHA-256 in the file's record is of another number",) * 2
    OTHER_CODA = ("the error-correction notes do not agree with the number's notes",) * 2
    COUNT_IN = ("a note before the song was left out", "{} notes before the song were left out")


@dataclass(frozen=True, slots=True)
class Remark:
    """A fact about a file, and the number that belongs to it; its text is the sentence."""

    fact: Fact
    count: int = 0

    def __str__(self) -> str:
        one, more = self.fact.value
        return inflect(self.count, one, more)


def list_remarks(counts: Mapping[Fact, int]) -> tuple[Remark, ...]:
    """List the facts that were counted, in the order of the table."""
    return tuple(Remark(fact, counts[fact]) for fact in Fact if counts.get(fact))
