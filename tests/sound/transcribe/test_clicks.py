"""Clicks in a signal: found, bridged, and nothing else touched."""

import numpy as np
import pytest

from primesong.sound.transcribe.clicks import bridge

RATE = 11_025


def tones(seconds):
    """A flute: three partials and some breath, about 1 in size."""
    time = np.arange(int(seconds * RATE)) / RATE
    sound = sum(np.sin(2 * np.pi * 147 * partial * time + partial) / partial for partial in range(1, 4))
    return (sound + 0.05 * np.random.default_rng(1).standard_normal(len(time))).astype(np.float32)


def with_clicks(sound, places, samples, size, seed=2):
    random, out = np.random.default_rng(seed), sound.copy()
    for place in places:
        out[place : place + samples] += size * random.standard_normal(samples).astype(np.float32)
    return out


@pytest.mark.parametrize("samples", [1, 6, 20, 30])
def test_a_click_is_replaced_by_what_was_under_it(samples):
    sound = tones(6)
    places = range(1_000, len(sound) - 1_000, 3_100)
    clicked = with_clicks(sound, places, samples, 8.0)
    bridged = clicked.copy()
    bridge(bridged, 4.0)
    assert np.square(bridged - sound).sum() < np.square(clicked - sound).sum() / 100
    assert np.abs(bridged - sound).max() < 1.5


@pytest.mark.parametrize("place", [0, 196, 200, 205, 22_164, 22_190, 22_248, 22_250, 22_254, -230, -206, -201, -30])
def test_a_click_anywhere_does_no_harm(place):
    """At the ends, and where two of the stretches meet that are looked at one after the other."""
    sound = tones(6)
    clicked = with_clicks(sound, [place % len(sound)], 3, 20.0)
    bridged = clicked.copy()
    bridge(bridged, 4.0)
    left, was = np.square(bridged - sound).sum(), np.square(clicked - sound).sum()
    assert left < was / 100 if 1_000 < place % len(sound) < len(sound) - 1_000 else left <= was


def test_a_signal_without_clicks_is_not_changed():
    quiet = tones(3)
    untouched = quiet.copy()
    bridge(untouched, 4.0)
    assert np.array_equal(untouched, quiet)
    loud = (5 * tones(3)).astype(np.float32)
    untouched = loud.copy()
    bridge(untouched, 4.0)
    assert np.abs(untouched - loud).max() < 1e-6


def test_an_attack_is_not_a_click():
    sound = tones(4)
    sound[20_000:21_500] += 6 * np.random.default_rng(3).standard_normal(1_500).astype(np.float32)
    kept = sound.copy()
    bridge(kept, 4.0)
    assert np.array_equal(kept[20_040:21_400], sound[20_040:21_400])


@pytest.mark.parametrize(
    "sound", [np.zeros(100, np.float32), np.full(50_000, 9, np.float32)], ids=["short", "constant"]
)
def test_a_short_or_constant_signal_passes(sound):
    kept = sound.copy()
    bridge(kept, 4.0)
    assert np.isfinite(kept).all()


def test_a_signal_that_crackles_all_over_is_not_changed():
    sound = with_clicks(tones(4), range(300, 4 * RATE - 300, 60), 2, 30.0)
    kept = sound.copy()
    bridge(kept, 4.0)
    assert np.array_equal(kept, sound)
