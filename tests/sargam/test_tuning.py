"""Tunings: their cents from the ratios, Scala files both ways, and what carries them: sound, MIDI, MusicXML."""

import math

import mido
import numpy as np
import pytest
import soundfile
from support.pitch import cents, measure_partial
from support.songs import write_sound

from primesong.actions.arrange import arrange, load_tuning
from primesong.actions.decode import load
from primesong.errors import PrimesongError
from primesong.files.kinds import MIDI, MUSICXML
from primesong.sargam.tuning import EQUAL, GANDHAR, JUST, TUNINGS, Tuning, read_scala, write_scala
from primesong.song import compose
from primesong.sound.render.rendering import RenderOptions

RATE = 44_100

PELOG = "! pelog.scl\n!\nSeven notes\n 7\n!\n 120.0\n 270. a comment\n 540.0\n 3/2\n 785.0\n 950.0\n 2\n"
SHRUTIS = "22\n 22\n" + "".join(f" {1200 * step / 22:.5f}\n" for step in range(1, 23))


@pytest.mark.parametrize(
    ("semitones", "cents"), [(0, 0), (2, 203.91), (4, 386.31), (5, 498.04), (7, 701.96), (8, 813.69), (11, 1088.27)]
)
def test_just_intonation_has_the_ratios_of_the_books(semitones, cents):
    assert JUST.cents(semitones) == pytest.approx(cents, abs=0.01)
    assert JUST.cents(semitones - 12) == pytest.approx(cents - 1200, abs=0.01)


def test_gandhar_tuning_lowers_ga_alone():
    assert [round(GANDHAR.offset(semitone), 2) for semitone in range(12)] == [0, 0, 0, 0, -13.69, *[0] * 7]


@pytest.mark.parametrize("tuning", TUNINGS.values())
def test_a_scala_file_gives_the_tuning_back(tuning):
    again = read_scala(write_scala(tuning), tuning.name)
    assert again.swaras == pytest.approx(tuning.swaras, abs=1e-4)
    assert again.octave == tuning.octave


def test_scales_of_seven_notes_tune_the_songs_seven_swaras():
    tuning = read_scala(PELOG, "pelog")
    assert [tuning.cents(semitones) for semitones in (0, 2, 4, 5, 8, 11)] == [0, 120, 270, 540, 785, 950]
    assert tuning.cents(7) == pytest.approx(1200 * math.log2(1.5))


def test_scales_of_other_sizes_give_each_swara_its_nearest_note():
    tuning = read_scala(SHRUTIS, "22")
    assert all(abs(tuning.offset(semitone)) < 600 / 22 + 0.01 for semitone in range(12))


@pytest.mark.parametrize(
    "text", ["", "name\n", "name\n x\n", "name\n 3\n 100.0\n 200.0\n", "name\n 1\n high\n", "name\n 1\n 1/0\n",
             "name\n 0\n", "name\n 2\n 700.0\n -5.0\n", "name\n 1\n 0/1\n", "name\n 9999999\n 2\n"],
)  # fmt: skip
def test_what_is_no_scala_file_is_named(text):
    with pytest.raises(PrimesongError, match=r"bad"):
        read_scala(text, "bad")


@pytest.mark.parametrize(
    "text",
    [
        "name\n 2\n 1/1\n 1/1\n", "name\n 3\n 100.0\n 200.0\n 0.01\n", "name\n 1\n " + "1" * 300 + "\n",
        "name\n 1\n " + "1" * 400 + ".0\n", "name\n 12\n" + " 1000000.0\n" * 11 + " 1200.0\n",
        "name\n 12\n" + " -999999999.0\n" * 11 + " 2/1\n", "name\n 12\n" + f" {'9' * 500}\n" * 11 + " 2/1\n",
    ],
)  # fmt: skip
def test_a_scale_out_of_range_is_refused(text):
    with pytest.raises(PrimesongError, match=r"^bad is not a Scala file of a tuning: .* got "):
        read_scala(text, "bad")


