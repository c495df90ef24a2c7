"""The folder of a program: made, measured while the program runs, and removed, whatever the program has put there.

Sizes are in bytes. Everything that has a name counts at least 4 KiB, since the system's memory is used up by names too.
"""

import contextlib
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

#: What a file, a folder or a name counts at least.
_ENTRY = 4096

#: The unit of `st_blocks`.
_BLOCK = 512


@contextlib.contextmanager
def make_folder() -> Iterator[Path]:
    """Make a temporary folder; remove it in the end, however deep a program has dug in it."""
    folder = Path(tempfile.mkdtemp(prefix="primesong-")).resolve()
    try:
        yield folder
    finally:
        with contextlib.suppress(RecursionError):
            shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():  # folders that may not be listed, or are too deep for Python
            for words in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
                subprocess.run([*words, "--", str(folder)], check=False, stderr=subprocess.DEVNULL)


def measure_folder(folder: Path, limit: int) -> int:
    """Measure a folder and everything in it; stop above the limit. What cannot be looked at counts as the limit."""
    size, folders = 0, [str(folder)]
    while folders and size <= limit:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    size += _size(entry.stat(follow_symlinks=False))
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    if size > limit:
                        break
        except (FileNotFoundError, NotADirectoryError):
            continue  # it was removed meanwhile
        except OSError:
            return limit + 1  # it may not be listed, or its path is too long
    return size


def measure_unnamed(process: int, folder: Path, limit: int) -> int:
    """Measure the files of a process that have no name any more (Linux). One that it only maps counts as the limit."""
    files: dict[int, int] = {}
    try:
        device = folder.stat().st_dev
        for handle in Path(f"/proc/{process}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                found = handle.stat()
                if stat.S_ISREG(found.st_mode) and not found.st_nlink and found.st_dev == device:
                    files[found.st_ino] = _size(found)
        for line in Path(f"/proc/{process}/maps").read_text("utf-8", "replace").splitlines():
            if f" {folder}/" in line and line.endswith(" (deleted)"):
                files.setdefault(int(line.split()[4]), limit + 1)
    except (FileNotFoundError, ProcessLookupError):
        return 0  # the process has ended, or the system has no /proc
    except PermissionError:
        return 0 if _has_ended(process) else limit + 1  # it hides itself, as it can only without a filter
    return sum(files.values())


def _has_ended(process: int) -> bool:
    """Tell whether a process has ended or is ending: it has no memory any more, waited for or not."""
    try:
        return Path(f"/proc/{process}/statm").read_text("ascii").startswith("0 ")
    except (FileNotFoundError, ProcessLookupError):
        return True


def measure_mount(folder: Path) -> int:
    """Measure a file system in memory by what it has given out: blocks, and files and names."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return 0  # the process that sees it has ended
    return (found.f_blocks - found.f_bfree) * found.f_frsize + (found.f_files - found.f_ffree) * _ENTRY


def _size(found: os.stat_result) -> int:
    return max(found.st_size, getattr(found, "st_blocks", 0) * _BLOCK, _ENTRY)
