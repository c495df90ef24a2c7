"""Texts in pictures: where their ink is."""

import numpy as np
import pytest

from primesong.sargam.script import SCRIPT_NAMES, verse
from primesong.video.drawing import Drawing, Text, draw, fit_words
from primesong.video.theme import MONO

SIZE = 100


def ink(text, **how):
    """Return the rows and columns of a picture of 600 × 300 that a text on the baseline 200, at 300, reaches."""
    [found] = inks([text], **how)
    return found


def inks(texts, **how):
    """Return what `ink` does of each text, drawn at once."""
    pictures = draw([Drawing(600, 300, "#ffffff", [Text(300, 200, SIZE, "#000000", text, **how)]) for text in texts])
    return [tuple(np.nonzero((picture < 128).any(axis=axes))[0] for axes in ((1, 2), (0, 2))) for picture in pictures]


def span(text, **how):
    _, columns = ink(text, **how)
    return columns[-1] - columns[0]


@pytest.mark.parametrize("script", SCRIPT_NAMES)
def test_every_swara_stands_in_the_middle_and_fits(melody, script):
    words = verse(melody.setting.mapping, script)
    size = fit_words(words.values(), SIZE, SIZE)
    for _, columns in inks(words.values(), anchor=0.5):
        assert (columns[0] + columns[-1]) / 2 == pytest.approx(300, abs=0.1 * SIZE)
    for _, columns in inks(words.values(), weight="bold"):
        assert (columns[-1] - columns[0]) * size < SIZE**2


def test_a_number_stands_after_a_letter_with_its_vowel_sign():
    assert span("\u0bb0\u0bbf2") > span("\u0bb0\u0bbf") + span("2")
    assert span("\u0bb0\u0bbf") > 1.3 * span("\u0bb0")


@pytest.mark.parametrize("letter", ["\u0928\u093f", "\u0a28\u0a3f", "\u09a8\u09bf"])
def test_a_dot_below_leaves_its_letter(letter):
    (plain, across), (dotted, below) = ink(letter), ink(letter + "\u0323")
    assert dotted[0] == plain[0]
    assert dotted[-1] > 200
    assert set(across) <= set(below)


def test_letters_of_a_program_keep_their_columns():
    _, columns = ink("  a  b", anchor=1.0, family=MONO)
    assert columns[-1] - columns[0] == span("a  b", family=MONO)
    assert columns[0] == pytest.approx(300 - 4 * 0.602 * SIZE, abs=0.1 * SIZE)
    assert span("x=>y", family=MONO) == pytest.approx(span("x--y", family=MONO), abs=2)
