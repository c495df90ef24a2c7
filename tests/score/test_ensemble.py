"""The accompaniment in MusicXML: tanpura and tabla as parts of their own, by the schema, and the song beside them."""

from itertools import cycle
from xml.etree import ElementTree as ET

import pytest
from lxml import etree
from support.songs import recover

from primesong.actions.decode import load
from primesong.actions.save import save
from primesong.errors import PrimesongError
from primesong.repair.coda import add_coda
from primesong.sargam.accompaniment import parse_accompaniment
from primesong.sargam.raga import RAGAS
from primesong.sargam.tala import NO_TALA, TALAS
from primesong.score.musicxml import write_musicxml
from primesong.score.reading.musicxml import read_musicxml
from primesong.song import compose

BOTH = parse_accompaniment("tanpura,tabla")
NUMBER = 10**83 // 7 * 10 + 4


def parts_of(melody, accompaniment=BOTH):
    root = ET.fromstring(write_musicxml(melody, ("roman",), accompaniment))
    names = {part.get("id"): part.findtext("part-name") for part in root.iter("score-part")}
    return {names[part.get("id")]: part for part in root.iter("part")}


def sounding(part):
    """Each note that is struck: when, in matras, its pitch or line, and its words. Ties and chords are resolved."""
    now, last, divisions, found = 0, 0, 1, []
    for element in part.iter():
        if element.tag == "divisions":
            divisions = int(element.text) / 4
        if element.tag != "note":
            continue
        if element.find("chord") is None:
            last = now
            now += int(element.findtext("duration")) / divisions
        if element.find("rest") is None and element.find("tie[@type='stop']") is None:
            step = element.findtext("pitch/step") or element.find("instrument").get("id")
            found.append((last, step + (element.findtext("pitch/octave") or ""), element.findtext("lyric/text")))
    return found


@pytest.mark.parametrize("tala", [tala for tala in TALAS.values() if tala is not NO_TALA], ids=lambda tala: tala.name)
def test_every_tala_is_valid_fills_its_bars_and_is_the_song(schema, tala):
    melody = compose(NUMBER, tala=tala, tempo=33).melody
    xml = write_musicxml(melody, ("roman",), BOTH)
    schema.assertValid(etree.fromstring(xml))
    for part in ET.fromstring(xml).iter("part"):
        matra = int(part.findtext(".//divisions")) // 4
        for measure in part.iter("measure"):
            alone = [note for note in measure.iter("note") if note.find("chord") is None]
            assert sum(int(note.findtext("duration")) for note in alone) == tala.matras * matra
    assert recover(read_musicxml(xml))[0] == melody


def test_a_tabla_has_its_bols():
    struck = sounding(parts_of(compose(NUMBER, tala=TALAS["ektal"]).melody)["Tabla"])
    sung = [(place, bol) for place, _, bol in struck if place < 12 and bol]
    theka = ["dhin", "dhin", "dha", "ge", "ti", "ra", "ki", "ta", "tu", "na", "kat", "ta"]
    assert [bol for _, bol in sung][:12] == theka
    assert [place for place, _ in sung][:12] == [0, 1, 2, 2.5, 3, 3.25, 3.5, 3.75, 4, 5, 6, 7]
    assert [step for place, step, _ in struck if place == 0] == ["tin", "ge"]
    last = len(compose(NUMBER).melody.played_digits)
    assert max(place for place, _, _ in struck) < last


def test_a_tanpura_is_plucked_at_a_walking_pace():
    melody = compose(NUMBER, tempo=60).melody
    plucks = sounding(parts_of(melody)["Tanpura"])
    strings = cycle(["A2", "D3", "D3", "D2"])
    assert plucks == [(place, next(strings), None) for place in range(0, 84, 4)]


def test_a_pluck_is_tied_over_barlines():
    melody = compose(NUMBER, tempo=60, tala=TALAS["jhaptal"]).melody
    part = parts_of(melody)["Tanpura"]
    assert [place for place, _, _ in sounding(part)] == list(range(0, 84, 4))
    assert len(part.findall(".//tie[@type='start']")) == len(part.findall(".//tie[@type='stop']")) == 4


@pytest.mark.parametrize("suffix", [".musicxml", ".mxl", ".mid"])
def test_the_program_comes_back_with_all_who_play(song, tmp_path, suffix):
    path = tmp_path / f"song{suffix}"
    save(add_coda(song, 0.05), path, accompany="tanpura,tabla=-6")
    assert load(path).program == song.program


@pytest.mark.parametrize("raga", RAGAS)
def test_the_song_is_found_beside_a_tanpura_without_its_record(short_song, raga):
    melody = compose(short_song.number, raga=RAGAS[raga]).melody
    lines = read_musicxml(write_musicxml(melody, ("roman",), BOTH).replace(b"primesong", b"nothing"))
    assert [line.record for line in lines] == [None] * len(lines)
    assert recover(lines)[0].number_digits == melody.number_digits


def test_who_plays_is_on_request_and_the_level_is_told(short_song):
    plain = write_musicxml(short_song.melody)
    assert plain.count(b"<score-part ") == 1
    [loud, quiet] = [
        int(
            ET.fromstring(write_musicxml(short_song.melody, ("roman",), parse_accompaniment(who))).findtext(".//volume")
        )
        for who in ("tanpura=0", "tanpura=-20")
    ]
    assert loud > 2 * quiet


def test_without_a_theka_a_tabla_is_refused(short_song):
    melody = short_song.arrange(tala="none").melody
    assert set(parts_of(melody, parse_accompaniment("tanpura"))) == {"Harmonium", "Tanpura"}
    with pytest.raises(PrimesongError, match="a tabla plays a tala's theka, and none has none"):
        write_musicxml(melody, (), BOTH)