def test_a_scale_that_repeats_at_the_twelfth_is_read():
    tuning = read_scala("Bohlen-Pierce\n 13\n" + "".join(f" {146.304 * step:.3f}\n" for step in range(1, 14)), "BP")
    assert tuning.octave == pytest.approx(1901.955, abs=0.01)
    assert all(abs(tuning.offset(semitone)) < 74 for semitone in range(12))


def test_a_tuning_has_twelve_swaras():
    with pytest.raises(ValueError, match="twelve swaras"):
        Tuning("bad", (0.0,))


@pytest.mark.parametrize("synth", ["harmonium", "fluidsynth"])
@pytest.mark.parametrize("tuning", [JUST, GANDHAR])
def test_the_sound_is_tuned_within_a_cent(tmp_path, synth, tuning):
    """Each note of a slow song is measured beside the same note in equal temperament, whose reeds are the same."""
    melody = compose(3928547160, tempo=10).melody
    for name, chosen in (("equal", EQUAL), ("tuned", tuning)):
        write_sound(melody.arrange(tuning=chosen), tmp_path / f"{name}.wav", options=RenderOptions(synth=synth))
    equal, tuned = (soundfile.read(tmp_path / f"{name}.wav")[0].mean(axis=1) for name in ("equal", "tuned"))
    length = round(melody.setting.matra_seconds * RATE)
    for place, digit in enumerate(melody.played_digits):
        part = slice(place * length + 4000, (place + 1) * length)
        expected = 440 * 2 ** ((melody.midi_notes[place] - 69) / 12)
        moved = cents(measure_partial(tuned[part], expected), measure_partial(equal[part], expected))
        assert moved == pytest.approx(tuning.offset(melody.setting.mapping.pitch(digit).semitones), abs=1.0), digit


def test_midi_bends_each_note_within_a_tenth_of_a_cent(tmp_path, song):
    melody = arrange(song, tuning=JUST).melody
    (tmp_path / "song.mid").write_bytes(MIDI.write(melody))
    bend, heard = 0, []
    for message in mido.MidiFile(tmp_path / "song.mid").tracks[1]:
        if message.type == "pitchwheel":
            bend = message.pitch
        elif message.type == "note_on" and message.velocity:
            heard.append(100 * message.note + 200 * bend / 8192)
    wanted = [100 * melody.setting.tonic + melody.setting.cents(digit) for digit in melody.played_digits]
    assert np.abs(np.array(heard) - wanted).max() < 0.1


@pytest.mark.parametrize("form", [MIDI, MUSICXML])
def test_a_tuned_song_comes_back_with_its_tuning(tmp_path, song, form):
    tuned = arrange(song, tuning=JUST)
    (tmp_path / f"song{form.suffix}").write_bytes(form.write(tuned.melody))
    again = load(tmp_path / f"song{form.suffix}")
    assert again.melody == tuned.melody
    assert again.program == song.program


def scale(*pitches):
    """Return a Scala file of seven notes."""
    return "! x.scl\n!\na title\n 7\n!\n" + "\n".join(pitches) + "\n"


PLAIN = ("9/8", "5/4", "4/3", "3/2", "8/5", "15/8", "2/1")


@pytest.mark.parametrize(
    "pitches",
    [
        ("9 / 8", "5 /4", "4/ 3", "3/2", "8/5", "15/8", "2/1"),
        ("9/8!", "5/4! a third", "4/3 !", "3/2", "8/5", "15/8", "2"),
        (" 9/8 cents", "\t5/4", "4/3", "3/2", "8/5", "15/8", "2/1"),
    ],
)
def test_pitches_are_read_as_people_write_them(pitches):
    assert read_scala(scale(*pitches), "x") == read_scala(scale(*PLAIN), "x")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("suffix", [".scl", ".ascl", ".SCL"])
def test_scala_files_of_every_editor_are_read(tmp_path, encoding, suffix):
    path = tmp_path / f"x{suffix}"
    path.write_text(scale(*PLAIN).replace("a title", "Käse"), encoding)
    assert load_tuning(path) == read_scala(scale(*PLAIN), "x")


def test_what_is_no_count_is_said_in_our_words():
    with pytest.raises(PrimesongError, match="expected 1 to 1,200 notes"):
        read_scala("! x\ntitle\nmany\n9/8\n", "x")
