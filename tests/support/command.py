"""Run the command `primesong`: in this process, or in one of its own where the test is about the process.

What it reads and writes is bytes, as in a pipe.
"""

import contextlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from unittest import mock

from support.processes import wait_until

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


def spawn(
    *arguments: object,
    cwd: str | os.PathLike[str] = ".",
    stdin: bytes = b"",
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Done:
    """Run the command in a process of its own. The arguments and the return are those of `run`."""
    return subprocess.run(
        [*PRIMESONG, *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        env=os.environ | environment,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )


def interrupt_writing(*arguments: object, cwd: Path) -> Done:
    """Run the command in a process of its own, and send it Ctrl-C once it writes a file."""
    words = [*PRIMESONG, *map(str, arguments)]
    with subprocess.Popen(words, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        wait_until(lambda: any(path.stat().st_size for path in cwd.glob("*.part")))
        child.send_signal(signal.SIGINT)
        stdout, stderr = child.communicate(timeout=PATIENCE)
    return Done(words, child.returncode, stdout, stderr)
