"""The notes that are played, as a loudspeaker gets them."""

import contextlib

import numpy as np
import pytest

from primesong.errors import MissingError
from primesong.player.practice import voice
from primesong.sound.pitch import find_pitch

RATE = 44_100


def fill(sounding, frames):
    """What the device gets of a voice, in blocks of a hundredth of a second."""
    blocks = [np.full((RATE // 100, 2), np.nan, np.float32) for _ in range(100 * frames // RATE)]
    for block in blocks:
        sounding.fill(block, len(block), None, None)
    return np.concatenate(blocks)


def test_a_key_sounds_its_pitch_and_dies_away():
    sounding = voice.Voice()
    assert not fill(sounding, RATE // 10).any()
    sounding.strike(57)
    heard = fill(sounding, 2 * RATE)
    assert heard[:, 0].tolist() == heard[:, 1].tolist()
    assert find_pitch(heard[: RATE // 2, 0], RATE) == pytest.approx(220, rel=0.01)
    assert 0.1 < np.abs(heard[: RATE // 2]).max() < 1
    assert not heard[-RATE // 2 :].any()


@pytest.mark.parametrize("note", [57, 62])
def test_the_next_key_ends_the_note_before_without_a_click(note):
    """Nothing jumps by more than the reeds themselves do."""
    sounding = voice.Voice()
    sounding.strike(57)
    first = fill(sounding, RATE // 5)
    sounding.strike(note)
    both = np.concatenate([first, fill(sounding, RATE // 5)])[:, 0]
    assert find_pitch(both[-RATE // 10 :], RATE) == pytest.approx(220 * 2 ** ((note - 57) / 12), rel=0.01)
    largest = np.abs(np.diff(first[:, 0])).max()
    assert np.abs(np.diff(both)).max() < 2 * largest


def test_without_a_loudspeaker_it_is_silent(monkeypatch):
    @contextlib.contextmanager
    def missing(fill, latency):
        raise MissingError("no sound device can be opened")
        yield

    monkeypatch.setattr(voice, "open_stream", missing)
    with voice.open_voice() as sound:
        sound(57)
