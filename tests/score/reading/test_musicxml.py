"""MusicXML as other programs write it, and what is damaged or hostile."""

import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import music21
import pytest
from support.songs import TINY, recover

from primesong.errors import SongError
from primesong.repair.identify import find_song
from primesong.sargam.remarks import Fact, Remark
from primesong.score.musicxml import write_musicxml
from primesong.score.reading.musicxml import read_musicxml, read_mxl, reread_musicxml


@pytest.fixture(scope="module")
def root(melody):
    return ET.fromstring(write_musicxml(melody))


def test_stripped_and_transposed_xml_comes_back(melody, root):
    copy = ET.fromstring(ET.tostring(root))
    for parent in copy.iter():
        for child in list(parent):
            if child.tag in ("identification", "lyric", "direction", "work", "movement-title", "beam"):
                parent.remove(child)
    for attributes in copy.iter("attributes"):
        transpose = ET.SubElement(attributes, "transpose")
        ET.SubElement(transpose, "chromatic").text = "-2"
        ET.SubElement(transpose, "octave-change").text = "1"
    found, record = recover(read_musicxml(ET.tostring(copy)))
    assert record is None
    assert (found.played_digits, found.setting.tonic) == (melody.played_digits, 60)


def xml(notes):
    return f"<score-partwise><part id='P1'><measure number='1'>{notes}</measure></part></score-partwise>".encode()


def note(step="D", octave="4", extra="", voice="1"):
    return f"<note>{extra}<pitch><step>{step}</step><octave>{octave}</octave></pitch><voice>{voice}</voice></note>"


def test_ties_graces_rests_and_cues_are_not_counted():
    lines = read_musicxml(
        xml(
            note() + note(extra="<tie type='stop'/>") + "<note><rest/></note>" + note("E", extra="<grace/>")
            + note("E", extra="<cue/>") + note("G")
        )
    )  # fmt: skip
    assert [line.midi_notes for line in lines] == [[62, 67]]


def test_chords_are_no_line_but_do_not_hide_the_other_voice():
    lines = read_musicxml(xml(note() + note("F", extra="<chord/>") + note("A", "3", voice="2")))
    assert [(line.midi_notes, line.source) for line in lines] == [([57], "part P1, voice 2")]


BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><score-partwise>&b;</score-partwise>'
FOREIGN = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><score-partwise>&a;</score-partwise>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<score-partwise>", "not well-formed"),
        (b"\xff\xfe<\0", "not well-formed"),
        (b"<html/>", "root is <html>"),
        (BOMB, "entities"),
        (FOREIGN, "entities"),
        (xml(note("H")), "named “H”"),
        (xml(note(octave="nine")), "<octave>nine</octave>"),
        (xml(note(octave="1e9")), "<octave>1e9</octave>"),
        (xml(note(octave="nan")), "<octave>nan</octave>"),
    ],
)
def test_damage_is_named(data, message):
    with pytest.raises(SongError, match=message):
        read_musicxml(data)


def packed(**entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04", "damaged"),
        (packed(mimetype="x"), "this is a zip archive, not a score"),
        (packed(**{"META-INF/container.xml": "<container/>"}), "this is a zip archive, not a score"),
        (packed(**{"word/document.xml": "x"}), "this is a Word document, not a score; .* as plain text"),
        (packed(**{"content.xml": "x"}), "this is an OpenDocument file"),
        (
            packed(**{"a.xml": "", "b.musicxml": "", "c.pdf": ""}),
            "holds 2 scores, and META-INF/container.xml does",
        ),
        (packed(**{"META-INF/container.xml": "<rootfile full-path='../x'/>"}), "lies outside it"),
    ],
)
def test_damaged_containers_are_named(data, message):
    with pytest.raises(SongError, match=message):
        read_mxl(data)


STEPS = [("C", 0), ("C", 1), ("D", 0), ("D", 1), ("E", 0), ("F", 0), ("F", 1), ("G", 0), ("G", 1), ("A", 0), ("B", -1),
         ("B", 0)]  # fmt: skip


