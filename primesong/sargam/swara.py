"""The twelve swaras: one table, from which every name, letter and spelling is derived.

A swara is a scale degree, at its natural (shuddha) height or altered: komal, a semitone lower, or tivra, a semitone
higher. A saptak is an octave: -1 mandra (low), 0 madhya (middle), +1 taar (high). Heights are in semitones above the
tonic, Sa of the middle saptak. A tonic is Sa's MIDI note number; 60 is C4. How swaras are written in each script
follows from degree, alteration and saptak, in `script` and `key`.
"""

import re
from dataclasses import dataclass
from enum import Enum

#: The note names without accidentals, in semitones above C.
NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

#: The lowest tonic from which every swara of the three saptaks is a MIDI note.
LOWEST_TONIC = 12

#: The highest tonic from which every swara of the three saptaks is a MIDI note.
HIGHEST_TONIC = 104

#: The accidentals of a tonic's name, in semitones.
_ACCIDENTALS = {"": 0, "#": 1, "b": -1}

#: A note's name, as people type it: with or without its octave.
_NOTE = re.compile(r"([A-Ga-g])([#b]?)([0-9]?)", re.ASCII)

#: The octave of a tonic that is named without one: that of a harmonium's leftmost or middle keys.
_DEFAULT_OCTAVE = 3

#: A harmonium's white keys from C on, in semitones, as Indian musicians count them.
_WHITE = tuple(NATURALS.values())

#: A harmonium's black keys.
_BLACK = (1, 3, 6, 8, 10)

#: The names of their colors, in Hindi, Marathi and English.
_KEYS = dict.fromkeys(("safed", "pandhari", "white"), _WHITE) | dict.fromkeys(("kali", "kala", "black"), _BLACK)

#: A harmonium's key: its color and its number.
_KEY = re.compile(rf"({'|'.join(_KEYS)})\s*([1-9])", re.ASCII)

#: What each of the twelve tonics is called (note name, alteration in semitones): in staff notation Sa may have another
#: name, by the raga (`key`).
_TONIC_NAMES = (("C", 0), ("C", 1), ("D", 0), ("E", -1), ("E", 0), ("F", 0),
                ("F", 1), ("G", 0), ("A", -1), ("A", 0), ("B", -1), ("B", 0))  # fmt: skip


class Swara(Enum):
    """A swara: (semitones above Sa, scale degree 0 to 6, alteration in semitones, ASCII letter, full name)."""

    SA = (0, 0, 0, "S", "Sa")
    KOMAL_RE = (1, 1, -1, "r", "komal Re")
    RE = (2, 1, 0, "R", "Re")
    KOMAL_GA = (3, 2, -1, "g", "komal Ga")
    GA = (4, 2, 0, "G", "Ga")
    MA = (5, 3, 0, "m", "Ma")
    TIVRA_MA = (6, 3, 1, "M", "tivra Ma")
    PA = (7, 4, 0, "P", "Pa")
    KOMAL_DHA = (8, 5, -1, "d", "komal Dha")
    DHA = (9, 5, 0, "D", "Dha")
    KOMAL_NI = (10, 6, -1, "n", "komal Ni")
    NI = (11, 6, 0, "N", "Ni")

    def __init__(self, semitones: int, degree: int, alteration: int, letter: str, full_name: str) -> None:
        self.semitones = semitones
        self.degree = degree
        self.alteration = alteration
        self.letter = letter
        self.full_name = full_name


@dataclass(frozen=True, slots=True)
class Pitch:
    """A swara in a saptak (-1 mandra, 0 madhya, +1 taar)."""

    swara: Swara
    saptak: int

    def __post_init__(self) -> None:
        if self.saptak not in (-1, 0, 1):
            raise ValueError(f"saptak must be -1, 0 or 1, got {self.saptak}")

    @property
    def semitones(self) -> int:
        """Height above the tonic in semitones, -12 to 23."""
        return self.swara.semitones + 12 * self.saptak

    @property
    def name(self) -> str:
        """Full name: an apostrophe before it for mandra, after it for taar: 'Ni, komal Dha, Sa'."""
        return _mark(self.swara.full_name, self.saptak)

    @property
    def letter(self) -> str:
        """ASCII letter, an apostrophe before it for mandra, after it for taar: 'N, d, S'.
        The reverse of `from_letter`."""
        return _mark(self.swara.letter, self.saptak)

    @staticmethod
    def from_letter(text: str) -> "Pitch":
        """Read an ASCII letter with its apostrophe. The reverse of `letter`. Raises ValueError."""
        try:
            return _BY_LETTER[text]
        except KeyError:
            raise ValueError(f"“{text}” is not a swara") from None


def _mark(text: str, saptak: int) -> str:
    return {-1: f"'{text}", 0: text, 1: f"{text}'"}[saptak]


#: The pitches of the three saptaks by their letters. The reverse of `Pitch.letter`.
_BY_LETTER = {pitch.letter: pitch for pitch in (Pitch(swara, saptak) for swara in Swara for saptak in (-1, 0, 1))}


def tonic_name(tonic: int) -> str:
    """Name Sa's MIDI note: 50 is D3. The reverse of `parse_tonic`."""
    return f"{key_name(tonic)}{tonic // 12 - 1}"


def key_name(tonic: int) -> str:
    """Name the major key on the tonic: D, C♯, E♭."""
    name, alteration = _TONIC_NAMES[tonic % 12]
    return name + {-1: "♭", 0: "", 1: "♯"}[alteration]


def parse_tonic(text: str) -> int:
    """Read a tonic: D3, C#3, Bb2, C♯; a harmonium's key, such as safed 2 or kali 1; or a MIDI note number. Without an
    octave it lies between C3 and B3. The reverse of `tonic_name`. Raises ValueError.

    >>> parse_tonic("C#3"), parse_tonic("C#"), parse_tonic("kali 1"), parse_tonic("49")
    (49, 49, 49, 49)
    """
    cleaned = text.strip().replace("♯", "#").replace("♭", "b")
    note = _NOTE.fullmatch(cleaned)
    key = _KEY.fullmatch(cleaned.lower())
    if cleaned.isascii() and cleaned.isdecimal():
        tonic = int(cleaned[:4])
    elif note is not None:
        octave = int(note[3] or _DEFAULT_OCTAVE)
        tonic = 12 * (octave + 1) + NATURALS[note[1].upper()] + _ACCIDENTALS[note[2]]
    elif key is not None and 1 <= int(key[2]) <= len(_KEYS[key[1]]):
        tonic = 12 * (_DEFAULT_OCTAVE + 1) + _KEYS[key[1]][int(key[2]) - 1]
    else:
        raise ValueError(
            f"“{text}” is not a tonic; expected a note name such as D3, C#3 or Bb, or a harmonium's key, safed 1 to "
            f"{len(_WHITE)} or kali 1 to {len(_BLACK)}"
        )
    if not LOWEST_TONIC <= tonic <= HIGHEST_TONIC:
        raise ValueError(
            f"the tonic {text} is out of range; expected {tonic_name(LOWEST_TONIC)} to {tonic_name(HIGHEST_TONIC)}"
        )
    return tonic
