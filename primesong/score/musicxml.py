"""Melody to MusicXML 4.0 or compressed MusicXML (.mxl), and back.

Written: the music21 score of `notation`, exported, completed and packed. Read: the XML itself, by defusedxml, not by
music21, which caches what it parses as pickles; every voice of every part in which no two notes sound together is
offered as a line of notes.
"""

import io
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, TreeBuilder

import defusedxml
import defusedxml.ElementTree

from primesong.errors import SongError
from primesong.sargam.melody import Description, Melody, Notes, printable
from primesong.sargam.script import USUAL_VERSES
from primesong.sargam.tuning import EQUAL, write_ascl
from primesong.score.notation import RECORD_FIELD, Progress, build_score

#: The largest XML text that is read, and the largest that an .mxl may unpack to.
XML_LIMIT = 512 << 20

#: How deep elements may lie in each other; MusicXML's own lie about ten deep.
DEPTH_LIMIT = 64

#: How many times larger an .mxl's entry may be than it is packed: a score shrinks some 50 times, a bomb 1,000 times.
RATIO_LIMIT = 200

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
    if melody.tuning != EQUAL:
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
        SubElement(play, "other-play", type="tuning-ableton").text = write_ascl(melody.tuning, melody.tonic)
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


def read_mxl(data: bytes) -> list[Notes]:
    """Read the lines of single notes in compressed MusicXML. The reverse of `write_mxl`. Raises `SongError`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            container = _parse(_entry(archive, "META-INF/container.xml"))
            rootfile = next((element for element in container.iter() if _local(element) == "rootfile"), None)
            if rootfile is None:
                raise SongError("the .mxl file's container names no score")
            xml = _entry(archive, rootfile.get("full-path", ""))
    except _ZIP_ERRORS as error:
        raise SongError(f"the .mxl file is damaged: {error}") from error
    return read_musicxml(xml)


def _entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read one entry into memory, and no more of it than `XML_LIMIT`."""
    if name.startswith("/") or "\\" in name or ".." in name.split("/"):
        raise SongError(f"the .mxl file names “{printable(name[:80])}”, which lies outside it")
    info = archive.getinfo(name)
    if info.file_size > max(SMALL_ENTRY, RATIO_LIMIT * info.compress_size):
        raise SongError(
            f"the .mxl file's {name} unpacks to more than {RATIO_LIMIT} times its size, the limit for reading"
        )
    with archive.open(name) as entry:
        content = entry.read(XML_LIMIT + 1)
    if len(content) > XML_LIMIT:
        raise SongError(f"the .mxl file's {name} unpacks to more than {XML_LIMIT >> 20} MiB")
    return content


def read_musicxml(data: bytes) -> list[Notes]:
    """Read the lines of single notes in MusicXML, the longest first. The reverse of `write_musicxml`.

    Raises `SongError` if the bytes are no partwise MusicXML. Rests, grace notes, lengths and lyrics are ignored; tied
    notes are one; a transposing part is read as it sounds.
    """
    root = _parse(data)
    if _local(root) != "score-partwise":
        raise SongError(f"the file is XML, but its root is <{_local(root)}>, not MusicXML's <score-partwise>")
    record = None
    for field in root.iter("miscellaneous-field"):
        if field.get("name") == RECORD_FIELD:
            record = record or Description.from_text(field.text or "")
    lines = [line for part in root.iter("part") for line in _voices(part)]
    lines.sort(key=lambda line: -len(line[0]))
    return [Notes(notes, source, record) for notes, source in lines]


def _voices(part: Element) -> list[tuple[list[int], str]]:
    """Give the single notes of each voice of a part as MIDI note numbers, with the voice's name."""
    voices: dict[str, list[int]] = defaultdict(list)
    chords: set[str] = set()
    shift = 0
    for element in part.iter():
        if element.tag == "transpose":
            shift = _integer(element, "chromatic") + 12 * _integer(element, "octave-change")
        elif element.tag == "note":
            pitch = element.find("pitch")
            voice = element.findtext("voice", "1")
            if pitch is None or element.find("grace") is not None or element.find("cue") is not None:
                continue
            if element.find("chord") is not None:
                chords.add(voice)
            elif all(tie.get("type") != "stop" for tie in element.findall("tie")):
                voices[voice].append(_midi_note(pitch) + shift)
    return [(notes, f"part {part.get('id')}, voice {voice}") for voice, notes in voices.items() if voice not in chords]


def _midi_note(pitch: Element) -> int:
    step = (pitch.findtext("step") or "").strip()
    if step not in _STEPS:
        raise SongError(f"the MusicXML holds a note named “{printable(step)}”; notes are named A to G")
    return _STEPS[step] + _integer(pitch, "alter") + 12 * (_integer(pitch, "octave") + 1)


def _integer(element: Element, name: str) -> int:
    """Read a child's text as a whole number, 0 if it is missing; a microtonal alter is rounded."""
    text = element.findtext(name, "0").strip()
    try:
        value = round(float(text))
    except (ValueError, OverflowError):
        value = None
    if value is None or abs(value) > 127:
        raise SongError(f"the MusicXML has <{name}>{printable(text[:20])}</{name}> where a small number belongs")
    return value


def _parse(data: bytes) -> Element:
    """Parse XML without entities and without fetching anything. Raises `SongError`."""
    if len(data) > XML_LIMIT:
        raise SongError(f"the XML is larger than {XML_LIMIT >> 20} MiB")
    try:
        parser = defusedxml.ElementTree.DefusedXMLParser(target=_Shallow())
        parser.feed(data)
        root: Element = parser.close()
    except defusedxml.DefusedXmlException as error:
        raise SongError("the XML defines entities or loads others, which no score needs; it was not read") from error
    except (ParseError, ValueError, LookupError) as error:
        raise SongError(f"the file is not well-formed XML: {error}") from error
    return root


class _Shallow(TreeBuilder):
    """Builds the tree of an XML text, and stops where it nests deeper than any score does."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def start(self, tag: Any, attributes: dict[Any, Any]) -> Element:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise SongError(f"the XML nests deeper than {DEPTH_LIMIT} elements, the limit for reading")
        return super().start(tag, attributes)

    def end(self, tag: str) -> Element:
        self.depth -= 1
        return super().end(tag)


def _local(element: Element) -> str:
    return printable(element.tag.rpartition("}")[2])
