"""Melody to ABC notation (abcnotation.com, "The abc music standard 2.1"), and back; its sections in parentheses.

Written: one tune, a line an avartan, a matra a sixteenth, beamed by vibhag, the tala's marks above, one verse of lyrics
a script. C is middle C, whatever the clef. Every note whose name the song alters has its accidental written, so
that it is read alike whether accidentals last through a bar or not. The song's record is the remark of an N: field.

Read: the notes of any tunes. Each voice of each tune in which no two notes sound together is one line of notes. Rests,
grace notes, lengths, lyrics, repeats and transpositions are ignored; tied notes are one.
"""

import re
from array import array
from collections.abc import Sequence
from itertools import count

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.repair.coda import list_parts
from primesong.sargam.key import FIFTHS
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes, Record
from primesong.sargam.script import verse
from primesong.sargam.setting import Setting
from primesong.sargam.swara import NATURALS
from primesong.sargam.tala import NO_TALA
from primesong.score.reading.performance import MOST_LINES
from primesong.score.reading.words import decode_words
from primesong.score.text import DEFAULT_TEXT, split_avartans

#: MIDI's middle C, which ABC writes C (4.1).
_MIDDLE_C = 60

#: In staff notation's numbering, the octave of middle C.
_MIDDLE_OCTAVE = 4

#: Accidentals in semitones (4.2).
_ACCIDENTALS = {"__": -2, "_": -1, "=": 0, "^": 1, "^^": 2}

#: The accidental for a number of semitones.
_SIGNS = {alteration: sign for sign, alteration in _ACCIDENTALS.items()}

#: Modes by their first three letters, and how many sharps fewer than major they have (3.1.14).
_MODES = {"": 0, "maj": 0, "ion": 0, "lyd": -1, "mix": 1, "dor": 2, "min": 3, "m": 3, "aeo": 3, "phr": 4, "loc": 5}

#: A key: its tonic, its mode (3.1.14).
_KEY = re.compile(r"\s*([A-G])([#b]?)\s*(maj|min|mix|dor|phr|lyd|loc|aeo|ion|m(?![a-z]))?", re.IGNORECASE)

#: An accidental of a key of its own.
_KEY_ACCIDENTAL = re.compile(r"(?<![\w=])(__?|\^\^?|=)([a-gA-G])(?!\w)")

#: A field on a line of its own (3); a repeat sign may follow a note.
_FIELD = re.compile(r"([A-Za-z]):(?![|:])\s*(.*)")

#: What a line of music is made of: what is skipped (annotations, decorations, grace notes), a field, a chord, a
#: barline, a note with its length and tie (4). No part is read twice, so that the time is proportional to the line.
_MUSIC = re.compile(
    r'"[^"]*"|![^!]*!|\{[^{}]*\}'
    r"|\[(?P<field>[A-Za-z]):(?P<value>[^\[\]]*)\]"
    r"|(?P<chord>\[[^\[\]|0-9][^\[\]]*\])"
    r"|(?P<bar>\|)"
    r"|(?P<overlay>&)"
    r"|(?P<sign>__?|\^\^?|=)?(?P<note>[A-Ga-g])(?P<octave>[,']{0,9})[0-9/]*(?P<tie>-?)"
)

#: In characters: how much of a voice's name tells it from others.
_LONGEST_NAME = 20

#: How a file of tunes is recognized: a line with a tune's number (3.1.1).
_TUNE = re.compile(r"^X:[ \t]*[0-9]+[ \t\r]*$", re.MULTILINE)

#: And another with its key (3.1.14).
_HAS_KEY = re.compile(r"^K:", re.MULTILINE)


def write_abc(melody: Melody, scripts: Sequence[str] = DEFAULT_TEXT) -> bytes:
    """Write a melody as ABC. The reverse of `read_abc`.

    Parameters
    ----------
    melody : Melody
    scripts : sequence of str
        Names in `SCRIPT_NAMES`, a verse of lyrics each.
    """
    tala, last = melody.setting.tala, (len(melody.played_digits) - 1) // melody.setting.tala.matras
    notes, here = _spell(melody.setting), count()
    named = list_parts(melody)
    verses = [verse(melody.setting.mapping, script) for script in scripts]
    lines = _write_header(melody)
    for place, (number, vibhags) in enumerate(split_avartans(melody)):
        groups = []
        for vibhag, mark in zip(vibhags, tala.marks, strict=False):
            written = (_write_word(named.get(next(here))) + notes[digit] for digit in vibhag)
            groups.append(_write_word(mark) + "".join(written))
        missing = tala.matras - sum(map(len, vibhags))
        rest = f" z{missing}" if missing and tala is not NO_TALA else ""
        stop = (place + 1) * tala.matras
        bar = " |]" if place == last else " ||" if stop in named else "" if tala is NO_TALA else " |"
        lines.append(f"{' '.join(groups)}{rest}{bar} %{number}")
        sung = "".join(vibhags)
        lines += ["w: " + " ".join(words[digit] for digit in sung) for words in verses]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _write_word(word: str | None) -> str:
    """Write a word above the next note."""
    return f'"^{word}"' if word else ""


def _write_header(melody: Melody) -> list[str]:
    """Write the fields before the music, in the order that the standard wants (2.2.1)."""
    setting, tala = melody.setting, melody.setting.tala
    return [
        "%abc-2.1",
        "X:1",
        f"T:{setting.title}".replace("%", r"\%"),
        "M:" + ("none" if tala is NO_TALA else "{}/{}".format(*tala.time_signature)),
        "L:1/16",
        f"Q:1/4={max(1, round(setting.tempo))}",
        "N:" + melody.record.to_text().replace("%", r"\u0025"),
        f"%%setbarnb {melody.first_avartan}",
        "K:" + setting.key.major.replace("♯", "#").replace("♭", "b"),
    ]


