"""Stretches against the same song rendered in one piece."""

import numpy as np
import pytest

from primesong.resources import default_soundfont
from primesong.sargam.accompaniment import Accompaniment
from primesong.song import compose
from primesong.sound.render import harmonium, mix, stream
from primesong.sound.render.soundfont import read_soundfont

RATE = 8_000


@pytest.fixture(scope="module")
def make():
    return harmonium.from_zones(read_soundfont(default_soundfont().read_bytes()), RATE)


@pytest.fixture(scope="module")
def short():
    return compose(int("3928547160" * 14), tempo=97).melody  # a matra is 1,237.1 frames


@pytest.mark.parametrize(
    ("legato", "bellows", "accompaniment"),
    [(False, None, None), (True, None, None), (True, 6.0, Accompaniment(tanpura=-14.0, tabla=-8.0))],
)
def test_stretches_are_the_rendering_cut_to_pieces(make, short, legato, bellows, accompaniment):
    rendering = harmonium.render(short, make, RATE, legato=legato, exact=True)
    if bellows is not None:
        rendering = mix.bellows(rendering, short, bellows)
    if accompaniment is not None:
        rendering = mix.accompany(rendering, short, accompaniment)
    whole = np.concatenate(list(rendering.blocks))
    sound = stream.sound(short, make, RATE, legato=legato, bellows=bellows, accompaniment=accompaniment)
    random = np.random.default_rng(6)
    for start in (0, 1, 1_236, 1_237, 1_238, *random.integers(0, len(whole), 60).tolist(), len(whole) - 1):
        for frames in (1, 300, 5_000):
            expected = np.zeros((frames, 2), np.float32)
            part = whole[start : start + frames]
            expected[: len(part)] = part
            np.testing.assert_allclose(sound.stretch(start, frames), expected, atol=1e-6)


def test_beyond_the_end_there_is_silence(make, short):
    sound = stream.sound(short, make, RATE)
    assert not sound.stretch(sound.voice.frames, 64).any()
    assert sound.onset(140) == sound.voice.frames
