"""The whole chain in one value: program, payload, number, digits, melody.

A `Song` holds its melody, the record that its file carried, and what was corrected in it. Every other stage follows
from the melody's digits. Its methods that reach for files and sound are the public functions of the package with the
song as their first argument; the package loads those when they are first called.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Unpack

import primesong
from primesong.errors import NoProgramError
from primesong.number.digits import to_digits, to_number
from primesong.number.payload import PROGRAM_LIMIT, leading_bytes, unpack
from primesong.options import ArrangingOptions, RenderingOptions, SavingOptions
from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.record import Record
from primesong.sargam.setting import ChosenOptions, Setting

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike
    from pathlib import Path

    from music21.stream import Score
    from pretty_midi import PrettyMIDI


@dataclass(frozen=True, slots=True, repr=False)
class Song:
    """A song, and with it every stage from the program to the melody. Two songs are equal if their melodies are.

    Parameters
    ----------
    melody : Melody
        The notes, and how they sound.
    record : Record or None
        The record that its file carried.
    corrections : tuple of Correction
        What was corrected in its notes.
    remarks : tuple of Remark
        Notes on how the song was read or heard; the text of each is a sentence.
    heard : Heard or None
        How it was heard, for a song from a recording; None after `arrange`.
    alternatives : tuple of Song
        Other ways to read its notes, where none holds a program: one of them may be less damaged.
    """

    melody: Melody
    record: Record | None = field(default=None, compare=False)
    corrections: tuple[Any, ...] = field(default=(), compare=False)
    remarks: tuple[Any, ...] = field(default=(), compare=False)
    heard: Any = field(default=None, compare=False)
    alternatives: "tuple[Song, ...]" = field(default=(), compare=False)

    @property
    def digits(self) -> str:
        """The number in decimal digits. A coda is not part of them."""
        return self.melody.number_digits

    @property
    def mapping(self) -> Mapping:
        """Which digit sounds which pitch."""
        return self.melody.setting.mapping

    @property
    def number(self) -> int:
        """The number. Zeros that an excerpt or a wrong note puts before its first digit do not count."""
        return to_number(self.digits.lstrip("0") or "0")

    @property
    def payload(self) -> bytes:
        """The gzip member that the number begins with. Raises `NoProgramError`."""
        return self.unpack()[1]

    @property
    def program(self) -> bytes:
        """The program inside, of at most 1 MiB; it is never executed. Raises `NoProgramError`."""
        return self.unpack()[0]

    def unpack(self, limit: int = PROGRAM_LIMIT) -> tuple[bytes, bytes]:
        """Return the program and the payload it was packed in. The reverse of `compose`.

        Parameters
        ----------
        limit : int
            The most bytes of the program.

        Returns
        -------
        program, payload : bytes
            The program, and the gzip member.

        Raises
        ------
        NoProgramError
            If the number holds no program, or the notes are an excerpt or damaged.
        """
        check_complete(self)
        try:
            return unpack(leading_bytes(self.number), limit)
        except NoProgramError as error:
            if self.record is None or self.record.fits(self.digits):
                raise
            raise NoProgramError(
                f"{error}; the number does not match the SHA-256 in the song's record, so a note was changed"
            ) from error

    def arrange(self, **options: Unpack[ArrangingOptions]) -> "Song":
        """Return the same song in another raga, tonic, tempo, tala …

        Parameters
        ----------
        **options
            As `primesong.arrange` takes them, which also says what is raised.

        Returns
        -------
        Song
            The song with the same number, in the new setting, or an excerpt of it.
        """
        return primesong.arrange(self, **options)

    def save(
        self, path: "str | PathLike[str] | Iterable[str | PathLike[str]]", **options: Unpack[SavingOptions]
    ) -> "list[Path]":
        """Save the song as the kind of file that the suffix names.

        Parameters
        ----------
        path : path, or several
            The files; all are written, or none.
        **options
            As `primesong.save` takes them, which also says what is raised.

        Returns
        -------
        list of Path
            The files that were written.
        """
        return primesong.save(self, path, **options)

    def render(self, **options: Unpack[RenderingOptions]) -> "primesong.Recording":
        """Return the song's sound.

        Parameters
        ----------
        **options
            As `primesong.render` takes them, which also says what is raised.

        Returns
        -------
        Recording
            samples, shape (frames, channels), float32 within ±1, and sample_rate in Hz.
        """
        return primesong.render(self, **options)

    def to_music21(self, scripts: tuple[str, ...] = ("roman", "digit")) -> "Score":
        """Return the song as a music21 score.

        Parameters
        ----------
        scripts : tuple of str
            The scripts of the lyrics, a verse each.

        Returns
        -------
        music21.stream.Score
            A score of one part.

        Raises
        ------
        KeyError
            If a script is unknown.
        PrimesongError
            If the song has more notes than staff notation is written for.
        """
        score: Score = primesong.to_music21(self.melody, scripts)
        return score

    def to_pretty_midi(self) -> "PrettyMIDI":
        """Return the song as a pretty_midi object.

        Returns
        -------
        pretty_midi.PrettyMIDI
            What pretty_midi reads from the song's MIDI file.
        """
        midi: PrettyMIDI = primesong.to_pretty_midi(self.melody)
        return midi

    def __repr__(self) -> str:
        return f"<Song {self.melody.setting.title!r}: {len(self.digits):,} digits, {self.melody.seconds:,.0f} s>"

    def _repr_html_(self) -> str:
        return primesong.show_song(self)


def compose(number: int, **options: Unpack[ChosenOptions]) -> Song:
    """Compose the song of a number.

    Parameters
    ----------
    number : int
        Any number >= 0.
    **options
        The fields of `Setting`: tonic, tempo, tala, tuning, title; and raga.

    Raises
    ------
    TypeError
        If the number is not whole, or a field is of another type.
    ValueError
        If the number is negative, or a field is out of range.

    >>> [pitch.letter for pitch in compose(3141).melody.pitches]
    ['P', 'S', "S'", 'S']
    """
    digits = to_digits(number)
    return Song(Melody(digits, Setting(Mapping.by_frequency(digits)).change(**options)))


def check_complete(song: Song) -> None:
    """Raise `NoProgramError`, which says what is missing, for an excerpt."""
    excerpt, tala = song.melody.excerpt, song.melody.setting.tala
    if excerpt is not None:
        last = excerpt.start + -(-len(song.digits) // tala.matras) - 1
        raise NoProgramError(
            f"this is an excerpt, {tala.cycle} {excerpt.start:,} to {last:,} of {-(-excerpt.notes // tala.matras):,}: "
            f"{excerpt.notes - len(song.digits):,} of the song's {excerpt.notes:,} notes are missing"
        )


def check_song(value: object) -> None:
    """Raise `TypeError` for what is not a song."""
    if not isinstance(value, Song):
        raise TypeError(f"expected a Song, which load and compose return, got {value!r:.80}")
