"""MusicXML by the schema, and by music21's own reading."""

import io
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from lxml import etree
from support.published import DIGITS
from support.songs import recover

from primesong.errors import PrimesongError
from primesong.sargam.script import SCRIPTS
from primesong.sargam.tala import TALAS
from primesong.score.musicxml import write_musicxml
from primesong.score.mxl import compress_musicxml
from primesong.score.notation import MOST_NOTES, build_score
from primesong.score.reading.musicxml import read_musicxml
from primesong.song import compose


@pytest.fixture(scope="module")
def written(melody):
    return write_musicxml(melody)


@pytest.fixture(scope="module")
def root(written):
    return ET.fromstring(written)


def test_the_song_is_valid_musicxml(schema, written):
    schema.assertValid(etree.fromstring(written))


@pytest.mark.parametrize("tala", TALAS.values(), ids=list(TALAS))
@pytest.mark.parametrize("count", [1, 2, 15, 17, 42, 83])
def test_every_tala_is_valid_and_fills_its_bars(schema, tala, count):
    melody = compose(10**count // 7 * 10 + 4).melody.arrange(tala=tala)
    xml = write_musicxml(melody)
    schema.assertValid(etree.fromstring(xml))
    divisions = 10080
    for measure in ET.fromstring(xml).iter("measure"):
        length = sum(int(duration.text) for duration in measure.iter("duration"))
        assert length == divisions * tala.matras // 4
    assert recover(read_musicxml(xml))[0] == melody


def test_every_note_has_sargam_and_digit(root, melody):
    notes = root.findall(".//note")
    assert len(notes) == DIGITS
    verses = [[lyric.findtext("text") for lyric in note.findall("lyric")] for note in notes]
    assert [verse[0] for verse in verses] == [SCRIPTS["roman"].write(pitch) for pitch in melody.pitches]
    assert "".join(verse[1] for verse in verses) == melody.played_digits


def test_the_page_says_what_it_should(root, melody):
    assert root.findtext("work/work-title") == "femtoGPT"
    assert root.findtext("identification/creator") == "3,600 digits, a note each"
    assert root.find("identification/encoding/encoding-date") is None
    assert root.findtext(".//miscellaneous-field[@name='primesong']") == melody.record.to_text()
    assert root.findtext(".//instrument-sound") == "keyboard.harmonium"
    assert root.findtext(".//midi-program") == "21"
    assert root.findtext(".//key/fifths") == "2"
    assert (root.findtext(".//time/beats"), root.findtext(".//time/beat-type")) == ("4", "4")
    clef = root.find(".//clef")
    assert [clef.findtext(name) for name in ("sign", "line", "clef-octave-change")] == ["G", "2", "-1"]
    assert root.find(".//sound").get("tempo") == "60"
    measures = root.findall(".//measure")
    assert [measure.get("number") for measure in measures] == [str(number) for number in range(1, 226)]
    assert all([words.text for words in measure.iter("words")] == ["×", "2", "0", "3"] for measure in measures)
    assert measures[-1].findtext("barline/bar-style") == "light-heavy"


def test_komal_dha_alone_has_an_accidental_once_a_bar(root):
    for measure in root.iter("measure"):
        flats = [note for note in measure.iter("note") if note.findtext("pitch/alter") == "-1"]
        shown = [note for note in measure.iter("note") if note.find("accidental") is not None]
        assert all(note.findtext("pitch/step") == "B" for note in flats)
        assert shown == flats[:1]


@pytest.mark.parametrize(
    ("tonic", "step", "alter", "accidental"),
    [(50, "B", "-1", "flat"), (49, "A", "0", "natural"), (48, "A", "-1", "flat")],
)
def test_komal_dha_is_spelled_as_the_flattened_sixth(melody, tonic, step, alter, accidental):
    short = replace(melody, number_digits="4").arrange(tonic=tonic)
    note = ET.fromstring(write_musicxml(short)).find(".//note")
    assert (note.findtext("pitch/step"), note.findtext("pitch/alter"), note.findtext("accidental")) == (
        step,
        alter,
        accidental,
    )


def test_notes_are_beamed_by_vibhag(melody):
    beams = [
        note.findtext("beam")
        for note in ET.fromstring(
            write_musicxml(replace(melody, number_digits=melody.number_digits[:10]).arrange(tala=TALAS["jhaptal"]))
        ).iter("note")
    ]
    assert beams == ["begin", "end", "begin", "continue", "end", "begin", "end", "begin", "continue", "end"]


def test_composing_twice_gives_the_same_bytes(melody, written):
    assert write_musicxml(melody) == written
    assert compress_musicxml(written) == compress_musicxml(written)


def test_music21_reads_the_pitches_that_we_meant(melody):
    from music21 import converter

    short = replace(melody, number_digits=melody.number_digits[:64])
    score = converter.parseData(write_musicxml(short).decode(), format="musicxml")
    assert [note.pitch.midi for note in score.flatten().notes] == short.midi_notes
    assert score.metadata.bestTitle == "femtoGPT"


def test_the_music21_stream_has_sargam_under_every_note(melody):
    score = build_score(replace(melody, number_digits=melody.number_digits[:32]))
    notes = list(score.flatten().notes)
    assert [note.pitch.midi for note in notes] == melody.midi_notes[:32]
    assert [note.lyrics[0].text for note in notes] == [SCRIPTS["roman"].write(pitch) for pitch in melody.pitches[:32]]
    assert len(score.parts[0].getElementsByClass("Measure")) == 2


def test_the_container_is_as_the_standard_wants_it(written):
    with zipfile.ZipFile(io.BytesIO(compress_musicxml(written))) as archive:
        assert archive.testzip() is None
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read(first) == b"application/vnd.recordare.musicxml"
        assert archive.namelist()[1] == "META-INF/container.xml"
        assert archive.read("score.musicxml") == written


def test_a_score_of_too_many_notes_is_refused():
    with pytest.raises(PrimesongError, match="staff notation can have at most 200,000 notes"):
        build_score(compose(10**MOST_NOTES).melody)
