"""A program becomes a prime number, the prime a song in sargam, and the song the program again.

    >>> import primesong
    >>> song = primesong.load("femtogpt")
    >>> len(song.digits), len(song.program)
    (3600, 2750)

Names are loaded when they are first used, so that importing the package costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from primesong.errors import PrimesongError
    from primesong.files.formats import load, save
    from primesong.limits import Limits
    from primesong.sargam.mapping import Mapping
    from primesong.sargam.melody import Melody
    from primesong.song import Song, compose, decode, encode
    from primesong.sound.recording import Recording

__all__ = [
    "Limits",
    "Mapping",
    "Melody",
    "PrimesongError",
    "Recording",
    "Song",
    "compose",
    "decode",
    "encode",
    "load",
    "save",
]

__version__ = "0.1.0"

_HOMES = {
    "Limits": "primesong.limits",
    "Mapping": "primesong.sargam.mapping",
    "Melody": "primesong.sargam.melody",
    "PrimesongError": "primesong.errors",
    "Recording": "primesong.sound.recording",
    "Song": "primesong.song",
    "compose": "primesong.song",
    "decode": "primesong.song",
    "encode": "primesong.song",
    "load": "primesong.files.formats",
    "save": "primesong.files.formats",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'primesong' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
