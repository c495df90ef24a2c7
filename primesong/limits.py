"""How much is read of anything: each limit has a name and a unit.

How large a file is, what it unpacks to, and what reading it takes are up to its sender; they are bounded here. The
default limits let through every song that primesong itself writes, up to ten million notes as MIDI and sargam text and
two hundred thousand as a score, and keep a reader within about a gibibyte of memory.
"""

from typing import NamedTuple

from primesong.errors import SongError


class Limits(NamedTuple):
    """The most that is read: whole numbers above 0.

    Parameters
    ----------
    file : int
        Bytes of a file, or of standard input.
    text : int
        Bytes of sargam text, of a page, of a file of digits, of a program to compose, of a certificate.
    digits : int
        Digits of a number, and notes of a line.
    program : int
        Bytes that a program unpacks to.
    xml : int
        Bytes of MusicXML.
    depth : int
        How deep the elements of MusicXML nest.
    entries : int
        Files packed in an .mxl.
    ratio : int
        How many times its packed size a file in an .mxl may be.
    tracks, events : int
        Tracks and events of a MIDI file.
    ticks : int
        The length of a MIDI track, in ticks.
    sound : int
        The length of a recording, in seconds.
    sample : int
        The length of an instrument's recorded note, in seconds.
    channels : int
        Channels of a recording.
    pixels : int
        Pixels of a picture.
    proof : int
        Digits of the number that a certificate proves.
    """

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
        """Check that something is within one of the limits.

        Parameters
        ----------
        name : str
            The name of the limit, such as "digits".
        count : float
            How much there is, in the limit's unit.
        where : str
            What has it, as the error names it, such as "the picture".

        Raises
        ------
        SongError
            If `count` is above the limit; its `limit` is `name`.
        """
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
