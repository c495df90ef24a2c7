"""The command `primesong` in processes of its own without their start-up: one that has imported it forks for each call.

    process = start("decode", "song.mid", stdout=file)

is what `subprocess.Popen` would start, and `write_command(path)` writes a small script that does the same for shells.
What is forked has the caller's folder, environment and streams, and ends as Python ends (but see `leave`).
"""

import atexit
import contextlib
import fcntl
import functools
import gc
import importlib
import io
import json
import os
import resource
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

#: What commands import only when they need it.
LATE = (
    "matplotlib.figure",
    "music21",
    "pretty_midi",
    "scipy.signal",
    "scipy.ndimage",
    "scipy.linalg",
    "soundfile",
    "soxr",
)

CLIENT = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    call = json.dumps({{"words": sys.argv[1:], "cwd": os.getcwd(), "environment": dict(os.environ)}}).encode()
    socket.send_fds(server, [len(call).to_bytes(4)], [0, 1, 2])
    server.sendall(call)
    for stream in (0, 1, 2):
        os.close(stream)
    process, code = server.makefile().read().split()
    os._exit(int(code) & 255)
"""


class Process:
    """A command that runs: what tests use of `subprocess.Popen`."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._told = b""
        self.returncode: int | None = None
        self._read_lines(1, None)
        self.pid = int(self._told.split()[0])

    def _read_lines(self, count: int, timeout: float | None) -> bool:
        """Read what the server tells until it is so many lines; return whether it is."""
        end = None if timeout is None else time.monotonic() + timeout
        while self._told.count(b"\n") < count:
            left = None if end is None else max(end - time.monotonic(), 0)
            if not select.select([self._connection], [], [], left)[0]:
                return False
            told = self._connection.recv(100)
            assert told, "the server of processes has ended"
            self._told += told
        return True

    def poll(self) -> int | None:
        """Return the exit code, if it has ended."""
        if self.returncode is None and self._read_lines(2, 0):
            self.returncode = int(self._told.split()[1])
            self._connection.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; return the exit code, or minus the signal that ended it."""
        if self.returncode is None and not self._read_lines(2, timeout):
            raise subprocess.TimeoutExpired("primesong", timeout or 0)
        code = self.poll()
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def start(
    *words: object,
    cwd: str | os.PathLike[str] = ".",
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
    stderr: int = subprocess.DEVNULL,
    environment: Mapping[str, str] | None = None,
    on_terminal: bool = False,
    most_bytes: int | None = None,
    script: Path | None = None,
) -> Process:
    """Start the command, or a script. Streams are descriptors, or `subprocess.DEVNULL`.

    Parameters
    ----------
    environment : mapping, optional
        The whole environment; by default, this process's.
    on_terminal : bool
        Whether standard input is a terminal that the process shall control, in a session of its own.
    most_bytes : int, optional
        How large a file the process may write.
    script : path, optional
        What is run in place of the command.
    """
    call = json.dumps(
        {
            "words": [str(word) for word in words],
            "cwd": os.path.abspath(cwd),  # noqa: PTH100
            "environment": dict(os.environ if environment is None else environment),
            "on_terminal": on_terminal,
            "most_bytes": most_bytes,
            "script": script and str(script),
        }
    ).encode()
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(_serve().address)
    with open(os.devnull, "r+b", buffering=0) as null:  # noqa: PTH123
        streams = [null.fileno() if one == subprocess.DEVNULL else one for one in (stdin, stdout, stderr)]
        socket.send_fds(connection, [len(call).to_bytes(4)], streams)
        connection.sendall(call)
        return Process(connection)


def write_command(path: Path) -> None:
    """Write the command as a script, which works as long as this process lives."""
    path.write_text(CLIENT.format(python=sys.executable, address=_serve().address))
    path.chmod(0o755)


class _Server(NamedTuple):
    """The process that forks, which ends when its standard input does, and the folder of its socket."""

    process: "subprocess.Popen[bytes]"
    folder: "tempfile.TemporaryDirectory[str]"

    @property
    def address(self) -> str:
        return f"{self.folder.name}/socket"


@functools.cache
def _serve() -> _Server:
    """Start the server, once; it ends with this process."""
    folder = tempfile.TemporaryDirectory()
    words = [sys.executable, "-P", __file__, f"{folder.name}/socket"]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    server = _Server(process, folder)
    assert process.stdout.readline() == b"ready\n"
    return server


def listen(address: str) -> str | None:
    """Import the command, and fork for each call; return in the forked process only: the script that it is to run, or
    None for the command."""
    from primesong.cli.parser import load_command
    from primesong.cli.table import COMMANDS
    from primesong.number.header import list_openings
    from primesong.repair.alignment import LONGEST, SHORTEST

    for name in COMMANDS:
        load_command(name)
    with contextlib.redirect_stdout(sys.stderr):  # under CI pretty_midi prints where it found FluidSynth
        for name in LATE:
            importlib.import_module(name)
    for length in range(SHORTEST, LONGEST + 1):
        list_openings(length)  # which are kept, and looked for in every damaged song
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000)
    ended, wake = socket.socketpair()
    wake.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake.fileno())
    callers: dict[int, socket.socket] = {}
    with socket.socket(socket.AF_UNIX) as server, ended, wake:
        server.bind(address)
        server.listen()
        print("ready", flush=True)
        while True:
            ready = select.select([server, ended, 0], [], [])[0]
            if 0 in ready:
                sys.exit()  # whoever started it has ended
            if ended in ready:
                ended.recv(1024)
                report(callers)
            if server in ready:
                connection, _ = server.accept()
                size, streams, *_ = socket.recv_fds(connection, 4, 3)
                call = json.loads(connection.recv(int.from_bytes(size), socket.MSG_WAITALL))
                process = os.fork()
                if not process:
                    for one in (connection, *callers.values()):
                        one.close()
                    script = call.pop("script", None)
                    prepare(streams, **call)
                    return script
                for stream in streams:
                    os.close(stream)
                callers[process] = connection
                connection.sendall(b"%d\n" % process)


def report(callers: dict[int, socket.socket]) -> None:
    """Tell the callers of processes that have ended their exit codes."""
    while callers:
        process, status = os.waitpid(-1, os.WNOHANG)
        if not process:
            return
        with callers.pop(process) as connection, contextlib.suppress(OSError):
            connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def prepare(
    streams: list[int],
    words: list[str],
    cwd: str,
    environment: dict[str, str],
    on_terminal: bool = False,
    most_bytes: int | None = None,
) -> None:
    """Make this process, which was forked, what a new one would be."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    sys.argv[1:] = words
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    encoding, _, errors = environment.get("PYTHONIOENCODING", "utf-8").partition(":")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        raw = io.FileIO(number, "r" if not number else "w", closefd=False)
        buffer = io.BufferedReader(raw) if not number else io.BufferedWriter(raw)
        handled = errors or ("backslashreplace" if name == "stderr" else "strict")
        lines = name == "stderr" or raw.isatty()
        setattr(sys, name, io.TextIOWrapper(buffer, encoding, handled, line_buffering=lines))
    if on_terminal:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    if most_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))


def leave(code: int | None) -> None:
    """End this process as Python ends: wait for threads, call what is to be called at exit, take away what is of no
    more use, write what is to be written. What was imported is not taken apart: that takes a tenth of a second; and
    Ctrl-C, of which the interpreter would die in silence by then, is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading._shutdown()
    atexit._run_exitfuncs()
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit((code or 0) & 255)


def run(script: str | None) -> None:
    """Run a script, or the command; raise SystemExit."""
    if script is not None:
        sys.argv[0] = script
        runpy.run_path(script, run_name="__main__")
        sys.exit()
    from primesong.cli.main import main

    sys.exit(main())


if __name__ == "__main__":
    called = listen(sys.argv[1])
    try:
        run(called)
    except SystemExit as ending:
        if ending.code is None or isinstance(ending.code, int):
            with contextlib.suppress(OSError, ValueError):  # what cannot be written is for Python to complain of
                leave(ending.code)
        raise
