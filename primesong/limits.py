"""How much is read of anything fed in: each limit has a name, a unit and, on the command line, `--limit NAME=VALUE`.

A file is small or large by its sender's will; what it unpacks to, and what it takes to read it, is bounded here. The
usual limits let through every song that primesong itself writes up to ten million notes as MIDI and sargam text, and
two hundred thousand as a score, and keep a reader within about a gibibyte of memory.
"""

from typing import NamedTuple

from primesong.errors import SongError


class Limits(NamedTuple):
    """The most that is read: whole numbers above 0, in the units of `UNITS`."""

    file: int = 1 << 30
    text: int = 64 << 20
    digits: int = 10_000_000
    program: int = 1 << 20
    xml: int = 256 << 20
    depth: int = 64
    entries: int = 1_000
    ratio: int = 200
    tracks: int = 1_000
    events: int = 32_000_000
    ticks: int = 1 << 40
    sound: int = 6 * 3600
    sample: int = 10 * 60
    channels: int = 8
    pixels: int = 50_000_000

    def check(self, name: str, count: float, where: str) -> None:
        """Raise `SongError` if there is more of something than the limit of that name allows; `where` says in what."""
        limit: int = getattr(self, name)
        if count > limit:
            raise SongError(
                f"{where} has more than {limit:,} {UNITS[name]}, the limit for reading; --limit {name}=N raises it"
            )


#: What each limit counts, for people.
UNITS = {
    "file": "bytes",
    "text": "bytes of text",
    "digits": "digits",
    "program": "bytes of program",
    "xml": "bytes of XML",
    "depth": "levels of elements",
    "entries": "packed files",
    "ratio": "times its packed size",
    "tracks": "tracks",
    "events": "events",
    "ticks": "ticks",
    "sound": "seconds of sound",
    "sample": "seconds of sound",
    "channels": "channels",
    "pixels": "pixels",
}

USUAL = Limits()
