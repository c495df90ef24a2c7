"""The melody: a number's digits as notes, one a matra, in a setting.

Notes are counted from 1 for people, from 0 in code; a bar is an avartan. An excerpt keeps the whole song's mapping and
the numbers of its avartans, and says what it was cut from. After the number's notes there may be a coda
(`repair.coda`): it is played, and holds nothing of the number.
"""

from dataclasses import dataclass, replace
from typing import Unpack

from primesong.errors import PrimesongError
from primesong.sargam.record import Excerpt, Record, sha256
from primesong.sargam.setting import ChosenOptions, Setting
from primesong.sargam.swara import Pitch, tonic_name


@dataclass(frozen=True, slots=True, repr=False)
class Melody:
    """A song's notes in their setting.

    Parameters
    ----------
    number_digits : str
        The number's decimal digits, or those that an excerpt has.
    setting : Setting
        Mapping, tonic, tempo, tala, tuning and title.
    excerpt : Excerpt, optional
        What the melody was cut from.
    coda_digits : str
        The digits played after a whole number's.

    Raises
    ------
    ValueError
        If the number has no digits, something is not a digit, or an excerpt has a coda.
    """

    number_digits: str
    setting: Setting
    excerpt: Excerpt | None = None
    coda_digits: str = ""

    def __post_init__(self) -> None:
        if not self.number_digits or not (self.played_digits.isascii() and self.played_digits.isdecimal()):
            raise ValueError("a melody has at least one digit, and nothing but digits")
        if self.coda_digits and self.excerpt is not None:
            raise ValueError("a coda follows a whole number's digits, not an excerpt's")

    @property
    def played_digits(self) -> str:
        """The digits of all the notes: the number's, then the coda's."""
        return self.number_digits + self.coda_digits

    @property
    def pitches(self) -> list[Pitch]:
        """The pitch of each note."""
        table = {digit: self.setting.mapping.pitch(digit) for digit in self.setting.mapping.ranking}
        return [table[digit] for digit in self.played_digits]

    @property
    def midi_notes(self) -> list[int]:
        """The MIDI note number of each note."""
        return [self.setting.tonic + height for height in self.setting.mapping.to_semitones(self.played_digits)]

    @property
    def seconds(self) -> float:
        """How long the melody lasts."""
        return len(self.played_digits) * self.setting.matra_seconds

    @property
    def record(self) -> Record:
        """What a file of this melody says about itself."""
        return Record(self.setting, sha256(self.number_digits), self.excerpt, len(self.coda_digits))

    @property
    def first_avartan(self) -> int:
        """The number of the first avartan: 1, except in an excerpt."""
        return self.excerpt.start if self.excerpt else 1

    def __repr__(self) -> str:
        setting = self.setting
        where = f"{setting.tala.name}, Sa {tonic_name(setting.tonic)}, {setting.laya}"
        return f"<Melody {setting.title!r}: {len(self.played_digits):,} notes, {where}>"

    def arrange(self, **changes: Unpack[ChosenOptions]) -> "Melody":
        """Return the same digits in another setting.

        Parameters
        ----------
        **changes
            Fields of `Setting`: tonic, tempo, tala, tuning, title; and raga, in which each digit keeps its rank.

        Returns
        -------
        Melody
            The same notes, as they sound in that setting.

        Raises
        ------
        TypeError, ValueError
            If a value is of another type or out of range.
        """
        return replace(self, setting=self.setting.change(**changes))


def cut(melody: Melody, start: int = 1, end: int | None = None) -> Melody:
    """Cut an excerpt out of a whole melody, without its coda.

    Parameters
    ----------
    melody : Melody
        One that is not an excerpt.
    start : int
        The first avartan, counted from 1.
    end : int, optional
        The last avartan, included; the song's last by default.

    Returns
    -------
    Melody
        The melody itself, without its coda, if the excerpt is all of it.

    Raises
    ------
    PrimesongError
        If the melody is an excerpt already, or does not have these avartans.
    """
    if melody.excerpt is not None:
        raise PrimesongError("the song is an excerpt already; cut the whole song")
    digits, tala = melody.number_digits, melody.setting.tala
    avartans = -(-len(digits) // tala.matras)
    last = avartans if end is None else end
    for avartan in (start, last):
        if not 1 <= avartan <= avartans:
            raise PrimesongError(
                f"{tala.cycle} {avartan:,} does not exist: with the tala {tala.name}, the song's are 1 to {avartans:,}"
            )
    if start > last:
        raise PrimesongError(f"the excerpt begins at {tala.cycle} {start:,}, after its end, {tala.cycle} {last:,}")
    if (start, last) == (1, avartans):
        return replace(melody, coda_digits="")
    kept = digits[(start - 1) * tala.matras : last * tala.matras]
    return Melody(kept, melody.setting, Excerpt(start, len(digits), sha256(digits)))
