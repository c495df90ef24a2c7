"""FluidSynth's rendering, measured; and what is said without the library."""

import sys

import numpy as np
import pytest
from pyloudnorm import Meter
from support.pitch import cents, measure_partial

from primesong.errors import MissingError, SongError
from primesong.song import compose
from primesong.sound.render.loudness import LOUDNESS, PEAK_CEILING
from primesong.sound.render.rendering import RenderOptions, render

RATE = 44_100


def test_the_song_is_in_tune_at_its_level_with_its_release():
    melody = compose(314159265358979323846264338327950288).melody
    recording = render(melody, RenderOptions(synth="fluidsynth")).collect()
    samples = recording.samples
    assert recording.sample_rate == RATE
    assert samples.shape == (round((melody.seconds + 2.0) * RATE), 2)
    body = samples[: round(melody.seconds * RATE)]
    assert Meter(RATE).integrated_loudness(body) == pytest.approx(LOUDNESS, abs=1.0)
    assert 20 * np.log10(np.abs(samples).max()) < PEAK_CEILING
    assert np.abs(samples[-RATE // 10 :]).max() < 0.001, "the release has died away"
    for index, midi_note in enumerate(melody.midi_notes):
        note = body[index * RATE // 4 + 2000 : (index + 1) * RATE // 4].mean(axis=1)
        expected = 440 * 2 ** ((midi_note - 69) / 12)
        assert abs(cents(measure_partial(note, expected, width=0.03), expected)) < 5


def test_gently_the_tala_is_heard_in_a_room():
    """The sam is louder, the khali softer, and left and right are not the same."""
    melody = compose(int("7" * 64)).melody
    samples = render(melody, RenderOptions(synth="fluidsynth", expression="gentle")).collect().samples
    notes = samples[: 64 * RATE // 4].mean(axis=1).reshape(4, 16, -1)[..., 2000:9000]
    levels = 10 * np.log10(np.mean(notes**2, axis=(0, 2)))
    assert levels.argmax() == 0
    assert levels.argmin() == 8
    assert np.corrcoef(samples.T)[0, 1] < 0.99
    assert Meter(RATE).integrated_loudness(samples) == pytest.approx(LOUDNESS, abs=0.3)


def test_what_is_not_a_soundfont_is_named(tmp_path):
    (tmp_path / "bad.sf2").write_bytes(b"RIFF\4\0\0\0sfbk")
    with pytest.raises(SongError, match=r"bad\.sf2 is not a soundfont"):
        render(compose(7).melody, RenderOptions(synth="fluidsynth", soundfont=tmp_path / "bad.sf2"))


def test_without_the_library_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    monkeypatch.delitem(sys.modules, "fluidsynth", raising=False)
    with pytest.raises(
        MissingError, match=r"apt install libfluidsynth3.*brew install fluid-synth.*choco install fluidsynth"
    ):
        render(compose(7).melody, RenderOptions(synth="fluidsynth"))
