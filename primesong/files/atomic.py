"""Files written whole or not at all.

A file is written under another name beside its target, and moved there when it is complete. A file that exists is kept
unless it may be replaced; a link to a file stays, and the file is written. Standard output, pipes and devices are never
replaced: they are written to when everything is complete.
"""

import contextlib
import errno
import os
import shutil
import signal
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from primesong.errors import PrimesongError
from primesong.files.placed import PLACED
from primesong.files.source import STANDARD_STREAM
from primesong.files.temporary import FILE_MODE, FOLDER_MODE, Temporary, lock_folders, make_beside, make_file
from primesong.words import describe_error

#: What a file system that has no second names for files answers when it is asked for one.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}

#: What is neither replaced nor written to.
_OTHER_KINDS = {stat.S_IFDIR: "folder", stat.S_IFBLK: "disk", stat.S_IFSOCK: "socket"}


@dataclass(frozen=True, slots=True)
class _Output:
    """A file to write: its target as it was named, the place that it is moved to (None if it is written to), and the
    temporary file."""

    target: Path
    place: Path | None
    temporary: Temporary


@contextlib.contextmanager
def whole_files(targets: Sequence[Path], force: bool) -> Iterator[list[Path]]:
    """Yield a temporary file for each target; put all of them in place at the end, or none if anything fails.

    All are on the disk before the first is moved. Of two processes that write to one folder at once, the later to move
    moves all of its files. A folder that is missing appears with its files in it, in one move. What a process that was
    killed left behind is removed by the next one that writes the same.

    Parameters
    ----------
    targets : sequence of Path
        The files to write; - is standard output.
    force : bool
        Whether files that exist are replaced.

    Raises
    ------
    PrimesongError
        If a file exists and is kept, or cannot be written.
    """
    check_targets(targets, force)
    folders: dict[Path, Temporary] = {}  # each folder that is missing, and the temporary one that becomes it
    outputs: list[_Output] = []
    with ExitStack() as held:
        try:
            outputs += [_make_output(target, folders, held) for target in targets]
            yield [output.temporary.writable for output in outputs]
            for output in outputs:
                output.temporary.complete(FILE_MODE)
            _move(outputs, folders, force)
        except OSError as error:
            names = {str(output.temporary.writable): str(output.target) for output in outputs}
            name = names.get(str(error.filename), error.filename) or ", ".join(map(str, targets))
            raise PrimesongError(f"{name} cannot be written: {describe_error(error)}") from error
        for output in outputs:
            if output.place is None:
                _pass_on(output)


def write_whole(path: Path, content: bytes, force: bool) -> None:
    """Write one file, whole or not at all. Raises `PrimesongError`."""
    write_all({path: content}, force)


def write_all(contents: Mapping[Path, bytes], force: bool) -> None:
    """Write files, all of them whole or none at all. Raises `PrimesongError`."""
    with whole_files(list(contents), force) as temporaries:
        for temporary, content in zip(temporaries, contents.values(), strict=True):
            temporary.write_bytes(content)


def check_targets(targets: Sequence[Path | None], force: bool) -> None:
    """Check whether files may be written or replaced, before long work begins; None and - are passed over. Raises
    `PrimesongError`."""
    for target in targets:
        if target is None or str(target) == STANDARD_STREAM:
            continue
        try:
            mode = target.stat().st_mode
        except FileNotFoundError:
            continue
        except OSError as error:
            raise PrimesongError(f"{target} cannot be written: {describe_error(error)}") from error
        if kind := _OTHER_KINDS.get(stat.S_IFMT(mode)):
            raise PrimesongError(f"{target} is a {kind}; name a file")
        if stat.S_ISREG(mode) and not force:
            raise PrimesongError(f"{target} exists and was kept", option="force")


def _make_output(target: Path, folders: dict[Path, Temporary], held: ExitStack) -> _Output:
    """Make the temporary file for a target."""
    if _is_stream(target):
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="primesong-")))
        return _Output(target, None, make_file(folder / "output", held))
    place = Path(os.path.realpath(target)) if target.is_symlink() else target
    top = _find_missing(place.parent)
    if top is None:
        return _Output(target, place, make_beside(place, held))
    if top not in folders:
        folders[top] = make_beside(top, held, is_folder=True)
    path = folders[top].path / place.relative_to(top)
    path.parent.mkdir(parents=True, exist_ok=True)
    return _Output(target, place, make_file(path, held))


def _is_stream(target: Path) -> bool:
    """Tell whether a target is standard output, a pipe or a device, which are written to and not replaced."""
    return str(target) == STANDARD_STREAM or target.is_fifo() or target.is_char_device()


def _find_missing(folder: Path) -> Path | None:
    """Find the uppermost folder that must be made for this one to exist; None if it exists."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    return missing[-1] if missing else None


def _move(outputs: Sequence[_Output], folders: dict[Path, Temporary], force: bool) -> None:
    """Move the temporary folders and files to their places, all while these are locked."""
    files = {output.place: output.temporary for output in outputs if output.place is not None}
    with _delay_interrupts(), ExitStack() as locks:
        around = {place.parent for place in files}
        above = {top.parent for top in folders} | set(filter(Path.is_dir, around))
        lock_folders(above, locks)
        lock_folders(around - above, locks)  # those that another process has made meanwhile
        check_targets([*files], force)
        for temporary in files.values():
            temporary.check()
        for top, temporary in folders.items():
            _move_folder(temporary, top)
        moved: list[Path] = []
        try:
            for place, temporary in files.items():
                if temporary.path.exists():  # else it went with its folder
                    _move_file(temporary.path, place, force)
                    moved.append(place)
        except FileExistsError as error:
            for place in moved:
                place.unlink(missing_ok=True)
            raise PrimesongError(f"{error.filename2} exists and was kept", option="force") from error
        PLACED.update(files)


def _move_folder(temporary: Temporary, place: Path) -> None:
    """Move a folder to its place, unless there is one by now."""
    if not place.exists():
        temporary.check()
        temporary.complete(FOLDER_MODE)
        temporary.path.rename(place)


def _move_file(temporary: Path, place: Path, force: bool) -> None:
    """Move a file to its place; without force, raise `FileExistsError` if there is one, in the same instant."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if force:
        temporary.replace(place)
        return
    try:
        os.link(temporary, place, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        temporary.rename(place)
    else:
        temporary.unlink()


def _pass_on(output: _Output) -> None:
    """Write what is complete to standard output, a pipe or a device; not to a terminal, which it could steer."""
    if str(output.target) == STANDARD_STREAM:
        _copy(output, sys.stdout.buffer)
        return
    try:
        with open(os.open(output.target, os.O_WRONLY), "wb") as stream:  # noqa: PTH123 - nothing is made or emptied
            _copy(output, stream)
    except OSError as error:
        raise PrimesongError(f"{output.target} cannot be written: {describe_error(error)}") from error


def _copy(output: _Output, stream: IO[bytes]) -> None:
    if stream.isatty():
        raise PrimesongError(f"{output.target} is a terminal; name a file")
    with output.temporary.path.open("rb") as content:
        shutil.copyfileobj(content, stream)
    stream.flush()


@contextlib.contextmanager
def _delay_interrupts() -> Iterator[None]:
    """Delay Ctrl-C until the end; `KeyboardInterrupt` is raised then."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: waiting.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if waiting:
        raise KeyboardInterrupt
