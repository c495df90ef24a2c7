"""Melody to MusicXML 4.0 or compressed MusicXML (.mxl), and back.

Written: the music21 score of `notation`, exported, completed and packed. Read: the XML itself, by defusedxml, not by
music21, which caches what it parses as pickles; no tree is built, so that a long score takes no more memory than its
notes. Every voice of every part in which no two notes sound together is offered as a line of notes.
"""

import io
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Sequence
from xml.etree.ElementTree import Element, ParseError, SubElement

import defusedxml
import defusedxml.ElementTree

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes, Record
from primesong.sargam.script import USUAL_VERSES
from primesong.sargam.setting import printable
from primesong.sargam.tuning import EQUAL, write_ascl
from primesong.score.notation import RECORD_FIELD, Progress, build_score

#: What may unpack at any ratio, in bytes.
SMALL_ENTRY = 1 << 20

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MIMETYPE = "application/vnd.recordare.musicxml"
_ROOTFILE = "score.musicxml"
_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<container><rootfiles>'
    f'<rootfile full-path="{_ROOTFILE}" media-type="{_MIMETYPE}+xml"/></rootfiles></container>\n'
)
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_ZIP_ENTRY = b"PK\x01\x02"  # how an entry of the central directory begins (APPNOTE.TXT 4.3.12)

# What zipfile raises on bytes that are not what they should be.
_ZIP_ERRORS = (zipfile.BadZipFile, KeyError, EOFError, ValueError, OSError, OverflowError, NotImplementedError,
               RuntimeError, struct.error, zlib.error)  # fmt: skip


def write_musicxml(
    melody: Melody, scripts: Sequence[str] = USUAL_VERSES, progress: Progress = lambda bars: None
) -> bytes:
    """Write a melody as MusicXML 4.0, with a verse for each script. The reverse of `read_musicxml`."""
    from music21.musicxml.m21ToXml import ScoreExporter

    exporter = ScoreExporter(build_score(melody, scripts, progress), makeNotation=False)
    root = exporter.parse()
    _complete(root)
    if melody.setting.tuning != EQUAL:
        _tune(root, melody)
    exporter.xmlRoot = root
    return bytes(exporter.asBytes())


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


def _tune(root: Element, melody: Melody) -> None:
    """State the tuning before the first note, as an Ableton Scala file in <other-play>: Verovio plays by it, other
    readers pass over it. Pitches stay what they are: a decimal <alter> is read by MuseScore in different ways."""
    for measure in root.findall("part/measure[@number='1']"):
        sound = Element("sound")
        play = SubElement(sound, "play")
        SubElement(play, "other-play", type="tuning-ableton").text = write_ascl(
            melody.setting.tuning, melody.setting.tonic
        )
        first = next(place for place, element in enumerate(measure) if element.tag == "note")
        measure.insert(first, sound)


def write_mxl(melody: Melody, scripts: Sequence[str] = USUAL_VERSES, progress: Progress = lambda bars: None) -> bytes:
    """Write a melody as compressed MusicXML. The reverse of `read_mxl`."""
    return compress_musicxml(write_musicxml(melody, scripts, progress))


def compress_musicxml(xml: bytes) -> bytes:
    """Pack MusicXML into an .mxl: a zip file whose first entry, stored, names its type (MusicXML 4.0, "Compressed
    files"). Entries are dated 1980, so that the same score is the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", _ZIP_EPOCH), _MIMETYPE)
        for name, content in (("META-INF/container.xml", _CONTAINER.encode()), (_ROOTFILE, xml)):
            archive.writestr(zipfile.ZipInfo(name, _ZIP_EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read_mxl(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read the lines of single notes in compressed MusicXML. The reverse of `write_mxl`. Raises `SongError`."""
    limits.check("entries", data.count(_ZIP_ENTRY), "the .mxl file")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            container = _Container()
            _parse(_entry(archive, "META-INF/container.xml", limits), container, limits)
            if container.rootfile is None:
                raise SongError("the .mxl file's container names no score")
            xml = _entry(archive, container.rootfile, limits)
    except _ZIP_ERRORS as error:
        raise SongError(f"the .mxl file is damaged: {error}") from error
    return read_musicxml(xml, limits)


