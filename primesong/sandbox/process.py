"""An untrusted program in a process of its own: started in isolation, watched, stopped at a limit, cleared away.

Times are in seconds, sizes in bytes. What it prints, to standard output or error, comes as lines of text. The program
finds its files in its working folder, which is temporary, and gets no environment and no standard input.
"""

import contextlib
import functools
import os
import selectors
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from primesong.errors import MissingError, PrimesongError
from primesong.sandbox.disk import make_folder, measure_folder, measure_mount, measure_unnamed
from primesong.sandbox.interpreter import Python
from primesong.sandbox.launch import INSIDE, PROGRAM, Started, launch
from primesong.sandbox.levels import LEVELS, Level
from primesong.sandbox.quota import Quota
from primesong.sandbox.seccomp import make_filter
from primesong.sandbox.source import read_source

#: How often a program is looked at, in seconds.
_INTERVAL = 0.1

#: A line that is longer, in bytes, is passed on in parts.
_LONGEST_LINE = 1 << 16

#: The signal at the soft limit of processor time, by number, since Windows lacks its name.
_SIGXCPU = 24

#: The signal at the hard limit, which also ends all that is left, by number, since Windows lacks its name.
_SIGKILL = 9

#: What a shell, and bubblewrap, add to a signal's number in the exit code of what it ended.
_BY_SIGNAL = 128


@dataclass(frozen=True, slots=True)
class Ending:
    """How a program ended.

    Attributes
    ----------
    code : int
        Its exit code; if a signal ended it, the signal's number, negative or, from bubblewrap, plus 128.
    seconds : float
        How long it ran.
    limit : str or None
        The name of the limit in `Quota` at which it was stopped; None if it ended by itself.
    quota : Quota
        What it was allowed to use.
    """

    code: int
    seconds: float
    limit: str | None
    quota: Quota


def execute(
    program: bytes,
    python: Python,
    level: Level,
    quota: Quota,
    *,
    files: Mapping[str, bytes],
    show: Callable[[str], None],
) -> Ending:
    """Run a program under a level of isolation and its limits. Whatever happens, no process and no file is left.

    Parameters
    ----------
    program : bytes
        Its source.
    python : Python
        What runs it.
    level : Level
        How it is isolated.
    quota : Quota
        What it may use before it is stopped.
    files : mapping of str to bytes
        The files beside it, by their names.
    show : callable
        Gets each line that it prints, as it comes.

    Raises
    ------
    PrimesongError
        If Python could read the program as another text than the one shown, or if the level cannot be put in force; it
        is not run then.
    """
    read_source(program)
    with _exit_at_signals(), make_folder() as folder:
        contents = {PROGRAM: program, **files}
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        begun = time.monotonic()
        with launch(level, python, folder, [*contents], quota) as started:
            measure = functools.partial(_measure, started, level, folder, quota.disk)
            try:
                limit = _watch(started.child, measure, quota, show, begun + quota.time)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(started.child.pid, _SIGKILL)
                code = started.child.wait()
            status = started.read_status()
        seconds = time.monotonic() - begun
    if "fault" in status or (level.bubblewrap and limit is None and "exit-code" not in status):
        reason = status.get("fault", f"bubblewrap ended with exit code {code}")
        raise PrimesongError(f"the sandbox could not be put in force, so the program was not run: {reason}")
    if limit is None and _is_overtime(code, seconds, quota.cpu):
        limit = "cpu"
    return Ending(code, seconds, limit, quota)


@functools.cache
def find_level(python: Python) -> Level:
    """Find the strongest level that works here, by running an empty program under each.

    Raises
    ------
    MissingError
        If this system cannot even limit a program.
    """
    if sys.platform == "win32":
        raise MissingError("programs run on Linux and macOS only; Windows has none of the limits that a sandbox needs")
    return next(level for level in LEVELS if _works(level, python))


def _works(level: Level, python: Python) -> bool:
    if (level.seccomp and make_filter() is None) or (level.bubblewrap and not shutil.which("bwrap")):
        return False
    try:
        ending = execute(b"", python, level, Quota(), files={}, show=lambda line: None)
    except PrimesongError:
        return False
    return ending.code == 0


def _watch(
    child: "subprocess.Popen[bytes]",
    measure: Callable[[], int],
    quota: Quota,
    show: Callable[[str], None],
    deadline: float,
) -> str | None:
    """Pass on what a program prints until it ends; return the name of the limit at which it must be stopped."""
    lines, looked = _Lines(show), 0.0
    for piece in _read(child):
        lines.add(piece)
        if lines.size > quota.output:
            return "output"
        if time.monotonic() > deadline:
            return "time"
        if time.monotonic() >= looked + _INTERVAL:
            if measure() > quota.disk:
                return "disk"
            looked = time.monotonic()
    lines.end()
    return None


def _read(child: "subprocess.Popen[bytes]") -> Iterator[bytes]:
    """Read what a process prints until it has ended; b"" where it prints nothing for a while."""
    if child.stdout is None:
        raise ValueError("the program's output is not a pipe")
    pipe, is_open = child.stdout.fileno(), True
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            has_ended = child.poll() is not None
            piece = b""
            if is_open and selector.select(0 if has_ended else _INTERVAL):
                piece = os.read(pipe, _LONGEST_LINE)
                is_open = bool(piece)
            elif not is_open and not has_ended:  # it closed its output, and runs on
                time.sleep(_INTERVAL)
            if has_ended and not piece:
                return
            yield piece


@dataclass(slots=True)
class _Lines:
    """What a program printed, passed on line by line."""

    show: Callable[[str], None]
    size: int = 0
    _held: bytes = field(default=b"")

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        *lines, self._held = (self._held + piece).split(b"\n")
        if len(self._held) > _LONGEST_LINE:
            lines, self._held = [*lines, self._held], b""
        for line in lines:
            self.show(line.decode("utf-8", "replace"))

    def end(self) -> None:
        if self._held:
            self.add(b"\n")


def _measure(started: Started, level: Level, folder: Path, limit: int) -> int:
    """Measure what a program's files take, with and without a name."""
    if level.bubblewrap:
        process = started.read_status().get("child-pid")
        return 0 if process is None else measure_mount(Path(f"/proc/{process}/root{INSIDE}"))
    return measure_folder(folder, limit) + measure_unnamed(started.child.pid, folder, limit)


def _is_overtime(code: int, seconds: float, cpu: int) -> bool:
    """Tell whether the limit of processor time ended a program, and not an exit code that only looks like it."""
    by_signal = (-_SIGXCPU, -_SIGKILL, _BY_SIGNAL + _SIGXCPU, _BY_SIGNAL + _SIGKILL)
    return code == -_SIGXCPU or (code in by_signal and seconds >= cpu)


@contextlib.contextmanager
def _exit_at_signals() -> Iterator[None]:
    """Turn the signals that end a process into an exit that clears away, where nothing else was arranged for them."""

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(_BY_SIGNAL + number)

    changed = []
    if threading.current_thread() is threading.main_thread():
        for number in filter(None, (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP"))):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, leave)
                changed.append(number)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)
