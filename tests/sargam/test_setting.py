import pytest

from primesong.sargam.mapping import Mapping
from primesong.sargam.setting import LONGEST_TITLE, Setting, parse_tempo, printable

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


@pytest.mark.parametrize(
    ("text", "tempo"),
    [
        ("240", 60), ("0.25s", 60), ("0.25 seconds", 60), (".5 sec", 30), ("ati-vilambit", 5), ("vilambit", 10),
        ("Madhya", 20), ("drut", 40), ("ati-drut", 80), ("slow", 10), ("3840", 960),
    ],
)  # fmt: skip
def test_a_tempo_is_read_as_musicians_say_it(text, tempo):
    assert parse_tempo(text) == tempo


@pytest.mark.parametrize("text", ["", "19", "3841", "0s", "0.01s", "4s", "nan", "quick", "60 beats"])
def test_what_is_no_tempo_is_named(text):
    with pytest.raises(ValueError, match=f"got .*{text}"):
        parse_tempo(text)


@pytest.mark.parametrize(
    ("matras", "laya"),
    [(20, "ati-vilambit"), (28, "ati-vilambit"), (29, "vilambit"), (56, "vilambit"), (57, "madhya"), (113, "madhya"),
     (114, "drut"), (160, "drut"), (226, "drut"), (240, "ati-drut"), (960, "ati-drut")],
)  # fmt: skip
def test_a_laya_reaches_halfway_to_its_neighbors(matras, laya):
    assert Setting(MAPPING, tempo=matras / 4).laya == f"{matras} matras a minute, {laya}"
