"""`primesong play` as it is used: on a terminal, into a pipe, through a sound server; the screen is read by pyte."""

import contextlib
import ctypes.util
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

import pyte
import pytest
from support.command import PRIMESONG, run, spawn
from support.warm import start

from primesong.packages import describe_installation
from primesong.player.terminal.timeline import make_timeline

SECONDS = 40


class Terminal:
    """`play` on a terminal: its screen, and keys for it."""

    def __init__(self, *arguments, size=(80, 24), environment=None, before=()):
        self.master, self.slave = pty.openpty()
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.sent = b""
        self.resize(*size)
        self.before = termios.tcgetattr(self.slave)
        kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
        environment = kept | {"TERM": "xterm-256color"} | (environment or {})
        slave = self.slave
        if before:
            self.child = subprocess.Popen(
                [*before, *PRIMESONG, "play", *map(str, arguments)], env=environment,
                stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
            )  # fmt: skip
        else:
            self.child = start(
                "play", *arguments, environment=environment, stdin=slave, stdout=slave, stderr=slave, on_terminal=True
            )

    def resize(self, columns, rows):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def read(self, pattern):
        """Read until the screen shows a pattern; give the match."""
        deadline = time.monotonic() + SECONDS
        while (found := re.search(pattern, "\n".join(self.screen.display))) is None:
            assert time.monotonic() < deadline, "\n".join(self.screen.display)
            self._receive(0.2)
        return found

    def _receive(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            data = os.read(self.master, 65536)
            self.sent += data
            self.stream.feed(data)

    def type(self, keys):
        os.write(self.master, keys.encode())

    def end(self):
        """Wait for the end; give the exit code. The terminal must be as it was."""
        deadline = time.monotonic() + SECONDS
        while self.child.poll() is None:
            assert time.monotonic() < deadline
            self._receive(0.05)
        self._receive(0.05)
        assert self.sent.rstrip().count(b"\x1b[?1049l") == self.sent.count(b"\x1b[?1049h")
        assert self.sent.rindex(b"\x1b[?25h") > self.sent.rindex(b"\x1b[?25l")
        assert termios.tcgetattr(self.slave) == self.before
        return self.child.returncode

    def close(self):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def play():
    with contextlib.ExitStack() as stack:

        def begin(*arguments, **options):
            terminal = Terminal(*arguments, **options)
            stack.callback(terminal.close)
            return terminal

        yield begin


def test_a_song_is_played_by_keys(play, melody):
    terminal = play("--silent", "--from", "12")
    line = make_timeline(melody)
    terminal.read(r"avartan 12 of 225 +matra 5 of 16 +digit 181 of 3,600")
    terminal.type(" ")
    terminal.read(r"paused +1× +0:4[56]")
    terminal.type("\x1b[C\x1b[C")
    place = 16 * 13
    terminal.read(r"avartan 14 of 225 +matra 1 of 16")
    terminal.read(f"bytes certain: {line.moment(place).certain} of 1,495")
    terminal.read(re.escape(line.text(place).splitlines()[-1] + "▌"))
    terminal.read("▌(?s:.*)q quit")
    marked = [terminal.screen.buffer[4][column] for column in range(80) if terminal.screen.buffer[4][column].reverse]
    assert "".join(cell.data for cell in marked) == line.moment(place).pitch.letter
    terminal.type("\x1bOA+l?")
    terminal.read(r"repeats 14")
    terminal.read(r"paused +1\.5×")
    terminal.read(r"repeat avartan, or stop")
    terminal.resize(60, 20)
    terminal.read(r"(?s)femtoGPT +paused.*q quit   \? keys   space pause")
    terminal.type("q")
    assert terminal.end() == 0


def test_colors_can_be_done_without(play):
    for arguments, environment in ((["--no-color"], {}), ([], {"NO_COLOR": "1"})):
        terminal = play("--silent", *arguments, environment=environment)
        terminal.read(r"matra 3 of 16")
        colors = {cell.fg for row in terminal.screen.buffer.values() for cell in row.values()}
        assert colors == {"default"}
        terminal.type("q")
        assert terminal.end() == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_the_terminal_is_left_as_it_was(play, number, code):
    terminal = play("--silent")
    terminal.read(r"matra 2 of 16")
    terminal.child.send_signal(number)
    assert terminal.end() == code


SHELL = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
child = subprocess.Popen(sys.argv[1:], process_group=0)
os.tcsetpgrp(0, child.pid)
while os.WIFSTOPPED(status := os.waitpid(child.pid, os.WUNTRACED)[1]):
    os.tcsetpgrp(0, os.getpgrp())
    print("stopped by", os.WSTOPSIG(status), flush=True)
    time.sleep(0.3)
    os.tcsetpgrp(0, child.pid)
    os.killpg(child.pid, signal.SIGCONT)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def test_ctrl_z_stops_it_and_it_goes_on(play):
    terminal = play("--silent", before=[sys.executable, "-c", SHELL])
    terminal.read(r"playing(?s:.*)matra 2 of 16")
    terminal.type("\x1a")
    terminal.read(r"paused")
    assert f"\x1b[?25h\x1b[?1049lstopped by {signal.SIGTSTP}".encode() in terminal.sent
    terminal.type(" ")
    terminal.read(r"playing")
    terminal.type("q")
    assert terminal.end() == 0


def test_a_number_may_come_through_a_pipe_and_keys_from_the_terminal(play, tmp_path):
    (tmp_path / "number.txt").write_text("314159265358979")
    terminal = play("--silent", tmp_path / "number.txt", "--loop", "1")
    terminal.read(r"(?s)number.*repeats 1.*holds no program")
    terminal.type("q")
    assert terminal.end() == 0


def test_into_a_pipe_an_avartan_is_a_line(melody):
    done = spawn("play", "--silent", "--start", "1", "--end", "12", "--tempo", "3840")
    assert (done.returncode, done.stderr) == (0, b"3840 matras a minute, ati-drut\n")
    lines = done.stdout.decode().splitlines()
    assert [row.split()[0] for row in lines] == [str(number) for number in range(1, 13)]
    assert lines[0].startswith("1  0:00  | × R m 'N 'N | 2 S' R P m | 0 R S R 'N | 3 ")
    assert "program" not in lines[10]
    assert "  program: 's=" in lines[11]


def test_a_terminal_that_can_only_print_is_given_lines(play):
    terminal = play("--silent", "--tempo", "3840", "--end", "3", environment={"TERM": "dumb"})
    terminal.read(r"(?s)1  0:00  \| × R m .*3  0:00  \|")
    assert terminal.child.wait(SECONDS) == 0
    assert b"\x1b" not in terminal.sent


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--from", "226"], 1, "avartan 226 does not exist: the song's are 1 to 225"),
        (["--loop", "3-5", "--from", "6"], 1, "avartan 6 is not among those that --loop repeats"),
        (["--loop", "224-230"], 1, "avartan 230 does not exist"),
        (
            ["--speed", "2", "--tempo", "3840"],
            1,
            "at 3840 matras a minute, ati-drut, the speed can be 0.25 to 1",
        ),
        (["--speed", "9"], 2, "expected a speed from 0.25 to 4, got 9"),
        (["--speed", "fast"], 2, "expected a speed such as 2, twice as fast, got “fast”"),
        (["--loop", "9-3"], 2, "expected avartans such as 12-14, or 12 for one, got “9-3”"),
        (["--script", "morse"], 2, "invalid choice: 'morse'"),
    ],
)
def test_bad_wishes_are_named(arguments, code, message):
    done = run("play", "--silent", *arguments)
    assert done.returncode == code
    assert message in done.stderr.decode()


