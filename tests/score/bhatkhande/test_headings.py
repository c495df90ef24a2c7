"""Headings in English and in Hindi: what the tables name has a name in both."""

import re

import pytest
from support.songs import recover

from primesong.actions.save import save
from primesong.repair.coda import add_coda
from primesong.sargam.raga import RAGAS, read_raga
from primesong.sargam.setting import LAYAS, MATRAS_PER_BEAT
from primesong.sargam.tala import NO_TALA, TALAS
from primesong.score.bhatkhande.headings import write_headings
from primesong.score.bhatkhande.page import read_page, write_page
from primesong.song import compose

#: Words of the tables that have no other letters in Hindi: a tonic's name, and a tala or raga of one's own.
LATIN = re.compile(r"[A-Za-z]+")


@pytest.mark.parametrize("tala", [tala for tala in TALAS.values() if tala is not NO_TALA], ids=lambda tala: tala.name)
def test_every_tala_has_a_hindi_name_and_theka(tala):
    headings = write_headings(compose(31415926535897932, tala=tala).melody, "hindi")
    assert LATIN.findall(headings.setting) == ["D"]
    assert LATIN.findall("".join(headings.theka)) == []
    assert len(headings.theka) == tala.matras


@pytest.mark.parametrize("raga", RAGAS.values(), ids=list(RAGAS))
def test_every_raga_has_a_hindi_name(raga):
    headings = write_headings(compose(31415926535897932, raga=raga).melody, "hindi")
    assert LATIN.findall(headings.raga) == []


@pytest.mark.parametrize("laya", LAYAS)
def test_every_laya_has_a_hindi_name(laya):
    melody = compose(31415926535897932, tempo=LAYAS[laya] / MATRAS_PER_BEAT).melody
    headings = write_headings(melody, "hindi")
    assert headings.setting.startswith(f"तीनताल, सा = D3, {LAYAS[laya]:g} मात्रा प्रति मिनट, ")
    assert LATIN.findall(headings.setting) == ["D"]


def test_a_raga_of_ones_own_keeps_its_letters():
    raga = read_raga("S m P S' g n M 'n 'P m'", "blues")
    assert write_headings(compose(31415926535897932, raga=raga).melody, "hindi").raga.startswith("दस स्वर S m P")


def test_a_page_in_hindi_is_hindi_and_the_same_song(song):
    coded = add_coda(song, 0.05)
    page = write_page(coded.melody, ("devanagari",), "hindi").decode()
    head = page[page.index("<header>") : page.index("<main")]
    assert '<html lang="hi">' in page
    assert "<p>तीनताल, सा = D3, 240 मात्रा प्रति मिनट, अति-द्रुत, " in head
    assert "राग नट भैरव के हैं" in head
    assert "नीचे रेखा: कोमल" in head
    assert page.count('data-part="तिहाई"') == 2
    assert page.count('data-part="कोडा"') == 1
    assert page.count("<em>धिं</em>") == 6
    assert recover(read_page(page.encode()))[0].number_digits == song.digits


def test_hindi_is_written_on_request(short_song, tmp_path):
    save(short_song, [tmp_path / "hindi.html"], headings="hindi")
    save(short_song, [tmp_path / "english.html"])
    assert "तीनताल" in (tmp_path / "hindi.html").read_text("utf-8")
    assert "तीनताल" not in (tmp_path / "english.html").read_text("utf-8")
    with pytest.raises(ValueError, match="headings must be english or hindi, got 'french'"):
        write_headings(short_song.melody, "french")
