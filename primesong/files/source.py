"""A source: something to read, opened once, whose kind is told once.

A source is a path, - for standard input, the name femtogpt for the published number, or bytes with a name. Its kind is
told by its content first and by its suffix second; whatever comes later goes by `Source.kind`. A recording on the disk
is not read into memory: its content is the open file, from its beginning.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from primesong.errors import PrimesongError, SongError
from primesong.files.kind import Group, Kind
from primesong.files.kinds import KINDS, LOADED, NUMBER, PROGRAM
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.number.digits import is_number
from primesong.resources import asset
from primesong.words import decode_text, describe_error

#: The name that stands for standard input or output.
STANDARD_STREAM = "-"

#: The name of the published number, in place of a file's.
BUILT_IN = "femtogpt"

#: The published song's title.
_BUILT_IN_TITLE = "femtoGPT"

#: The title of the song of a number that stands in place of a file.
_NUMBER_TITLE = "number"

#: The title of a song that has no file's name.
_STREAM_TITLE = "song"

#: How much is read at a time, in bytes: a high limit reserves no memory for what is not there.
_BLOCK_BYTES = 1 << 22

#: How much of a file its beginning is, in bytes: blanks and a byte order mark may come before a text's.
_HEAD_BYTES = 1_000


@dataclass(frozen=True, slots=True)
class Source:
    """Something that was opened, and is closed by `with`.

    Parameters
    ----------
    name : str
        What people call it: a path, or "standard input".
    title : str
        The title of a song that is made from it.
    kind : Kind
        What it is.
    content : bytes or file object
        All of it; of a recording on the disk, the open file.
    limits : Limits
        The most that is read of it.
    """

    name: str
    title: str
    kind: Kind
    content: bytes | IO[bytes] = field(repr=False)
    limits: Limits = field(default=DEFAULT_LIMITS, repr=False)

    @property
    def data(self) -> bytes:
        """All of the content, which is in memory. Raises `TypeError` for a recording on the disk."""
        if not isinstance(self.content, bytes):
            raise TypeError(f"{self.name} is a recording, which is streamed")
        return self.content

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if not isinstance(self.content, bytes):
            self.content.close()

    def stream(self) -> IO[bytes]:
        """Return a file object at the beginning of the content."""
        if isinstance(self.content, bytes):
            return io.BytesIO(self.content)
        self.content.seek(0)
        return self.content

    def read(self) -> bytes:
        """Return all of the content, of a recording too. Raises `SongError` if that is more than the limits allow."""
        return _read_whole(self.stream(), self.limits, self.name)


def open_source(source: str | Path, limits: Limits = DEFAULT_LIMITS, name: str | None = None) -> Source:
    """Open a source and tell its kind.

    Parameters
    ----------
    source : str or Path
        A path, - for standard input, femtogpt, or as a str a number itself.
    limits : Limits
        The largest file that is read.
    name : str, optional
        What people call it, if not by its path; it tells the suffix and the title.

    Raises
    ------
    PrimesongError
        If it cannot be read, is empty, or is larger than the limits allow.
    TypeError
        If it is neither a path nor a name.
    """
    if not isinstance(source, str | os.PathLike):
        raise TypeError(f"source must be a path or a name, got {source!r:.80}")
    if str(source) == BUILT_IN:
        return Source(BUILT_IN, _BUILT_IN_TITLE, NUMBER, asset("femtogpt.txt").read_bytes(), limits)
    if is_literal(source):
        return Source("your number", _NUMBER_TITLE, NUMBER, str(source).encode(), limits)
    if str(source) == STANDARD_STREAM:
        return source_of_bytes(read_bytes(source, limits), name_source(source), limits, _STREAM_TITLE)
    name = name or str(source)
    try:
        with ExitStack() as stack:
            file = stack.enter_context(Path(source).open("rb"))
            if file.seekable():
                kind = _kind_of_head(file.read(_HEAD_BYTES), name)
                if kind is not None and kind.group is Group.SOUND:
                    stack.pop_all()
                    return Source(name, Path(name).stem or name, kind, file, limits)
                if kind is None:  # a text: too large a one is not read
                    limits.check("text", file.seek(0, io.SEEK_END), name)
                file.seek(0)
            return source_of_bytes(_read_whole(file, limits, name), name, limits)
    except OSError as error:
        raise PrimesongError(f"{source} cannot be read: {describe_error(error)}") from error


@contextmanager
def use_source(source: str | Path | Source, limits: Limits = DEFAULT_LIMITS) -> Iterator[Source]:
    """Open a source and close it again; one that was opened already is left open, and has limits of its own. Raises as
    `open_source` does."""
    if isinstance(source, Source):
        yield source
        return
    with open_source(source, limits) as opened:
        yield opened


def source_of_bytes(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS, title: str | None = None) -> Source:
    """Make a source of bytes; the name helps to tell what they are, and titles a song made from them. No file is
    opened. Raises `PrimesongError` if they are empty."""
    if not data:
        raise SongError(f"{name} is empty")
    return Source(name, title or Path(name).stem or name, tell_kind(data, name, limits), data, limits)


def tell_kind(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> Kind:
    """Tell the kind of a file by its content, or else by its name's suffix; what is nothing else is a program."""
    kind = _kind_of_head(data, name)
    if kind is not None:
        return kind
    limits.check("text", len(data), name)
    text = decode_text(data)
    suffix = Path(name).suffix.lower()
    by_test = (kind for kind in KINDS if text and kind.matches(text))
    by_suffix = (kind for kind in LOADED if suffix in kind.suffixes)
    return next(by_test, None) or next(by_suffix, PROGRAM)


