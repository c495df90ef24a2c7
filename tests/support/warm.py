"""The command `primesong` for shells, without its start-up: a process that has imported it forks for each call.

    with serve(folder / "primesong"): ...

makes the command, a small script that hands its arguments, folder, environment and streams to that process, and exits
as the command does there.
"""

import contextlib
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

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
    call = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(server, [len(call).to_bytes(4)], [0, 1, 2])
    server.sendall(call)
    for stream in (0, 1, 2):
        os.close(stream)
    os._exit(int(server.recv(4) or b"70"))
"""


@contextlib.contextmanager
def serve(command: Path) -> Iterator[None]:
    """Make the command, which works within the context."""
    address = str(command.with_suffix(".socket"))
    process = subprocess.Popen([sys.executable, "-P", __file__, address], stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"ready\n"
        command.write_text(CLIENT.format(python=sys.executable, address=address))
        command.chmod(0o755)
        yield
    finally:
        process.kill()
        process.communicate()


def listen(address: str) -> None:
    """Import the command and answer calls, each in a process of its own, until killed."""
    from primesong.cli.parser import load_command
    from primesong.cli.table import COMMANDS

    for name in COMMANDS:
        load_command(name)
    with contextlib.redirect_stdout(sys.stderr):  # under CI pretty_midi prints where it found FluidSynth
        for name in LATE:
            importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen()
        print("ready", flush=True)
        while True:
            connection, _ = server.accept()
            size, streams, *_ = socket.recv_fds(connection, 4, 3)
            if os.fork() == 0:
                answer(connection, int.from_bytes(size), streams)
            for stream in (*streams, connection):
                os.close(stream if isinstance(stream, int) else stream.detach())


def answer(connection: socket.socket, size: int, streams: list[int]) -> None:
    """Run the command with a caller's streams, and tell the caller its exit code."""
    from primesong.cli.main import main

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    words, folder, environment = json.loads(connection.recv(size, socket.MSG_WAITALL))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    try:
        code = main(words)
    except SystemExit as stopped:
        code = stopped.code
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    connection.sendall(str(code or 0).encode())
    os._exit(0)


if __name__ == "__main__":
    listen(sys.argv[1])
