"""The record: what a file says about its own song, one line of ASCII JSON.

Every file carries one. A reader believes it only as far as it agrees with the notes.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from primesong.sargam.mapping import Mapping
from primesong.sargam.raga import LONGEST_NAME, NAT_BHAIRAV, RAGAS, Raga, parse_pitches
from primesong.sargam.remarks import Remark
from primesong.sargam.setting import Setting, printable
from primesong.sargam.tala import TALAS
from primesong.sargam.tuning import EQUAL, Tuning

#: The version of the record, by which a later one can be told.
FORMAT_VERSION = 1

#: In characters; a record is some hundred long, and nothing longer is parsed.
_LONGEST_RECORD = 1 << 20

#: No number that can be read has as many digits; a record that says more is not ours.
_MOST_NOTES = 10**9


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What an excerpt was cut from.

    Parameters
    ----------
    start : int
        Its first avartan, counted from 1.
    notes : int
        How many notes the whole song has.
    sha256 : str
        The whole number's.
    """

    start: int
    notes: int
    sha256: str

    def __post_init__(self) -> None:
        if not 1 <= self.start <= self.notes <= _MOST_NOTES:
            raise ValueError(f"an excerpt begins within a song's 1 to {_MOST_NOTES:,} notes")


@dataclass(frozen=True, slots=True)
class Record:
    """A song's record of itself.

    Parameters
    ----------
    setting : Setting
        The raga is written only if it is not the default, the tuning only if it is not equal temperament.
    sha256 : str
        Of the number's decimal digits, or of those that an excerpt has.
    excerpt : Excerpt, optional
        What the song was cut from.
    coda_length : int
        How many notes follow the number's.
    """

    setting: Setting
    sha256: str
    excerpt: Excerpt | None = None
    coda_length: int = 0

    def __post_init__(self) -> None:
        if self.coda_length < 0 or (self.coda_length and self.excerpt is not None):
            raise ValueError(f"a coda follows a whole number, got {self.coda_length}")

    def fits(self, digits: str) -> bool:
        """Tell whether the record was written for these digits of a number."""
        return self.sha256 == sha256(digits)

    def to_text(self) -> str:
        """Write the record as one line of ASCII JSON. The reverse of `from_text`."""
        setting = self.setting
        fields: dict[str, Any] = {
            "primesong": FORMAT_VERSION,
            "mapping": setting.mapping.ranking,
            "tonic": setting.tonic,
            "tempo": setting.tempo,
            "tala": setting.tala.name,
            "title": setting.title,
            "sha256": self.sha256,
        }
        if setting.mapping.raga != NAT_BHAIRAV:
            fields["raga"] = [setting.mapping.raga.name, setting.mapping.raga.letters]
        if setting.tuning != EQUAL:
            fields["tuning"] = [setting.tuning.name, setting.tuning.octave, *setting.tuning.swaras]
        if self.excerpt is not None:
            fields["excerpt"] = [self.excerpt.start, self.excerpt.notes, self.excerpt.sha256]
        if self.coda_length:
            fields["coda"] = self.coda_length
        return json.dumps(fields, separators=(",", ":"))

    @staticmethod
    def from_text(text: str) -> "Record | None":
        """Read a record; return None for any text that this version does not understand. The reverse of `to_text`."""
        if len(text) > _LONGEST_RECORD or '"primesong"' not in text:
            return None
        try:
            return _read(json.loads(text))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return None


@dataclass(frozen=True, slots=True)
class Notes:
    """What a reader finds in a file: MIDI note numbers in order, where they stood, the record, if there is one, and
    what is remarkable about how they were read."""

    midi_notes: Sequence[int]
    source: str
    record: Record | None = None
    remarks: tuple[Remark, ...] = ()


def sha256(digits: str) -> str:
    """Return the SHA-256 of decimal digits as ASCII text, in hexadecimal."""
    return hashlib.sha256(digits.encode("ascii")).hexdigest()


def _read(fields: dict[str, Any]) -> Record | None:
    """Read a record's fields."""
    if fields["primesong"] != FORMAT_VERSION:
        return None
    setting = Setting(
        Mapping(str(fields["mapping"]), _read_raga(*fields["raga"]) if "raga" in fields else NAT_BHAIRAV),
        int(fields["tonic"]),
        float(fields["tempo"]),
        TALAS[fields["tala"]],
        _read_tuning(*fields["tuning"]) if "tuning" in fields else EQUAL,
        str(fields["title"]),
    )
    excerpt = _read_excerpt(*fields["excerpt"]) if "excerpt" in fields else None
    return Record(setting, str(fields["sha256"]), excerpt, int(fields.get("coda", 0)))


def _read_raga(name: object, letters: object) -> Raga:
    """Read a raga: one of the table by its pitches, or another."""
    raga = Raga(printable(str(name))[:LONGEST_NAME], parse_pitches(str(letters)))
    known = RAGAS.get(raga.name)
    return known if known == raga else raga


def _read_tuning(name: object, octave: float, *swaras: float) -> Tuning:
    return Tuning(printable(str(name)), tuple(map(float, swaras)), float(octave))


def _read_excerpt(start: int, notes: int, whole: object) -> Excerpt:
    return Excerpt(int(start), int(notes), str(whole))
