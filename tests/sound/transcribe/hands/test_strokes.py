"""Where keys are struck, learned from tones of known beginnings."""

from dataclasses import replace

import numpy as np
import pytest

from primesong.sound.transcribe.hands.frames import see_frames
from primesong.sound.transcribe.hands.segments import Segments
from primesong.sound.transcribe.hands.strokes import guess_strokes, learn_strokes
from primesong.sound.transcribe.onsets import HOP
from primesong.sound.transcribe.signal import RATE

#: Frames of a note.
LENGTH = 22

#: Samples for which a key is up before it is struck again: 30 ms.
UP = 330


@pytest.fixture(scope="module")
def played():
    """Frames of 200 tones with a little noise, and their segments: every third note is struck twice, all others follow
    each other without a gap."""
    random = np.random.default_rng(5)
    pitches = np.repeat(random.permutation(np.tile(np.arange(10), 15)), np.tile([1, 1, 2], 50))
    samples = LENGTH * HOP
    time = np.arange(samples) / RATE
    key = np.minimum(1, np.maximum(0, samples - UP - np.arange(samples)) / 60)
    tones = [
        np.sin(440 * np.pi * 2 ** (pitch / 7) * time + pitch) * (key if again else 1)
        for pitch, again in zip(pitches, np.diff(pitches, append=-1) == 0, strict=True)
    ]
    signal = np.concatenate(tones) + 0.01 * random.standard_normal(samples * len(pitches))
    frames = see_frames(signal.astype(np.float32))
    starts = LENGTH * np.arange(len(pitches))
    stops = np.append(starts[1:], len(frames.level))
    return frames, Segments(starts, stops, pitches)


def test_a_key_struck_again_is_told_from_one_that_is_held(played):
    frames, segments = played
    _, again = learn_strokes(frames, segments)
    repeated = segments.starts[1:][np.diff(segments.pitches) == 0]
    held = (segments.starts[:-1, None] + np.arange(6, LENGTH - 6)).ravel()
    assert len(repeated) > 50
    assert np.mean(again[repeated] > 0) > 0.95
    assert np.mean(again[held] < -1) > 0.99


def test_what_is_struck_after_another_pitch_is_learned_alone(played):
    frames, segments = played
    onset, again = learn_strokes(frames, segments)
    repeated = segments.starts[1:][np.diff(segments.pitches) == 0]
    others = segments.starts[1:][np.diff(segments.pitches) != 0]
    assert np.median(onset[others] - again[others]) > np.median(onset[repeated] - again[repeated]) + 1


def test_what_a_key_leaves_behind_is_no_note(played):
    frames, segments = played
    fresh = np.zeros_like(frames.fresh)
    fresh[1000:1100] = -4.0
    onset, again = learn_strokes(replace(frames, fresh=fresh), segments)
    assert max(onset[1010:1070].max(), again[1010:1070].max()) < 0


def test_the_first_guess_marks_most_beginnings(played):
    frames, segments = played
    guessed = guess_strokes(frames)
    nearest = [guessed[start - 2 : start + 3].max() for start in segments.starts[1:-1].tolist()]
    assert np.median(nearest) > np.quantile(guessed, 0.9)
