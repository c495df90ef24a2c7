"""How much is read of anything: each limit has a name and a unit.

How large a file is, what it unpacks to, and what reading it takes are up to its sender; they are bounded here. The
default limits let through every song that primesong itself writes, up to ten million notes as MIDI and sargam text and
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
    proof: int = 100_000

    def check(self, name: str, count: float, where: str) -> None:
        """Raise `SongError` if `where` has more of something than the limit with that name allows."""
        limit: int = getattr(self, name)
        if count > limit:
            raise SongError(f"{where} has more than {limit:,} {UNITS[name]}, the limit for reading", limit=name)


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
    "proof": "digits to be proved",
}

#: What is read of a file for which nothing else was chosen.
DEFAULT_LIMITS = Limits()
