"""Melody to MusicXML 4.0 or compressed MusicXML (.mxl), and back.

Written: the music21 score of `notation`, exported and completed. Read: the XML itself, not by music21, which caches
what it parses as pickles. Each voice of each part in which no two notes sound together is one line of notes. Rests,
grace notes, lengths and lyrics are ignored; tied notes are one; a transposing part is read as it sounds.
"""

from collections import defaultdict
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes, Record
from primesong.sargam.script import USUAL_VERSES
from primesong.sargam.setting import printable
from primesong.sargam.swara import NATURALS
from primesong.sargam.tuning import EQUAL, write_ascl
from primesong.score.mxl import compress_musicxml, unpack_musicxml
from primesong.score.notation import RECORD_FIELD, Progress, build_score, export_score
from primesong.score.reading.performance import MOST_LINES
from primesong.score.xml import Reader, local_name, parse_xml

#: In semitones or octaves: what no note, and no transposition, goes beyond.
_LARGEST_NUMBER = 127


def write_musicxml(
    melody: Melody, scripts: Sequence[str] = USUAL_VERSES, progress: Progress = lambda bars: None
) -> bytes:
    """Write a melody as MusicXML 4.0. The reverse of `read_musicxml`.

    Parameters
    ----------
    melody : Melody
    scripts : sequence of str
        Names in `SCRIPT_NAMES`, a verse each.
    progress : callable
        Is given the number of bars done.

    Raises
    ------
    PrimesongError
        The melody is longer than staff notation is written.
    """

    def complete(root: Element) -> None:
        _complete(root)
        if melody.setting.tuning != EQUAL:
            _tune(root, write_ascl(melody.setting.tuning, melody.setting.tonic))

    return export_score(build_score(melody, scripts, progress), complete)


def write_mxl(melody: Melody, scripts: Sequence[str] = USUAL_VERSES, progress: Progress = lambda bars: None) -> bytes:
    """Write a melody as compressed MusicXML; the arguments are those of `write_musicxml`. The reverse of `read_mxl`."""
    return compress_musicxml(write_musicxml(melody, scripts, progress))


def read_mxl(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read the lines of single notes in compressed MusicXML. Raises `SongError`. The reverse of `write_mxl`."""
    return read_musicxml(unpack_musicxml(data, limits), limits)


def read_musicxml(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read the lines of single notes in MusicXML, the longest first. The reverse of `write_musicxml`.

    Raises
    ------
    SongError
        The bytes are not partwise MusicXML, or more than the limits allow.
    """
    score = _Score()
    parse_xml(data, score, limits)
    lines = [(voice, part, notes) for (part, voice), notes in score.voices.items() if (part, voice) not in score.chords]
    lines.sort(key=lambda line: -len(line[2]))
    return [Notes(notes, f"part {part}, voice {voice}", score.record) for voice, part, notes in lines[:MOST_LINES]]


def _complete(root: Element) -> None:
    """Set what music21 never writes (instrument-sound, measure-numbering), and drop the day of writing, which would
    make the same song another file tomorrow."""
    for encoding in root.findall("identification/encoding"):
        for date in encoding.findall("encoding-date"):
            encoding.remove(date)
    for instrument in root.findall("part-list/score-part/score-instrument"):
        SubElement(instrument, "instrument-sound").text = "keyboard.harmonium"
    layout = Element("print")
    SubElement(layout, "measure-numbering").text = "system"
    for measure in root.findall("part/measure")[:1]:
        measure.insert(0, layout)


def _tune(root: Element, tuning: str) -> None:
    """State the tuning before the first note, as an Ableton Scala file in <other-play>: Verovio plays by it, other
    readers skip it. Pitches stay what they are: MuseScore reads a decimal <alter> in different ways."""
    for measure in root.findall("part/measure[@number='1']"):
        sound = Element("sound")
        play = SubElement(sound, "play")
        SubElement(play, "other-play", type="tuning-ableton").text = tuning
        first = next(place for place, element in enumerate(measure) if element.tag == "note")
        measure.insert(first, sound)


class _Score(Reader):
    """Collects the notes of each voice of each part as MIDI note numbers, and the song's record. Of the note that it is
    in it keeps the children that matter, by name."""

    wanted = frozenset(("step", "alter", "octave", "voice", "chromatic", "octave-change", "miscellaneous-field"))
    marks = frozenset(("pitch", "chord", "grace", "cue"))

    def __init__(self) -> None:
        super().__init__()
        self.voices: dict[tuple[str | None, str], list[int]] = defaultdict(list)
        self.chords: set[tuple[str | None, str]] = set()
        self.record: Record | None = None
        self._part: str | None = None
        self._shift = 0
        self._field: str | None = None
        self._facts: dict[str, str] = {}

    def enter(self, tag: str, attributes: dict[str, str]) -> None:
        """Note where in the score we are."""
        if len(self.path) == 1 and local_name(tag) != "score-partwise":
            raise SongError(f"the file is XML, but its root is <{local_name(tag)}>, not MusicXML's <score-partwise>")
        if tag == "part":
            self._part, self._shift = attributes.get("id"), 0
        elif tag in ("note", "transpose"):
            self._facts.clear()
        elif tag == "miscellaneous-field":
            self._field = attributes.get("name")
        elif tag == "tie" and attributes.get("type") == "stop":
            self._facts["tied"] = ""

    def leave(self, tag: str, text: str) -> None:
        """Take in what an element said."""
        if tag in self.wanted or tag in self.marks:
            self._facts.setdefault(tag, text)
        if tag == "note":
            self._add_note()
        elif tag == "transpose":
            self._shift = _read_number(self._facts, "chromatic") + 12 * _read_number(self._facts, "octave-change")
        elif tag == "miscellaneous-field" and self._field == RECORD_FIELD:
            self.record = self.record or Record.from_text(text)

    def _add_note(self) -> None:
        facts = self._facts
        if "pitch" not in facts or "grace" in facts or "cue" in facts:
            return
        place = self._part, facts.get("voice", "1")
        if "chord" in facts:
            self.chords.add(place)
        elif "tied" not in facts:
            self.voices[place].append(_read_note(facts) + self._shift)


def _read_note(facts: dict[str, str]) -> int:
    """Read a note's MIDI note number."""
    step = facts.get("step", "").strip()
    if step not in NATURALS:
        raise SongError(f"the MusicXML holds a note named “{printable(step[:20])}”; notes are named A to G")
    return NATURALS[step] + _read_number(facts, "alter") + 12 * (_read_number(facts, "octave") + 1)


def _read_number(facts: dict[str, str], name: str) -> int:
    """Read an element's text as a whole number, 0 if it is missing; a microtonal alter is rounded."""
    text = facts.get(name, "0").strip()
    try:
        value = round(float(text))
    except (ValueError, OverflowError):
        value = None
    if value is None or abs(value) > _LARGEST_NUMBER:
        raise SongError(f"the MusicXML has <{name}>{printable(text[:20])}</{name}> where a small number belongs")
    return value
