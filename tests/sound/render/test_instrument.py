"""What sounds a key: which recordings of a note can."""

import numpy as np
import pytest

from primesong.errors import SongError
from primesong.sound.recording import Recording
from primesong.sound.render.instrument import play_recording

RATE = 44_100


def test_too_short_a_recording_is_named():
    with pytest.raises(SongError, match=r"shorter than 0\.1 s"):
        play_recording(Recording(np.ones((1000, 1), np.float32), RATE), 100.0)


def notes(*pitches, seconds=0.6):
    time = np.arange(int(seconds * RATE)) / RATE
    parts = [sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 8)) for pitch in pitches]
    return Recording(0.2 * np.concatenate(parts).astype(np.float32)[:, None], RATE)


def test_a_sample_that_is_not_one_note_is_refused_unless_its_pitch_is_given():
    noise = Recording(np.random.default_rng(2).normal(0, 0.1, (2 * RATE, 1)).astype(np.float32), RATE)
    scale = notes(*(147 * 2 ** (step / 12) for step in (0, 2, 4, 5, 7, 8, 11, 12)))
    for wrong, message in ((noise, "no pitch was found"), (scale, r"several notes \(\d+, \d+")):
        with pytest.raises(SongError, match=message):
            play_recording(wrong)
        assert play_recording(wrong, 147.0)(147.0, 1_000).shape == (1_000,)
    assert play_recording(notes(220, seconds=5))(220.0, 1_000).shape == (1_000,)
    chord = Recording(sum(notes(pitch, seconds=5).samples for pitch in (220, 277.2, 329.6)), RATE)
    with pytest.raises(SongError, match="several notes at once"):
        play_recording(chord)
    assert play_recording(chord, 220.0)(220.0, 1_000).shape == (1_000,)


def test_a_silent_sample_is_named_and_a_late_or_fading_note_is_one():
    with pytest.raises(SongError, match="the recording is silent"):
        play_recording(Recording(np.zeros((3 * RATE, 1), np.float32), RATE))
    note = notes(220, seconds=4).samples
    fading = Recording(note * np.linspace(1, 0, len(note), dtype=np.float32)[:, None], RATE)
    late = Recording(np.concatenate((np.zeros((2 * RATE, 1), np.float32), note)), RATE)
    for recording in (fading, late):
        assert play_recording(recording)(220.0, 1_000).shape == (1_000,)
