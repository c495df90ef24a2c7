"""The table of spellings: every script's names are in it."""

import unicodedata

import pytest

from primesong.sargam.script import SCRIPTS
from primesong.sargam.spelling import CONVENTIONS, PATTERN, find_height, normalize, read_written
from primesong.sargam.swara import Pitch, Swara


def heights(word):
    """Return the heights that a word may have, by all conventions."""
    found = PATTERN.fullmatch(normalize(word))
    assert found, word
    written = read_written(found)
    return {find_height(written, found["before"], found["after"], convention) for convention in CONVENTIONS}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_every_name_of_every_script_is_in_the_table(script):
    for pitch in (Pitch(swara, saptak) for swara in Swara for saptak in (-1, 0, 1)):
        assert pitch.semitones in heights(script.write(pitch)), pitch


def test_the_names_that_primesong_prints_are_in_the_table():
    for pitch in (Pitch(swara, 0) for swara in Swara):
        assert pitch.semitones in heights(pitch.name.replace("komal ", "komal  "))


@pytest.mark.parametrize("word", ["S1", "P2", "S♭", "P#", "स॒", ".Ṇ", "Ṡ'", "''S"])
def test_what_is_not_a_swara_has_no_height(word):
    assert None in heights(word)


@pytest.mark.parametrize(
    ("text", "normal"),
    [("‘N S’", "'N S'"), ("S\u200dR\ufeff", "SR"), ("R₂", "R2"), ("S˙", "S\u0307"), ("Ṡa", "Sa\u0307"),
     ("D̲ha", "Dha\u0332"),
     ("S\u00a0R", "S R"), ("·N", ".N"), ("\uff33\uff32", "SR")],
)  # fmt: skip
def test_texts_are_normalized(text, normal):
    assert normalize(text) == unicodedata.normalize("NFKD", normal)


def test_conventions_differ():
    assert heights("m") == {5, 6}
    assert heights("d") == {8, 9}
    assert heights("N.") == {-1, 23}
    assert heights("N,") == {-1, 11}
    assert heights("'S") == {-12, 12}
