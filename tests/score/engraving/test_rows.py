import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from primesong.errors import MissingError
from primesong.sargam.melody import cut
from primesong.sargam.swara import Swara
from primesong.sargam.tala import TALAS
from primesong.score.engraving.rows import set_in_rows
from primesong.song import compose

NOTE = re.compile(r'<g id="n(\d+)" transform="translate\((\d+) (\d+)\)"><use href="#\w+" transform="translate\(0 0\)')
FLAT = "E260"  # SMuFL
HALF_SPACE = 90


@pytest.fixture(scope="module")
def rows(melody):
    return set_in_rows(melody)


def notes_of(rows):
    return [(int(place), int(x), int(y)) for row in rows.drawings for place, x, y in NOTE.findall(row)]


def test_every_note_stands_where_its_pitch_does(rows, melody):
    tops = [int(re.match(r'<g transform="translate\(0 -(\d+)\)">', row)[1]) for row in rows.drawings]
    notes = notes_of(rows)
    assert [place for place, _, _ in notes] == list(range(3600))
    for (place, x, y), pitch in zip(notes, melody.pitches, strict=True):
        step, _, octave = melody.setting.key.spell(pitch)
        below_top = 7 * 4 + "CDEFGAB".index("F") - (7 * octave + "CDEFGAB".index(step))  # F4: the treble 8vb's top line
        assert y - tops[place // 16] == below_top * HALF_SPACE
        assert 0 < rows.places[place] - x < 2 * HALF_SPACE
    assert len(rows.drawings) == 225
    assert {len(NOTE.findall(row)) for row in rows.drawings} == {16}


def test_every_thread_can_engrave():
    melody = compose(31415926).melody
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(set_in_rows, melody).result().drawings == set_in_rows(melody).drawings


def test_places_ascend_within_a_row_and_the_row_holds_them(rows):
    for first in range(0, 3600, 16):
        row = rows.places[first : first + 16]
        assert row == sorted(set(row))
        assert row[0] > 0
        assert row[-1] < rows.width
    assert rows.above >= 300
    assert rows.below >= 720


def test_komal_dha_is_flattened_once_an_avartan(rows, melody):
    for number, row in enumerate(rows.drawings):
        pitches = melody.pitches[16 * number : 16 * number + 16]
        assert row.count(f"#{FLAT}") == any(pitch.swara is Swara.KOMAL_DHA for pitch in pitches)


def test_nothing_is_written_that_a_page_writes_itself(rows):
    for row in rows.drawings:
        assert "<text" not in row
        assert "style" not in row
        assert set(re.findall(r'href="#(\w+)"', row)) <= set(rows.glyphs)


@pytest.mark.parametrize("tala", ["jhaptal", "rupak", "none"])
def test_other_talas_and_a_short_last_row(tala):
    melody = compose(10**40 + 123456789).melody.arrange(tala=TALAS[tala])
    rows = set_in_rows(melody)
    assert [place for place, _, _ in notes_of(rows)] == list(range(41))
    assert len(rows.drawings) == -(-41 // TALAS[tala].matras)


def test_an_excerpt_is_numbered_from_its_own_first_note(melody):
    assert [place for place, _, _ in notes_of(set_in_rows(cut(melody, 100, 101)))] == list(range(32))


def test_what_is_missing_is_named(monkeypatch, melody):
    monkeypatch.setitem(sys.modules, "verovio", None)
    with pytest.raises(MissingError, match="engraving needs Verovio"):
        set_in_rows(cut(melody, 1, 1))
