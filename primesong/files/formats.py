"""Songs to files, and back: with `files` and `recordings`, the only door to the disk.

One table says which suffix is which kind of file, who writes it and who reads it; the choice of a reader, `--help` and
error texts follow from it. What a file is, is told by its content first and by its suffix second. Writers and readers
are named, not imported: what is not used is not loaded.
"""

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from primesong.errors import PrimesongError, SongError
from primesong.files import atomic
from primesong.files.recordings import SOUND_SUFFIXES, SOUNDS, Held, hear, is_recording, is_sound
from primesong.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from primesong.sargam.accompaniment import Accompaniment
    from primesong.sargam.melody import Melody
    from primesong.sargam.record import Notes
    from primesong.sargam.tuning import Tuning
    from primesong.song import Song

#: The name that stands for the number in assets/, instead of a file's.
BUILT_IN = "femtogpt"


class Format(NamedTuple):
    """A kind of file that holds a song in symbols, and the names of its writer and its reader."""

    suffix: str
    name: str
    writer: str
    reader: str
    scripted: bool = True

    def write(self, melody: "Melody", scripts: Sequence[str] = ()) -> bytes:
        """Write a melody as a file of this kind, in its usual scripts if none are named. The reverse of `read`."""
        options = (scripts,) if scripts and self.scripted else ()
        content: bytes = _named(self.writer)(melody, *options)
        return content

    def read(self, data: bytes, limits: Limits = DEFAULT_LIMITS) -> "Sequence[Notes]":
        """Read the lines of notes in a file of this kind. The reverse of `write`."""
        lines: Sequence[Notes] = _named(self.reader)(data, limits)
        return lines


