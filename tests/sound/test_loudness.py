"""Loudness beside the standard's own figure and two outsiders: pyloudnorm, and ffmpeg, which rounds to 0.1 LU."""

import math
import re
import subprocess

import numpy as np
import pytest
import soundfile
from pyloudnorm import Meter

from primesong.sound.loudness import loudness

LIBRARY = 0.08  # LU by which pyloudnorm, whose filters are a little simpler, may differ
ROUNDED = 0.06


def sounds(rate):
    time = np.arange(3 * rate) / rate
    noise = np.random.default_rng(6).normal(0, 0.1, len(time))
    for hertz in (40, 100, 3000, 8000):
        yield f"{hertz} Hz", 0.3 * np.sin(2 * np.pi * hertz * time)
    yield "noise", noise
    yield "a loud half, and one below the gate", np.where(time < 1.5, noise, 0.1 * noise)


@pytest.mark.parametrize("rate", [24_000, 44_100, 48_000])
def test_outsiders_measure_the_same(tool, tmp_path, rate):
    for name, sound in sounds(rate):
        samples = np.stack([sound, 0.5 * sound], axis=1).astype(np.float32)
        measured = loudness(samples, rate)
        assert measured == pytest.approx(Meter(rate).integrated_loudness(samples), abs=LIBRARY), name
        soundfile.write(tmp_path / "sound.wav", samples, rate, subtype="FLOAT")
        command = [tool("ffmpeg"), "-hide_banner", "-i", tmp_path / "sound.wav", "-af", "ebur128", "-f", "null", "-"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        assert measured == pytest.approx(float(re.findall(r" I: +(-?[\d.]+) LUFS", said)[-1]), abs=ROUNDED), name


def test_the_standards_own_figure():
    """A sine of 997 Hz at full scale in one channel is at -3.01 LUFS (BS.1770-5, annex 1)."""
    sine = np.sin(2 * np.pi * 997 * np.arange(48_000) / 48_000).astype(np.float32)[:, None]
    assert loudness(sine, 48_000) == pytest.approx(-3.01, abs=0.005)
    assert loudness(np.repeat(sine, 2, axis=1), 48_000) == pytest.approx(0, abs=0.005)


def test_a_short_sound_is_repeated_and_silence_has_none():
    turn = np.sin(2 * np.pi * 500 * np.arange(4410) / 44_100).astype(np.float32)[:, None]
    assert loudness(turn, 44_100) == pytest.approx(loudness(np.tile(turn, (20, 1)), 44_100), abs=0.01)
    assert loudness(np.zeros((44_100, 2), np.float32), 44_100) == -math.inf
