"""The melody: a number's digits as pitches, one note a matra, on a tonic, in a tala, at a tempo.

Tempo is counted in beats of four matras a minute: at 60 a matra lasts a quarter of a second. Notes are counted
from 1 for people, from 0 in code; a bar is an avartan. A melody carries everything a file of it says about itself:
`Description` is that record, written into every file and believed only as far as it agrees with the notes.
An excerpt keeps the whole song's mapping and the numbers of its avartans, and says what it was cut from.
After the number's notes there may be a coda (`repair.coda`): these are notes too, but tell nothing of the number.
"""

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from primesong.errors import PrimesongError
from primesong.sargam.mapping import Mapping
from primesong.sargam.swara import HIGHEST_TONIC, LOWEST_TONIC, Pitch
from primesong.sargam.tala import TALAS, TINTAL, Tala
from primesong.sargam.tuning import EQUAL, Tuning

DEFAULT_TONIC = 50  # D3, "safed 2": the pitch of the original recording
DEFAULT_TEMPO = 60.0
MATRAS_PER_BEAT = 4
SLOWEST_TEMPO, FASTEST_TEMPO = 5.0, 960.0  # MIDI's and MuseScore's own limits lie just beyond

#: Layas, in beats a minute: each twice the last, by tradition; the figures are ideals that nobody is held to.
LAYAS = {"vilambit": 40.0, "madhya": 80.0, "drut": 160.0, "ati-drut": 320.0}

FORMAT_VERSION = 1

#: The longest text that is looked at as a record, in characters; a record is some hundred long.
_LONGEST_RECORD = 1 << 20


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What an excerpt was cut from: its first avartan, counted from 1, the whole song's notes, and their SHA-256."""

    start: int
    notes: int
    sha256: str

    def __post_init__(self) -> None:
        if self.start < 1 or self.notes < 1:
            raise ValueError(f"an excerpt begins at avartan 1 or later, of 1 note or more, got {self.start}")


@dataclass(frozen=True, slots=True)
class Melody:
    """A song's notes: digits, mapping, Sa's MIDI note number, beats a minute, tala, title, tuning, if it is an excerpt,
    what of, and how many of the last digits are a coda's."""

    digits: str
    mapping: Mapping
    tonic: int = DEFAULT_TONIC
    tempo: float = DEFAULT_TEMPO
    tala: Tala = TINTAL
    title: str = "primesong"
    tuning: Tuning = EQUAL
    excerpt: Excerpt | None = None
    coda: int = 0

    def __post_init__(self) -> None:
        if not self.digits or not (self.digits.isascii() and self.digits.isdecimal()):
            raise ValueError("a melody has at least one digit, and nothing but digits")
        if not LOWEST_TONIC <= self.tonic <= HIGHEST_TONIC:
            raise ValueError(f"a tonic is a MIDI note from {LOWEST_TONIC} to {HIGHEST_TONIC}, got {self.tonic}")
        if not SLOWEST_TEMPO <= self.tempo <= FASTEST_TEMPO:
            raise ValueError(
                f"a tempo lies between {SLOWEST_TEMPO:g} and {FASTEST_TEMPO:g} beats a minute, got {self.tempo:g}"
            )
        if not 0 <= self.coda < len(self.digits) or (self.coda and self.excerpt is not None):
            raise ValueError(f"a coda follows a whole number's digits, got {self.coda} of {len(self.digits)}")
        object.__setattr__(self, "title", printable(self.title))

    @property
    def body(self) -> str:
        """The number's digits: all but the coda's."""
        return self.digits[: len(self.digits) - self.coda]

    @property
    def pitches(self) -> list[Pitch]:
        """The pitch of each note."""
        table = {digit: self.mapping.pitch(digit) for digit in self.mapping.ranking}
        return [table[digit] for digit in self.digits]

    @property
    def midi_notes(self) -> list[int]:
        """The MIDI note number of each note."""
        return [self.tonic + height for height in self.mapping.to_semitones(self.digits)]

    def cents(self, digit: str) -> float:
        """Give how high a digit's note lies above Sa, in cents."""
        return self.tuning.cents(self.mapping.pitch(digit).semitones)

    @property
    def matra_seconds(self) -> float:
        """How long one note lasts, in seconds."""
        return 60 / (self.tempo * MATRAS_PER_BEAT)

    @property
    def seconds(self) -> float:
        """How long the melody lasts."""
        return len(self.digits) * self.matra_seconds

    @property
    def description(self) -> "Description":
        """What a file of this melody says about itself."""
        return Description(
            self.mapping, self.tonic, self.tempo, self.tala, self.title, sha256(self.body),
            self.tuning, self.excerpt, self.coda,
        )  # fmt: skip

    @property
    def first_avartan(self) -> int:
        """The number of the first avartan: 1, but in an excerpt."""
        return self.excerpt.start if self.excerpt else 1


