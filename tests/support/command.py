"""Run the command `primesong`: in this process, or in one of its own where the test is about the process.

What it reads and writes is bytes, as in a pipe.
"""

import contextlib
import io
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from unittest import mock

from support.processes import wait_until
from support.warm import start

from primesong.cli.main import main

#: The words that start the command in a process of its own.
PRIMESONG = [sys.executable, "-m", "primesong"]

#: More seconds than a command takes on a machine that is busy with other things.
PATIENCE = 300

Done = subprocess.CompletedProcess[bytes]


def run(*arguments: object, cwd: str | os.PathLike[str] = ".", stdin: bytes = b"", encoding: str = "utf-8") -> Done:
    """Run the command in this process, on a console of an encoding; return its exit code and what it wrote."""
    words = [str(argument) for argument in arguments]
    streams = {"stdin": _stream(encoding, stdin), "stdout": _stream(encoding), "stderr": _stream(encoding)}
    with contextlib.chdir(cwd), mock.patch.multiple(sys, **streams):
        try:
            code = main(words)
        except SystemExit as stopped:
            code = stopped.code
    stdout, stderr = (streams[name].buffer.getvalue() for name in ("stdout", "stderr"))
    return Done(words, code, stdout, stderr)


def _stream(encoding: str, content: bytes = b"") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding, write_through=True)


class Running:
    """The command in a process of its own, which is given an input and whose output is kept."""

    def __init__(
        self,
        *arguments: object,
        cwd: str | os.PathLike[str] = ".",
        stdin: bytes = b"",
        environment: Mapping[str, str] = MappingProxyType({}),
        most_bytes: int | None = None,
    ) -> None:
        self.words = [str(argument) for argument in arguments]
        self._streams = given, stdout, stderr = [tempfile.TemporaryFile() for _ in range(3)]  # noqa: SIM115
        given.write(stdin)
        given.seek(0)
        self.process = start(
            *self.words, cwd=cwd, stdin=given.fileno(), stdout=stdout.fileno(), stderr=stderr.fileno(),
            environment=os.environ | environment, most_bytes=most_bytes,
        )  # fmt: skip

    def end(self) -> Done:
        """Wait until it has ended; return its exit code and what it wrote."""
        code = self.process.wait(PATIENCE)
        written = []
        for stream in self._streams:
            stream.seek(0)
            written.append(stream.read())
            stream.close()
        return Done(self.words, code, *written[1:])


def spawn(
    *arguments: object,
    cwd: str | os.PathLike[str] = ".",
    stdin: bytes = b"",
    environment: Mapping[str, str] = MappingProxyType({}),
    most_bytes: int | None = None,
) -> Done:
    """Run the command in a process of its own. The arguments and the return are those of `run`; `environment` is added
    to this process's, and `most_bytes` is how large a file may become."""
    return Running(*arguments, cwd=cwd, stdin=stdin, environment=environment, most_bytes=most_bytes).end()


def interrupt_writing(*arguments: object, cwd: Path) -> Done:
    """Run the command in a process of its own, and send it Ctrl-C once it writes a file."""
    running = Running(*arguments, cwd=cwd)
    wait_until(lambda: any(path.stat().st_size for path in cwd.glob("*.part")))
    running.process.send_signal(signal.SIGINT)
    return running.end()
