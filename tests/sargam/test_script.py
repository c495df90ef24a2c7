import unicodedata
from dataclasses import replace

import pytest

from primesong.sargam.mapping import Mapping
from primesong.sargam.raga import RAGAS
from primesong.sargam.script import DIGIT, SCRIPT_NAMES, SCRIPTS, spread_verse, verse, width
from primesong.sargam.swara import Pitch, Swara

EVERY = [Pitch(swara, saptak) for swara in Swara for saptak in (-1, 0, 1)]
each_script = pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))


@each_script
def test_every_pitch_comes_back_from_every_script(script):
    words = [script.write(pitch) for pitch in EVERY]
    assert len(set(words)) == 36
    for pitch, word in zip(EVERY, words, strict=True):
        assert script.read(word) == pitch
        assert script.read(unicodedata.normalize("NFD", word)) == pitch
        assert unicodedata.is_normalized("NFC", word)
        assert not any(character.isspace() or character in "|#" for character in word)


@pytest.mark.parametrize(
    ("name", "madhya"),
    [
        ("letters", "S r R g G m M P d D n N"),
        ("roman", "S R̲ R G̲ G M M̍ P D̲ D N̲ N"),
        ("full", "Sa R̲e Re G̲a Ga Ma M̍a Pa D̲ha Dha N̲i Ni"),
        ("devanagari", "सा रे॒ रे ग॒ ग म म॑ प ध॒ ध नि॒ नि"),
        ("bengali", "সা রে॒ রে গ॒ গ ম ম॑ প ধ॒ ধ নি॒ নি"),
        ("gurmukhi", "ਸਾ ਰੇ॒ ਰੇ ਗ॒ ਗ ਮ ਮ॑ ਪ ਧ॒ ਧ ਨਿ॒ ਨਿ"),
        ("tamil", "ஸ ரி1 ரி2 க2 க3 ம1 ம2 ப த1 த2 நி2 நி3"),
        ("carnatic", "S R1 R2 G2 G3 M1 M2 P D1 D2 N2 N3"),
    ],
)
def test_the_twelve_swaras_are_written_as_musicians_do(name, madhya):
    assert " ".join(SCRIPTS[name].write(Pitch(swara, 0)) for swara in Swara) == madhya


@pytest.mark.parametrize(
    ("name", "pitch", "code_points"),
    [
        ("roman", Pitch(Swara.SA, 1), "1E60"),
        ("roman", Pitch(Swara.NI, -1), "1E46"),
        ("roman", Pitch(Swara.KOMAL_DHA, 0), "0044 0332"),
        ("roman", Pitch(Swara.TIVRA_MA, 0), "004D 030D"),
        ("full", Pitch(Swara.GA, 1), "0120 0061"),
        ("carnatic", Pitch(Swara.NI, -1), "1E46 0033"),
        ("devanagari", Pitch(Swara.SA, 1), "0938 093E 0902"),
        ("devanagari", Pitch(Swara.NI, -1), "0928 093F 0323"),
        ("devanagari", Pitch(Swara.KOMAL_GA, 1), "0917 0902 0952"),
        ("devanagari", Pitch(Swara.KOMAL_GA, -1), "0917 0952 0323"),
        ("bengali", Pitch(Swara.SA, 1), "09B0 09CD 09B8 09BE"),
        ("bengali", Pitch(Swara.KOMAL_DHA, -1), "09A7 0952 0323"),
        ("gurmukhi", Pitch(Swara.GA, 1), "0A17 0A02"),
        ("tamil", Pitch(Swara.SA, 1), "0BB8 0BCD"),
        ("tamil", Pitch(Swara.RE, 1), "0BB0 0BBF 0BCD 0032"),
        ("tamil", Pitch(Swara.NI, -1), "0BA8 0BBF 0033 0323"),
    ],
)
def test_marks_stand_in_one_order(name, pitch, code_points):
    assert " ".join(f"{ord(character):04X}" for character in SCRIPTS[name].write(pitch)) == code_points


@each_script
def test_what_is_no_swara_is_named(script):
    for word in ("", "X", "Sa Re", "3"):
        with pytest.raises(ValueError, match=f"is not a swara in {script.name}"):
            script.read(word)


@pytest.mark.parametrize("word", ["ரி₂", "ரி2", "ரி\uff12"])
def test_a_number_may_be_lowered(word):
    assert SCRIPTS["tamil"].read(word) == Pitch(Swara.RE, 0)


@pytest.mark.parametrize("word", ["நி3\u0323", "நி\u03233", "நி\u0323₃"])
def test_the_dot_of_a_tamil_swara_is_read_before_and_behind_its_number(word):
    assert SCRIPTS["tamil"].read(word) == Pitch(Swara.NI, -1)


def test_a_verse_says_each_digit():
    mapping = Mapping("3092854716")
    assert verse(mapping, "letters")["4"] == "d"
    assert verse(mapping, DIGIT) == {digit: digit for digit in "0123456789"}
    assert SCRIPT_NAMES[-1] == DIGIT


@pytest.mark.parametrize(("text", "cells"), [("नि̣", 2), ("ध॒", 1), ("Ṡ", 1), ("D̲ha", 3)])
def test_marks_take_no_cell(text, cells):
    assert width(text) == cells


def test_on_a_terminal_marks_of_a_headline_stand_behind_the_letter(song):
    assert spread_verse(song.mapping, "devanagari")["4"] == "ध_"
    assert spread_verse(song.mapping, "devanagari")["6"] == "नि."
    yaman = spread_verse(replace(song.mapping, raga=RAGAS["yaman"]), "bengali")
    assert (yaman["7"], yaman["1"], yaman["6"]) == ("মˈ", "নি.", "র্রে")
    assert spread_verse(song.mapping, "roman") == verse(song.mapping, "roman")
    assert spread_verse(song.mapping, "digit") == verse(song.mapping, "digit")
