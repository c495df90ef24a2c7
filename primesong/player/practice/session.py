"""A song that is practiced on a screen: the next key is shown, notes are taken, what is known so far is drawn.

The screen is the player's: what it shows as sounding is the note to be played next.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from primesong.player.practice.hands import KEYS, Port, list_notes, read_hands
from primesong.player.practice.lesson import Lesson
from primesong.player.terminal.frame import draw_frame
from primesong.player.terminal.session import Screen
from primesong.player.terminal.timeline import View
from primesong.sargam.script import spread_verse

#: How often a MIDI keyboard is looked at, and a clock in tempo mode, in seconds.
_LOOK_SECONDS = 0.005

#: How many matras pass before the first note, in tempo mode.
_LEAD_MATRAS = 8


@dataclass(frozen=True, slots=True)
class Played:
    """A MIDI note, and when it was played, in seconds."""

    note: int
    begin: float


def practice(
    view: View,
    lesson: Lesson,
    screen: Screen,
    *,
    port: Port | None = None,
    matra: float | None = None,
    sound: Callable[[int], None] = lambda note: None,
    seconds: Callable[[], float] = time.monotonic,
) -> list[Played]:
    """Practice until the lesson is over or q is pressed.

    Parameters
    ----------
    view : View
        The song, as it is shown.
    lesson : Lesson
        What is to be played; it keeps what was.
    screen : Screen
        What shows frames and returns keys.
    port : Port, optional
        A MIDI keyboard.
    matra : float, optional
        How long a note lasts in tempo mode, in seconds; None for wait mode.
    sound : callable
        Sounds a MIDI note that was played.
    seconds : callable
        Returns the time in seconds.

    Returns
    -------
    list of Played
        Every key that was pressed.
    """
    notes, played = list_notes(view.timeline.melody), list[Played]()
    view = replace(view, hints=("q finish", _explain_keys(view)))
    wait = None if port is None and matra is None else _LOOK_SECONDS
    begun = seconds() + _LEAD_MATRAS * (matra or 0)
    shown, keys = None, list[str]()
    while not lesson.over and "q" not in keys:
        wanted = (_show_next(view, lesson), screen.size)
        if wait is None or wanted != shown:  # a look at the clock alone changes nothing
            screen.draw(draw_frame(wanted[0], *screen.size))
        shown = wanted
        keys = screen.wait_for_keys(wait)
        now = seconds()
        passed = lesson.first + (now - begun) / matra if matra else None
        for note in read_hands(keys, notes, port):
            sound(note)
            played.append(Played(note, now))
            lesson.play(note, passed)
        if passed is not None:
            lesson.let_pass(passed)
    return played


def _show_next(view: View, lesson: Lesson) -> View:
    """Return the view of the note that is next, and of the progress."""
    transport = replace(view.transport, position=float(lesson.note))
    return replace(view, transport=transport, heard=str(lesson.total))


def _explain_keys(view: View) -> str:
    """Say which key plays which swara."""
    melody = view.timeline.melody
    names = spread_verse(melody.setting.mapping, view.script)
    ascending = sorted(names, key=lambda digit: melody.setting.mapping.pitch(digit).semitones)
    return "  ".join(f"{key} {names[digit]}" for key, digit in zip(KEYS, ascending, strict=True))
