import json

import pytest

from primesong.sargam.record import Record

#: The twelve swaras in equal temperament, in cents.
EQUAL = [100.0 * semitone for semitone in range(12)]


def test_the_record_comes_back(melody):
    record = melody.record
    assert Record.from_text(record.to_text()) == record
    assert record.setting == melody.setting
    assert record.fits(melody.number_digits)
    assert not record.fits(melody.number_digits[:-1])
    assert record.to_text().isascii()


@pytest.mark.parametrize(
    "change",
    [
        {"primesong": 2}, {"mapping": "012"}, {"mapping": 7}, {"mapping": list("3092854716")}, {"tonic": 1e400},
        {"tonic": "x"}, {"tonic": 500}, {"tempo": 0},
        {"tempo": None}, {"tala": "waltz"}, {"tala": []}, {"title": "x" * 1001},
    ],
)  # fmt: skip
def test_a_record_that_is_not_ours_is_ignored(melody, change):
    record = json.loads(melody.record.to_text())
    assert Record.from_text(json.dumps(record | change)) is None
    missing = {key: value for key, value in record.items() if key not in change}
    assert Record.from_text(json.dumps(missing)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"tuning": [700.0, *EQUAL]}, {"tuning": ["x", 0.0, *EQUAL]}, {"tuning": ["x", -1200.0, *EQUAL]},
        {"tuning": ["x", 2401.0, *EQUAL]}, {"tuning": ["x", 1e300, *EQUAL]}, {"tuning": ["x", 1e400, *EQUAL]},
        {"tuning": ["x", 1200.0, 20000.0, *EQUAL[1:]]}, {"tuning": ["x", 1200.0, *EQUAL[:11], -30000.0]},
        {"tuning": ["x", 1200.0, *EQUAL[:11], "nan"]}, {"tuning": ["x", 1200.0]}, {"tuning": 7},
        {"excerpt": [0, 10, ""]}, {"excerpt": [1, 0, ""]}, {"excerpt": [1]}, {"excerpt": [1, 10**12, ""]},
        {"coda": -1}, {"excerpt": [1, 10, ""], "coda": 3},
    ],
)  # fmt: skip
def test_a_record_with_a_part_out_of_range_is_ignored(melody, change):
    record = json.loads(melody.record.to_text())
    assert Record.from_text(json.dumps(record | change)) is None


@pytest.mark.parametrize("octave", [600.0, 2400.0])
def test_a_wide_or_narrow_octave_is_read(melody, octave):
    record = json.loads(melody.record.to_text()) | {"tuning": ["x", octave, *EQUAL[:11], -1300.0]}
    assert Record.from_text(json.dumps(record)).setting.tuning.cents(23) == octave - 1300


@pytest.mark.parametrize(
    "text", ["", "primesong", '"primesong"', '{"primesong"', '["primesong"]', "[" * 100_000 + '"primesong"']
)
def test_text_that_is_not_a_record_is_ignored(text):
    assert Record.from_text(text) is None