def test_without_portaudio_it_says_what_to_do(tmp_path):
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    done = spawn("play", environment={"PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"})
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.decode() == (
        "primesong: sound needs sounddevice and PortAudio; --silent shows the song without sound; "
        f"{describe_installation('audio')} installs it\n"
    )


FAKE = """
import os, threading, time
from types import SimpleNamespace
import numpy

class PortAudioError(Exception):
    pass

class OutputStream:
    '''A device that complains as ALSA does, keeps time, and is pulled out once a file is there.'''
    latency, active = 0.05, True

    def __init__(self, rate, channels, dtype, latency, callback):
        def run():
            while not os.path.exists(os.environ["PULLED_OUT"]):
                os.write(2, b"ALSA lib pcm.c: underrun occurred\\n")
                callback(numpy.empty((rate // 20, channels), dtype), rate // 20,
                         SimpleNamespace(currentTime=0.0, outputBufferDacTime=0.0), None)
                time.sleep(0.05)
            self.active = False
        self.thread = threading.Thread(target=run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        pass
"""


def test_a_devices_complaints_stay_out_of_the_picture_and_its_loss_is_told(play, tmp_path):
    (tmp_path / "sounddevice.py").write_text(FAKE)
    terminal = play(environment={"PYTHONPATH": str(tmp_path), "PULLED_OUT": str(tmp_path / "pulled out")})
    terminal.read(r"sound +playing(?s:.*)matra 4 of 16")
    (tmp_path / "pulled out").touch()
    assert terminal.end() == 3
    before, after = terminal.sent.split(b"\x1b[?1049h")[1].split(b"\x1b[?1049l")
    assert b"underrun" not in before
    assert b"the sound device has stopped; --silent shows the song without sound" in after


@pytest.fixture
def sound_server(tool, tmp_path):
    """A sound server whose loudspeaker is nowhere but keeps time, and ALSA's settings that lead to it."""
    if ctypes.util.find_library("portaudio") is None:
        pytest.skip("PortAudio is not installed")
    (tmp_path / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    environment = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PULSE_SERVER": f"unix:{tmp_path}/socket"}
    server = subprocess.Popen(
        [tool("pulseaudio"), "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
         f"--load=module-native-protocol-unix socket={tmp_path}/socket auth-anonymous=1",
         "--load=module-null-sink sink_name=nowhere"],
        env=os.environ | environment, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + SECONDS
    while not (tmp_path / "socket").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield environment
    server.terminate()
    server.wait()


def test_it_sounds_through_portaudio(play, sound_server):
    terminal = play("--from", "12", "--loop", "12-13", environment=sound_server)
    terminal.read(r"sound +playing")
    terminal.read(r"avartan 12 of 225 .* matra 4 of 16")
    terminal.type("\x1b[C\x1b[A")
    terminal.read(r"playing +1\.25×")
    terminal.read(r"avartan 13 of 225 .* matra 3 of 16")
    terminal.type(" ")
    terminal.read(r"paused")
    terminal.type("q")
    assert terminal.end() == 0
