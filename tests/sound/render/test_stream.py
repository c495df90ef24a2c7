"""Stretches against the same song rendered in one piece."""

from dataclasses import replace

import numpy as np
import pytest

from primesong.errors import PrimesongError
from primesong.sargam.accompaniment import Accompaniment
from primesong.song import compose
from primesong.sound.render.rendering import RenderOptions, make_instrument, render
from primesong.sound.render.stream import make_stream

RATE = 8_000


@pytest.fixture(scope="module")
def uneven():
    return compose(int("3928547160" * 14), tempo=97).melody  # a matra is 1,237.1 frames


@pytest.mark.parametrize(
    "options",
    [
        RenderOptions(sample_rate=RATE),
        RenderOptions(sample_rate=RATE, legato=True),
        RenderOptions(sample_rate=RATE, expression="gentle"),
        RenderOptions(sample_rate=RATE, expression="gentle", dry=True, bellows=3.0, accompaniment=Accompaniment(-14.0)),
        RenderOptions(sample_rate=RATE, legato=True, bellows=6.0, accompaniment=Accompaniment(-14.0, -8.0)),
    ],
)
def test_stretches_are_the_rendering_cut_to_pieces(uneven, options):
    whole = render(uneven, replace(options, alone=False)).collect().samples
    stream = make_stream(uneven, make_instrument(options), options)
    random = np.random.default_rng(6)
    for start in (0, 1, 1_236, 1_237, 1_238, *random.integers(0, len(whole), 60).tolist(), len(whole) - 1):
        for frames in (1, 300, 5_000):
            expected = np.zeros((frames, 2), np.float32)
            part = whole[start : start + frames]
            expected[: len(part)] = part
            np.testing.assert_allclose(stream.read(start, frames), expected, atol=1e-6)


def test_a_concert_cannot_be_followed(uneven):
    options = RenderOptions(sample_rate=RATE, expression="concert")
    with pytest.raises(PrimesongError, match="concert expression cannot be played live"):
        make_stream(uneven, make_instrument(options), options)


def test_beyond_the_end_there_is_silence(uneven):
    options = RenderOptions(sample_rate=RATE)
    stream = make_stream(uneven, make_instrument(options), options)
    assert not stream.read(stream.voice.frames, 64).any()
    assert stream.onset(140) == stream.voice.frames
