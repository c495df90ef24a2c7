"""Where the song is, and how it continues: pause, seek, speed, loop. Pure: a clock says elsewhere what time has passed.

A position is counted in matras from the song's first note, in fractions while a note lasts; an avartan is named by its
place in the song, counted from 0.
"""

from dataclasses import dataclass, replace

#: How fast a song may go, as a ratio to its own tempo.
SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)

#: Going back leads to the beginning of the current avartan if that is further away than this, in matras.
_FAR = 2.0


@dataclass(frozen=True, slots=True)
class Transport:
    """A song at a position. Every method returns the transport as it is afterwards.

    Parameters
    ----------
    notes : int
        How many notes the song has.
    matras : int
        How many matras an avartan has.
    position : float
        Where the song is, 0 to `notes`.
    speed : float
        A ratio to the song's own tempo.
    playing : bool
        Whether it plays.
    loop : (int, int) or None
        The notes that are repeated, from the first to before the second.
    mark : int or None
        The avartan that was marked as the first of a loop.
    """

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
        """Whether everything has been played."""
        return self.position >= self.notes

    @property
    def place(self) -> int:
        """The note that sounds, or, at the end, the last one that did."""
        return min(int(self.position), self.notes - 1)

    @property
    def avartan(self) -> int:
        """The avartan that sounds."""
        return self.place // self.matras

    def advance(self, matras: float) -> "Transport":
        """Let some matras pass, whatever the speed. The song stops at its end, and a loop begins again at its own."""
        if not self.playing or matras <= 0:
            return self
        position = self.position + matras
        if self.loop is not None and self.position < self.loop[1] <= position:
            first, end = self.loop
            return replace(self, position=first + (position - end) % (end - first))
        if position >= self.notes:
            return replace(self, position=float(self.notes), playing=False)
        return replace(self, position=position)

    def toggle(self) -> "Transport":
        """Pause, or resume; at the end, start again."""
        if self.ended:
            return replace(self, position=0.0, playing=True)
        return replace(self, playing=not self.playing)

    def go_to(self, avartan: int) -> "Transport":
        """Go to the beginning of an avartan, or of the nearest one that exists; end a loop that does not hold it."""
        avartan = min(max(avartan, 0), (self.notes - 1) // self.matras)
        start = avartan * self.matras
        kept = self.loop is not None and self.loop[0] <= start < self.loop[1]
        return replace(self, position=float(start), loop=self.loop if kept else None)

    def go_back(self) -> "Transport":
        """Go to the beginning of this avartan, or, close to it, of the one before."""
        start = self.avartan * self.matras
        return self.go_to(self.avartan - (self.position - start < _FAR))

    def go_forward(self) -> "Transport":
        """Go to the next avartan."""
        return self.go_to(self.avartan + 1)

    def go_to_first(self) -> "Transport":
        """Go to the first avartan."""
        return self.go_to(0)

    def go_to_last(self) -> "Transport":
        """Go to the last avartan."""
        return self.go_to(self.notes)

    def speed_up(self, fastest: float = SPEEDS[-1]) -> "Transport":
        """Take the next higher speed, if it is not above `fastest`."""
        return replace(self, speed=next((s for s in SPEEDS if self.speed < s <= fastest), self.speed))

    def slow_down(self, slowest: float = SPEEDS[0]) -> "Transport":
        """Take the next lower speed, if it is not below `slowest`."""
        return replace(self, speed=next((s for s in reversed(SPEEDS) if slowest <= s < self.speed), self.speed))

    def toggle_loop(self) -> "Transport":
        """Repeat this avartan, or, if anything is repeated, stop repeating."""
        return replace(self, loop=None) if self.loop else self.repeat(self.avartan, self.avartan)

    def set_mark(self) -> "Transport":
        """Mark this avartan as the first of a loop."""
        return replace(self, mark=self.avartan)

    def repeat_from_mark(self) -> "Transport":
        """Repeat the avartans from the marked one to this one, in either order; without a mark, this one alone."""
        ends = sorted((self.avartan, self.avartan if self.mark is None else self.mark))
        return replace(self.repeat(*ends), mark=None)

    def repeat(self, first: int, last: int) -> "Transport":
        """Repeat the avartans from the first to the last, both included."""
        loop = (first * self.matras, min((last + 1) * self.matras, self.notes))
        inside = loop[0] <= self.position < loop[1]
        return replace(self, loop=loop, position=self.position if inside else float(loop[0]))
