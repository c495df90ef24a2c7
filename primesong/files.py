"""Files, whole or not at all: reading a source, and writing targets so that nothing is ever half there.

A source is a path or - for standard input. A file is written beside its target under another name, and moved there
when it is whole; a file that exists is kept unless it may be replaced.
"""

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from primesong.errors import PrimesongError
from primesong.limits import USUAL, Limits

STANDARD_STREAM = "-"


def read_bytes(source: str | Path, limits: Limits = USUAL) -> bytes:
    """Read a whole file, or standard input for -. Raises `PrimesongError`."""
    try:
        if str(source) == STANDARD_STREAM:
            data = sys.stdin.buffer.read(limits.file + 1)
        else:
            with Path(source).open("rb") as file:
                data = file.read(limits.file + 1)
    except OSError as error:
        raise PrimesongError(f"{source} cannot be read: {reason(error)}") from error
    limits.check("file", len(data), describe(source))
    return data


def describe(source: str | Path) -> str:
    """Name a source for people."""
    return "standard input" if str(source) == STANDARD_STREAM else str(source)


def stem(source: str | Path) -> str:
    """Give the name, without folder and suffix, that the files made from a source bear."""
    return "song" if str(source) == STANDARD_STREAM else Path(source).stem or "song"


def reason(error: OSError) -> str:
    """Say in the system's words why a file could not be opened, read or written."""
    return (error.strerror or str(error)).lower()


@contextlib.contextmanager
def whole_files(targets: Sequence[Path], force: bool) -> Iterator[list[Path]]:
    """Give a temporary file beside each target; move them all to their targets at the end, or, if anything fails, take
    them away and leave the targets as they were. Folders are made. Existing targets are kept unless `force`.

    Raises `PrimesongError`.
    """
    for target in targets:
        if target.is_dir():
            raise PrimesongError(f"{target} is a folder; name a file")
        if target.exists() and not force:
            raise PrimesongError(f"{target} exists and was kept; --force replaces it")
    import tempfile

    temporaries: list[Path] = []
    try:
        for target in targets:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
            os.close(handle)
            temporaries.append(Path(name))
        yield temporaries
        for temporary, target in zip(temporaries, targets, strict=True):
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(target)
    except OSError as error:
        raise PrimesongError(f"{error.filename or targets[0]} cannot be written: {reason(error)}") from error
    finally:
        for temporary in temporaries:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    """Ask for the user's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
