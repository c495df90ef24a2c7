"""A lesson: some notes of a song to play, what was played of them, and what was wrong. The page has the same
(`page/web/practice/lesson.js`).

In wait mode the lesson waits at each note until it is played. In tempo mode notes pass by a clock: a press belongs to
the note whose onset is nearest, and a note is missed if it is not played before half of it has passed. Places count
notes from the song's first, as if nothing repeated: what a loop repeats is new each time.
"""

import math
from dataclasses import dataclass, field

from primesong.sargam.melody import Melody


@dataclass(slots=True)
class Tally:
    """How often a note was played right, played wrong, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __str__(self) -> str:
        return f"{self.right:,} right, {self.wrong:,} wrong, {self.missed:,} missed"


@dataclass(slots=True)
class Lesson:
    """A lesson under way.

    Parameters
    ----------
    melody : Melody
        The song.
    first, end : int
        The first note to play, and the one before which the lesson ends.
    loops : bool
        Whether it begins again at its end.

    Attributes
    ----------
    place : int
        The next note.
    by_digit, by_avartan : dict
        What was played by the digit that was to be played, and by avartan, counted from 0.
    digits : str
        The digits that were played right, in their order.
    """

    melody: Melody
    first: int
    end: int
    loops: bool = False
    place: int = field(init=False)
    by_digit: dict[str, Tally] = field(init=False, default_factory=dict)
    by_avartan: dict[int, Tally] = field(init=False, default_factory=dict)
    digits: str = field(init=False, default="")
    _played: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.place = self.first

    def note_at(self, place: int) -> int:
        """Return the song's note at a place."""
        return self.first + (place - self.first) % (self.end - self.first) if self.loops else place

    @property
    def note(self) -> int:
        """The note that is next; at the end, the last one."""
        return min(self.note_at(self.place), self.end - 1)

    @property
    def over(self) -> bool:
        """Whether every note has been played or has passed."""
        return not self.loops and self.place >= self.end

    @property
    def total(self) -> Tally:
        """What was played so far."""
        tallies = self.by_avartan.values()
        return Tally(*(sum(getattr(one, name) for one in tallies) for name in ("right", "wrong", "missed")))

    def play(self, midi_note: int, passed: float | None = None) -> bool:
        """Play a key; in tempo mode, after some notes have passed. Return whether it was right."""
        return self.strike(midi_note) if passed is None else self.strike_at(midi_note, passed)

    def strike(self, midi_note: int) -> bool:
        """Play a key in wait mode; return whether it was right."""
        if self.over:
            return False
        right = self._judge(self.place, midi_note)
        self.place += right
        return right

    def strike_at(self, midi_note: int, passed: float) -> bool:
        """Play a key in tempo mode, after some notes have passed; return whether it was right."""
        place = max(math.floor(passed + 0.5), self.first)
        if not self.loops and place >= self.end:
            return False
        right = self._judge(place, midi_note, again=place in self._played)
        if right:
            self._played.add(place)
        return right

    def let_pass(self, passed: float) -> None:
        """Let notes pass in tempo mode; those that were not played are missed."""
        while not self.over and self.place + 0.5 <= passed:
            if self.place not in self._played:
                self._count(self.place, "missed")
            self._played.discard(self.place)
            self.place += 1

    def _judge(self, place: int, midi_note: int, again: bool = False) -> bool:
        right = not again and midi_note == self.melody.midi_notes[self.note_at(place)]
        self._count(place, "right" if right else "wrong")
        if right:
            self.digits += self.melody.played_digits[self.note_at(place)]
        return right

    def _count(self, place: int, how: str) -> None:
        note = self.note_at(place)
        digit, avartan = self.melody.played_digits[note], note // self.melody.setting.tala.matras
        for tally in (self.by_digit.setdefault(digit, Tally()), self.by_avartan.setdefault(avartan, Tally())):
            setattr(tally, how, getattr(tally, how) + 1)
