"""The whole chain in one value: program, payload, number, digits, melody.

A `Song` holds its melody and, if it came out of a file that says so, the record that the file carried. Every other
stage follows from the melody's digits.
"""

import html
from dataclasses import dataclass, field, replace
from typing import Any

from primesong.errors import NoProgramError
from primesong.number.digits import to_digits, to_number
from primesong.number.padding import leading_bytes
from primesong.number.payload import PROGRAM_LIMIT, pack, unpack
from primesong.primes.plan import find_prime
from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.record import Record
from primesong.sargam.setting import Setting


@dataclass(frozen=True, slots=True)
class Song:
    """A song: its melody, the record that was read with it, or None, and how many bytes its program may have. A coda
    belongs to the melody, and is no part of the number."""

    melody: Melody
    record: Record | None = None
    limit: int = field(default=PROGRAM_LIMIT, compare=False)

    @property
    def digits(self) -> str:
        """The number in decimal digits."""
        return self.melody.number_digits

    @property
    def mapping(self) -> Mapping:
        """Which digit sounds which pitch."""
        return self.melody.setting.mapping

    @property
    def number(self) -> int:
        """The number. Zeros that an excerpt or a wrong note puts before its first digit count for nothing."""
        return to_number(self.digits.lstrip("0") or "0")

    @property
    def payload(self) -> bytes:
        """The gzip member that the number begins with. Raises `NoProgramError`."""
        check_whole(self)
        return unpack(leading_bytes(self.number), self.limit)[1]

    @property
    def program(self) -> bytes:
        """The program inside. Raises `NoProgramError`."""
        return decode(self)

    def _repr_html_(self) -> str:
        """Show the song in a notebook."""
        rows = "".join(
            f"<tr><td>{digit}</td><td>{self.mapping.pitch(digit).name}</td><td>{self.digits.count(digit):,}</td></tr>"
            for digit in self.mapping.ranking
        )
        title = f"{self.melody.setting.title}: {len(self.digits):,} digits, {self.melody.seconds:,.0f} s"
        header = "<tr><th>digit</th><th>swara</th><th>count</th></tr>"
        return f"<table><caption>{html.escape(title)}</caption>{header}{rows}</table>"


def compose(number: int, **options: Any) -> Song:
    """Compose the song of any number >= 0. Options are `Setting`'s: tonic, tempo, tala, tuning, title.

    >>> [pitch.letter for pitch in compose(3141).melody.pitches]
    ['P', 'S', "S'", 'S']
    """
    digits = to_digits(number)
    return Song(Melody(digits, Setting(Mapping.by_frequency(digits), **options)))


def arrange(song: Song, **options: Any) -> Song:
    """Give the same song on another tonic, at another tempo, in another tala, under another title."""
    return replace(song, melody=song.melody.arrange(**options))


def encode(program: bytes) -> int:
    """Find the prime that holds a program, any bytes, compressed by zopfli. The reverse of `decode`."""
    return find_prime(pack(program, "zopfli"))


def decode(song: Song | int, limit: int | None = None) -> bytes:
    """Give the program that a song or a number holds, of at most `limit` bytes, by default the song's own limit or
    1 MiB; it is never executed.

    Raises `NoProgramError`. The reverse of `encode`, and of `compose`.
    """
    if isinstance(song, int):
        return unpack(leading_bytes(song), PROGRAM_LIMIT if limit is None else limit)[0]
    check_whole(song)
    try:
        return decode(song.number, song.limit if limit is None else limit)
    except NoProgramError as error:
        if song.record is None or song.record.fits(song.digits):
            raise
        raise NoProgramError(
            f"{error}; a note was changed, for the number's SHA-256 is not the one in the song's record"
        ) from error


def check_whole(song: Song) -> None:
    """Say what is missing from an excerpt. Raises `NoProgramError`."""
    excerpt, tala = song.melody.excerpt, song.melody.setting.tala
    if excerpt is not None:
        last = excerpt.start + -(-len(song.digits) // tala.matras) - 1
        raise NoProgramError(
            f"this is an excerpt, {tala.cycle} {excerpt.start:,} to {last:,} of {-(-excerpt.notes // tala.matras):,}: "
            f"{excerpt.notes - len(song.digits):,} of the song's {excerpt.notes:,} notes are missing"
        )
