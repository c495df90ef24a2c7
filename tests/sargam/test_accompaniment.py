"""Tanpura and tabla as notes: which strings, which bols; and in MIDI, where the song must stay readable."""

from dataclasses import replace

import mido
import pytest

from primesong.actions.decode import load
from primesong.errors import PrimesongError
from primesong.sargam.accompaniment import Accompaniment, strings, strokes
from primesong.sargam.tala import TALAS, Tala
from primesong.score.midi import write_midi
from primesong.song import compose


def test_ta_is_closed_in_a_quick_row_and_open_alone():
    hands = {stroke.matra: dict(stroke.hands) for stroke in strokes(compose(7).melody.arrange(tala=TALAS["ektal"]))}
    assert hands[3.75] == {"right": "ti"}  # ti-ra-ki-ta
    assert hands[7] == {"right": "na"}  # kat ta


def test_the_strings_are_pa_sa_sa_sa_and_ma_where_pa_is_absent():
    melody = compose(3928547160).melody
    assert strings(melody) == (-5, 0, 0, -12)
    pa, ma = melody.setting.mapping.ranking[1], melody.setting.mapping.ranking[5]
    assert strings(replace(melody, number_digits=melody.number_digits.replace(pa, ma))) == (-7, 0, 0, -12)


@pytest.mark.parametrize("tala", [tala for tala in TALAS.values() if tala.theka], ids=lambda tala: tala.name)
def test_every_bol_of_a_theka_is_played(tala):
    bols = [bol for matra in tala.theka for bol in matra]
    played = strokes(compose(7).melody.arrange(tala=tala))
    assert [bool(stroke.hands) for stroke in played] == [bool(bol) for bol in bols]
    assert len(tala.theka) == tala.matras


def test_the_bayan_is_silent_where_tintal_is_empty():
    """Khali is heard by the left hand's absence: matras 10 to 13 of tintal."""
    hands = {stroke.matra: dict(stroke.hands) for stroke in strokes(compose(7).melody)}
    assert [matra + 1 for matra, played in hands.items() if "left" not in played] == [10, 11, 12, 13]


def test_a_tala_without_a_theka_is_named():
    with pytest.raises(PrimesongError, match="free has none; talas with a theka: tintal, "):
        strokes(compose(7).melody.arrange(tala=Tala("free", (16,), ("",))))


def test_midi_has_each_on_its_channels_at_its_level_and_still_decodes(tmp_path, song):
    (tmp_path / "song.mid").write_bytes(write_midi(song.melody, Accompaniment(-14.0, -8.0)))
    file = mido.MidiFile(tmp_path / "song.mid")
    channels = [{message.channel for message in track if message.type == "note_on"} for track in file.tracks]
    assert channels == [set(), {0}, {1, 2}, {9}]
    volumes = {message.channel: message.value for track in file.tracks for message in track
               if message.type == "control_change" and message.control == 7}  # fmt: skip
    assert volumes == {1: 45, 2: 45, 9: 63}
    assert load(tmp_path / "song.mid").melody == song.melody
    ends = [sum(message.time for message in track) for track in file.tracks]
    assert max(ends) == ends[0]


def test_no_key_of_the_tanpura_sounds_twice_at_once(song):
    import io

    sounding = set()
    for message in mido.MidiFile(file=io.BytesIO(write_midi(song.melody, Accompaniment(tanpura=-14.0)))).tracks[2]:
        key = (getattr(message, "channel", None), getattr(message, "note", None))
        if message.type == "note_on":
            assert key not in sounding
            sounding.add(key)
        elif message.type == "note_off":
            sounding.remove(key)
    assert not sounding
