"""The setting: everything about a melody except its notes. `Melody` and `Record` each hold one.

People count laya in matras a minute; code counts tempo in beats of four matras, as staff notation and MIDI do: at 60
beats, 240 matras a minute, a matra lasts a quarter of a second. A tonic is Sa's MIDI note number.
"""

import math
import re
import unicodedata
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import TypedDict, Unpack

from primesong.sargam.key import Key, find_key
from primesong.sargam.mapping import Mapping
from primesong.sargam.raga import Raga
from primesong.sargam.swara import HIGHEST_TONIC, LOWEST_TONIC
from primesong.sargam.tala import TINTAL, Tala
from primesong.sargam.tuning import EQUAL, Tuning

#: MIDI note number: D3, "safed 2", the pitch of the original recording.
DEFAULT_TONIC = 50

#: In beats a minute.
DEFAULT_TEMPO = 60.0

#: A beat is a quarter note, a matra a sixteenth.
MATRAS_PER_BEAT = 4

#: In beats a minute; the limits of MIDI and MuseScore lie just beyond.
SLOWEST_TEMPO = 5.0

#: In beats a minute; the limits of MIDI and MuseScore lie just beyond.
FASTEST_TEMPO = 960.0

#: Layas, in matras a minute: each twice the one before, by tradition (searchgurbani.com, "Lay"; indianetzone.com, "Laya
#: in Indian music"). Players keep to the ratio rather than the figures: a laya reaches halfway to its neighbors.
LAYAS = {"ati-vilambit": 20.0, "vilambit": 40.0, "madhya": 80.0, "drut": 160.0, "ati-drut": 320.0}

#: How long a note lasts, as people write it: 0.25s.
_NOTE_SECONDS = re.compile(r"([0-9]*\.?[0-9]+)\s*s(?:ec|econds?)?", re.ASCII)

#: What else people call a laya.
_LAYA_WORDS = {
    "slow": "vilambit", "medium": "madhya", "fast": "drut", "madhyalaya": "madhya", "atidrut": "ati-drut",
    "ativilambit": "ati-vilambit",
}  # fmt: skip

#: In characters; much longer than any file name, and short enough for every page and plot that shows it.
LONGEST_TITLE = 1000

#: What a song without a file is called.
DEFAULT_TITLE = "primesong"

#: The type of each value of a setting, and what people call it.
_KINDS = {
    "mapping": (Mapping, "a Mapping"),
    "tonic": (Integral, "a whole number"),
    "tempo": (Real, "a number"),
    "tala": (Tala, "a Tala"),
    "tuning": (Tuning, "a Tuning"),
    "title": (str, "a text"),
}


class SettingOptions(TypedDict, total=False):
    """The fields of `Setting` that may be chosen freely: all except the mapping."""

    tonic: int
    tempo: float
    tala: Tala
    tuning: Tuning
    title: str


class ChosenOptions(SettingOptions, total=False):
    """These, and the raga of the mapping."""

    raga: Raga


