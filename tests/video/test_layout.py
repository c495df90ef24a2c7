"""What is drawn note by note has a place of its own in every format."""

from itertools import combinations

import pytest

from primesong.video.layout import LAYOUTS
from primesong.video.theme import read_palette

#: What is drawn note by note.
PLACES = ("score", "listing", "counts", "tala", "said", "keys", "digits", "position")


@pytest.mark.parametrize("name", LAYOUTS)
def test_places_lie_inside_the_picture_and_apart(name):
    layout = LAYOUTS[name]
    width, height = (int(part) for part in name.split(":"))
    assert layout.width * height == layout.height * width
    assert layout.width % 2 == layout.height % 2 == 0
    boxes = [getattr(layout, place) for place in PLACES]
    for x, y, wide, high in boxes:
        assert 40 <= x < x + wide <= layout.width - 40
        assert 0 <= y < y + high <= layout.height - 20
    for one, other in combinations(boxes, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        above = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert beside or above


def test_the_palettes_are_the_pages():
    light, dark = read_palette("light"), read_palette("dark")
    assert (light["paper"], light["sindoor"], light["ink"]) == ("#fbf7ee", "#a3320b", "#211c15")
    assert (dark["paper"], dark["sindoor"], dark["ink"]) == ("#16130e", "#f0905c", "#ece3d2")
    assert set(light) == set(dark)
