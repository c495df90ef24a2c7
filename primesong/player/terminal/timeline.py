"""What is heard and what is known at every moment of a song: one value, from which every view of it is drawn.

Places count notes from 0; avartans and matras are counted from 1, as people do. Times are in seconds at the melody's
own tempo. When the note at a place begins, its digit is known: the first place + 1 digits are.
"""

from dataclasses import dataclass
from functools import cached_property

from primesong.limits import DEFAULT_LIMITS
from primesong.number.unfolding import Unfolding, unfold
from primesong.player.terminal.transport import Transport
from primesong.sargam.melody import Melody
from primesong.sargam.swara import Pitch


@dataclass(frozen=True, slots=True)
class Moment:
    """One note as it begins.

    Parameters
    ----------
    place : int
        Which note it is.
    seconds : float
        When it begins.
    digit : str
        Its digit.
    pitch : Pitch
        Its pitch.
    avartan, matra : int
        Where in the tala it is.
    mark : str
        The vibhag's mark if it begins one, else empty.
    certain, unpacked : int
        How many bytes of the number and of the program are known.
    coda : int
        Which note of the coda it is, counted from 1; 0 if it belongs to the number.
    """

    place: int
    seconds: float
    digit: str
    pitch: Pitch
    avartan: int
    matra: int
    mark: str
    certain: int
    unpacked: int
    coda: int = 0


@dataclass(frozen=True)
class Timeline:
    """A melody, with what its digits give one by one."""

    melody: Melody
    unfolding: Unfolding

    @property
    def notes(self) -> int:
        """How many notes there are."""
        return len(self.melody.played_digits)

    @property
    def avartans(self) -> int:
        """How many avartans the notes begin."""
        return -(-self.notes // self.melody.setting.tala.matras)

    @cached_property
    def data(self) -> bytes:
        """The bytes of the number that all the melody's notes fix."""
        return self.unfolding.number[: self.unfolding.certain[-1]]

    @cached_property
    def _pitches(self) -> list[Pitch]:
        return self.melody.pitches

    @cached_property
    def _marks(self) -> dict[int, str]:
        tala = self.melody.setting.tala
        return dict(zip(tala.starts, tala.marks, strict=True))

    def seconds(self, place: float) -> float:
        """Return when the note at a place begins."""
        return place * self.melody.setting.matra_seconds

    def moment(self, place: int) -> Moment:
        """Describe the note at a place. Raises `IndexError`."""
        if not 0 <= place < self.notes:
            raise IndexError(f"the notes' places are 0 to {self.notes - 1:,}, got {place:,}")
        avartan, matra = divmod(place, self.melody.setting.tala.matras)
        return Moment(
            place,
            self.seconds(place),
            self.melody.played_digits[place],
            self._pitches[place],
            self.melody.first_avartan + avartan,
            matra + 1,
            self._marks.get(matra, ""),
            self.unfolding.certain[place + 1],
            self.unfolding.unpacked[place + 1],
            max(place + 1 - len(self.melody.number_digits), 0),
        )

    def text(self, place: int) -> str:
        """Return the program's text as far as it is known when the note at a place begins."""
        return self.unfolding.text(place + 1)


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of a song.

    Parameters
    ----------
    timeline : Timeline
        The song.
    transport : Transport
        Where it is.
    script : str
        The script that swaras are written in.
    heard : str
        What is heard of it, in a word.
    help : bool
        Whether the keys are explained.
    hints : tuple of str
        What the last row says, if not the player's keys; the most important first.
    """

    timeline: Timeline
    transport: Transport
    script: str = "letters"
    heard: str = "silent"
    help: bool = False
    hints: tuple[str, ...] = ()

    @property
    def moment(self) -> Moment:
        """The note that sounds."""
        return self.timeline.moment(self.transport.place)


def make_timeline(melody: Melody) -> Timeline:
    """Unfold a melody. An excerpt gives its part of the program only if it begins with the song."""
    notes, excerpt = len(melody.played_digits), melody.excerpt
    if excerpt is None:
        return Timeline(melody, unfold(melody.number_digits).extend(len(melody.coda_digits)))
    if excerpt.start > 1 or not notes <= excerpt.notes <= DEFAULT_LIMITS.digits:
        return Timeline(melody, Unfolding(b"", b"", (0,) * (notes + 1), (0,) * (notes + 1)))
    # what a prefix fixes does not depend on the digits that follow it
    whole = unfold(melody.played_digits + "0" * (excerpt.notes - notes))
    certain, unpacked = whole.certain[: notes + 1], whole.unpacked[: notes + 1]
    known = Unfolding(whole.number[: certain[-1]], whole.program[: unpacked[-1]], certain, unpacked)
    return Timeline(melody, known)
