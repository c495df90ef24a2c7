"""What a person writes in Python: loading, arranging, saving and rendering, on a small song."""

import hashlib
import traceback
from dataclasses import replace

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
    assert (setting.tonic, setting.tempo, setting.tala, setting.title) == (49, 10.0, TALAS["jhaptal"], "slow")
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


@pytest.mark.parametrize(
    ("error", "note"),
    [
        (PrimesongError("a.mid exists", option="force"), "force=True replaces it"),
        (PrimesongError("too long", limit="digits"), "limits=primesong.Limits(digits=N) allows more"),
        (PrimesongError("no song", command="compose").within("a.py"), "primesong.compose makes a song of a program"),
    ],
)
def test_a_traceback_says_which_argument_helps(error, note):
    assert traceback.format_exception(error)[-1] == f"{note}\n"
    assert "--" not in note


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
    recording = sung.render(expression="plain", accompany="tanpura", sample_rate=8_000)
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


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: primesong.compose(3.14), TypeError, "3.14"),
        (lambda: primesong.compose(17, tala="waltz"), ValueError, "“waltz” is not a tala"),
        (lambda: primesong.compose(17, tala=16), TypeError, "tala must be a Tala, got 16"),
        (lambda: primesong.compose(17, tonic=50.5), TypeError, "tonic must be a whole number, got 50.5"),
        (lambda: primesong.compose(17, title=b"x"), TypeError, "title must be a text"),
        (lambda: primesong.compose(True), TypeError, "got True"),
        (
            lambda: primesong.compose(17, scale="Bhairav"),
            TypeError,
            "unknown option 'scale'; expected one of raga, tonic",
        ),
        (lambda: primesong.compose(17).arrange(stop=3), TypeError, "unknown option 'stop'; .*, start, end, limits"),
        (lambda: primesong.compose(17).render(tone=3), TypeError, "unknown option 'tone'; expected one of synth, "),
        (lambda: primesong.compose(17).save("x.mid", tone=3), TypeError, "'tone'; .*script, headings, staves, force"),
        (lambda: primesong.compose(17, raga=3), TypeError, "raga must be a Raga, got 3"),
        (lambda: primesong.compose(17, raga="waltz"), PrimesongError, "“waltz” is not a raga"),
        (lambda: primesong.encode("print(1)"), TypeError, "program must be bytes, got 'print"),
        (lambda: primesong.decode(1.5), TypeError, "1.5"),
        (lambda: primesong.load(17), TypeError, "source must be a path or a name, got 17"),
        (lambda: primesong.save("femtogpt", "x.mid"), TypeError, "expected a Song, .* got 'femtogpt'"),
        (lambda: primesong.arrange(17), TypeError, "expected a Song, .* got 17"),
        (lambda: primesong.render("femtogpt"), TypeError, "expected a Song"),
        (lambda: primesong.compose(17).render(synth="organ"), ValueError, "organ"),
        (lambda: primesong.compose(17).render(depth=12), ValueError, "depth must be one of 16, 24, float, got 12"),
        (lambda: primesong.compose(17).render(sample_rate="44100"), TypeError, "whole number of Hz, got '44100'"),
        (lambda: primesong.compose(17).save("x.mid", script=["thai"]), ValueError, "“thai” is not a script"),
    ],
)
def test_a_wrong_call_fails_at_once_and_by_name(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_a_wrong_call_begins_no_search(monkeypatch):
    monkeypatch.setattr("primesong.actions.compose.encode", None)
    with pytest.raises(ValueError, match="waltz"):
        primesong.compose(PROGRAM, tala="waltz")


def test_compose_takes_the_names_that_people_use():
    song = primesong.compose(31415926, tonic="kali 1", tempo="slow", tala="Jhap Taal", tuning="Just")
    setting = song.melody.setting
    assert (setting.tonic, setting.tempo, setting.tala.name, setting.tuning.name) == (49, 10.0, "jhaptal", "just")
    assert primesong.compose(3141592653589793, tala="fit").melody.setting.tala is TALAS["tintal"]


@pytest.mark.parametrize("suffix", [".mid", ".musicxml", ".mxl", ".sargam", ".html", ".abc"])
def test_what_is_loaded_equals_what_was_saved(sung, tmp_path, suffix):
    song = sung.arrange(tonic="C#3", tempo=90, tala="jhaptal", tuning="just", title="sur")
    [path] = song.save(tmp_path / f"song{suffix}")
    assert primesong.load(path) == song
    assert primesong.load(path) != sung


def test_values_show_themselves_in_a_line(song, sung):
    number = 1 << 20_000
    for value, shown in (
        (song.melody, "<Melody 'femtoGPT': 3,600 notes, tintal, Sa D3, 240 matras a minute, ati-drut>"),
        (primesong.Encoded(number, b"12"), "<Encoded: probable prime, 20,001 bits, payload of 2 bytes>"),
        (primesong.Recording(np.zeros((8_000, 2), np.float32), 8_000), "<Recording: 1.0 s at 8,000 Hz, channels: 2>"),
        (primesong.decode(sung), "Decoded(song=<Song 'sur': 106 digits, 26 s>)"),
    ):
        assert repr(value) == shown


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "neither prime nor composite: the number is 0 or 1"),
        (1, "neither prime nor composite: the number is 0 or 1"),
        (2, "prime, for certain: passes a strong Baillie-PSW test, which no composite below 2^64 passes"),
        (4, "composite, for certain: fails a strong Baillie-PSW or Miller-Rabin test"),
        (2**64 - 59, "prime, for certain: passes a strong Baillie-PSW test, which no composite below 2^64 passes"),
        (2**64 + 13, "probable prime: passes a strong Baillie-PSW and a Miller-Rabin test; no composite is known"),
    ],
)
def test_primality_is_said_as_it_is_known(number, said):
    assert primesong.verify(number).primality.startswith(said)


def test_verify_takes_what_decode_takes(tmp_path, sung):
    [path] = sung.save(tmp_path / "song.mid")
    assert replace(primesong.verify(path), record_agrees=None) == primesong.verify(sung)
    assert primesong.verify(str(path)).passes
