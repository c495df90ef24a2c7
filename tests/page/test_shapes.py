import pytest

from primesong.page.shapes import pack_rows, unpack_row
from primesong.score.engraving.rows import set_in_rows

STAFF = '<path d="M0 {}l900 0" stroke-width="9"/>'
NOTE = '<g id="n{}" transform="translate({} {})"><use href="#E0A4" transform="translate(0 0)scale(0.72)"/></g>'


def test_numbers_are_counted_from_those_before_them():
    row = "".join((STAFF.format(0), STAFF.format(180), NOTE.format(16, 100, -90), NOTE.format(17, 640, -90), "</g>"))
    shapes, packed = pack_rows([row, row])
    assert shapes == [
        '<path d="M{} {}l{} {}" stroke-width="{}"/>',
        '<g id="n{}" transform="translate({} {})"><use href="#E0A4" transform="translate({} {})scale(0.72)"/></g>',
        "</g>",
    ]
    assert packed == 2 * ["A  900  9A 180B16 100 -90B1 540C"]
    assert unpack_row(shapes, packed[1]) == row


def test_every_row_comes_back(song):
    drawings = set_in_rows(song.melody).drawings
    shapes, packed = pack_rows(drawings)
    assert [unpack_row(shapes, row) for row in packed] == drawings
    assert len("".join(packed)) < len("".join(drawings)) / 4


@pytest.mark.parametrize("setting", [{"tonic": 51, "tala": "rupak"}, {"raga": "todi", "tonic": 49}], ids=str)
def test_every_row_of_a_setting_comes_back(short_song, setting):
    drawings = set_in_rows(short_song.arrange(**setting).melody).drawings
    shapes, packed = pack_rows(drawings)
    assert [unpack_row(shapes, row) for row in packed] == drawings
