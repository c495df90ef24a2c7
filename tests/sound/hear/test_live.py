"""Sound as it comes: none is lost while what came before is read, and Ctrl-C ends it whenever it comes."""

import io
import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest
from support import channel
from support.minute import PROGRAM

from primesong.cli.main import main
from primesong.errors import SongError
from primesong.sound.hear import live

SECOND = np.zeros(channel.RATE, np.float32)


def endless(closed):
    """Blocks without end; sets an event when nobody wants any more."""
    try:
        while True:
            yield SECOND[:10]
    finally:
        closed.set()


def test_blocks_are_taken_in_while_nobody_asks_for_them():
    taken = threading.Event()

    def blocks():
        for number in range(100):
            yield np.full(3, number, np.float32)
        taken.set()

    ear = live.Ear(blocks())
    assert taken.wait(30)
    assert [block[0] for block in ear] == list(range(100))


def test_a_pipes_writer_does_not_wait_for_the_reading():
    """What is written without a reader is 64 KiB at most."""
    reading, writing = os.pipe()
    samples = np.arange(20 * 8000, dtype="<i2")
    with os.fdopen(reading, "rb") as pipe:

        def write():
            with os.fdopen(writing, "wb") as end:
                end.write(samples.tobytes())

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        ear = live.Ear(live.read_stream(pipe, 8000)[0])
        writer.join(30)
        assert not writer.is_alive()
        assert np.array_equal(np.concatenate(list(ear)) * 32768, samples)


def test_what_fails_in_the_ear_is_raised_where_its_blocks_are_asked_for():
    def blocks():
        yield SECOND
        raise SongError("the microphone was pulled out")

    heard = iter(live.Ear(blocks()))
    assert next(heard) is SECOND
    with pytest.raises(SongError, match="pulled out"):
        next(heard)


def test_an_ear_that_is_ended_gives_what_it_took_in_and_lets_go():
    closed = threading.Event()
    ear = live.Ear(endless(closed))
    heard = iter(ear)
    next(heard)
    ear.end()
    assert closed.wait(30)
    assert all(len(block) == 10 for block in heard)


@pytest.mark.parametrize(
    ("first_bytes", "kind"), [(b"fLaC\0\0\0\x22", "FLAC"), (b"OggS\0\2", "Ogg"), (b"ID3\3\0\0\0\0\1|TS", "MP3")]
)
def test_a_file_that_is_no_stream_of_samples_is_named(first_bytes, kind):
    with pytest.raises(SongError, match=f"standard input is {kind}, not .* primesong decode - reads it"):
        live.read_stream(io.BytesIO(first_bytes + bytes(90)))


class Microphone:
    """A false sounddevice: it gives a sound, then silence; in its third second it overflows."""

    PortAudioError = OSError

    def __init__(self, sound):
        self.sound, self.place, self.closed = sound, 0, threading.Event()
        self.silence = threading.Event()

    def InputStream(self, rate, channels, dtype):  # noqa: N802
        assert (rate, channels, dtype) == (channel.RATE, 1, "float32")
        return self

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self.closed.set()

    def read(self, frames):
        block = self.sound[self.place : self.place + frames]
        self.place += frames
        if not len(block):
            self.silence.wait(0.1)
        return np.pad(block, (0, frames - len(block)))[:, None], self.place == 3 * frames


def test_ctrl_c_within_a_report_ends_the_recording_which_is_then_read(sound, monkeypatch, capsys):
    microphone = Microphone(sound)
    monkeypatch.setitem(sys.modules, "sounddevice", microphone)

    def report(blocks, rate):
        seconds = sum(map(len, blocks)) / rate
        if len(sound) / rate < seconds and not microphone.closed.is_set():
            signal.raise_signal(signal.SIGINT)
            assert microphone.closed.wait(30)
        return live.Report(seconds)

    monkeypatch.setattr(live, "report", report)
    usual = signal.getsignal(signal.SIGINT)
    assert main(["listen"]) == 0
    assert signal.getsignal(signal.SIGINT) is usual
    told = capsys.readouterr()
    assert told.out == PROGRAM.decode()
    assert told.err.count("some of the microphone's sound was lost") == 1


def test_ctrl_c_ends_what_comes_through_a_pipe_that_stays_open(sound):
    """The program ends by itself too, though a thread of it still waits for the pipe."""
    raw = (np.pad(sound, (0, 10 * channel.RATE)) * 32767).astype("<i2").tobytes()
    child = subprocess.Popen(
        [sys.executable, "-m", "primesong", "listen", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with child:
        child.stdin.write(raw)
        child.stdin.flush()
        while float(child.stderr.readline().split()[0]) < len(sound) / channel.RATE:
            pass
        child.send_signal(signal.SIGINT)
        assert child.stdout.read() == PROGRAM
        assert b"\n" in child.stderr.read()
        assert child.wait(60) == 0
