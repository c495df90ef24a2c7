import pytest

from primesong.sargam.mapping import Mapping
from primesong.sargam.setting import LONGEST_TITLE, Setting, printable

MAPPING = Mapping("3092854716")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tonic": 11}, "got 11"),
        ({"tonic": 105}, "got 105"),
        ({"tempo": 4.9}, "got 4.9"),
        ({"tempo": 961}, "got 961"),
        ({"tempo": float("nan")}, "got nan"),
        ({"title": "x" * 1001}, "got 1,001"),
    ],
)
def test_a_setting_keeps_its_rules(options, message):
    with pytest.raises(ValueError, match=message):
        Setting(MAPPING, **options)


def test_a_note_lasts_a_quarter_of_a_second():
    assert Setting(MAPPING).matra_seconds == 0.25
    assert Setting(MAPPING, tempo=30).matra_seconds == 0.5


def test_control_characters_are_removed():
    assert printable("a\x00b\x1b[31m\u202ec\ud800\nड़") == "ab[31mcड़"
    assert Setting(MAPPING, title="x\x07y").title == "xy"
    assert len(Setting(MAPPING, title="é" * LONGEST_TITLE).title) == 1000
