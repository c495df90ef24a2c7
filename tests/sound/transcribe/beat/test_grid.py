"""The grid in noise: beats of known times, as onset curves, and what is made of them."""

import numpy as np
import pytest
from support import channel

from primesong.sound.transcribe.beat.grid import find_grid, fit_grid
from primesong.sound.transcribe.signal import RATE, condition

SECONDS = 400


def beats(wander):
    """The times of beats, four a second, each early or late by what `wander` says of its place from 0 to 1."""
    even = np.arange(0, SECONDS, 0.25)
    times = even + wander(even / SECONDS)
    return times[(times > 0) & (times < SECONDS)]


def find(times, strength):
    """The grid that is found in an onset curve that swells around these times, in noise of variance 1."""
    moments = np.arange(0, SECONDS, 128 / RATE)
    turns = np.interp(moments, times, np.arange(len(times)))
    noise = np.convolve(np.random.default_rng(3).standard_normal(len(moments)), np.full(8, 8**-0.5), "same")
    curve = (strength * np.cos(2 * np.pi * turns) + noise).astype(np.float32)
    return fit_grid(curve, SECONDS)


def far(found, times):
    """How far the beats lie from the edges, in seconds: the median and the largest, except at both ends."""
    distance = np.abs(found.edges - times[8:-8, None]).min(axis=1)
    return np.median(distance), distance.max()


@pytest.mark.parametrize("strength", [0.14, 0.2, 1.0])
def test_a_steady_beat_is_steady_in_any_noise(strength):
    times = beats(lambda place: 0.1 + 0 * place)
    found = find(times, strength)
    assert found.steady
    assert far(found, times)[1] < 0.02


@pytest.mark.parametrize(
    "wander", [lambda place: 6 * place**2, lambda place: 0.2 * np.sin(18 * place), lambda place: 3 * np.sin(4 * place)]
)
def test_a_wandering_beat_is_followed_in_noise(wander):
    times = beats(wander)
    found = find(times, 0.5)
    middle, largest = far(found, times)
    assert middle < 0.01
    assert largest < 0.06


def test_a_drifting_tape_has_no_breaks(sound):
    for through in (channel.speed(lambda place: 1 + 0.05 * place), channel.wow(0.005, 0.5)):
        edges = find_grid(condition([through(sound)], channel.RATE)).edges
        assert np.abs(np.diff(edges) / 0.25 - 1).max() < 0.07
