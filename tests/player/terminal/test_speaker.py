"""The loudspeaker at its boundary: a device that asks for blocks and says when they are heard."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from primesong.errors import MissingError
from primesong.player.terminal import speaker
from primesong.player.terminal.transport import Transport
from primesong.sound.render.harmonium import Voice
from primesong.sound.render.stream import Stream

RATE, MATRA, FRAMES, DELAY = 8_000, 2_000, 500, 0.25


def counting(speed):
    """A sound of ten notes in which every sample is its own number."""
    matra = int(MATRA / speed)
    ramp = np.arange(matra, dtype=np.float32)
    notes = {str(digit): np.stack([digit * matra + ramp] * 2, axis=1) for digit in range(10)}
    return Stream(Voice("0123456789", notes, matra, 0, 1.0))


class Device:
    """A clock and a device that is `DELAY` seconds behind it."""

    def __init__(self):
        self.time = 100.0
        self.speaker = speaker.Speaker(counting, RATE, lambda: self.time)
        self.played = np.zeros(0, np.float32)

    def run(self, blocks):
        for _ in range(blocks):
            out = np.empty((FRAMES, 2), np.float32)
            self.speaker.fill(out, FRAMES, SimpleNamespace(currentTime=7.0, outputBufferDacTime=7.0 + DELAY), None)
            self.played = np.concatenate([self.played, out[:, 0]])
            self.time += FRAMES / RATE

    def order(self, transport, seek=True):
        self.speaker.start(transport, seek)


@pytest.fixture
def device():
    made = Device()
    made.order(Transport(10, 4))
    return made


def test_what_is_shown_is_what_is_heard(device):
    assert device.speaker.now().position == 0
    device.run(8)  # half a second: what is heard is a quarter behind, and a matra lasts a quarter
    assert device.speaker.now().position == pytest.approx(1.0)
    device.time += 0.05
    assert device.speaker.now().position == pytest.approx(1.2)
    np.testing.assert_array_equal(device.played, np.arange(4_000))


def test_it_stops_at_the_end(device):
    device.run(60)
    assert device.speaker.now().ended
    np.testing.assert_array_equal(device.played[:20_000], np.arange(20_000))
    assert not device.played[20_000:].any()


def test_a_pause_is_silence_and_keeps_the_place(device):
    device.run(6)
    device.order(device.speaker.now().toggle(), seek=False)
    device.run(20)
    assert device.speaker.now().position == pytest.approx(1.5)
    assert not device.played[3_000 + 256 :].any()
    device.order(device.speaker.now().toggle(), seek=False)
    device.run(1)
    np.testing.assert_array_equal(device.played[-200:], np.arange(3_300, 3_500))


def test_a_seek_is_shown_at_once_and_heard_as_soon_as_can_be(device):
    device.run(6)
    device.order(device.speaker.now().go_to(2))
    assert device.speaker.now().position == 8
    device.run(2)
    assert device.speaker.now().position == 8
    device.run(8)
    assert 8.5 < device.speaker.now().position < 10
    np.testing.assert_array_equal(device.played[3_000 + 256 : 4_000], np.arange(16_000 + 256, 17_000))


def test_two_seeks_before_the_device_asks_are_both_made(device):
    device.run(4)
    device.order(device.speaker.now().go_forward())
    device.order(device.speaker.now().go_forward())
    device.order(device.speaker.now().speed_up(), seek=False)
    device.run(1)
    assert device.speaker.now().position == 8
    np.testing.assert_array_equal(device.played[-100:], 8 * 1_600 + np.arange(400, 500))


def test_another_speed_goes_on_from_the_same_place(device):
    device.run(6)
    for _ in range(3):
        device.order(device.speaker.now().speed_up(), seek=False)
    device.run(2)
    assert device.speaker.now().speed == 2
    np.testing.assert_array_equal(device.played[3_000 + 256 : 4_000], 1_500 + np.arange(256, 1_000))


def test_a_loop_is_played_without_a_gap(device):
    device.order(Transport(10, 4, position=4.0).toggle_loop())
    device.run(40)
    np.testing.assert_array_equal(device.played, 8_000 + np.arange(20_000) % 8_000)
    assert device.speaker.now().position == pytest.approx(4 + (40 * FRAMES / MATRA - 1) % 4)


def test_a_device_that_does_not_tell_its_delay_has_the_usual_one(device):
    device.speaker.delay = 0.5
    for _ in range(16):
        out = np.empty((FRAMES, 2), np.float32)
        device.speaker.fill(out, FRAMES, SimpleNamespace(currentTime=0.0, outputBufferDacTime=0.0), None)
        device.time += FRAMES / RATE
    assert device.speaker.now().position == pytest.approx(2.0)


def test_before_anything_is_ordered_there_is_silence():
    silent = speaker.Speaker(counting, RATE)
    out = np.ones((8, 2), np.float32)
    silent.fill(out, 8, SimpleNamespace(currentTime=0.0, outputBufferDacTime=0.0), None)
    assert not out.any()
    assert not silent.started
    silent.start(Transport(10, 4))
    assert silent.started


def test_a_device_that_is_gone_is_named(device):
    device.speaker.alive = lambda: False
    with pytest.raises(MissingError, match="the sound device has stopped") as missing:
        device.speaker.now()
    assert missing.value.option == "silent"


def test_without_sounddevice_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with (
        pytest.raises(MissingError, match="sound needs sounddevice and PortAudio") as missing,
        speaker.open_speaker(counting),
    ):
        pass
    assert (missing.value.extra, missing.value.option) == ("audio", "silent")


def test_the_stream_is_opened_and_closed(monkeypatch):
    class Stream:
        def __init__(self, rate, channels, dtype, latency, callback):
            self.asked = (rate, channels, dtype, latency)
            self.callback, self.latency, self.active = callback, 0.125, False

        def __enter__(self):
            self.active = True
            return self

        def __exit__(self, *exception):
            self.active = False

    class PortAudioError(Exception):
        pass

    monkeypatch.setitem(sys.modules, "sounddevice", SimpleNamespace(OutputStream=Stream, PortAudioError=PortAudioError))
    with speaker.open_speaker(counting) as opened:
        assert opened.delay == 0.125
        opened.start(Transport(10, 4))
        assert opened.now().position == 0
    with pytest.raises(MissingError, match="stopped"):
        opened.now()

    def none(*arguments, **options):
        raise PortAudioError("Error querying device -1")

    monkeypatch.setattr(sys.modules["sounddevice"], "OutputStream", none)
    with (
        pytest.raises(MissingError, match=r"no sound device can be opened: is one connected") as missing,
        speaker.open_speaker(counting),
    ):
        pass
    assert missing.value.option == "silent"
