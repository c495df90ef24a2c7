"""A song being played: keys move the transport, a clock moves it on, and what changes is shown.

The clock is the sound's own where there is sound, else the computer's. Frames are drawn when a note begins, when a key
is pressed and when the screen's size changes, and at no other time.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from primesong.player.terminal.canvas import Span
from primesong.player.terminal.frame import View, frame
from primesong.player.terminal.timeline import Timeline
from primesong.player.terminal.transport import Transport
from primesong.sargam.script import verse

#: How long is waited at most, in seconds: so long a drifting clock can be wrong.
_LONGEST_WAIT = 1.0

_MOVES: dict[str, Callable[[Transport], Transport]] = {
    " ": Transport.paused,
    "left": Transport.back,
    "right": Transport.forward,
    "home": Transport.first,
    "end": Transport.last,
    "l": Transport.looped,
    "a": Transport.marked,
    "b": Transport.looped_from_mark,
}


class Clock(Protocol):
    """Where the song is while time passes."""

    @property
    def heard(self) -> str:
        """What is heard, in a word."""

    @property
    def started(self) -> bool:
        """Whether it was told to go on from somewhere."""

    def start(self, transport: Transport, seek: bool = True) -> None:
        """Go on from here, as soon as it can be; without `seek` the position is only where it was last seen."""

    def now(self) -> Transport:
        """Give what is heard at this moment."""


class Screen(Protocol):
    """What shows frames and gives keys."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""

    def draw(self, rows: list[list[Span]]) -> None:
        """Show rows of spans."""

    def keys(self, seconds: float | None) -> list[str]:
        """Wait at most so long for keys."""


class SilentClock:
    """The computer's own clock. matra : seconds a note lasts at the melody's own tempo."""

    heard = "silent"

    def __init__(self, matra: float, seconds: Callable[[], float] = time.monotonic) -> None:
        self._matra, self._seconds = matra, seconds
        self._since = seconds()
        self._from: Transport | None = None

    @property
    def started(self) -> bool:
        """Whether it was told to go on from somewhere."""
        return self._from is not None

    def start(self, transport: Transport, seek: bool = True) -> None:
        """Go on from here, at once."""
        self._since, self._from = self._seconds(), transport

    def now(self) -> Transport:
        """Give the transport as it is by now."""
        if self._from is None:
            raise RuntimeError("the clock was not started")
        return self._from.after((self._seconds() - self._since) * self._from.speed / self._matra)


def command(view: View, key: str, slowest: float, fastest: float) -> View:
    """Do what a key asks for; a key that asks for nothing changes nothing."""
    if key in _MOVES:
        return replace(view, transport=_MOVES[key](view.transport), help=False)
    if key in ("up", "+", "="):
        return replace(view, transport=view.transport.faster(fastest))
    if key in ("down", "-"):
        return replace(view, transport=view.transport.slower(slowest))
    if key == "?":
        return replace(view, help=not view.help)
    return view


def perform(view: View, clock: Clock, screen: Screen, slowest: float, fastest: float) -> None:
    """Play a view's song on a screen until it is told to stop."""
    screen.draw(frame(replace(view, heard=clock.heard), *screen.size))  # before there is sound, which takes a moment
    clock.start(view.transport)
    while True:
        view = replace(view, transport=clock.now(), heard=clock.heard)
        screen.draw(frame(view, *screen.size))
        for key in screen.keys(wait(view.transport, view.timeline.melody.setting.matra_seconds)):
            if key in ("q", "Q"):
                return
            transport = clock.now()
            view = command(replace(view, transport=transport), key, slowest, fastest)
            if view.transport != transport:
                clock.start(view.transport, view.transport.position != transport.position)


def wait(transport: Transport, matra: float) -> float | None:
    """Give the seconds until the next note begins, at most a second; None if none will."""
    if not transport.playing:
        return None
    left = int(transport.position) + 1 - transport.position
    return min(_LONGEST_WAIT, max(0.001, left * matra / transport.speed))


def recite(view: View, clock: Clock, sleep: Callable[[float], None], say: Callable[[str], None]) -> None:
    """Play a view's song to its end and say each avartan as it begins: for pipes, and for screen readers."""
    clock.start(view.transport)
    said = -1
    while not (transport := clock.now()).ended:
        if (start := transport.avartan * transport.matras) != said:
            say(line(view.timeline, start, view.script))
            said = start
        to_next = start + transport.matras - transport.position
        sleep(max(0.001, to_next * view.timeline.melody.setting.matra_seconds / transport.speed))


def line(timeline: Timeline, start: int, script: str) -> str:
    """Write the avartan that begins at a place as a line: its time, its swaras between its vibhags' marks, where the
    coda begins, and what of the program its notes tell."""
    names = verse(timeline.melody.setting.mapping, script)
    end = min(start + timeline.melody.setting.tala.matras, timeline.notes)
    words = []
    for place in range(start, end):
        moment = timeline.moment(place)
        words += [f"| {moment.mark}".rstrip()] if moment.mark or place == start else []
        words += ["coda:"] if moment.coda == 1 else []
        words.append(names[moment.digit])
    first, seconds = timeline.moment(start), int(timeline.seconds(start))
    before = timeline.text(start - 1) if start else ""
    told = timeline.text(end - 1)[len(before) :]
    program = f"  program: {told!r}" if told else ""
    return f"{first.avartan:,}  {seconds // 60}:{seconds % 60:02}  {' '.join(words)}{program}"
