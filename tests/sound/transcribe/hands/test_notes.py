"""Notes of a simulated player, found by their sound: when each begins, and which it is."""

from dataclasses import replace

import numpy as np
import pytest
from support import channel, players

from primesong.errors import SongError
from primesong.sound.transcribe.hands.notes import find_notes
from primesong.sound.transcribe.onsets import FRAME_RATE
from primesong.sound.transcribe.signal import condition
from primesong.sound.transcribe.views import view_hands


@pytest.fixture(scope="module")
def played(strokes):
    return channel.room(0.6)(players.sound_harmonium(strokes))


def test_each_note_begins_where_its_key_went_down(played, strokes):
    found = find_notes(condition([played], channel.RATE))
    assert found.tonic.frequency == pytest.approx(146.8, rel=0.01)
    onsets = np.array([one.onset for one in strokes])
    nearest = np.abs(onsets[:, None] - found.notes.starts / FRAME_RATE).min(axis=1)
    assert (nearest < 0.05).mean() > 0.98


def test_what_a_room_keeps_before_a_pause_is_not_a_note(short):
    strokes = players.perform(short, replace(players.STEADY, breath=1.0))
    sound = channel.room(0.6)(players.sound_harmonium(strokes))
    assert abs(len(find_notes(condition([sound], channel.RATE)).notes) - len(strokes)) <= 3


def test_every_view_reads_the_notes(played, short):
    views = list(view_hands(condition([played], channel.RATE)))
    assert len({view.view for view in views}) == len(views) == 6  # two parts, each by pairs and with tails too
    for view in views:
        assert view.performed
        assert abs(len(view.notes) - len(short.played_digits)) <= 4
        assert view.moved.size == 0


def test_a_silence_is_not_a_note(short):
    strokes = players.perform(short, replace(players.STEADY, breath=1.0))
    sound = players.sound_tones(strokes, weaken=0.6, rise=0.05)
    sound += np.random.default_rng(1).normal(0, 1e-3, len(sound)).astype(np.float32)
    assert len(find_notes(condition([sound], channel.RATE)).notes) == len(strokes)


def test_the_noise_of_a_telephone_is_not_a_note(short):
    strokes = players.perform(short, replace(players.STEADY, breath=1.0), seed=2)
    sound = channel.phone()(players.sound_harmonium(strokes))
    assert abs(len(find_notes(condition([sound], channel.RATE)).notes) - len(strokes)) <= 1


def test_a_single_tone_is_not_a_song():
    tone = np.sin(2 * np.pi * 220 * np.arange(5 * channel.RATE) / channel.RATE).astype(np.float32)
    with pytest.raises(SongError, match="no song found"):
        find_notes(condition([tone], channel.RATE))
