"""How a program is started under a level of isolation: the command, and what becomes known of it while it runs.

`confine` sets the limits in every case. It then restricts files and system calls and becomes the program, or it becomes
bubblewrap, which puts the same filter of system calls in force for its own process and for the program.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from primesong.sandbox.interpreter import ISOLATED, Python
from primesong.sandbox.levels import Level
from primesong.sandbox.quota import HIGHEST, Quota
from primesong.sandbox.seccomp import make_filter

#: The name of the program in its folder.
PROGRAM = "program.py"

#: Where the program and its files are inside bubblewrap.
INSIDE = Path("/song")

#: The script that gives up rights and becomes the program.
CONFINE = str(Path(__file__).with_name("confine.py"))

#: Devices that Python itself reads and writes.
_DEVICES = ("/dev/null", "/dev/urandom")

#: The user and the group that a program in bubblewrap believes to be: nobody.
_NOBODY = "65534"

#: A piece of what is read of a status, in bytes.
_PIECE = 4096


@dataclass(slots=True)
class Started:
    """A program that was started.

    Attributes
    ----------
    child : subprocess.Popen
        Its process: the program's own, or bubblewrap's.
    """

    child: "subprocess.Popen[bytes]"
    _handle: int
    _said: bytearray = field(default_factory=bytearray)

    def read_status(self) -> dict[str, Any]:
        """Return what is known by now: `fault`, and from bubblewrap `child-pid` and, in the end, `exit-code`."""
        with contextlib.suppress(BlockingIOError):
            while piece := os.read(self._handle, _PIECE):
                self._said += piece
        lines, _, _ = self._said.rpartition(b"\n")
        return {key: value for line in lines.splitlines() for key, value in json.loads(line).items()}


@contextlib.contextmanager
def launch(level: Level, python: Python, folder: Path, files: Sequence[str], quota: Quota) -> Iterator[Started]:
    """Start `PROGRAM`, one of the files in a folder; what it prints, to output and errors, comes by `child.stdout`."""
    with contextlib.ExitStack() as stack:
        status, status_end = os.pipe()
        stack.callback(os.close, status)
        stack.callback(os.close, status_end)
        os.set_blocking(status, False)
        calls = stack.enter_context(tempfile.TemporaryFile())
        settings = _make_settings(level, python, folder, quota) | {"status": status_end}
        command = [str(python.executable), *ISOLATED, "-u"]
        if level.bubblewrap:
            calls.write(make_filter() or b"")
            calls.seek(0)
            words = ["--seccomp", str(calls.fileno()), "--json-status-fd", str(status_end)]
            command = [*_bubblewrap(python, folder, files, quota), *words, *command, str(INSIDE / PROGRAM)]
        else:
            command.append(str(folder / PROGRAM))
        child = stack.enter_context(
            subprocess.Popen(
                [sys.executable, *ISOLATED, CONFINE, json.dumps(settings), *command],
                cwd=folder, env={}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                start_new_session=True, pass_fds=[status_end, *([calls.fileno()] if level.bubblewrap else [])],
            )
        )  # fmt: skip
        yield Started(child, status)


def _make_settings(level: Level, python: Python, folder: Path, quota: Quota) -> dict[str, Any]:
    """Return what `confine` puts in force: the limits, and what bubblewrap does not do itself."""
    limits = quota.process_limits()
    if not level.bubblewrap:
        limits["RLIMIT_NPROC"] = (0, 0)
    calls = make_filter() if level.seccomp and not level.bubblewrap else None
    readable = [*map(str, python.readable), *_DEVICES]
    return {
        "limits": limits,
        "parent": os.getpid() if sys.platform == "linux" else None,
        "landlock": {"readable": readable, "writable": [str(folder)]} if level.landlock else None,
        "filter": calls and calls.hex(),
        "keeps_status": level.bubblewrap,
    }


def _bubblewrap(python: Python, folder: Path, files: Sequence[str], quota: Quota) -> list[str]:
    """Return the words that show a program nothing but its Python, its files and a folder in memory to write to."""
    words = [shutil.which("bwrap") or "bwrap", "--unshare-all", "--unshare-user", "--uid", _NOBODY, "--gid", _NOBODY]
    words += ["--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL", "--hostname", "song"]
    for path in python.readable:
        if path.is_symlink() and path.parent == Path("/"):
            words += ["--symlink", str(path.readlink()), str(path)]
        elif not path.is_relative_to("/usr") or path == Path("/usr"):
            words += ["--ro-bind", str(path), str(path)]
    words += ["--proc", "/proc", "--dev", "/dev", "--size", str(min(quota.disk, HIGHEST)), "--tmpfs", str(INSIDE)]
    for name in files:
        words += ["--ro-bind", str(folder / name), str(INSIDE / name)]
    # /proc as well: root outside may write to the system's settings there, and to bubblewrap's own memory
    for place in ("/proc", "/dev", "/"):
        words += ["--remount-ro", place]
    return [*words, "--chdir", str(INSIDE)]
