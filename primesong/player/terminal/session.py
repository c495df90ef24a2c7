"""A song being played: keys move the transport, a clock moves it on, and what changes is shown.

The clock is the sound's own where there is sound, else the computer's. A frame is drawn when a note begins, when a key
is pressed and when the screen's size changes, and at no other time.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from primesong.player.terminal.canvas import Span
from primesong.player.terminal.frame import draw_frame
from primesong.player.terminal.timeline import Timeline, View
from primesong.player.terminal.transport import Transport
from primesong.sargam.script import spread_verse
from primesong.words import describe_clock

#: The longest wait between two looks at the clock, in seconds: a drifting clock is not wrong for longer.
_LONGEST_WAIT = 1.0

#: The shortest wait, in seconds: a note that begins now is shown at once.
_SHORTEST_WAIT = 0.001

#: What a key does to the transport.
_MOVES: dict[str, Callable[[Transport], Transport]] = {
    " ": Transport.toggle,
    "left": Transport.go_back,
    "right": Transport.go_forward,
    "home": Transport.go_to_first,
    "end": Transport.go_to_last,
    "l": Transport.toggle_loop,
    "a": Transport.set_mark,
    "b": Transport.repeat_from_mark,
}


class Clock(Protocol):
    """Where the song is while time passes."""

    @property
    def heard(self) -> str:
        """What is heard, in a word."""

    @property
    def started(self) -> bool:
        """Whether it was started."""

    def start(self, transport: Transport, seek: bool = True) -> None:
        """Start from a transport as soon as possible; without `seek`, from where the clock is."""

    def now(self) -> Transport:
        """Return what is heard at this moment."""


class Screen(Protocol):
    """What shows frames and returns keys."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""

    def draw(self, rows: list[list[Span]]) -> None:
        """Show rows of spans."""

    def wait_for_keys(self, seconds: float | None) -> list[str]:
        """Wait for keys, for some seconds at most."""


class SilentClock:
    """The computer's own clock.

    Parameters
    ----------
    matra : float
        How long a note lasts at the melody's own tempo, in seconds.
    seconds : callable
        Returns the time in seconds.
    """

    heard = "silent"

    def __init__(self, matra: float, seconds: Callable[[], float] = time.monotonic) -> None:
        self._matra, self._seconds = matra, seconds
        self._since = seconds()
        self._from: Transport | None = None

    @property
    def started(self) -> bool:
        """Whether it was started."""
        return self._from is not None

    def start(self, transport: Transport, seek: bool = True) -> None:
        """Start from a transport at once."""
        self._since, self._from = self._seconds(), transport

    def now(self) -> Transport:
        """Return the transport as it is by now."""
        if self._from is None:
            raise RuntimeError("the clock was not started")
        return self._from.advance((self._seconds() - self._since) * self._from.speed / self._matra)


def press(view: View, key: str, slowest: float, fastest: float) -> View:
    """Return the view after a key was pressed. A key without a meaning changes nothing."""
    if key in _MOVES:
        return replace(view, transport=_MOVES[key](view.transport), help=False)
    if key in ("up", "+", "="):
        return replace(view, transport=view.transport.speed_up(fastest))
    if key in ("down", "-"):
        return replace(view, transport=view.transport.slow_down(slowest))
    if key == "?":
        return replace(view, help=not view.help)
    return view


def perform(view: View, clock: Clock, screen: Screen, slowest: float, fastest: float) -> None:
    """Play a view's song on a screen until it is told to stop, at speeds from the slowest to the fastest."""
    screen.draw(
        draw_frame(replace(view, heard=clock.heard), *screen.size)
    )  # before there is sound, which takes a moment
    clock.start(view.transport)
    while True:
        view = replace(view, transport=clock.now(), heard=clock.heard)
        screen.draw(draw_frame(view, *screen.size))
        for key in screen.wait_for_keys(time_next(view.transport, view.timeline.melody.setting.matra_seconds)):
            if key in ("q", "Q"):
                return
            transport = clock.now()
            view = press(replace(view, transport=transport), key, slowest, fastest)
            if view.transport != transport:
                clock.start(view.transport, view.transport.position != transport.position)


def time_next(transport: Transport, matra: float) -> float | None:
    """Return the seconds until the next note begins, at most a second; None if none will."""
    if not transport.playing:
        return None
    left = int(transport.position) + 1 - transport.position
    return min(_LONGEST_WAIT, max(_SHORTEST_WAIT, left * matra / transport.speed))


def recite(view: View, clock: Clock, sleep: Callable[[float], None], say: Callable[[str], None]) -> None:
    """Play a view's song to its end and say each avartan as it begins, a late one too: for pipes and screen readers."""
    clock.start(view.transport)
    coming = view.transport.avartan
    while True:
        transport = clock.now()
        for avartan in range(coming, transport.avartan + 1):
            say(describe_avartan(view.timeline, avartan * transport.matras, view.script))
        if transport.ended:
            return
        coming = max(coming, transport.avartan + 1)  # the clock of what is heard may go back a little
        left = coming * transport.matras - transport.position
        sleep(max(_SHORTEST_WAIT, left * view.timeline.melody.setting.matra_seconds / transport.speed))


def describe_avartan(timeline: Timeline, start: int, script: str) -> str:
    """Write the avartan that begins at a place as a line: its number, its time, its swaras between its vibhags' marks,
    where the coda begins, and what its notes give of the program."""
    end = min(start + timeline.melody.setting.tala.matras, timeline.notes)
    first = timeline.moment(start)
    before = timeline.text(start - 1) if start else ""
    new = timeline.text(end - 1)[len(before) :]
    program = f"  program: {new!r}" if new else ""
    swaras = " ".join(_write_swaras(timeline, range(start, end), script))
    return f"{first.avartan:,}  {describe_clock(first.seconds)}  {swaras}{program}"


def _write_swaras(timeline: Timeline, places: range, script: str) -> list[str]:
    """Write the notes at some places: their swaras, the marks of their vibhags, and where the coda begins."""
    names = spread_verse(timeline.melody.setting.mapping, script)
    words = []
    for moment in map(timeline.moment, places):
        words += [f"| {moment.mark}".rstrip()] if moment.mark or moment.place == places.start else []
        words += ["coda:"] if moment.coda == 1 else []
        words.append(names[moment.digit])
    return words