def cut(melody: Melody, start: int = 1, end: int | None = None) -> Melody:
    """Give the avartans from `start` to `end`, counted from 1, both included; the melody itself if that is all of it.
    They are the number's: what is cut from it has no coda.

    Raises `PrimesongError`.
    """
    melody = replace(melody, digits=melody.body, coda=0)
    matras, notes = melody.tala.matras, len(melody.digits)
    avartans = -(-notes // matras)
    last = avartans if end is None else end
    if melody.excerpt is not None:
        raise PrimesongError("the song is an excerpt already; cut the whole song")
    if not 1 <= start <= last <= avartans:
        raise PrimesongError(
            f"there is no excerpt from avartan {start:,} to {last:,}: the song's avartans in {melody.tala.name} "
            f"are 1 to {avartans:,}"
        )
    if (start, last) == (1, avartans):
        return melody
    digits = melody.digits[(start - 1) * matras : last * matras]
    return replace(melody, digits=digits, excerpt=Excerpt(start, notes, sha256(melody.digits)))


@dataclass(frozen=True, slots=True)
class Description:
    """A song's record of itself: mapping, tonic, tempo, tala, title, the SHA-256 of its notes as decimal digits without
    the coda's, the tuning, which is written only if it is not equal temperament, if it is an excerpt, what of, and, if
    there is a coda, how many notes it has."""

    mapping: Mapping
    tonic: int
    tempo: float
    tala: Tala
    title: str
    sha256: str
    tuning: Tuning = EQUAL
    excerpt: Excerpt | None = None
    coda: int = 0

    def fits(self, digits: str) -> bool:
        """Tell whether these are the digits, without a coda's, that the record was written for."""
        return self.sha256 == sha256(digits)

    def to_text(self) -> str:
        """Write the record as one line of ASCII JSON. The reverse of `from_text`."""
        record: dict[str, Any] = {
            "primesong": FORMAT_VERSION,
            "mapping": self.mapping.ranking,
            "tonic": self.tonic,
            "tempo": self.tempo,
            "tala": self.tala.name,
            "title": self.title,
            "sha256": self.sha256,
        }
        if self.tuning != EQUAL:
            record["tuning"] = [self.tuning.name, self.tuning.octave, *self.tuning.swaras]
        if self.excerpt is not None:
            record["excerpt"] = [self.excerpt.start, self.excerpt.notes, self.excerpt.sha256]
        if self.coda:
            record["coda"] = self.coda
        return json.dumps(record, separators=(",", ":"))

    @staticmethod
    def from_text(text: str) -> "Description | None":
        """Read a record; None if the text is none, or none that this version understands. The reverse of `to_text`."""
        if len(text) > _LONGEST_RECORD or '"primesong"' not in text:
            return None
        try:
            record: dict[str, Any] = json.loads(text)
            if record["primesong"] != FORMAT_VERSION:
                return None
            name, octave, *swaras = record.get("tuning", (EQUAL.name, EQUAL.octave, *EQUAL.swaras))
            described = Melody(
                "0",
                Mapping(record["mapping"]),
                int(record["tonic"]),
                float(record["tempo"]),
                TALAS[record["tala"]],
                str(record["title"]),
                Tuning(printable(str(name)), tuple(map(float, swaras)), float(octave)),
            )
            checksum = str(record["sha256"])
            start, notes, whole = record.get("excerpt", (0, 0, ""))
            excerpt = Excerpt(int(start), int(notes), str(whole)) if "excerpt" in record else None
            coda = int(record.get("coda", 0))
            if coda < 0 or (coda and excerpt is not None):
                return None
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return None
        return Description(
            described.mapping, described.tonic, described.tempo, described.tala, described.title, checksum,
            described.tuning, excerpt, coda,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notes:
    """What a reader finds in a file: MIDI note numbers in order, where they stood, and the record, if there is one."""

    midi_notes: Sequence[int]
    source: str
    description: Description | None = None


def sha256(digits: str) -> str:
    """Give the SHA-256 of the decimal digits as ASCII text, in hexadecimal."""
    return hashlib.sha256(digits.encode("ascii")).hexdigest()


def printable(text: str) -> str:
    """Take out control, format and unassigned characters: in a title they crash MuseScore and fool terminals."""
    return "".join(character for character in text if unicodedata.category(character)[0] != "C")
