"""Songs and sounds as most tests need them, in one call."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from primesong.actions.decode import load
from primesong.actions.encode import encode as find
from primesong.files import sound
from primesong.files.kinds import PROGRAM, SOUND, kind_of_suffix
from primesong.files.save import SaveOptions, write_bytes
from primesong.files.source import open_source, source_of_bytes
from primesong.repair.identify import find_song
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes, Record
from primesong.song import Song, compose
from primesong.sound.render.rendering import RenderOptions

#: A program whose song is short enough to write out note by note.
TINY = b"for swara in 'sa re ga ma':\n    print(swara)\n"


def encode(program: bytes) -> int:
    """Find a program's prime."""
    return find(program).number


def decode(song: Song | int) -> bytes:
    """Return the program in a song or a number, as it stands: nothing is repaired."""
    return (compose(song) if isinstance(song, int) else song).program


def write_sound(melody: Melody, path: Path, suffix: str | None = None, options: RenderOptions | None = None) -> None:
    """Render a melody to a file of the kind that a suffix names, by default its own."""
    sound.write_sound(path, melody, kind_of_suffix(suffix or path, SOUND), options or RenderOptions())


def write_notation(melody: Melody, kind: Any, scripts: tuple[str, ...] = ()) -> bytes:
    """Write a melody as a file of a kind."""
    return write_bytes(Song(melody), kind, SaveOptions(scripts))


def load_bytes(data: bytes, name: str) -> Song:
    """Load a song out of a file's bytes."""
    return load(source_of_bytes(data, name))


def read_or_skip(path: Path, effort: float) -> Song | None:
    """Load a song; None for a program."""
    with open_source(path) as source:
        return None if source.kind is PROGRAM else load(source, effort=effort)


def recover(lines: Iterable[Notes]) -> tuple[Melody, Record | None]:
    """Find the song among lines of notes; return its melody and its record."""
    song = find_song(lines)
    return song.melody, song.record
