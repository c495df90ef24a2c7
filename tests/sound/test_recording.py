import base64
import io
import re

import numpy as np
import pytest
import soundfile

from primesong.errors import PrimesongError
from primesong.sound.recording import Recording, Rendering, mix

RATE = 44_100


def shown(recording):
    """The player that a notebook shows: the sound in it, and what is written below."""
    player, caption = recording._repr_html_().removeprefix("<figure>").split("<figcaption>")
    kind, data = re.fullmatch(r'<audio controls src="data:([^;]+);base64,([^"]+)"></audio>', player).groups()
    assert kind == "audio/wav"
    samples, rate = soundfile.read(io.BytesIO(base64.b64decode(data)), always_2d=True)
    return samples, rate, caption.removesuffix("</figcaption></figure>")


def test_a_recording_has_a_shape_and_a_rate():
    with pytest.raises(ValueError, match="frames x channels"):
        Recording(np.zeros(5, np.float32), RATE)
    with pytest.raises(ValueError, match="above 0 Hz"):
        Recording(np.zeros((5, 1), np.float32), 0)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3"])
def test_a_recording_is_saved_as_its_suffix_says(tmp_path, suffix):
    times = np.arange(2 * RATE) / RATE
    samples = np.stack([0.5 * np.sin(2 * np.pi * pitch * times) for pitch in (220, 330)], axis=1).astype(np.float32)
    path = Recording(samples, RATE).save(tmp_path / f"note{suffix}")
    saved, rate = soundfile.read(path, always_2d=True)
    assert (saved.shape, rate) == (samples.shape, RATE)
    np.testing.assert_allclose(saved[RATE // 2 : -RATE // 2], samples[RATE // 2 : -RATE // 2], atol=0.02)
    with soundfile.SoundFile(path) as file:
        assert file.title == "note"


def test_a_recording_is_saved_only_as_it_can_be(tmp_path):
    recording = Recording(np.zeros((10, 1), np.float32), 96_000)
    recording.save(tmp_path / "still.wav", depth="float")
    assert soundfile.info(tmp_path / "still.wav").subtype == "FLOAT"
    for name, message in (
        ("still.wav", "still.wav exists and was kept"),
        ("still.mid", "expected a file name that ends in .wav"),
        ("still.mp3", "MP3 has sample rates of"),
    ):
        with pytest.raises(PrimesongError, match=message):
            recording.save(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["still.wav"]


def test_a_notebook_shows_a_player():
    samples = np.random.default_rng(3).uniform(-1, 1, (800, 2)).astype(np.float32)
    heard, rate, caption = shown(Recording(samples, 8_000))
    assert (rate, caption) == (8_000, "0.1 s at 8,000 Hz")
    np.testing.assert_allclose(heard, samples, atol=1e-4)


def test_a_notebook_shows_the_beginning_of_a_long_recording():
    heard, _, caption = shown(Recording(np.zeros((40 * RATE, 2), np.float32), RATE))
    assert len(heard) == 30 * RATE
    assert caption == "40.0 s at 44,100 Hz, of which the first 30 s"


def test_a_rendering_is_collected_whatever_its_blocks_hold():
    blocks = iter([np.array([[16384, -32768]], np.int16), np.array([[0.25, -0.5]], np.float32)])
    collected = Rendering(blocks, 2, 2, 8_000, 1.0).collect()
    assert collected.samples.tolist() == [[0.5, -1.0], [0.25, -0.5]]
    assert (collected.sample_rate, collected.seconds) == (8_000, 2 / 8_000)


def test_channels_are_mixed_to_their_mean():
    left, right = np.random.default_rng(4).normal(0, 0.1, (2, 5_000)).astype(np.float32)
    assert np.array_equal(mix(np.stack((left, right), axis=1)), np.stack((left, right), axis=1).mean(axis=1))
    assert np.array_equal(mix(np.stack((left, left * 0), axis=1)), left / 2)


@pytest.mark.parametrize("level", [1.0, 0.5])
def test_a_channel_that_was_turned_round_does_not_silence_the_other(level):
    tone = np.sin(np.arange(5_000) / 7).astype(np.float32)
    noise = np.random.default_rng(4).normal(0, 0.05, 5_000).astype(np.float32)
    mixed = Recording(np.stack((tone, noise - level * tone), axis=1), RATE).mono
    np.testing.assert_allclose(np.abs(mixed).max(), (1 + level) / 2, atol=0.15)
    whole = (30_000 * np.stack((tone, -tone), axis=1)).astype(np.int16)
    assert np.abs(mix(whole)).max() > 29_000