def _spell(setting: Setting) -> dict[str, str]:
    """Return how each digit's note is written."""
    key = setting.key
    spelled = {digit: key.spell(setting.mapping.pitch(digit)) for digit in setting.mapping.ranking}
    altered = {step for step, alteration, _ in spelled.values() if alteration != key.signature.get(step, 0)}
    return {digit: _write_note(*written, signed=written[0] in altered) for digit, written in spelled.items()}


def _write_note(step: str, alteration: int, octave: int, *, signed: bool) -> str:
    sign = _SIGNS[alteration] if signed else ""
    if octave > _MIDDLE_OCTAVE:
        return sign + step.lower() + "'" * (octave - _MIDDLE_OCTAVE - 1)
    return sign + step + "," * (_MIDDLE_OCTAVE - octave)


def looks_like_abc(text: str) -> bool:
    """Tell whether a text has the fields that every tune has."""
    return bool(_TUNE.search(text) and _HAS_KEY.search(text))


def read_abc(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read the lines of single notes in ABC, the longest first. The reverse of `write_abc`.

    Raises
    ------
    SongError
        If the bytes are not ABC, or more than the limits allow.
    """
    limits.check("text", len(data), "the ABC")
    text = decode_words(data, "the ABC")
    if not looks_like_abc(text):
        raise SongError("the file is not ABC: expected a tune that begins with X: and its number, and has a K: field")
    tunes = _Tunes(limits)
    for line in text.splitlines():
        tunes.read(line)
    lines = [voice for voice in tunes.voices if voice.single and voice.notes]
    lines.sort(key=lambda voice: -len(voice.notes))
    return [Notes(voice.notes, voice.source, tunes.record) for voice in lines[:MOST_LINES]]


class _Voice:
    """The notes of one voice, as long as no two of them sound together."""

    def __init__(self, source: str, key: dict[str, int]) -> None:
        self.source = source
        self.single = True
        self.notes = array("h")
        self._tied = ""
        self.set_key(key)

    def set_key(self, key: dict[str, int]) -> None:
        """Change the key, in semitones by the names of notes."""
        self._key = key
        self.begin_bar()

    def begin_bar(self) -> None:
        """Forget the accidentals of the bar before."""
        self._altered = dict(self._key)

    def add(self, note: str, octave: str, sign: str | None, tie: str) -> None:
        """Take in a note; one that the last is tied to goes on with it, whatever the accidentals of its bar."""
        name, written = note.upper(), note + octave
        if sign is not None:
            self._altered[name] = _ACCIDENTALS[sign]
        if written != self._tied:
            shift = (note.islower() + octave.count("'") - octave.count(",")) * 12
            self.notes.append(_MIDDLE_C + NATURALS[name] + self._altered.get(name, 0) + shift)
        self._tied = written if tie else ""


class _Tunes:
    """Takes in the lines of a file, and collects the voices of its tunes and the song's record."""

    def __init__(self, limits: Limits) -> None:
        self.voices: list[_Voice] = []
        self.record: Record | None = None
        self._limits = limits
        self._number = 0
        self._key: dict[str, int] = {}
        self._known: dict[str, _Voice] = {}
        self._voice: _Voice | None = None

    def read(self, line: str) -> None:
        """Read a line: a field, a comment, or music."""
        field = _FIELD.match(line)
        if field:
            self._read_field(field[1], field[2])
        elif self._number:
            for found in _MUSIC.finditer(line.partition("%")[0]):
                self._read_music(found)

    def _read_field(self, name: str, value: str) -> None:
        if name == "X":
            self._number, self._key, self._known, self._voice = self._number + 1, {}, {}, None
        elif name == "N":
            self.record = self.record or Record.from_text(value)
        elif name == "K":
            self._key = _read_key(value)
            if self._voice:
                self._voice.set_key(self._key)
        elif name == "V":
            self._choose(value.partition(" ")[0][:_LONGEST_NAME])

    def _choose(self, name: str) -> _Voice:
        """Go on with a voice."""
        if name not in self._known:
            source = f"tune {self._number}, voice {name}" if name else f"tune {self._number}"
            self._known[name] = _Voice(source, self._key)
            self.voices.append(self._known[name])
            self._limits.check("tracks", len(self.voices), "the ABC")
        self._voice = self._known[name]
        return self._voice

    def _read_music(self, found: re.Match[str]) -> None:
        if found["field"]:
            self._read_field(found["field"], found["value"])
            return
        voice = self._voice or self._choose("")
        if found["chord"] or found["overlay"]:
            voice.single = False
        elif found["bar"]:
            voice.begin_bar()
        elif found["note"]:
            voice.add(found["note"], found["octave"], found["sign"], found["tie"])


def _read_key(text: str) -> dict[str, int]:
    """Read a key as the alterations of the names of notes, in semitones."""
    found = _KEY.match(text)
    alterations: dict[str, int] = {}
    if found and "exp" not in text:
        accidental = {"": 0, "#": 1, "b": -1}[found[2]]
        fifths = FIFTHS.index(found[1].upper()) - 1 + 7 * accidental - _MODES[(found[3] or "").lower()]
        alterations = dict.fromkeys(FIFTHS[: max(fifths, 0)], 1) | dict.fromkeys(FIFTHS[7 + min(fifths, 0) :], -1)
    return alterations | {name.upper(): _ACCIDENTALS[sign] for sign, name in _KEY_ACCIDENTAL.findall(text)}
