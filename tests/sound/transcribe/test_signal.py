"""A recording becomes a signal: one channel, one rate, one level."""

import numpy as np
import pytest

from primesong.errors import SongError
from primesong.sound.transcribe.signal import RATE, condition


def tone(seconds, rate, hertz=441.0):
    return np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate).astype(np.float32)


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 48000])
def test_every_rate_becomes_one(rate):
    signal = condition(np.array_split(tone(10, rate), 13), rate)
    assert signal.dtype == np.float32
    assert len(signal) == pytest.approx(10 * RATE, abs=2)
    power = np.abs(np.fft.rfft(signal)) ** 2
    assert np.fft.rfftfreq(len(signal), 1 / RATE)[power.argmax()] == pytest.approx(441, abs=0.2)


def test_channels_are_mixed_and_scale_does_not_matter():
    mono = tone(5, 44100)
    stereo = np.stack([mono, mono], axis=1)
    expected = condition([mono], 44100)
    assert condition([stereo], 44100) == pytest.approx(expected, abs=1e-3)
    assert condition([(20000 * mono).astype(np.int16)], 44100) == pytest.approx(expected, abs=1e-2)


def test_the_level_is_evened_out_but_pauses_stay_quiet():
    loud, faint = tone(10, RATE), tone(10, RATE) / 30
    signal = condition([np.concatenate([loud, faint, np.zeros(10 * RATE, np.float32)])], RATE)
    level = [np.sqrt(np.square(signal[RATE * at : RATE * (at + 4)]).mean()) for at in (3, 13, 24)]
    assert level[:2] == pytest.approx([1, 1], abs=0.05)
    assert level[2] < 0.01


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (np.zeros(RATE // 2, np.float32), "lasts 0.5 seconds"),
        (np.zeros(5 * RATE, np.float32), "is silent"),
        (np.full(5 * RATE, np.nan, np.float32), "not numbers"),
    ],
)
def test_too_little_sound_is_refused(samples, message):
    with pytest.raises(SongError, match=f"no song found: .*{message}"):
        condition([samples], RATE)


def test_a_sample_rate_is_positive():
    with pytest.raises(ValueError, match="got 0"):
        condition([tone(3, 8000)], 0)
