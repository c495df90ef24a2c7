"""What a person writes in Python: loading, arranging, saving and rendering, on a small song."""

import hashlib

import numpy as np
import pytest
from support.published import PROGRAM_SHA256

import primesong
from primesong.errors import PrimesongError
from primesong.sargam.tala import TALAS

PROGRAM = b"print('sa re ga ma')"


@pytest.fixture(scope="module")
def sung():
    """A program's song."""
    return primesong.compose(PROGRAM, title="sur")


def test_a_song_has_every_stage(song):
    assert hashlib.sha256(song.program).hexdigest() == PROGRAM_SHA256
    assert song.payload.startswith(b"\x1f\x8b\x08")
    assert str(song.digits).startswith("25669205232646188097")
    assert song.number % 10 == 9
    assert song.corrections == ()
    assert repr(song) == "<Song 'femtoGPT': 3,600 digits, 900 s>"


def test_encode_and_decode_are_the_reverse_of_each_other(sung):
    encoded = primesong.encode(PROGRAM)
    assert encoded.number == sung.number
    assert primesong.decode(encoded.number).program == PROGRAM
    assert primesong.decode(sung).program == PROGRAM


def test_a_song_is_arranged_by_the_names_that_people_use(sung):
    song = sung.arrange(tonic="C#3", tempo="vilambit", tala="jhaptal", tuning="just", title="slow")
    setting = song.melody.setting
    assert (setting.tonic, setting.tempo, setting.tala, setting.title) == (49, 40.0, TALAS["jhaptal"], "slow")
    assert setting.tuning.name == "just"
    assert song.number == sung.number
    assert sung.arrange(tonic=49, tempo=90).melody.setting.tempo == 90
    excerpt = sung.arrange(start=2, end=3)
    assert excerpt.digits == sung.digits[16:48]
    with pytest.raises(PrimesongError, match="excerpt"):
        _ = excerpt.program


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"tonic": "H3"}, "H3"),
        ({"tempo": "quick"}, "quick"),
        ({"tala": "waltz"}, "waltz"),
        ({"tuning": "blue"}, "blue"),
        ({"start": 99}, "99"),
    ],
)
def test_an_unknown_name_is_named(sung, options, text):
    with pytest.raises((PrimesongError, ValueError), match=text):
        sung.arrange(**options)


@pytest.mark.parametrize("suffix", [".mid", ".musicxml", ".mxl", ".sargam", ".html", ".player.html", ".wav", ".flac"])
def test_what_is_saved_is_loaded(sung, tmp_path, suffix):
    [path] = sung.save(tmp_path / f"song{suffix}")
    assert primesong.decode(path).program == PROGRAM
    with pytest.raises(PrimesongError, match="exists") as caught:
        sung.save(path)
    assert caught.value.option == "force"
    assert sung.save(path, force=True) == [path]


def test_pages_are_saved_a_file_each(sung, tmp_path):
    written = primesong.save(sung, [tmp_path / "song.pdf", tmp_path / "song.svg"])
    assert [path.name for path in written] == ["song.pdf", "song-1.svg", "song-2.svg"]
    assert written[0].read_bytes().startswith(b"%PDF")
    with pytest.raises(PrimesongError, match=r"song-1\.svg exists"):
        sung.save(tmp_path / "song.svg")


def test_a_song_is_rendered_to_a_recording(sung, tmp_path):
    recording = sung.render(accompany="tanpura", sample_rate=8_000)
    assert recording.samples.dtype == np.float32
    assert recording.samples.shape[1] == 2
    assert recording.sample_rate == 8_000
    assert recording.samples.shape[0] == pytest.approx(sung.melody.seconds * 8_000, rel=0.05)
    assert np.abs(recording.samples).max() <= 1
    assert "<audio" in recording._repr_html_()


def test_notes_are_transcribed(sung, tmp_path):
    [path] = sung.save(tmp_path / "song.flac")
    heard = primesong.transcribe(path)
    assert list(heard.midi_notes) == sung.melody.midi_notes


def test_a_song_is_a_value_of_other_libraries(sung):
    stream = sung.to_music21()
    pitches = [note.pitch.midi for note in stream.flatten().notes]
    assert pitches == sung.melody.midi_notes
    assert [note.lyrics[1].text for note in stream.flatten().notes] == list(sung.digits)
    [instrument] = sung.to_pretty_midi().instruments
    assert [note.pitch for note in instrument.notes] == sung.melody.midi_notes


def test_a_song_shows_itself_in_a_notebook(sung):
    html = sung._repr_html_()
    assert "<caption>sur:" in html
    assert "<svg" in html
    assert '<audio controls src="data:audio/' in html


def test_a_song_is_verified(sung):
    report = primesong.verify(sung)
    assert report.passes
    assert dict(report.facts())["program"].startswith("20 bytes")