def _entry(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    """Read one entry into memory, and no more of it than the limits allow."""
    shown = f"the .mxl file's “{printable(name[:80])}”"
    if name.startswith("/") or "\\" in name or ".." in name.split("/"):
        raise SongError(f"{shown} lies outside it")
    info = archive.getinfo(name)
    if info.file_size > SMALL_ENTRY:
        limits.check("ratio", info.file_size / max(info.compress_size, 1), shown)
    with archive.open(name) as entry:
        content = entry.read(limits.xml + 1)
    limits.check("xml", len(content), shown)
    return content


def read_musicxml(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read the lines of single notes in MusicXML, the longest first. The reverse of `write_musicxml`.

    Raises `SongError` if the bytes are no partwise MusicXML. Rests, grace notes, lengths and lyrics are ignored; tied
    notes are one; a transposing part is read as it sounds.
    """
    score = _Score()
    _parse(data, score, limits)
    lines = [(voice, part, notes) for (part, voice), notes in score.voices.items() if (part, voice) not in score.chords]
    lines.sort(key=lambda line: -len(line[2]))
    return [Notes(notes, f"part {part}, voice {voice}", score.record) for voice, part, notes in lines]


def _parse(data: bytes, target: "_Target", limits: Limits) -> None:
    """Parse XML without entities and without fetching anything. Raises `SongError`."""
    limits.check("xml", len(data), "the XML")
    target.limits = limits
    try:
        parser = defusedxml.ElementTree.DefusedXMLParser(target=target)
        parser.feed(data)
        parser.close()
    except defusedxml.DefusedXmlException as error:
        raise SongError("the XML defines entities or loads others, which no score needs; it was not read") from error
    except (ParseError, ValueError, LookupError) as error:
        raise SongError(f"the file is not well-formed XML: {error}") from error


class _Target:
    """Takes in an XML text, element by element: it knows the names of those that it is in and the text of the last that
    it wanted, and builds no tree. XML that nests deeper than any score does is refused."""

    #: The elements whose text is wanted.
    wanted: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.limits = DEFAULT_LIMITS
        self._path: list[str] = []
        self._text: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        self._path.append(tag)
        self.limits.check("depth", len(self._path), "the XML")
        self._text = [] if tag in self.wanted else None
        self.entered(tag, attributes)

    def data(self, text: str) -> None:
        """Take in text."""
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Leave an element."""
        self._path.pop()
        self.left(tag, "".join(self._text or ()))
        self._text = None

    def close(self) -> None:
        """End the text."""

    def entered(self, tag: str, attributes: dict[str, str]) -> None:
        """Do what is to be done where an element begins."""

    def left(self, tag: str, text: str) -> None:
        """Do what is to be done where an element ends; text is that of a wanted one."""


class _Container(_Target):
    """Finds the score's name in an .mxl's container."""

    rootfile: str | None = None

    def entered(self, tag: str, attributes: dict[str, str]) -> None:
        """Keep the first rootfile's name."""
        if tag.rpartition("}")[2] == "rootfile" and self.rootfile is None:
            self.rootfile = attributes.get("full-path", "")


class _Score(_Target):
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

    def entered(self, tag: str, attributes: dict[str, str]) -> None:
        """Note where in the score we are."""
        if len(self._path) == 1 and _local(tag) != "score-partwise":
            raise SongError(f"the file is XML, but its root is <{_local(tag)}>, not MusicXML's <score-partwise>")
        if tag == "part":
            self._part, self._shift = attributes.get("id"), 0
        elif tag in ("note", "transpose"):
            self._facts.clear()
        elif tag == "miscellaneous-field":
            self._field = attributes.get("name")
        elif tag == "tie" and attributes.get("type") == "stop":
            self._facts["tied"] = ""

    def left(self, tag: str, text: str) -> None:
        """Take in what an element said."""
        if tag in self.wanted or tag in self.marks:
            self._facts.setdefault(tag, text)
        if tag == "note":
            self._add_note()
        elif tag == "transpose":
            self._shift = _number(self._facts, "chromatic") + 12 * _number(self._facts, "octave-change")
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
            self.voices[place].append(_midi_note(facts) + self._shift)


def _midi_note(facts: dict[str, str]) -> int:
    step = facts.get("step", "").strip()
    if step not in _STEPS:
        raise SongError(f"the MusicXML holds a note named “{printable(step[:20])}”; notes are named A to G")
    return _STEPS[step] + _number(facts, "alter") + 12 * (_number(facts, "octave") + 1)


def _number(facts: dict[str, str], name: str) -> int:
    """Read an element's text as a whole number, 0 if it is missing; a microtonal alter is rounded."""
    text = facts.get(name, "0").strip()
    try:
        value = round(float(text))
    except (ValueError, OverflowError):
        value = None
    if value is None or abs(value) > 127:
        raise SongError(f"the MusicXML has <{name}>{printable(text[:20])}</{name}> where a small number belongs")
    return value


def _local(tag: str) -> str:
    """Give a name without its namespace, for people."""
    return printable(tag.rpartition("}")[2][:80])
