"""`play`: a song heard and seen, while the program comes out of it."""

import argparse
import contextlib
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, Any

from primesong.cli.commands.compose import arranged
from primesong.cli.commands.listen import song_in
from primesong.cli.options import (
    SOURCES,
    add_command,
    add_harmonium_options,
    add_limits,
    add_melody_options,
    check_harmonium_options,
    positive,
)
from primesong.errors import PrimesongError
from primesong.files import formats, recordings
from primesong.sargam.script import SCRIPT_NAMES

if TYPE_CHECKING:
    from primesong.player.terminal.frame import View
    from primesong.player.terminal.session import Clock
    from primesong.player.terminal.timeline import Timeline
    from primesong.sargam.melody import Melody
    from primesong.sound.render.stream import Stream


def add_commands(commands: Any) -> None:
    """Add the command of this module."""
    parser = add_command(
        commands,
        "play",
        _play,
        "hear a song and see it pass, while its program types itself out",
        "",
        "femtogpt.mid --from 12",
        "--silent --speed 2 --script devanagari",
        "--tempo vilambit --accompany tanpura,tabla --loop 12-14",
    )
    parser.add_argument("song", nargs="?", default=formats.BUILT_IN, help=f"{SOURCES} (default: femtogpt)")
    group = parser.add_argument_group("playing")
    group.add_argument("--silent", action="store_true", help="show it in time, without sound")
    group.add_argument("--from", dest="first", type=positive, metavar="AVARTAN", help="begin here (default: 1)")
    group.add_argument(
        "--speed", type=_speed, default=1.0, metavar="RATIO", help="0.25 to 4 times as fast, at the same pitch"
    )
    group.add_argument("--loop", type=_avartans, metavar="A-B", help="repeat avartans A to B, both included")
    group.add_argument(
        "--script",
        choices=SCRIPT_NAMES,
        default="letters",
        metavar="NAME",
        help=f"how swaras are written: {', '.join(SCRIPT_NAMES)} (default: letters)",
    )
    group.add_argument("--no-color", action="store_true", help="no colours; NO_COLOR in the environment says the same")
    add_melody_options(parser)
    add_harmonium_options(parser.add_argument_group("sound"))
    add_limits(parser)


def _play(options: argparse.Namespace) -> int:
    from primesong.player.terminal import session
    from primesong.player.terminal.timeline import timeline

    check_harmonium_options(options, not options.silent)
    melody = arranged(song_in(options.song, options), options).melody
    slowest, fastest = _bounds(melody)
    if not slowest <= options.speed <= fastest:
        raise PrimesongError(
            f"at {melody.setting.tempo:g} beats a minute a speed lies between {slowest:g} and {fastest:g}, "
            f"got {options.speed:g}"
        )
    view = _view(timeline(melody), options)
    with _clock(melody, options) as clock, _keyboard() as keyboard:
        try:
            if keyboard is None:
                session.recite(view, clock, time.sleep, _say)
            else:
                _perform(view, clock, keyboard, options.no_color)
        except KeyboardInterrupt:
            return 130
    return 0


def _perform(view: "View", clock: "Clock", keyboard: IO[Any], no_color: bool) -> None:
    from primesong.player.terminal.screen import Terminal
    from primesong.player.terminal.session import perform

    def pause() -> None:
        if clock.started and (transport := clock.now()).playing:
            clock.start(transport.paused(), seek=False)

    terminal = Terminal(keyboard, sys.stdout, no_color)
    with terminal.taken(pause):
        perform(view, clock, terminal, *_bounds(view.timeline.melody))


def _say(line: str) -> None:
    print(line, flush=True)


def _view(line: "Timeline", options: argparse.Namespace) -> "View":
    """Begin where it was asked for. Raises `PrimesongError` if the song has no such avartan."""
    from primesong.player.terminal.frame import View
    from primesong.player.terminal.transport import Transport

    first = line.melody.first_avartan
    last = first + line.avartans - 1
    for avartan in (options.first or first, *(options.loop or ())):
        if not first <= avartan <= last:
            raise PrimesongError(f"there is no avartan {avartan:,}: the song's are {first:,} to {last:,}")
    transport = Transport(line.notes, line.melody.setting.tala.matras, speed=options.speed)
    if options.loop and options.first and not options.loop[0] <= options.first <= options.loop[1]:
        raise PrimesongError(f"avartan {options.first:,} is not among those that --loop repeats")
    if options.loop:
        transport = transport.between(*(avartan - first for avartan in options.loop))
    if options.first:
        transport = transport.at_avartan(options.first - first)
    return View(line, transport, options.script)


@contextlib.contextmanager
def _clock(melody: "Melody", options: argparse.Namespace) -> "Iterator[Clock]":
    """Open the sound, or a clock alone."""
    from primesong.player.terminal.session import SilentClock

    if options.silent:
        yield SilentClock(melody.setting.matra_seconds)
        return
    from primesong.player.terminal.speaker import opened

    with opened(_sounds(melody, options)) as speaker:
        yield speaker


def _sounds(melody: "Melody", options: argparse.Namespace) -> "Callable[[float], Stream]":
    """Give what makes the sound at a speed."""
    from primesong.sound.render.rendering import RenderOptions, make_instrument
    from primesong.sound.render.stream import make_stream

    played = RenderOptions(
        sample=recordings.read_sample(options.sample, options.limits),
        sample_pitch=options.sample_pitch,
        legato=options.legato,
        bellows=options.bellows,
        accompaniment=options.accompany,
    )
    instrument = make_instrument(played)
    return lambda speed: make_stream(melody.arrange(tempo=melody.setting.tempo * speed), instrument, played)


@contextlib.contextmanager
def _keyboard() -> Iterator[IO[Any] | None]:
    """Find what keys are typed on, also if standard input is a song's file; None where there is no screen to draw on or
    no keyboard, or where the terminal can do no more than print."""
    able = os.environ.get("TERM", "dumb") not in ("dumb", "unknown", "") and find_spec("termios") is not None
    if not able or not sys.stdout.isatty():
        yield None
    elif sys.stdin.isatty():
        yield sys.stdin
    else:
        try:
            terminal = open("/dev/tty", "rb", buffering=0)  # noqa: PTH123, SIM115
        except OSError:
            yield None
            return
        with terminal:
            yield terminal


def _bounds(melody: "Melody") -> tuple[float, float]:
    """Give the slowest and the fastest speed at which a melody's tempo stays one that a melody can have."""
    from primesong.player.terminal.transport import SPEEDS
    from primesong.sargam.setting import FASTEST_TEMPO, SLOWEST_TEMPO

    return max(SPEEDS[0], SLOWEST_TEMPO / melody.setting.tempo), min(SPEEDS[-1], FASTEST_TEMPO / melody.setting.tempo)


def _speed(text: str) -> float:
    from primesong.player.terminal.transport import SPEEDS

    try:
        ratio = float(text.removesuffix("x").removesuffix("×"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no speed; 1 is the song's own, 2 twice as fast") from None
    if not SPEEDS[0] <= ratio <= SPEEDS[-1]:
        raise argparse.ArgumentTypeError(f"a speed lies between {SPEEDS[0]:g} and {SPEEDS[-1]:g}, got {text}")
    return ratio


def _avartans(text: str) -> tuple[int, int]:
    """Read "12-14", or "12" for one."""
    found = re.fullmatch(r"([0-9]{1,9})(?:[-–]([0-9]{1,9}))?", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2] or found[1]):
        raise argparse.ArgumentTypeError(f"“{text}” is no stretch of avartans; write 12-14, or 12 for one")
    return int(found[1]), int(found[2] or found[1])