def sound(pitch, length=1, voice="1", ties=(), tied=(), staff="1", chord=False):
    """Write a note, with the types of its <tie> and <tied> elements."""
    step, alter = STEPS[pitch % 12]
    halves = "".join(f"<tie type='{kind}'/>" for kind in ties)
    drawn = "".join(f"<tied type='{kind}'/>" for kind in tied)
    return (
        f"<note>{'<chord/>' * chord}<pitch><step>{step}</step><alter>{alter}</alter><octave>{pitch // 12 - 1}</octave>"
        f"</pitch><duration>{length}</duration>{halves}<voice>{voice}</voice><staff>{staff}</staff>"
        f"<notations>{drawn}</notations></note>"
    )


def wait(length):
    return f"<forward><duration>{length}</duration></forward>"


DIVISIONS = "<attributes><divisions>4</divisions></attributes>"


def bars(notes, size=16):
    """Lay notes out in bars of a part."""
    return "".join(
        f"<measure>{'' if place else DIVISIONS}{''.join(notes[place : place + size])}</measure>"
        for place in range(0, len(notes), size)
    )


def score(*parts):
    inside = "".join(f"<part id='P{number}'>{part}</part>" for number, part in enumerate(parts, start=1))
    return f"<score-partwise>{inside}</score-partwise>".encode()


def read(data):
    """Read a score as `load` does."""
    song = find_song(read_musicxml(data), reread_musicxml(data))
    assert song.program == TINY
    return list(song.remarks)


def written(tiny):
    return [sound(pitch) for pitch in tiny.melody.midi_notes]


TIES = {
    "whole": ({"ties": ["start"], "tied": ["start"]}, {"ties": ["stop"], "tied": ["stop"]}),
    "start": ({"ties": ["start"]}, {}),
    "stop": ({}, {"ties": ["stop"]}),
    "tied": ({"tied": ["start"]}, {"tied": ["stop"]}),
    "tied start": ({"tied": ["start"]}, {}),
}


@pytest.mark.parametrize("kind", TIES)
def test_a_tie_joins_notes_of_one_pitch(tiny, kind):
    """Every fifth note is written as two, tied within a bar or over the barline."""
    first, second = TIES[kind]
    notes = []
    for place, pitch in enumerate(tiny.melody.midi_notes):
        notes += [sound(pitch, **first), sound(pitch, **second)] if place % 5 == 0 else [sound(pitch)]
    assert [list(line.midi_notes) for line in read_musicxml(score(bars(notes)))] == [tiny.melody.midi_notes]
    assert read(score(bars(notes))) == []


def test_a_tie_over_three_notes_is_one_note():
    notes = sound(60, ties=["start"]) + sound(60, ties=["stop", "start"]) + sound(60, ties=["stop"]) + sound(62)
    assert list(read_musicxml(score(bars([notes])))[0].midi_notes) == [60, 62]
    notes = sound(60, tied=["start"]) + sound(60, tied=["continue"]) + sound(60, tied=["stop"]) + sound(60)
    assert list(read_musicxml(score(bars([notes])))[0].midi_notes) == [60, 60]


@pytest.mark.parametrize(
    "between", ["<note><rest/><duration>1</duration></note>", wait(1), sound(64)], ids=["rest", "gap", "note"]
)
def test_a_tie_to_nothing_is_none(between):
    """A start whose next note is another or comes later, and a stop after such."""
    notes = sound(60, ties=["start"]) + between + sound(60, ties=["stop"]) + sound(62, ties=["start"]) + sound(65)
    heard = [60, 64, 60, 62, 65] if "note" in between and "rest" not in between else [60, 60, 62, 65]
    assert list(read_musicxml(score(bars([notes])))[0].midi_notes) == heard


def test_a_stray_tie_between_equal_notes_is_settled_by_the_program(tiny):
    """By themselves they are joined, which makes the song too short."""
    pitches = tiny.melody.midi_notes
    equal = next(place for place in range(len(pitches)) if pitches[place] == pitches[place + 1])
    notes = written(tiny)
    notes[equal] = sound(pitches[equal], ties=["start"])
    assert len(read_musicxml(score(bars(notes)))[0].midi_notes) == len(pitches) - 1
    assert read(score(bars(notes))) == [Remark(Fact.UNTIED, 1)]