def _kind_of_head(data: bytes, name: str) -> Kind | None:
    """Tell a kind by how a file begins, or a recording's by its suffix if that is not text; None for any other."""
    text = decode_text(data[:_HEAD_BYTES], is_whole=False)
    head = text.lstrip("\ufeff \t\r\n").lower()
    suffix = Path(name).suffix.lower()
    by_bytes = (kind for kind in KINDS if kind.begins(data))
    by_text = (kind for kind in KINDS if kind.first_text and head.startswith(kind.first_text))
    is_text = text and "\0" not in text
    by_suffix = (kind for kind in LOADED if kind.group is Group.SOUND and suffix in kind.suffixes and not is_text)
    return next(by_bytes, None) or next(by_text, None) or next(by_suffix, None)


def read_bytes(source: str | Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Read a whole file, or standard input for -. Raises `PrimesongError`."""
    name = name_source(source)
    try:
        with nullcontext(sys.stdin.buffer) if str(source) == STANDARD_STREAM else Path(source).open("rb") as file:
            return _read_whole(file, limits, name)
    except OSError as error:
        raise PrimesongError(f"{source} cannot be read: {describe_error(error)}") from error


def _read_whole(file: IO[bytes], limits: Limits, name: str) -> bytes:
    """Read a file to its end. Raises `SongError` if that is more than the limits allow."""
    data = b"".join(_generate_blocks(file, limits.file + 1))
    limits.check("file", len(data), name)
    return data


def _generate_blocks(file: IO[bytes], most: int) -> Iterator[bytes]:
    """Yield a file's bytes block by block, at most `most` of them."""
    while block := file.read(min(_BLOCK_BYTES, most)):
        most -= len(block)
        yield block


def name_source(source: str | Path) -> str:
    """Name a source for people."""
    return "standard input" if str(source) == STANDARD_STREAM else str(source)


def is_literal(source: str | Path) -> bool:
    """Whether a source is a number itself, and not a file that has digits for its name."""
    return isinstance(source, str) and is_number(source) and not os.path.lexists(source)


def name_title(source: str | Path) -> str:
    """Return the name, without folder and suffix, of the files and the song that are made from a source."""
    if is_literal(source):
        return _NUMBER_TITLE
    return _STREAM_TITLE if str(source) == STANDARD_STREAM else Path(source).stem or _STREAM_TITLE
