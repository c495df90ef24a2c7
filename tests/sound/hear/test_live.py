"""A song heard while it is played: Ctrl-C ends the recording whenever it comes, and text appears once it is certain."""

import io
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest
from support import channel
from support.command import PRIMESONG
from support.minute import PROGRAM

from primesong.actions.listen import hear_kept
from primesong.cli.main import main
from primesong.errors import PrimesongError
from primesong.sound.capture import read_stream
from primesong.sound.hear import live
from primesong.sound.transcribe.signal import RATE


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


def test_ctrl_c_during_a_report_ends_the_recording_and_decodes_it(sound, monkeypatch, capsys):
    microphone = Microphone(sound)
    monkeypatch.setitem(sys.modules, "sounddevice", microphone)

    def report(kept):
        seconds = kept.frames / RATE
        if len(sound) / channel.RATE < seconds and not microphone.closed.is_set():
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


def test_ctrl_c_ends_an_open_pipe(sound):
    """The program ends by itself too, though a thread of it still waits for the pipe."""
    raw = (np.pad(sound, (0, 40 * channel.RATE)) * 32767).astype("<i2").tobytes()
    child = subprocess.Popen(
        [*PRIMESONG, "listen", "-"],
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


def test_text_is_shown_once_two_reports_agree_on_it():
    text, fresh = live.SteadyText().update(b"def gcd(x")
    assert fresh == b""
    text, fresh = text.update(b"def gcd(a, b):\n")
    assert fresh == b""
    text, fresh = text.update(b"def gcd(a, b):\n    while")
    assert fresh == b"def gcd(a, b):\n"
    text, fresh = text.update(b"for")
    assert fresh == b""
    assert text.finish(b"def gcd(a, b):\n    pass\n") == b"    pass\n"
    assert text.finish(b"for") == b"\n\nfor"


def test_a_song_is_heard_through_a_pipe(sound):
    raw = (sound * 32767).astype("<i2").tobytes()
    blocks, rate = read_stream(io.BytesIO(raw))
    reports = [*live.follow(blocks, rate)]
    assert reports[0].length == 445
    assert all(PROGRAM.startswith(report.program) for report in reports)
    assert len(reports[5].program) > len(reports[4].program) > 0
    assert reports[-1].program == PROGRAM


@pytest.mark.parametrize("matras", [0.5, 1, 2])
def test_one_who_joins_a_note_or_two_late_is_told_so(sound, matras):
    """The song has four notes a second."""
    late = sound[round(matras * channel.RATE / 4) :][: 30 * channel.RATE]
    *_, report = live.follow(iter([late]), channel.RATE)
    assert report.length == 445
    assert report.missing[0] == 0


def test_what_was_heard_once_is_not_lost_by_what_comes_after(sound):
    """The song, then so much of another sound that the whole is not a song any more."""
    kept = live.Kept()
    for _ in live.follow(iter([sound]), channel.RATE, kept):
        pass
    assert kept.heard.program == PROGRAM
    noise = np.random.default_rng(3).integers(-9000, 9000, (2, 60 * RATE)).astype(np.int16)
    kept.blocks = [*noise, *kept.blocks, *noise]
    assert hear_kept(kept).program == PROGRAM
    kept.heard, kept.blocks = None, list(noise)
    with pytest.raises(PrimesongError):
        hear_kept(kept, 1.0)


def test_what_is_kept_is_narrow_whatever_comes(monkeypatch):
    """Two bytes a sample at the rate of hearing, though stereo comes at four times that rate."""
    monkeypatch.setattr(live, "report", lambda kept: None)
    kept = live.Kept()
    blocks = np.random.default_rng(1).uniform(-1, 1, (20, 44_100, 2)).astype(np.float32)
    for _ in live.follow(iter(blocks), 44_100, kept):
        pass
    assert sum(block.nbytes for block in kept.blocks) == 20 * RATE * 2