def test_a_final_chord_is_left_out(tiny):
    chord = [sound(50, 4), sound(57, 4, chord=True), sound(62, 4, chord=True)]
    assert read(score(bars([*written(tiny), *chord]))) == [Remark(Fact.CHORDS, 3)]


def test_voices_and_parts_in_turn_are_joined(tiny):
    pitches = tiny.melody.midi_notes
    for size in (1, 5, 16):
        voices = [sound(pitch, voice=str(1 + place // size % 2)) for place, pitch in enumerate(pitches)]
        assert read(score(bars(voices))) == [Remark(Fact.JOINED, 2)]
        parts = [
            bars([sound(pitch) if place // size % 2 == hand else wait(1) for place, pitch in enumerate(pitches)])
            for hand in (0, 1)
        ]
        assert read(score(*parts)) == [Remark(Fact.JOINED, 2)]


def test_bars_of_parts_begin_together_even_if_one_is_empty(tiny):
    bar = [bars(written(tiny)[start : start + 16]) for start in range(0, len(tiny.digits), 16)]
    hands = ["".join(part if place % 2 == hand else "<measure/>" for place, part in enumerate(bar)) for hand in (0, 1)]
    assert read(score(*hands)) == [Remark(Fact.JOINED, 2)]


def test_a_second_voice_that_goes_back_is_heard_together_with_the_first(tiny):
    drone = "<backup><duration>16</duration></backup>" + sound(38, 16, voice="2", staff="2")
    notes = [note + (drone if place % 16 == 15 else "") for place, note in enumerate(written(tiny))]
    lines = {line.source: len(line.midi_notes) for line in read_musicxml(score(bars(notes)))}
    assert lines == {"part P1, voice 1": len(tiny.digits), "part P1, voice 2": len(tiny.digits) // 16}


def test_timewise_is_read_as_partwise_is(tiny):
    partwise = score(bars(written(tiny)), bars([wait(1)] * len(tiny.digits))).decode()
    measures = zip(*(re.findall("<measure.*?</measure>", part) for part in partwise.split("</part>")[:2]), strict=True)
    inside = "".join(
        "<measure>" + "".join(f"<part id='P{number}'>{re.sub('</?measure.*?>', '', bar)}</part>"
                              for number, bar in enumerate(both)) + "</measure>"
        for both in measures
    )  # fmt: skip
    assert read(f"<score-timewise>{inside}</score-timewise>".encode()) == []


@pytest.mark.parametrize("namespace", ["xmlns='http://www.musicxml.org/ns'", "xmlns:m='urn:m'"])
def test_namespaces_are_passed_over(tiny, namespace):
    text = score(bars(written(tiny))).decode()
    if "xmlns:m" in namespace:
        text = re.sub("<(/?)(?=[a-z])", r"<\1m:", text)
    assert read(re.sub("^<([a-z:]*score-partwise)", rf"<\1 {namespace}", text).encode()) == []


@pytest.mark.parametrize("declared", ["UTF-8", "UTF-16", "ISO-8859-1", "Shift_JIS", "windows-1252", "nonsense"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
def test_an_encoding_that_is_declared_wrongly_is_told_by_the_bytes(tiny, declared, encoding):
    text = score(bars(written(tiny))).decode()
    text = text.replace("<part ", "<work><work-title>Sà</work-title></work><part ", 1)
    assert read(f'<?xml version="1.0" encoding="{declared}"?>\n{text}'.encode(encoding)) == []


@pytest.mark.parametrize("blanks", [b"\n", b" \r\n\t", b"\xef\xbb\xbf\n"])
def test_blanks_before_the_declaration_are_passed_over(tiny, blanks):
    assert read(blanks + b'<?xml version="1.0" encoding="UTF-8"?>' + score(bars(written(tiny)))) == []


def lines_of(data):
    return [(list(line.midi_notes), line.source) for line in read_mxl(data)]


SCORE = score(sound(60) + sound(62))
CONTAINER = "<container xmlns='urn:oasis'><rootfiles>{}</rootfiles></container>"
ROOTFILE = "<rootfile full-path='{}'/>"


@pytest.mark.parametrize(
    "entries",
    [
        {"music.xml": SCORE},
        {"folder/music.musicxml": SCORE, "__MACOSX/folder/._music.musicxml": b"\0", "notes.txt": b""},
        {"META-INF\\container.xml": CONTAINER.format(ROOTFILE.format("a\\s.xml")), "a\\s.xml": SCORE, "b.xml": b""},
        {"x/META-INF/container.xml": CONTAINER.format(ROOTFILE.format("s.xml")), "x/s.xml": SCORE, "x/t.xml": b""},
        {
            "META-INF/container.xml": CONTAINER.format(
                "<rootfile full-path='a.pdf' media-type='application/pdf'/>" + ROOTFILE.format("s.xml")
            ),
            "a.pdf": b"%PDF",
            "s.xml": SCORE,
            "t.xml": b"",
        },
        {"META-INF/container.xml": CONTAINER.format(ROOTFILE.format("gone.xml")), "s.xml": SCORE},
        {"meta-inf/Container.xml": CONTAINER.format(ROOTFILE.format("S.XML")), "s.xml": SCORE, "t.xml": b""},
    ],
    ids=[
        "no container",
        "in a folder",
        "backslashes",
        "container in a folder",
        "a PDF first",
        "a wrong name",
        "capitals",
    ],
)
def test_containers_as_programs_write_them(entries):
    assert lines_of(packed(**entries)) == [([60, 62], "part P1, voice 1")]


@pytest.mark.parametrize(("kind", "size", "octaves"), [("down", 8, 1), ("up", 8, -1), ("down", 15, 2)])
def test_notes_under_8va_may_stand_as_they_are_written(tiny, kind, size, octaves):
    """The standard has them as they sound; then they are read so, whatever stands above them."""
    shift = "<direction><direction-type><octave-shift type='{}' size='{}'/></direction-type></direction>"
    pitches = tiny.melody.midi_notes
    for moved, facts in ((0, []), (octaves, [Remark(Fact.WRITTEN_OCTAVES, 1)])):
        written = [pitch - 12 * moved * (10 <= place < 30) for place, pitch in enumerate(pitches)]
        notes = [sound(pitch) for pitch in written]
        notes[10] = shift.format(kind, size) + notes[10]
        notes[30] = shift.format("stop", size) + notes[30]
        assert read(score(bars(notes))) == facts


def test_millions_of_names_are_refused_at_once():
    """The parser would keep every one of them, as it does those of attributes and of namespaces."""
    for name in ("<n{0}/>", "<n a{0}='1'/>", "<n xmlns:p{0}='u'/>", "<n xmlns='u{0}'/>"):
        names = "".join(name.format(number) for number in range(20_000))
        with pytest.raises(SongError, match="more than 10,000 different names"):
            read_musicxml(f"<score-partwise>{names}".encode())


#: Scores by Finale, Sibelius with Dolet (ties without stops), and hand, that music21 brings along.
PUBLIC = ("bach/bwv66.6.mxl", "monteverdi/madrigal.5.5.mxl", "schumann_robert/dichterliebe_no2.xml")


@pytest.mark.parametrize("name", PUBLIC)
def test_public_scores_have_the_pitches_that_music21_reads(name):
    """Every part without chords and second voices; `benchmarks/scores.py` reads them all."""
    path = Path(music21.__file__).parent / "corpus" / name
    data = path.read_bytes()
    lines = [list(line.midi_notes) for line in (read_mxl if path.suffix == ".mxl" else read_musicxml)(data)]
    compared = 0
    for part in music21.converter.parse(path, forceSource=True).parts:
        if not part.recurse().getElementsByClass(("Chord", "Voice")):
            notes = part.toSoundingPitch().flatten().stripTies().getElementsByClass("Note")
            assert [note.pitch.midi for note in notes if not note.duration.isGrace] in lines
            compared += 1
    assert compared
