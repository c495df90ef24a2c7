"""Where the song is, and how it goes on: pause, seek, speed, loop. Pure: whoever has a clock says how much has passed.

A position is counted in matras from the song's first note, in fractions while a note lasts; an avartan is named by its
place in the song, counted from 0.
"""

from dataclasses import dataclass, replace

#: How fast a song may go, beside its own tempo.
SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)

#: Going back leads to the avartan's own beginning if it is further away than this, in matras.
_AGAIN = 2.0


@dataclass(frozen=True, slots=True)
class Transport:
    """A song of so many notes, in avartans of so many matras, at a position; its speed as a ratio; whether it plays;
    the notes that are repeated, from the first to that before the second; the avartan that was marked for a loop."""

    notes: int
    matras: int
    position: float = 0.0
    speed: float = 1.0
    playing: bool = True
    loop: tuple[int, int] | None = None
    mark: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.position <= self.notes:
            raise ValueError(f"a position lies between 0 and {self.notes}, got {self.position}")
        if self.loop is not None and not 0 <= self.loop[0] < self.loop[1] <= self.notes:
            raise ValueError(f"a loop lies between 0 and {self.notes}, got {self.loop}")

    @property
    def ended(self) -> bool:
        """Whether all has been played."""
        return self.position >= self.notes

    @property
    def place(self) -> int:
        """The note that sounds, or, at the end, the last that did."""
        return min(int(self.position), self.notes - 1)

    @property
    def avartan(self) -> int:
        """The avartan that sounds."""
        return self.place // self.matras

    def after(self, matras: float) -> "Transport":
        """Let so many matras pass, at whatever speed. At the song's end it stops, at a loop's it begins again."""
        if not self.playing or matras <= 0:
            return self
        position = self.position + matras
        if self.loop is not None and self.position < self.loop[1] <= position:
            first, end = self.loop
            return replace(self, position=first + (position - end) % (end - first))
        if position >= self.notes:
            return replace(self, position=float(self.notes), playing=False)
        return replace(self, position=position)

    def paused(self) -> "Transport":
        """Pause, or go on; at the end, begin anew."""
        if self.ended:
            return replace(self, position=0.0, playing=True)
        return replace(self, playing=not self.playing)

    def at_avartan(self, avartan: int) -> "Transport":
        """Go to an avartan's beginning, the nearest that there is; a loop that does not hold it is given up."""
        avartan = min(max(avartan, 0), (self.notes - 1) // self.matras)
        start = avartan * self.matras
        kept = self.loop is not None and self.loop[0] <= start < self.loop[1]
        return replace(self, position=float(start), loop=self.loop if kept else None)

    def back(self) -> "Transport":
        """Go to this avartan's beginning, or, from there, to the one before."""
        start = self.avartan * self.matras
        return self.at_avartan(self.avartan - (self.position - start < _AGAIN))

    def forward(self) -> "Transport":
        """Go to the next avartan."""
        return self.at_avartan(self.avartan + 1)

    def first(self) -> "Transport":
        """Go to the first avartan."""
        return self.at_avartan(0)

    def last(self) -> "Transport":
        """Go to the last avartan."""
        return self.at_avartan(self.notes)

    def faster(self, fastest: float = SPEEDS[-1]) -> "Transport":
        """Take the next higher speed, if it is not above `fastest`."""
        return replace(self, speed=next((s for s in SPEEDS if self.speed < s <= fastest), self.speed))

    def slower(self, slowest: float = SPEEDS[0]) -> "Transport":
        """Take the next lower speed, if it is not below `slowest`."""
        return replace(self, speed=next((s for s in reversed(SPEEDS) if slowest <= s < self.speed), self.speed))

    def looped(self) -> "Transport":
        """Repeat this avartan, or, if something is repeated, repeat no more."""
        return replace(self, loop=None) if self.loop else self.between(self.avartan, self.avartan)

    def marked(self) -> "Transport":
        """Mark this avartan as a loop's first."""
        return replace(self, mark=self.avartan)

    def looped_from_mark(self) -> "Transport":
        """Repeat the avartans from the marked one to this, in either order, or this one alone."""
        ends = sorted((self.avartan, self.avartan if self.mark is None else self.mark))
        return replace(self.between(*ends), mark=None)

    def between(self, first: int, last: int) -> "Transport":
        """Repeat the avartans from the first to the last, both included, which are in the song."""
        loop = (first * self.matras, min((last + 1) * self.matras, self.notes))
        inside = loop[0] <= self.position < loop[1]
        return replace(self, loop=loop, position=self.position if inside else float(loop[0]))