def _named(name: str) -> Callable[..., Any]:
    """Import what "package.module:function" names."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


MIDI = Format(".mid", "MIDI", "primesong.score.midi:write_midi", "primesong.score.midi:read_midi", scripted=False)
MUSICXML = Format(
    ".musicxml", "MusicXML", "primesong.score.musicxml:write_musicxml", "primesong.score.musicxml:read_musicxml"
)
MXL = Format(".mxl", "compressed MusicXML", "primesong.score.musicxml:write_mxl", "primesong.score.musicxml:read_mxl")
SARGAM = Format(".sargam", "sargam text", "primesong.score.text:write_sargam", "primesong.score.text:read_sargam")
PAGE = Format(
    ".html", "a Bhatkhande page", "primesong.score.bhatkhande:write_page", "primesong.score.bhatkhande:read_page"
)

FORMATS = (MIDI, MUSICXML, MXL, SARGAM, PAGE)

#: Engraved pages: written by `engrave`, and not read.
ENGRAVED_SUFFIXES = (".pdf", ".svg", ".png")

#: Pictures of a QR code: written by `qr`; the bitmaps are read.
QR_SUFFIXES = (".png", ".svg")

SCALA_SUFFIX = ".scl"

#: What `compose` writes if it is not told otherwise.
USUAL_SUFFIXES = (MIDI.suffix, MUSICXML.suffix, MXL.suffix, SOUNDS[0].suffix)

_FIRST_BYTES = (
    (b"MThd", MIDI),
    (b"PK\x03\x04", MXL),
)
_LOOKED_AT = 1_000  # bytes
_PICTURE_FIRST_BYTES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")


def known_suffixes() -> str:
    """List the suffixes that a song may have, for people."""
    return ", ".join((*(kind.suffix for kind in FORMATS), *SOUND_SUFFIXES))


def load(source: str | Path | Held, limits: Limits = DEFAULT_LIMITS) -> "Song":
    """Load a song: a file of any kind in `FORMATS`, a file with a number, the name femtogpt, - for standard input, or
    what is held in memory.

    Raises `PrimesongError` if it holds none, or more of anything than the limits allow. The reverse of `save`.
    """
    loaded = load_song_or_program(source, limits)
    if isinstance(loaded, bytes):
        name = source.name if isinstance(source, Held) else source
        raise SongError(
            f"{atomic.describe(name)} holds neither a number nor a song ({known_suffixes()}); "
            "if it is a program, primesong compose makes a song of it"
        )
    return loaded


def load_song_or_program(source: str | Path | Held, limits: Limits = DEFAULT_LIMITS) -> "Song | bytes":
    """Load a song as `load` does, or, if it is none, the bytes of a program."""
    from dataclasses import replace

    from primesong.number.digits import to_number
    from primesong.resources import asset
    from primesong.song import Song, compose

    if isinstance(source, Held):
        return load_bytes(source.data, source.name, limits)
    if str(source) == BUILT_IN:
        song = compose(to_number(asset("femtogpt.txt").read_text("ascii").strip()), title="femtoGPT")
    elif not atomic.read_once(source) and is_recording(source):
        song = Song(hear([source], limits=limits).melody)
    else:
        return load_bytes(atomic.read_bytes(source, limits), source, limits)
    return replace(song, limit=limits.program)


def load_bytes(data: bytes, name: str | Path, limits: Limits = DEFAULT_LIMITS) -> "Song | bytes":
    """Load a song out of a file's bytes, or, if it is none, give them back as those of a program. The file's name helps
    to tell what it is, titles the song and stands in error texts; no file is opened.

    Raises `PrimesongError`.
    """
    from dataclasses import replace

    loaded = _told(data, name, limits)
    return loaded if isinstance(loaded, bytes) else replace(loaded, limit=limits.program)


def _told(data: bytes, source: str | Path, limits: Limits) -> "Song | bytes":
    from primesong.number.digits import parse
    from primesong.song import Song, compose

    where = atomic.describe(source)
    if not data:
        raise SongError(f"{where} is empty")
    if is_sound(data):
        return Song(hear([Held(source, data)], limits=limits).melody)
    if data.startswith(_PICTURE_FIRST_BYTES):
        return _from_picture(data, source, limits)
    kind = _told_by_content(data)
    if kind is None:
        limits.check("text", len(data), where)
        text = _as_text(data)
        try:
            number = parse(text, limits)
        except PrimesongError as error:
            raise error.within(where) from error
        if number is not None:
            return compose(number, title=atomic.stem(source))
        kind = _told_by_text(text, source)
    return data if kind is None else _read(data, kind, where, limits)


def _read(data: bytes, kind: Format, where: str, limits: Limits) -> "Song":
    """Read a file of a known kind."""
    from primesong.repair.identify import recover
    from primesong.song import Song

    try:
        lines = kind.read(data, limits)
        for notes in lines:
            limits.check("digits", len(notes.midi_notes), notes.source)
        return Song(*recover(lines, limits.program))
    except SongError as error:
        raise error.within(f"{where} ({kind.name})") from error


def what_is(data: bytes, name: str | Path, limits: Limits = DEFAULT_LIMITS) -> str:
    """Say for people what `load_bytes` takes a file for. Raises `PrimesongError` for a number beyond the limits."""
    from primesong.number.digits import parse

    if is_sound(data):
        return "a recording"
    if data.startswith(_PICTURE_FIRST_BYTES):
        return "a picture of a QR code"
    kind = _told_by_content(data)
    if kind is None:
        text = _as_text(data)
        if parse(text, limits) is not None:
            return "a number"
        kind = _told_by_text(text, name)
    return "a program" if kind is None else kind.name


def _from_picture(data: bytes, source: str | Path, limits: Limits) -> "Song":
    """Read a picture of a QR code: the song of the number in it, or of its payload with the usual four bytes after."""
    from primesong.number.digits import parse
    from primesong.score.qr import read_qr
    from primesong.song import compose

    try:
        content = read_qr(data, limits)
    except SongError as error:
        raise error.within(atomic.describe(source)) from error
    number = parse(content.decode("ascii", "replace"), limits)
    return compose(int.from_bytes(content + bytes(4)) if number is None else number, title=atomic.stem(source))


def _told_by_content(data: bytes) -> Format | None:
    """Tell the kind of a file by its first bytes: None if they may be any text's."""
    for first_bytes, kind in _FIRST_BYTES:
        if data.startswith(first_bytes):
            return kind
    start = data[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return PAGE
    return MUSICXML if start[:1] == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff") else None


def _as_text(data: bytes) -> str:
    """Decode a text; bytes that are none are the empty text."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""


def _told_by_text(text: str, source: str | Path) -> Format | None:
    """Tell the kind of a file by what its text looks like, or by its suffix."""
    from primesong.score.text import looks_like_sargam

    if text and looks_like_sargam(text):
        return SARGAM
    suffix = Path(source).suffix.lower()
    suffix = {".midi": ".mid", ".xml": ".musicxml", ".htm": ".html"}.get(suffix, suffix)
    return next((kind for kind in FORMATS if kind.suffix == suffix), None)


def save(song: "Song", path: str | Path, force: bool = False) -> None:
    """Save a song in the format of the path's suffix, whole or not at all; an existing file is kept unless `force`.

    Raises `PrimesongError`. The reverse of `load`.
    """
    path = Path(path)
    kind = next((kind for kind in FORMATS if kind.suffix == path.suffix.lower()), None)
    if kind is None:
        raise PrimesongError(f"{path}: songs are saved as {', '.join(kind.suffix for kind in FORMATS)}")
    content = kind.write(song.melody)
    with atomic.whole_files([path], force) as [temporary]:
        temporary.write_bytes(content)


def qr(song: "Song", kind: str, payload: bool = False) -> bytes:
    """Draw the number, or the payload alone, as a QR code, a "png" or an "svg". `load` reads a picture of it.

    Raises `PrimesongError`.
    """
    from primesong.score.qr import write_qr

    return write_qr(song.payload if payload else song.digits, kind)


def write_symbols(
    melody: "Melody",
    targets: dict[str, Path],
    scripts: Sequence[str] = (),
    accompaniment: "Accompaniment | None" = None,
) -> None:
    """Write a melody in several formats (suffix to file), in MIDI with its accompaniment, and its tuning as a Scala
    file; MusicXML is made once for both its kinds."""
    from primesong.sargam.tuning import write_scala
    from primesong.score.midi import write_midi
    from primesong.score.mxl import compress_musicxml

    contents: dict[str, bytes] = {}
    for kind in FORMATS:
        if kind.suffix in targets:
            xml = contents.get(MUSICXML.suffix) if kind is MXL else None
            if kind is MIDI and accompaniment is not None:
                content = write_midi(melody, accompaniment)
            else:
                content = kind.write(melody, scripts) if xml is None else compress_musicxml(xml)
            contents[kind.suffix] = content
            targets[kind.suffix].write_bytes(content)
    if SCALA_SUFFIX in targets:
        targets[SCALA_SUFFIX].write_text(write_scala(melody.setting.tuning), "ascii")


def load_tuning(name: str, limits: Limits = DEFAULT_LIMITS) -> "Tuning":
    """Give the tuning of a name in `TUNINGS`, or of a Scala file. Raises `PrimesongError`."""
    from primesong.sargam.tuning import TUNINGS, read_scala

    if name in TUNINGS:
        return TUNINGS[name]
    if Path(name).suffix.lower() != SCALA_SUFFIX:
        raise PrimesongError(f"“{name}” is no tuning; there are {', '.join(TUNINGS)}, and Scala files (.scl)")
    return read_scala(atomic.read_bytes(name, limits).decode("latin-1"), Path(name).stem)
