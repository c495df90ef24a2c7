"""A stranger's program in a process of its own: started locked in, watched, stopped at a limit, cleared away.

Times are in seconds, sizes in bytes. What it prints, to standard output or error, comes as lines of text. The program
finds its files in its working folder, which is temporary, and gets no environment and no standard input.
"""

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from primesong.errors import PrimesongError
from primesong.sandbox.confine import FAILED
from primesong.sandbox.levels import Level, Python, command

_LOOK_EVERY = 0.1  # s
_LONGEST_LINE = 1 << 16  # bytes; a longer one is given in parts
_ENTRY = 4096  # bytes that a file or folder takes at least

_MIB = 1 << 20

# Exit codes at the limit of processor time, directly and through bubblewrap: the signal at the soft limit, and, for
# who ignores that, the kill at the hard one.
_OVERTIME = (-signal.SIGXCPU, 128 + signal.SIGXCPU)
_KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may use: seconds of processor and of clock, bytes of memory, of files and of output."""

    cpu: int = 1_800
    wall: int = 3_600
    memory: int = 1_024 * _MIB
    disk: int = 64 * _MIB
    output: int = 16 * _MIB

    def __post_init__(self) -> None:
        if min(self.cpu, self.wall, self.memory, self.disk, self.output) <= 0:
            raise ValueError("limits are above 0")

    def of_process(self) -> dict[str, tuple[int, int]]:
        """Give the limits that the system itself holds, by their names in `resource`: first the soft, then the hard."""
        return {
            "RLIMIT_CPU": (self.cpu, self.cpu + 1),
            "RLIMIT_AS": (self.memory, self.memory),
            "RLIMIT_FSIZE": (self.disk, self.disk),
            "RLIMIT_NOFILE": (64, 64),
            "RLIMIT_CORE": (0, 0),
            "RLIMIT_NPROC": (0, 0),
        }


@dataclass(frozen=True, slots=True)
class Ending:
    """How a program came to its end: its exit code, the seconds it took, and who ended it: None if it did itself."""

    code: int
    seconds: float
    stopped: str | None


def execute(
    program: bytes,
    python: Python,
    level: Level,
    limits: Limits,
    *,
    files: Mapping[str, bytes],
    show: Callable[[str], None],
) -> Ending:
    """Run a program under a level and its limits, with files by name beside it; `show` gets its lines as they come.

    Raises `PrimesongError` where the level cannot be put in force. Whatever happens, no process and no file is left.
    """
    with _scratch() as folder:
        names = ["program.py", *files]
        for name, content in zip(names, (program, *files.values()), strict=True):
            (folder / name).write_bytes(content)
        words = command(level, python, folder, names, limits=limits.of_process(), disk=limits.disk)
        started = time.monotonic()
        with subprocess.Popen(
            words, cwd=folder, env={}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as child:  # fmt: skip
            try:
                stopped = _watch(child, folder, limits, show, started + limits.wall)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                code = child.wait()
        if code == FAILED:
            raise PrimesongError("the sandbox could not be put in force, so the program was not run")
        seconds = time.monotonic() - started
        if stopped is None and (code in _OVERTIME or (code in _KILLED and seconds >= limits.cpu)):
            stopped = f"it used up {limits.cpu:,} s of processor time; --cpu raises that limit"
        return Ending(code, seconds, stopped)


def _watch(
    child: "subprocess.Popen[bytes]", folder: Path, limits: Limits, show: Callable[[str], None], deadline: float
) -> str | None:
    """Pass on what the program prints until it ends; give the reason if it must be stopped."""
    if child.stdout is None:
        raise ValueError("the program's output is not a pipe")
    pipe = child.stdout.fileno()
    os.set_blocking(pipe, False)
    held, printed, ended = b"", 0, False
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            ended = ended or child.poll() is not None
            part = None
            if selector.select(0 if ended else _LOOK_EVERY):
                part = os.read(pipe, _LONGEST_LINE)
                printed += len(part)
                *lines, held = (held + part).split(b"\n")
                if len(held) > _LONGEST_LINE:
                    lines, held = [*lines, held], b""
                for line in lines:
                    show(line.decode("utf-8", "replace"))
            if not part and (ended or part == b""):
                break
            if printed > limits.output:
                return f"it printed more than {limits.output / _MIB:g} MiB; --output raises that limit"
            if time.monotonic() > deadline:
                return f"it ran for {limits.wall:,} s; --time raises that limit"
            if _takes_more(folder, limits.disk):
                return f"its files took more than {limits.disk / _MIB:g} MiB; --disk raises that limit"
    if held:
        show(held.decode("utf-8", "replace"))
    while child.poll() is None:  # its output is closed, but it is still there
        if time.monotonic() > deadline:
            return f"it ran for {limits.wall:,} s; --time raises that limit"
        time.sleep(_LOOK_EVERY)
    return None


def _takes_more(folder: Path, limit: int) -> bool:
    """Tell whether a folder's files, and the folders and names themselves, take more than `limit` bytes."""
    size, folders = 0, [folder]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    size += max(entry.stat(follow_symlinks=False).st_size, _ENTRY)
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(Path(entry.path))
                    if size > limit:
                        return True
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue
        except OSError:
            return True  # so deep that the system no longer finds it
    return False


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    """Give a temporary folder; take it away again, however deep the program has dug in it."""
    folder = Path(tempfile.mkdtemp(prefix="primesong-"))
    try:
        yield folder
    finally:
        with contextlib.suppress(RecursionError):
            shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            subprocess.run(["rm", "-rf", "--", str(folder)], check=False, stderr=subprocess.DEVNULL)
