"""`play`: a song heard and seen in the terminal, while its program types itself out."""

import argparse
import contextlib
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import IO, Any

from primesong.actions.save import choose_sound
from primesong.cli.options import (
    SOURCES,
    add_limits,
    add_melody_options,
    positive,
    read_by,
)
from primesong.cli.progress import show_progress
from primesong.cli.song import open_arranged, select_options
from primesong.cli.sound_options import add_harmonium_options, check_harmonium_options
from primesong.errors import PrimesongError
from primesong.files.source import BUILT_IN
from primesong.options import SoundOptions
from primesong.player.terminal.screen import Terminal
from primesong.player.terminal.session import Clock, SilentClock, perform, recite
from primesong.player.terminal.speaker import open_speaker
from primesong.player.terminal.timeline import Timeline, View, make_timeline
from primesong.player.terminal.transport import SPEEDS, Transport
from primesong.sargam.melody import Melody
from primesong.sargam.script import SCRIPT_NAMES
from primesong.sargam.setting import FASTEST_TEMPO, SLOWEST_TEMPO
from primesong.sound.render.rendering import make_instrument
from primesong.sound.render.stream import Playable, make_stream

EXAMPLES = (
    "",
    "femtogpt.mid --from 12",
    "--silent --speed 2 --script devanagari",
    "--tempo vilambit --accompany tanpura,tabla --loop 12-14",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("song", nargs="?", default=BUILT_IN, help=f"{SOURCES} (default: femtogpt)")
    group = parser.add_argument_group("playing")
    group.add_argument("--silent", action="store_true", help="show the song in time, without sound")
    group.add_argument(
        "--speed",
        type=read_by(parse_speed),
        default=1.0,
        metavar="RATIO",
        help="0.25 to 4 times as fast, at the same pitch",
    )
    add_screen_options(group)
    add_melody_options(parser)
    add_harmonium_options(parser.add_argument_group("sound"))
    add_limits(parser)


def add_screen_options(group: Any) -> None:
    """Add where the song begins, which part of it is repeated, and how it looks."""
    group.add_argument(
        "--from",
        dest="first",
        type=positive,
        metavar="AVARTAN",
        help="start playing at this avartan (one cycle of the tala, a bar; default: the first)",
    )
    group.add_argument(
        "--loop", type=read_by(parse_avartans), metavar="A-B", help="repeat avartans A to B, both included"
    )
    group.add_argument(
        "--script",
        choices=SCRIPT_NAMES,
        default="letters",
        metavar="NAME",
        help=f"script for the swaras (notes): {', '.join(SCRIPT_NAMES)} (default: letters)",
    )
    group.add_argument(
        "--no-color", action="store_true", help="no colors; the environment variable NO_COLOR does the same"
    )


def run(options: argparse.Namespace) -> int:
    """Play the song: on a screen with keys, or, without a terminal, with a line for each avartan."""
    check_harmonium_options(options, not options.silent)
    with show_progress(options) as progress:
        melody = open_arranged(options.song, options, progress).melody
    slowest, fastest = _bound_speed(melody)
    if not slowest <= options.speed <= fastest:
        raise PrimesongError(
            f"at {melody.setting.laya}, the speed can be {slowest:g} to {fastest:g}, got {options.speed:g}"
        )
    view = _make_view(make_timeline(melody), options)
    with _open_clock(melody, options) as clock, open_keyboard() as keyboard:
        try:
            if keyboard is None:
                recite(view, clock, time.sleep, _say)
            else:
                _perform(view, clock, keyboard, options.no_color)
        except KeyboardInterrupt:
            return 130
    return 0


def _perform(view: View, clock: Clock, keyboard: IO[Any], no_color: bool) -> None:
    def pause() -> None:
        if clock.started and (transport := clock.now()).playing:
            clock.start(transport.toggle(), seek=False)

    terminal = Terminal(keyboard, sys.stdout, no_color)
    with terminal.take_over(pause):
        perform(view, clock, terminal, *_bound_speed(view.timeline.melody))


def _say(line: str) -> None:
    print(line, flush=True)


def _make_view(line: Timeline, options: argparse.Namespace) -> View:
    """Begin where --from and --loop say. Raises `PrimesongError` if the song has no such avartan."""
    first = line.melody.first_avartan
    last = first + line.avartans - 1
    for avartan in (options.first or first, *(options.loop or ())):
        if not first <= avartan <= last:
            raise PrimesongError(f"avartan {avartan:,} does not exist: the song's are {first:,} to {last:,}")
    transport = Transport(line.notes, line.melody.setting.tala.matras, speed=options.speed)
    if options.loop and options.first and not options.loop[0] <= options.first <= options.loop[1]:
        raise PrimesongError(f"avartan {options.first:,} is not among those that --loop repeats")
    if options.loop:
        transport = transport.repeat(*(avartan - first for avartan in options.loop))
    if options.first:
        transport = transport.go_to(options.first - first)
    return View(line, transport, options.script)


@contextlib.contextmanager
def _open_clock(melody: Melody, options: argparse.Namespace) -> Iterator[Clock]:
    """Open the sound, whose clock it is, or a clock alone."""
    if options.silent:
        yield SilentClock(melody.setting.matra_seconds)
        return
    with open_speaker(_prepare_sound(melody, options)) as speaker:
        yield speaker


def _prepare_sound(melody: Melody, options: argparse.Namespace) -> Callable[[float], Playable]:
    """Return a function that makes the melody's sound at a speed."""
    choice = choose_sound(**select_options(options, SoundOptions))
    instrument = make_instrument(choice)

    def play_at(speed: float) -> Playable:
        return make_stream(melody.arrange(tempo=melody.setting.tempo * speed), instrument, choice)

    return play_at


@contextlib.contextmanager
def open_keyboard() -> Iterator[IO[Any] | None]:
    """Find what keys are typed on, even if standard input is a song's file; None without a screen or a keyboard, or
    where the terminal can only print."""
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


def _bound_speed(melody: Melody) -> tuple[float, float]:
    """Return the slowest and the fastest speed at which a melody's tempo stays possible."""
    tempo = melody.setting.tempo
    return max(SPEEDS[0], SLOWEST_TEMPO / tempo), min(SPEEDS[-1], FASTEST_TEMPO / tempo)


def parse_speed(text: str) -> float:
    """Read a speed: 1 is the song's own, 2 is twice as fast."""
    try:
        ratio = float(text.removesuffix("x").removesuffix("×"))
    except ValueError:
        raise ValueError(f"expected a speed such as 2, twice as fast, got “{text}”") from None
    if not SPEEDS[0] <= ratio <= SPEEDS[-1]:
        raise ValueError(f"expected a speed from {SPEEDS[0]:g} to {SPEEDS[-1]:g}, got {text}")
    return ratio


def parse_avartans(text: str) -> tuple[int, int]:
    """Read avartans: "12-14", or "12" for one."""
    found = re.fullmatch(r"([0-9]{1,9})(?:[-–]([0-9]{1,9}))?", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2] or found[1]):
        raise ValueError(f"expected avartans such as 12-14, or 12 for one, got “{text}”")
    return int(found[1]), int(found[2] or found[1])
