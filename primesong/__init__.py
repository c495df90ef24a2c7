"""A program becomes a prime number, the prime a song in sargam, and the song the program again.

    >>> import primesong
    >>> song = primesong.load("femtogpt")
    >>> len(song.digits), len(song.program)
    (3600, 2750)

Names are loaded when they are first used, so that importing the package costs nothing.
"""

import importlib

#: True to type checkers; importing `typing` for it would take half of the time that importing the package takes.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from primesong.actions.arrange import arrange
    from primesong.actions.compose import compose
    from primesong.actions.decode import Decoded, decode, load
    from primesong.actions.encode import Encoded, encode
    from primesong.actions.save import render, save
    from primesong.actions.save import save_recording as save_recording
    from primesong.actions.transcribe import transcribe
    from primesong.actions.verify import Report, verify
    from primesong.errors import PrimesongError
    from primesong.limits import Limits
    from primesong.page.notebook import show_song as show_song
    from primesong.sargam.mapping import Mapping
    from primesong.sargam.melody import Melody
    from primesong.sargam.setting import Setting
    from primesong.score.convert import to_music21 as to_music21
    from primesong.score.convert import to_pretty_midi as to_pretty_midi
    from primesong.song import Song
    from primesong.sound.recording import Recording
    from primesong.sound.transcribe.transcription import Transcription

__version__ = "0.1.0"

#: Where each public name is defined.
_HOMES = {
    "Decoded": "primesong.actions.decode",
    "Encoded": "primesong.actions.encode",
    "Limits": "primesong.limits",
    "Mapping": "primesong.sargam.mapping",
    "Melody": "primesong.sargam.melody",
    "PrimesongError": "primesong.errors",
    "Recording": "primesong.sound.recording",
    "Report": "primesong.actions.verify",
    "Setting": "primesong.sargam.setting",
    "Song": "primesong.song",
    "Transcription": "primesong.sound.transcribe.transcription",
    "arrange": "primesong.actions.arrange",
    "compose": "primesong.actions.compose",
    "decode": "primesong.actions.decode",
    "encode": "primesong.actions.encode",
    "load": "primesong.actions.decode",
    "render": "primesong.actions.save",
    "save": "primesong.actions.save",
    "transcribe": "primesong.actions.transcribe",
    "verify": "primesong.actions.verify",
}

#: What methods of values call, and nobody else.
_METHODS = {
    "save_recording": "primesong.actions.save",
    "show_song": "primesong.page.notebook",
    "to_music21": "primesong.score.convert",
    "to_pretty_midi": "primesong.score.convert",
}

__all__ = [
    "Decoded",
    "Encoded",
    "Limits",
    "Mapping",
    "Melody",
    "PrimesongError",
    "Recording",
    "Report",
    "Setting",
    "Song",
    "Transcription",
    "arrange",
    "compose",
    "decode",
    "encode",
    "load",
    "render",
    "save",
    "transcribe",
    "verify",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name) or _METHODS.get(name)
    if home is None:
        raise AttributeError(f"module 'primesong' has no attribute {name!r}")
    found: object = getattr(importlib.import_module(home), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
