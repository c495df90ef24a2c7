"""Sound files of every kind: what they hold, how loud they are, what they say of themselves, the same bytes twice."""

import io
import subprocess
import time

import numpy as np
import pytest
import soundfile
from pyloudnorm import Meter
from support.pitch import cents, measure_partial
from support.songs import write_sound

from primesong.actions.arrange import load_tuning
from primesong.errors import PrimesongError
from primesong.files.kinds import SOUND
from primesong.sargam.record import Record
from primesong.song import compose
from primesong.sound.file import stream_recording
from primesong.sound.recording import Recording
from primesong.sound.render.loudness import LOUDNESS, true_peak
from primesong.sound.render.rendering import RenderOptions

KINDS = [(kind.suffix, depth) for kind in SOUND for depth in kind.sound.subtypes]


@pytest.fixture(scope="module")
def thirty_notes():
    return compose(int("3928547160" * 3), title="Käse").melody


@pytest.mark.parametrize(("suffix", "depth"), KINDS)
def test_every_kind_holds_the_song_at_its_level_with_its_record(tmp_path, thirty_notes, suffix, depth):
    path = tmp_path / f"song{suffix}"
    write_sound(thirty_notes, path, suffix, RenderOptions(depth=depth))
    with soundfile.SoundFile(path) as file:
        samples, rate = file.read(always_2d=True), file.samplerate
        record = Record.from_text(file.comment)
        assert "Donya Quick, CC BY 3.0" in (file.artist if suffix == ".mp3" else file.copyright)
        assert file.title == ("K?se" if suffix == ".mp3" else "Käse")
    assert record == thirty_notes.record
    assert len(samples) / rate == pytest.approx(thirty_notes.seconds, abs=0.08)
    assert samples.shape[1] == 2
    assert Meter(rate).integrated_loudness(samples) == pytest.approx(LOUDNESS, abs=0.7)
    assert 20 * np.log10(true_peak(samples.astype(np.float32))) <= -1.0


#: What is written twice: a kind and its depth.
REPEATED = {".wav": "float", ".flac": "24", ".ogg": None, ".opus": None, ".mp3": None}


@pytest.fixture(scope="module")
def repeated(tmp_path_factory, thirty_notes):
    """A folder with files of the same song, called one and two, and more than a second apart: what libsndfile takes
    from the clock is whole seconds."""
    folder = tmp_path_factory.mktemp("repeated")
    for name, pause in (("one", 1.1), ("two", 0.0)):
        for suffix, depth in REPEATED.items():
            write_sound(thirty_notes, folder / f"{name}{suffix}", suffix, RenderOptions(depth=depth))
        time.sleep(pause)
    return folder


@pytest.mark.parametrize("suffix", REPEATED)
def test_the_same_song_is_the_same_file(repeated, suffix):
    assert (repeated / f"one{suffix}").read_bytes() == (repeated / f"two{suffix}").read_bytes()


@pytest.mark.parametrize("suffix", [".ogg", ".opus"])
def test_ffmpeg_finds_every_page_of_ogg_whole(tool, tmp_path, thirty_notes, suffix):
    """A page whose checksum is wrong is complained of, and lost."""
    write_sound(thirty_notes, tmp_path / f"song{suffix}", suffix)
    done = subprocess.run(
        [tool("ffmpeg"), "-v", "warning", "-nostats", "-xerror", "-i", tmp_path / f"song{suffix}", "-f", "null", "-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""


@pytest.mark.parametrize("rate", [8_000, 48_000, 96_000])
def test_any_sample_rate_is_in_tune(tmp_path, rate):
    write_sound(compose(7).melody, tmp_path / "song.wav", options=RenderOptions(sample_rate=rate))
    samples, found = soundfile.read(tmp_path / "song.wav")
    assert found == rate
    peak = measure_partial(samples.mean(axis=1), 146.8324, width=0.05, sample_rate=rate)
    assert abs(cents(peak, 146.8324)) < 5


@pytest.mark.parametrize(
    ("suffix", "options", "message"),
    [
        (".flac", {"depth": "float"}, "FLAC has samples of 16 or 24 bits, not float"),
        (".opus", {"sample_rate": 44_100}, "Opus has sample rates of 8000, 12000, 16000, 24000, 48000 Hz, not 44100"),
        (".mp3", {"sample_rate": 96_000}, "MP3 has sample rates"),
    ],
)
def test_what_a_kind_cannot_have_is_named(tmp_path, thirty_notes, suffix, options, message):
    with pytest.raises(PrimesongError, match=message):
        write_sound(thirty_notes, tmp_path / "song", suffix, RenderOptions(**options))


def test_an_unknown_tuning_is_named():
    with pytest.raises(PrimesongError, match=r"“shruti” is not a tuning; expected equal, just, gandhar or a Scala"):
        load_tuning("shruti")


def test_wav_whose_recorder_was_not_stopped_has_the_length_of_its_file():
    samples = np.sin(np.arange(16_000) / 10).astype(np.float32)
    for subtype in ("PCM_16", "PCM_24", "FLOAT", "PCM_U8"):
        out = io.BytesIO()
        soundfile.write(out, samples, 16_000, subtype, format="WAV")
        data = bytearray(out.getvalue())
        at = data.index(b"data") + 4
        data[at : at + 4] = data[4:8] = bytes(4)
        recording = stream_recording(io.BytesIO(bytes(data)))
        heard = np.concatenate(list(recording.blocks))[:, 0]
        assert recording.sample_rate == 16_000
        np.testing.assert_allclose(heard, samples, atol=0.01)


def test_samples_that_are_not_numbers_are_silence():
    samples = np.sin(np.arange(16_000) / 10).astype(np.float32)
    samples[[5, 9_000, 9_001]] = np.nan, np.inf, -np.inf
    out = io.BytesIO()
    soundfile.write(out, samples, 16_000, "FLOAT", format="WAV")
    heard = np.concatenate(list(stream_recording(io.BytesIO(out.getvalue())).blocks))[:, 0]
    assert heard[[5, 9_000, 9_001]].tolist() == [0, 0, 0]
    assert np.array_equal(heard[6:9_000], samples[6:9_000])


def test_sound_of_the_users_own_credits_nobody(tmp_path, thirty_notes):
    note = Recording(np.sin(np.arange(16_000, dtype=np.float32) / 9)[:, None], 8_000)
    write_sound(thirty_notes, tmp_path / "song.wav", options=RenderOptions(sample=note, sample_pitch=141.5))
    with soundfile.SoundFile(tmp_path / "song.wav") as file:
        assert file.copyright == ""
