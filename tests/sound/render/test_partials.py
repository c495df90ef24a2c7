import numpy as np
import pytest
from support.partials import sound_partials

from primesong.sound.render.instrument import default_zones
from primesong.sound.render.partials import find_partials

RATE = 32_000


def wave(hertz, decibels, turn=0.0):
    """A second of a tone."""
    time = np.arange(RATE) / RATE
    return 10 ** (decibels / 20) * np.cos(2 * np.pi * (hertz * time + turn))


def test_tones_are_their_periods_levels_and_phases():
    found = find_partials(wave(440, -6, 0.25) + wave(1_320, -16, 0.5), RATE)
    assert (found.places, found.levels, found.phases) == ([440, 1_320], [0, 20], [32, 64])
    assert 20 * np.log10(found.gain) == pytest.approx(-6, abs=0.01)


@pytest.mark.parametrize(
    ("hertz", "decibels", "heard"),
    [(450, -20, True), (450, -50, False), (6_000, -50, True), (6_000, -70, False)],
    ids=["beside it", "hidden beside it", "far above it", "too faint anywhere"],
)
def test_a_tone_is_kept_if_it_is_heard_beside_another(hertz, decibels, heard):
    """At 440 Hz a critical band is 100 Hz wide."""
    found = find_partials(wave(440, 0) + wave(hertz, decibels), RATE)
    assert found.places == ([440, hertz] if heard else [440])


@pytest.mark.parametrize("zone", default_zones(), ids=lambda zone: str(zone.root))
def test_a_reed_sounds_as_it_was_recorded(zone):
    """What is lost is 20 dB below the whole, and 17 dB below each octave that is within 20 dB of the loudest."""
    loop = zone.loop.astype(float)
    sounded = sound_partials(found := find_partials(zone.loop, zone.sample_rate), len(loop))
    hertz = np.fft.rfftfreq(len(loop), 1 / zone.sample_rate)
    recorded, lost = (np.abs(np.fft.rfft(one)) ** 2 for one in (loop, sounded - loop))
    octaves = np.floor(np.log2(np.maximum(hertz, 1))).astype(int)
    powers, losses = np.bincount(octaves, recorded), np.bincount(octaves, lost)
    loud = powers > 0.01 * powers.max()
    assert losses.sum() < 0.01 * powers.sum()
    assert (losses[loud] < 0.02 * powers[loud]).all()
    assert len(found.places) < 5_000
