from dataclasses import replace

import pytest

from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.setting import Setting

SETTING = Setting(Mapping("3092854716"))


def test_a_melody_lasts_as_long_as_its_notes(melody):
    assert melody.seconds == 900.0
    assert Melody("12", SETTING).arrange(tempo=30).seconds == 1.0


def test_the_first_notes(melody):
    assert [pitch.letter for pitch in melody.pitches[:8]] == ["R", "m", "'N", "'N", "S'", "R", "P", "m"]
    assert melody.midi_notes[:8] == [52, 55, 49, 49, 62, 52, 57, 55]


@pytest.mark.parametrize(("digits", "message"), [("", "at least one digit"), ("1a", "nothing but digits")])
def test_a_melody_keeps_its_rules(digits, message):
    with pytest.raises(ValueError, match=message):
        Melody(digits, SETTING)


def test_the_coda_is_played_after_the_number(melody):
    ended = replace(melody, coda_digits="123")
    assert ended.played_digits == melody.number_digits + "123"
    assert len(ended.pitches) == len(ended.midi_notes) == 3603
    assert (ended.record.coda_length, ended.record.sha256) == (3, melody.record.sha256)
