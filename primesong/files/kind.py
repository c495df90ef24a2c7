"""A kind of file, as a value: what a row of the table in `kinds` holds.

Readers and writers are named as "module:function" and imported when they are first called, so that a song in MIDI does
not wait for the packages that hear a recording.
"""

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Group(Enum):
    """What a kind of file holds, which decides how it is read and written."""

    NUMBER = "a number"
    PROGRAM = "a program"
    NOTATION = "notes as symbols"
    SOUND = "a recording"
    PAGES = "engraved pages"
    PICTURE = "a picture of a QR code"
    PLAYER = "a page that plays the song"
    BOOK = "a songbook"
    VIDEO = "a video"
    TUNING = "a tuning"
    TABLE = "a table of notes"
    CAPTIONS = "captions"


@dataclass(frozen=True, slots=True)
class SoundFormat:
    """How libsndfile writes a kind of sound.

    Parameters
    ----------
    container : str
        libsndfile's name of the container.
    subtypes : dict of str to str
        libsndfile's subtype for each depth, the default first.
    sample_rates : tuple of int
        Possible sample rates in Hz, the default first; empty if any rate is possible.
    """

    container: str
    subtypes: dict[str, str]
    sample_rates: tuple[int, ...] = ()

    @property
    def has_depths(self) -> bool:
        """Whether the depth can be chosen."""
        return len(self.subtypes) > 1


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of file.

    Parameters
    ----------
    name : str
        What people call it: "MIDI".
    group : Group
        What it holds.
    suffixes : tuple of str
        Its suffixes, the one it is written with first.
    media_type : str
        Its media type (IANA).
    head : bytes
        How its files begin, as a regular expression; empty if that does not tell.
    first_text : tuple of str
        How its files begin if they are text: in lower case, after a byte order mark and blanks.
    test : str
        A function of the whole text that recognizes it, as "module:function".
    reader, writer : str
        Functions that read and write it, as "module:function"; empty if it is not read or not written.
    packer : str
        A function that makes this kind of file from what the writer made, which other kinds are made from too; empty
        if the writer makes the file.
    rereader : str
        A function that reads all its notes as one line, in many ways; empty if its notes are lines already.
    options : tuple of str
        The fields of `SaveOptions` that the writer takes.
    download : (str, str) or None
        What the studio's download button says: a name, and what it is for; None if it is not offered.
    sound : SoundFormat or None
        How it is encoded, if it is sound.
    """

    name: str
    group: Group
    suffixes: tuple[str, ...] = ()
    media_type: str = "application/octet-stream"
    head: bytes = b""
    first_text: tuple[str, ...] = ()
    test: str = ""
    reader: str = ""
    rereader: str = ""
    writer: str = ""
    packer: str = ""
    options: tuple[str, ...] = ()
    download: tuple[str, str] | None = None
    sound: SoundFormat | None = None

    @property
    def description(self) -> str:
        """What a file of this kind is, after "it is": "MIDI", "a recording"."""
        return self.name if self.group is Group.NOTATION else self.group.value

    @property
    def suffix(self) -> str:
        """The suffix it is written with."""
        return self.suffixes[0]

    @property
    def is_played(self) -> bool:
        """Whether it holds how a song is played, so that an expression is heard in it."""
        return self.group in {Group.SOUND, Group.VIDEO} or "gentle" in self.options

    def begins(self, data: bytes) -> bool:
        """Tell whether a file is of this kind by its first bytes."""
        return bool(self.head and re.match(self.head, data, re.DOTALL))

    def read(self, *arguments: Any) -> Any:
        """Call the reader. The reverse of `write`."""
        return _find(self.reader)(*arguments)

    def reread(self, *arguments: Any) -> Iterator[Any]:
        """Call the function that reads all notes as one line, when its first result is asked for."""
        if self.rereader:
            yield from _find(self.rereader)(*arguments)

    def write(self, *arguments: Any, **options: Any) -> Any:
        """Write a file of this kind. The reverse of `read`."""
        return self.pack(self.make(*arguments, **options))

    def make(self, *arguments: Any, **options: Any) -> Any:
        """Call the writer, which makes the file, or what `pack` makes it from."""
        return _find(self.writer)(*arguments, **options)

    def pack(self, made: Any, *arguments: Any) -> Any:
        """Make a file of this kind from what `make` returned."""
        return _find(self.packer)(made, *arguments) if self.packer else made

    def matches(self, text: str) -> bool:
        """Tell whether a text is of this kind, by its test."""
        return bool(self.test and _find(self.test)(text))


def list_suffixes(kinds: tuple[Kind, ...], last: str = ", ") -> str:
    """List the suffixes of kinds for people: ".mid, .mxl or .wav"."""
    *others, end = (kind.suffix for kind in kinds)
    return f"{', '.join(others)}{last}{end}" if others else end


def _find(name: str) -> Callable[..., Any]:
    """Import what "module:function" names."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found
