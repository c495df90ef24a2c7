"""The one table of kinds of files: what each is called, how it is recognized, who reads it and who writes it.

Everything that depends on a file's kind follows from its row: which suffixes `--format` takes, which files the studio
offers for download, what `--help` lists, and which reader or writer is called. A new format is one module and one row.
Readers and writers are named as "module:function" and imported when they are first called, so that a song in MIDI does
not wait for the packages that hear a recording.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from primesong.errors import PrimesongError


class Group(Enum):
    """What a kind of file holds, which decides how it is read and written."""

    NUMBER = "a number"
    PROGRAM = "a program"
    NOTATION = "notes as symbols"
    SOUND = "a recording"
    PAGES = "engraved pages"
    PICTURE = "a picture of a QR code"
    PLAYER = "a page that plays the song"
    TUNING = "a tuning"
    TABLE = "a table of notes"


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
    first_bytes : tuple of bytes
        How its files begin.
    first_text : tuple of str
        How its files begin if they are text: in lower case, after a byte order mark and blanks.
    test : str
        A function of the whole text that recognizes it, as "module:function".
    reader, writer : str
        Functions that read and write it, as "module:function"; empty if it is not read or not written.
    options : tuple of str
        The fields of `SaveOptions` that the writer takes.
    base, packer : str
        The name of a kind, and the function that makes this kind from that one's bytes, sooner than the writer does.
    download : (str, str) or None
        What the studio's download button says: a name, and what it is for; None if it is not offered.
    sound : SoundFormat or None
        How it is encoded, if it is sound.
    """

    name: str
    group: Group
    suffixes: tuple[str, ...] = ()
    media_type: str = "application/octet-stream"
    first_bytes: tuple[bytes, ...] = ()
    first_text: tuple[str, ...] = ()
    test: str = ""
    reader: str = ""
    writer: str = ""
    options: tuple[str, ...] = ()
    base: str = ""
    packer: str = ""
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

    def read(self, *arguments: Any) -> Any:
        """Call the reader. The reverse of `write`."""
        return _find(self.reader)(*arguments)

    def write(self, *arguments: Any, **options: Any) -> Any:
        """Call the writer. The reverse of `read`."""
        return _find(self.writer)(*arguments, **options)

    def pack(self, content: bytes) -> bytes:
        """Make a file of this kind from one of its base's kind."""
        packed: bytes = _find(self.packer)(content)
        return packed

    def matches(self, text: str) -> bool:
        """Tell whether a text is of this kind, by its test."""
        return bool(self.test and _find(self.test)(text))


