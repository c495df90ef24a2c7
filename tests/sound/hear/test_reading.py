"""What people played, read back from its sound: the exact program."""

from dataclasses import replace

import numpy as np
import pytest
from support import channel, players
from support.minute import PROGRAM, hear

from primesong.errors import PrimesongError

PLAYERS = {
    "steady": players.STEADY,
    "free": players.FREE,
    "faster and faster": replace(players.STEADY, faster=2.0),
    "with grace notes": replace(players.STEADY, kan=0.02),
    "slow": replace(players.STEADY, slow=1.6),
}


@pytest.mark.parametrize("name", PLAYERS)
def test_a_song_that_a_person_plays_is_read(name, short):
    sound = players.sound_harmonium(players.perform(short, PLAYERS[name]))
    assert hear(sound).program == PROGRAM


def test_a_person_is_heard_through_a_room(short):
    sound = players.sound_harmonium(players.perform(short, players.STEADY, seed=2))
    assert hear(channel.room(0.6)(sound)).program == PROGRAM


def make_noise(short):
    return np.random.default_rng(1).standard_normal(20 * channel.RATE).astype(np.float32)


def make_other_music(short):
    """The song's rhythm and pitches, in another order."""
    strokes = players.perform(short, players.FREE)
    pitches = np.random.default_rng(1).permutation([one.pitch for one in strokes])
    return players.sound_harmonium(
        [replace(one, pitch=int(pitch)) for one, pitch in zip(strokes, pitches, strict=True)]
    )


def make_speech(short):
    return channel.speech(20, seed=1).astype(np.float32)


@pytest.mark.parametrize("make", [make_noise, make_other_music, make_speech])
def test_what_is_not_a_song_gives_no_program(make, short):
    with pytest.raises(PrimesongError, match="no song found"):
        hear(make(short))
