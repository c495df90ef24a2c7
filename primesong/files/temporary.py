"""Temporary files and folders beside their targets: made, held while in use, swept away when nobody holds them.

Their names are short, whatever the target's name is, and carry primesong's own mark; they belong to the user alone
until they are complete. Others may be able to write to the same folder. So files are written by their handles, no link
is followed, no pipe is waited for, and nothing is swept away unless its name, owner, kind and mode are those of what is
made here.
"""

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Set
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from primesong.errors import PrimesongError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

#: How long another process may move its files, in seconds.
PATIENCE = 30

#: How often a lock is tried, in seconds.
_INTERVAL = 0.01

#: What may be done with a file that is complete, as far as the user lets others do it; before that, by the user alone.
FILE_MODE = 0o666
#: What may be done with a folder.
FOLDER_MODE = 0o777
#: What is left of either for the user alone.
_USER = 0o700

#: Opened without following a link, and without waiting for the other end of a pipe.
_CAREFULLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True, slots=True)
class Temporary:
    """A temporary file or folder.

    Attributes
    ----------
    path : Path
        Its name.
    handle : int or None
        Its handle; None on Windows, which moves nothing that is open.
    """

    path: Path
    handle: int | None

    @property
    def writable(self) -> Path:
        """The name to write it by: that of its handle if there is one, since another file could take its own name."""
        by_handle = Path(f"/proc/{os.getpid()}/fd/{self.handle}")
        return by_handle if self.handle is not None and by_handle.exists() else self.path

    def complete(self, mode: int) -> None:
        """Set the default permissions of the user's files or folders, and flush it to disk."""
        if self.handle is not None:
            os.fchmod(self.handle, mode & ~read_umask())
            os.fsync(self.handle)
        elif self.path.is_file():
            with self.path.open("rb+") as file:
                os.fsync(file.fileno())

    def check(self) -> None:
        """Raise `PrimesongError` if something else has taken its name."""
        if self.handle is None:
            return
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(self.path.lstat(), os.fstat(self.handle)):
                return
        raise PrimesongError(f"{self.path} was replaced by another program; nothing was written")


def make_file(path: Path, held: ExitStack) -> Temporary:
    """Make a file that is not there yet; its handle is open as long as `held` is."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _CAREFULLY, FILE_MODE & _USER)
    return _keep(path, handle, held)


def make_beside(target: Path, held: ExitStack, *, is_folder: bool = False) -> Temporary:
    """Make a temporary file or folder beside a target; with the end of `held` it is removed, if it is still there.

    It is locked meanwhile. What processes that were killed left of the same target is removed first.
    """
    mark = f".primesong-{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]}-"
    path = target.parent / f"{mark}{secrets.token_hex(8)}.part"
    held.callback(_remove, path)  # before it is made: Ctrl-C may come at any moment
    with ExitStack() as locks:
        lock_folders({target.parent}, locks)
        _sweep(target.parent, re.compile(rf"{re.escape(mark)}[0-9a-f]{{16}}\.part"))
        if is_folder:
            path.mkdir(FOLDER_MODE & _USER)
            temporary = _keep(path, None if os.name == "nt" else os.open(path, os.O_RDONLY | _CAREFULLY), held)
        else:
            temporary = make_file(path, held)
        hold(path, held)
    return temporary


def _keep(path: Path, handle: int | None, held: ExitStack) -> Temporary:
    if os.name == "nt" and handle is not None:
        os.close(handle)
        return Temporary(path, None)
    if handle is not None:
        held.callback(os.close, handle)
    return Temporary(path, handle)


def _sweep(folder: Path, left: re.Pattern[str]) -> None:
    """Remove what killed processes left in a folder."""
    with contextlib.suppress(OSError):  # a folder that cannot be listed
        for path in [path for path in folder.iterdir() if left.fullmatch(path.name)]:
            with ExitStack() as held:
                if _is_ours(path) and hold(path, held):
                    _remove(path)


def _is_ours(path: Path) -> bool:
    """Tell whether something has the owner, the kind and the mode of what is made here, complete or not."""
    found = path.lstat()
    modes = {
        stat.S_IFREG: (FILE_MODE & _USER, FILE_MODE & ~read_umask()),
        stat.S_IFDIR: (FOLDER_MODE & _USER, FOLDER_MODE & ~read_umask()),
    }.get(stat.S_IFMT(found.st_mode), ())
    return os.name == "nt" or (found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) in modes)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):  # else it may lie where nothing can be removed
        path.unlink(missing_ok=True)


def lock_folders(folders: Set[Path], held: ExitStack) -> None:
    """Lock those of some folders that exist, as long as `held` is.

    They are locked in the order of their names, so that no two processes wait for each other. Raises `PrimesongError`
    if another process does not let go.
    """
    deadline = time.monotonic() + PATIENCE
    for folder in sorted({folder.resolve() for folder in folders if folder.is_dir()}):
        while not hold(folder, held):
            if time.monotonic() > deadline:
                raise PrimesongError(f"{folder} is locked by another process; nothing was written")
            time.sleep(_INTERVAL)


def hold(path: Path, held: ExitStack) -> bool:
    """Lock a file or folder as long as `held` is; return False if another process holds it.

    Where there are no locks (Windows, some network disks, folders that cannot be opened), everything goes on without.
    """
    if fcntl is None:
        return True
    try:
        handle = os.open(path, os.O_RDONLY | _CAREFULLY)
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return False
    except OSError:
        os.close(handle)
        return True
    held.callback(os.close, handle)
    return True


def read_umask() -> int:
    """Return the mode bits that the user's new files lack; the system tells them only by changing them."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
