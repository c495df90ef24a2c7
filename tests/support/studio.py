"""A short song for the studio, and the files that it can be opened from."""

import hashlib
from dataclasses import replace

from support.damage import change_digit

from primesong.player.studio import work
from primesong.repair.coda import add_coda
from primesong.score.qr.code import write_qr
from primesong.song import Song

PROGRAM = b"".join(b"print(%d)\n" % (place * 7919) for place in range(9))
SHA256 = hashlib.sha256(PROGRAM).hexdigest()

#: What a file of each kind is said to be, and what is checked besides what every song is checked for.
KINDS = {
    "number": ("a number",),
    "program": ("a program",),
    ".mid": ("MIDI", "record"),
    ".musicxml": ("MusicXML", "record"),
    ".mxl": ("compressed MusicXML", "record"),
    ".sargam": ("sargam text", "record"),
    ".html": ("a Bhatkhande page", "record"),
    ".player.html": ("a Bhatkhande page", "record"),
    ".png": ("a picture of a QR code",),
    ".wav": ("a recording", "heard", "record"),
    ".flac": ("a recording", "heard", "record"),
    ".ogg": ("a recording", "heard", "record"),
    ".mp3": ("a recording", "heard", "record"),
}
CHECKS = {"number", "mapping", "prime", "payload", "program"}


def ignore(message):
    """Take a message of a job, and do nothing with it."""


def make_content(song, kind, folder):
    """Return the content of a file of a kind that holds the song of `PROGRAM`."""
    if kind in ("number", "program"):
        return {"number": song.digits.encode(), "program": PROGRAM}[kind]
    if kind == ".png":
        return write_qr(song.digits, "png")
    work.make_file(ignore, song, folder / f"made{kind}", None)
    return (folder / f"made{kind}").read_bytes()


def damage(song):
    """Return a song with a coda, of which one note is wrong."""
    melody = add_coda(song, 0.2).melody
    return Song(replace(melody, number_digits=change_digit(song.digits, 60)))
