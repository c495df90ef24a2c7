"""Files written whole or not at all.

A file is written beside its target under another name, and moved there when it is complete; a file that exists is kept
unless it may be replaced.
"""

import contextlib
import os
import re
import time
from collections.abc import Iterator, Sequence, Set
from pathlib import Path

from primesong.errors import PrimesongError
from primesong.words import describe_error

#: How long another process may move its files, in seconds.
_PATIENCE = 30


@contextlib.contextmanager
def whole_files(targets: Sequence[Path], force: bool) -> Iterator[list[Path]]:
    """Give a temporary file beside each target; move them all to their targets at the end, or, if anything fails, take
    them away and leave the targets as they were. Existing targets are kept unless `force`.

    All are on the disk before the first is moved, and of two that write to one folder at once, the later to move moves
    all of its files. A folder that is missing comes to be with its files in it, in one move. What a killed process left
    is taken away by the next one that writes the same. Raises `PrimesongError`.
    """
    check_targets(targets, force)
    made: dict[Path, Path] = {}  # folders that are missing, and the temporary ones that become them
    temporaries = []
    with contextlib.ExitStack() as held:
        try:
            for target in targets:
                top = _missing(target.parent)
                if top is None:
                    temporary = _beside(target, held)
                else:
                    made[top] = made.get(top) or _beside(top, held, folder=True)
                    temporary = made[top] / target.relative_to(top)
                    temporary.parent.mkdir(parents=True, exist_ok=True)
                    temporary.touch()
                temporaries.append(temporary)
            yield temporaries
            for temporary in temporaries:
                _settle(temporary)
            _move(temporaries, targets, made, force)
        except OSError as error:
            raise PrimesongError(
                f"{error.filename or targets[0]} cannot be written: {describe_error(error)}"
            ) from error


def write_whole(path: Path, content: bytes, force: bool) -> None:
    """Write one file, whole or not at all. Raises `PrimesongError`."""
    with whole_files([path], force) as [temporary]:
        temporary.write_bytes(content)


def check_targets(targets: Sequence[Path], force: bool) -> None:
    """See whether files may be written or replaced, as `whole_files` does: for who works long before it writes. Raises
    `PrimesongError`."""
    for target in targets:
        if target.is_dir():
            raise PrimesongError(f"{target} is a folder; name a file")
        if target.exists() and not force:
            raise PrimesongError(f"{target} exists and was kept", option="force")


def _move(temporaries: Sequence[Path], targets: Sequence[Path], made: dict[Path, Path], force: bool) -> None:
    """Move all temporary files to their targets, and the folders that are `made` to their places."""
    with _uninterrupted(), contextlib.ExitStack() as locks:
        folders = {target.parent.resolve() for target in targets}
        above = {top.parent.resolve() for top in made} | {folder for folder in folders if folder.is_dir()}
        _lock(above, locks)
        _lock(folders - above, locks)  # those that somebody else has made by now
        check_targets(targets, force)
        for top, folder in made.items():
            if not top.exists():
                folder.chmod(0o777 & ~_umask())
                folder.rename(top)
        for temporary, target in zip(temporaries, targets, strict=True):
            if temporary.exists():  # else it went with its folder
                target.parent.mkdir(parents=True, exist_ok=True)
                temporary.replace(target)


def _missing(folder: Path) -> Path | None:
    """Find the uppermost folder that has to be made for this one to exist; None if it exists."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    return missing[-1] if missing else None


def _beside(target: Path, held: contextlib.ExitStack, folder: bool = False) -> Path:
    """Make a temporary file or folder beside a target. It is locked as long as `held` is, which shows that it is in
    use, and then taken away, if it is still there. Those that nobody holds any more are taken away at once."""
    import tempfile

    prefix, suffix = f".{target.name}.", ".part"
    with contextlib.ExitStack() as locks:
        _lock({target.parent}, locks)
        _sweep(target.parent, re.compile(re.escape(prefix) + "[a-z0-9_]{8}" + re.escape(suffix)))
        if folder:
            temporary = Path(tempfile.mkdtemp(suffix, prefix, target.parent))
        else:
            handle, name = tempfile.mkstemp(suffix, prefix, target.parent)
            os.close(handle)
            temporary = Path(name)
        _hold(temporary, held)
        held.callback(_remove, temporary)
    return temporary


def _sweep(folder: Path, left: re.Pattern[str]) -> None:
    """Take away what killed processes left in a folder."""
    with contextlib.suppress(OSError):  # a folder that cannot be listed
        for path in [path for path in folder.iterdir() if left.fullmatch(path.name)]:
            with contextlib.ExitStack() as held:
                if _hold(path, held):
                    _remove(path)


def _remove(path: Path) -> None:
    import shutil

    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _settle(temporary: Path) -> None:
    """Give a file the mode that the user's files have, and see that it is on the disk."""
    temporary.chmod(0o666 & ~_umask())
    handle = os.open(temporary, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lock(folders: Set[Path], held: contextlib.ExitStack) -> None:
    """Lock those of some folders that exist, as long as `held` is; in the order of their names, so that nobody waits in
    a ring. Raises `PrimesongError` if somebody else does not let go."""
    deadline = time.monotonic() + _PATIENCE
    for folder in sorted(filter(Path.is_dir, folders)):
        while not _hold(folder, held):
            if time.monotonic() > deadline:
                raise PrimesongError(f"{folder} is locked by another process; nothing was written")
            time.sleep(0.01)


def _hold(path: Path, held: contextlib.ExitStack) -> bool:
    """Lock a file or folder as long as `held` is; False if somebody else holds it. Where the system has no locks
    (Windows, some network disks, folders that cannot be opened), everything goes on without."""
    try:
        import fcntl

        handle = os.open(path, os.O_RDONLY)
    except (ImportError, OSError):
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


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Put off Ctrl-C for a moment. Raises `KeyboardInterrupt` afterwards."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    usual = signal.signal(signal.SIGINT, lambda number, frame: waiting.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if waiting:
        raise KeyboardInterrupt("interrupted, but all was written already")


def _umask() -> int:
    """Ask for the user's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
