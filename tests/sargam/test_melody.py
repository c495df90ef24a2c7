import json

import pytest

from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Description, Melody, printable
from primesong.sargam.tala import TALAS, TINTAL

MAPPING = Mapping("3092854716")


def test_a_note_lasts_a_quarter_of_a_second(melody):
    assert (melody.matra_seconds, melody.seconds) == (0.25, 900.0)
    assert Melody("12", MAPPING, tempo=30).seconds == 1.0


def test_the_first_notes(melody):
    assert [pitch.letter for pitch in melody.pitches[:8]] == ["R", "m", "'N", "'N", "S'", "R", "P", "m"]
    assert melody.midi_notes[:8] == [52, 55, 49, 49, 62, 52, 57, 55]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"digits": ""}, "at least one digit"),
        ({"digits": "1a"}, "nothing but digits"),
        ({"tonic": 11}, "got 11"),
        ({"tonic": 105}, "got 105"),
        ({"tempo": 4.9}, "got 4.9"),
        ({"tempo": 961}, "got 961"),
        ({"tempo": float("nan")}, "got nan"),
    ],
)
def test_a_melody_keeps_its_rules(options, message):
    with pytest.raises(ValueError, match=message):
        Melody(**{"digits": "12", "mapping": MAPPING} | options)


def test_the_record_comes_back(melody):
    record = melody.description
    assert Description.from_text(record.to_text()) == record
    assert record.fits(melody.digits)
    assert not record.fits(melody.digits[:-1])
    assert record.to_text().isascii()


@pytest.mark.parametrize(
    "change",
    [
        {"primesong": 2}, {"mapping": "012"}, {"mapping": 7}, {"tonic": 1e400},
        {"tonic": "x"}, {"tonic": 500}, {"tempo": 0},
        {"tempo": None}, {"tala": "waltz"}, {"tala": []},
    ],
)  # fmt: skip
def test_a_record_that_is_not_ours_is_passed_over(melody, change):
    record = json.loads(melody.description.to_text())
    assert Description.from_text(json.dumps(record | change)) is None
    missing = {key: value for key, value in record.items() if key not in change}
    assert Description.from_text(json.dumps(missing)) is None


@pytest.mark.parametrize(
    "text", ["", "primesong", '"primesong"', '{"primesong"', '["primesong"]', "[" * 100_000 + '"primesong"']
)
def test_text_that_is_no_record_is_passed_over(text):
    assert Description.from_text(text) is None


def test_control_characters_are_taken_out():
    assert printable("a\x00b\x1b[31m\u202ec\ud800\nड़") == "ab[31mcड़"
    assert Melody("1", MAPPING, title="x\x07y").title == "xy"


def test_talas_add_up():
    assert {name: tala.matras for name, tala in TALAS.items()} == {
        "tintal": 16, "jhaptal": 10, "ektal": 12, "rupak": 7, "keherwa": 8, "dadra": 6, "none": 16,
    }  # fmt: skip
    assert TINTAL.starts == (0, 4, 8, 12)
    signatures = [tala.time_signature for tala in TALAS.values()]
    assert signatures == [(4, 4), (10, 16), (3, 4), (7, 16), (2, 4), (6, 16), (4, 4)]


@pytest.mark.parametrize("tala", TALAS.values(), ids=list(TALAS))
def test_a_tala_has_a_mark_a_vibhag(tala):
    assert len(tala.vibhags) == len(tala.marks)
    assert min(tala.vibhags) >= 1