def _find(name: str) -> Callable[..., Any]:
    """Import what "module:function" names."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


#: The sync word and first fields of an MPEG audio frame, layer III, without and with a checksum (ISO 11172-3, 2.4.1.3).
_MPEG_FRAMES = tuple(bytes((0xFF, version)) for version in (0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2))

#: The rates that MPEG-1, 2 and 2.5 layer III have, in Hz.
_MPEG_RATES = (44_100, 48_000, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)

#: The rates that the Opus encoder takes, in Hz (RFC 6716, 2.1.3).
_OPUS_RATES = (48_000, 24_000, 16_000, 12_000, 8_000)

NUMBER = Kind("number", Group.NUMBER, test="primesong.number.digits:is_number")
PROGRAM = Kind("program", Group.PROGRAM)
QR = Kind(
    "QR code",
    Group.PICTURE,
    first_bytes=(b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM"),
    reader="primesong.score.qr:read_qr",
    writer="primesong.score.qr:write_qr",
)
MIDI = Kind(
    "MIDI",
    Group.NOTATION,
    (".mid", ".midi"),
    "audio/midi",
    first_bytes=(b"MThd",),
    reader="primesong.score.midi:read_midi",
    writer="primesong.score.midi:write_midi",
    options=("accompaniment",),
    download=("MIDI", "for a workstation"),
)
BHATKHANDE = Kind(
    "a Bhatkhande page",
    Group.NOTATION,
    (".html", ".htm"),
    "text/html",
    first_text=("<!doctype html", "<html"),
    reader="primesong.score.bhatkhande:read_page",
    writer="primesong.score.bhatkhande:write_page",
    options=("scripts",),
    download=("A page", "in Bhatkhande’s notation"),
)
MUSICXML = Kind(
    "MusicXML",
    Group.NOTATION,
    (".musicxml", ".xml"),
    "application/vnd.recordare.musicxml+xml",
    first_text=("<",),
    reader="primesong.score.musicxml:read_musicxml",
    writer="primesong.score.musicxml:write_musicxml",
    options=("scripts",),
    download=("MusicXML", "for MuseScore"),
)
MXL = Kind(
    "compressed MusicXML",
    Group.NOTATION,
    (".mxl",),
    "application/vnd.recordare.musicxml",
    first_bytes=(b"PK\x03\x04",),
    reader="primesong.score.musicxml:read_mxl",
    writer="primesong.score.musicxml:write_mxl",
    options=("scripts",),
    base="MusicXML",
    packer="primesong.score.mxl:compress_musicxml",
    download=("MusicXML, small", "compressed"),
)
SARGAM = Kind(
    "sargam text",
    Group.NOTATION,
    (".sargam",),
    "text/plain",
    test="primesong.score.text:looks_like_sargam",
    reader="primesong.score.text:read_sargam",
    writer="primesong.score.text:write_sargam",
    options=("scripts",),
    download=("Sargam", "plain text"),
)
WAV = Kind(
    "WAV",
    Group.SOUND,
    (".wav",),
    "audio/wav",
    first_bytes=(b"RIFF", b"RF64", b"FORM"),
    download=("WAV", "sound, whole"),
    sound=SoundFormat("WAV", {"16": "PCM_16", "24": "PCM_24", "float": "FLOAT"}),
)
FLAC = Kind(
    "FLAC",
    Group.SOUND,
    (".flac",),
    "audio/flac",
    first_bytes=(b"fLaC",),
    download=("FLAC", "sound, packed"),
    sound=SoundFormat("FLAC", {"16": "PCM_16", "24": "PCM_24"}),
)
OGG = Kind(
    "Ogg Vorbis",
    Group.SOUND,
    (".ogg",),
    "audio/ogg",
    first_bytes=(b"OggS",),
    sound=SoundFormat("OGG", {"float": "VORBIS"}),
)
OPUS = Kind("Opus", Group.SOUND, (".opus",), "audio/ogg", sound=SoundFormat("OGG", {"float": "OPUS"}, _OPUS_RATES))
MP3 = Kind(
    "MP3",
    Group.SOUND,
    (".mp3",),
    "audio/mpeg",
    first_bytes=(b"ID3", *_MPEG_FRAMES),
    download=("MP3", "sound, small"),
    sound=SoundFormat("MP3", {"float": "MPEG_LAYER_III"}, _MPEG_RATES),
)
PDF = Kind(
    "PDF",
    Group.PAGES,
    (".pdf",),
    "application/pdf",
    download=("PDF", "engraved, for paper"),
)
SVG = Kind(
    "SVG",
    Group.PAGES,
    (".svg",),
    "image/svg+xml",
)
PNG = Kind(
    "PNG",
    Group.PAGES,
    (".png",),
    "image/png",
)
PLAYER = Kind(
    "page that plays",
    Group.PLAYER,
    (".player.html",),
    "text/html",
    writer="primesong.page.export:write_player_page",
    download=("This player", "one page, to send"),
)
SCALA = Kind("Scala tuning", Group.TUNING, (".scl",), "text/plain", writer="primesong.sargam.tuning:write_scala")
CSV = Kind("CSV", Group.TABLE, (".csv",), "text/csv")

#: Every kind, in the order in which a file is held against them; a page is also text that begins with "<".
KINDS = (
    MIDI, MXL, QR, WAV, FLAC, OGG, OPUS, MP3,
    BHATKHANDE, MUSICXML, NUMBER, SARGAM,
    PDF, SVG, PNG, PLAYER, SCALA, CSV, PROGRAM,
)  # fmt: skip

NOTATION = tuple(kind for kind in KINDS if kind.group is Group.NOTATION)
SOUND = tuple(kind for kind in KINDS if kind.group is Group.SOUND)
PAGES = tuple(kind for kind in KINDS if kind.group is Group.PAGES)
#: What the studio offers for download, in the order in which it does.
DOWNLOADS = (MIDI, MUSICXML, MXL, SARGAM, BHATKHANDE, PDF, PLAYER, WAV, FLAC, MP3)

#: What a song can be saved as.
SAVED = (*NOTATION, *PAGES, *SOUND, PLAYER, SCALA)

#: What a song can be loaded from, beside digits.
LOADED = (*NOTATION, *SOUND)

#: What `compose` writes by default.
DEFAULT_KINDS = (MIDI, MUSICXML, MXL, WAV)

#: What `transcribe` writes.
TRANSCRIPTIONS = (MIDI, CSV)

#: Pictures of a QR code and of plots, as they are written.
DRAWINGS = (PNG, SVG)

#: The depths of a sample, in bits, that any kind of sound can have.
DEPTHS = tuple(WAV.sound.subtypes) if WAV.sound else ()


def kind_named(name: str) -> Kind:
    """Return the kind with a name in the table."""
    return next(kind for kind in KINDS if kind.name == name)


def kind_of_suffix(path: str | Path, kinds: tuple[Kind, ...] = SAVED) -> Kind:
    """Return the kind that a file's suffix stands for.

    Parameters
    ----------
    path : str or Path
        The file.
    kinds : tuple of Kind
        The kinds that are possible here.

    Raises
    ------
    PrimesongError
        If none of them has this suffix.
    """
    name = Path(path).name.lower()
    found = [(len(suffix), kind) for kind in kinds for suffix in kind.suffixes if name.endswith(suffix)]
    if not found:
        raise PrimesongError(f"{path}: expected a file name that ends in {list_suffixes(kinds, ' or ')}")
    return max(found, key=lambda one: one[0])[1]


def list_suffixes(kinds: tuple[Kind, ...], last: str = ", ") -> str:
    """List the suffixes of kinds for people: ".mid, .mxl or .wav"."""
    *others, end = (kind.suffix for kind in kinds)
    return f"{', '.join(others)}{last}{end}" if others else end
