"""The program in lines: every character has its place, whatever it is."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from primesong.number.unfolding import Unfolding
from primesong.video.drawing import to_rgb
from primesong.video.look import Look
from primesong.video.parts.listing import Listing, fold
from primesong.video.theme import read_palette

TEXT = "x = 1  # one\nif x:\n    print('sa')"


@given(st.text(st.characters(exclude_characters="\r\ufeff", codec="utf-8"), min_size=1), st.integers(2, 20))
def test_every_character_has_a_place_of_its_own(text, columns):
    letters = fold(text, columns)
    assert len(letters) == len(text)
    assert letters[-1].number == text[:-1].count("\n") + 1
    for before, after in pairwise(letters):
        if after.line == before.line:
            assert after.column == before.column + before.width <= columns
        else:
            assert (after.line, after.column) == (before.line + 1, 0)


def test_python_has_the_pages_colors():
    colors = {letter.character: letter.color for letter in fold(TEXT, 80)}
    assert (colors["x"], colors["1"], colors["#"], colors["f"], colors["'"]) == (
        "ink",
        "number",
        "faint",
        "keyword",
        "string",
    )


@pytest.fixture(scope="module")
def typed():
    """A listing of TEXT of which each note gives one character, and its view."""
    view = np.zeros((200, 600, 3), np.uint8)
    sizes = range(len(TEXT) + 1)
    return view, Listing(
        view, Unfolding(b"", TEXT.encode(), sizes, sizes), 0, "It begins soon.", Look("16:9", "light", "roman")
    )


def test_letters_are_uncovered_one_by_one_before_a_caret(typed):
    view, listing = typed
    caret = to_rgb(read_palette("light")["sindoor"])
    places = []
    for note in range(11):
        listing.show(note)
        rows, columns = np.nonzero((view == caret).all(axis=2))
        places.append(columns.min())
        assert (view[rows.min() : rows.max(), columns.max() + 1 :] == to_rgb(read_palette("light")["page"])).all()
    assert {after - before for before, after in pairwise(places)} == {listing.cell}
    listing.show(len(TEXT) - 1)
    assert not (view == caret).all(axis=2).any()
    assert (view.min(axis=2) < 100).any(axis=1).sum() > 3 * 10