@dataclass(frozen=True, slots=True)
class Setting:
    """How a number's digits become sound.

    Parameters
    ----------
    mapping : Mapping
        Which digit sounds which pitch.
    tonic : int
        Sa's MIDI note number.
    tempo : float
        Beats of four matras a minute.
    tala : Tala
        How the matras are grouped.
    tuning : Tuning
        How high each swara lies above Sa.
    title : str
        At most `LONGEST_TITLE` characters; those that cannot be printed are removed.

    Raises
    ------
    TypeError
        If a value is of another type.
    ValueError
        If a value is out of range.
    """

    mapping: Mapping
    tonic: int = DEFAULT_TONIC
    tempo: float = DEFAULT_TEMPO
    tala: Tala = TINTAL
    tuning: Tuning = EQUAL
    title: str = DEFAULT_TITLE

    def __post_init__(self) -> None:
        for name, (kind, described) in _KINDS.items():
            if not isinstance(value := getattr(self, name), kind):
                raise TypeError(f"{name} must be {described}, got {value!r}")
        if not LOWEST_TONIC <= self.tonic <= HIGHEST_TONIC:
            raise ValueError(f"tonic must be a MIDI note from {LOWEST_TONIC} to {HIGHEST_TONIC}, got {self.tonic}")
        if not SLOWEST_TEMPO <= self.tempo <= FASTEST_TEMPO:
            raise ValueError(f"tempo must be {SLOWEST_TEMPO:g} to {FASTEST_TEMPO:g} beats a minute, got {self.tempo:g}")
        if len(self.title) > LONGEST_TITLE:
            raise ValueError(f"title must have at most {LONGEST_TITLE:,} characters, got {len(self.title):,}")
        object.__setattr__(self, "title", printable(self.title))

    def change(self, *, raga: Raga | None = None, **fields: Unpack[SettingOptions]) -> "Setting":
        """Return the setting with other fields.

        Parameters
        ----------
        raga : Raga, optional
            Another raga, in which each digit keeps its rank.
        **fields
            tonic, tempo, tala, tuning and title, as `Setting` has them.

        Returns
        -------
        Setting
            A new setting.

        Raises
        ------
        TypeError
            If a field is unknown, or a value is of another type.
        ValueError
            If a value is out of range.
        """
        mapping = self.mapping if raga is None else replace(self.mapping, raga=raga)
        return replace(self, mapping=mapping, **fields)

    @property
    def key(self) -> Key:
        """The key in staff notation."""
        return find_key(self.tonic, self.mapping.raga.swaras)

    @property
    def matra_seconds(self) -> float:
        """How long one note lasts, in seconds."""
        return 60 / (self.tempo * MATRAS_PER_BEAT)

    @property
    def laya(self) -> str:
        """The tempo in a musician's words: 240 matras a minute, ati-drut."""
        return describe_tempo(self.tempo)

    def cents(self, digit: str) -> float:
        """Return how high a digit's note lies above Sa.

        Parameters
        ----------
        digit : str
            One of "0" to "9".

        Returns
        -------
        float
            In cents; below 0 for a note below Sa.

        Raises
        ------
        ValueError
            If it is not a digit.
        """
        return self.tuning.cents(self.mapping.pitch(digit).semitones)


def describe_tempo(tempo: float) -> str:
    """Say a tempo, in beats a minute, in matras a minute, with its laya.

    >>> describe_tempo(60), describe_tempo(15)
    ('240 matras a minute, ati-drut', '60 matras a minute, madhya')
    """
    matras = tempo * MATRAS_PER_BEAT
    return f"{matras:g} matras a minute, {min(LAYAS, key=lambda laya: abs(math.log2(matras / LAYAS[laya])))}"


def parse_tempo(text: str) -> float:
    """Read a laya, matras a minute, or how many seconds a note lasts, as beats a minute. Raises `ValueError`.

    >>> parse_tempo("240"), parse_tempo("0.25s"), parse_tempo("drut")
    (60.0, 60.0, 40.0)
    """
    name = text.strip().lower()
    laya = _LAYA_WORDS.get(name, name)
    seconds = _NOTE_SECONDS.fullmatch(name)
    try:
        matras = LAYAS[laya] if laya in LAYAS else 60 / float(seconds[1]) if seconds else float(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError(
            f"expected matras a minute, a note's length such as 0.25s, or a laya ({', '.join(LAYAS)}), got “{text}”"
        ) from None
    tempo = matras / MATRAS_PER_BEAT
    if not SLOWEST_TEMPO <= tempo <= FASTEST_TEMPO:
        lowest, highest = SLOWEST_TEMPO * MATRAS_PER_BEAT, FASTEST_TEMPO * MATRAS_PER_BEAT
        raise ValueError(f"expected {lowest:g} to {highest:g} matras a minute, got {text}")
    return tempo


def printable(text: str) -> str:
    """Remove control, format and unassigned characters, which crash MuseScore and mislead terminals."""
    return "".join(character for character in text if unicodedata.category(character)[0] != "C")
