"""`practice`: a song to play along, in the terminal."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from primesong.cli.commands.live.play import add_screen_options, open_keyboard
from primesong.cli.options import SOURCES, add_melody_options, add_output_options
from primesong.cli.progress import show_progress
from primesong.cli.song import open_arranged
from primesong.cli.terminal import print_path
from primesong.errors import NoProgramError, PrimesongError
from primesong.files.atomic import check_targets, write_whole
from primesong.files.kinds import MIDI, kind_of_suffix
from primesong.files.source import BUILT_IN
from primesong.player.practice.hands import Port, open_port
from primesong.player.practice.lesson import Lesson
from primesong.player.practice.session import Played, practice
from primesong.player.practice.summary import summarize
from primesong.player.practice.voice import open_voice
from primesong.player.terminal.screen import Terminal
from primesong.player.terminal.timeline import Timeline, View, make_timeline
from primesong.player.terminal.transport import Transport
from primesong.score.midi import write_performance
from primesong.song import compose

EXAMPLES = ("", "femtogpt --loop 1-4 --mode tempo --tempo 30", "song.mid --midi -o played.mid")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("song", nargs="?", default=BUILT_IN, help=f"{SOURCES} (default: femtogpt)")
    group = parser.add_argument_group("practicing")
    group.add_argument(
        "--mode",
        choices=("wait", "tempo"),
        default="wait",
        help="wait: the song waits for each note; tempo: it keeps going (default: wait)",
    )
    group.add_argument(
        "--midi",
        nargs="?",
        const="",
        metavar="NAME",
        help="play on a MIDI keyboard: the first, or the one with this name",
    )
    add_screen_options(group)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="save what was played, as MIDI")
    add_melody_options(parser)
    add_output_options(parser)


def run(options: argparse.Namespace) -> int:
    """Practice the song, then say how it went."""
    if options.output is not None:
        kind_of_suffix(options.output, (MIDI,))
    check_targets([options.output], options.force)
    with show_progress(options) as progress:
        melody = open_arranged(options.song, options, progress).melody
    timeline = make_timeline(melody)
    lesson = _make_lesson(timeline, options)
    played = _play(timeline, lesson, options)
    for line in (*summarize(lesson), *_decode(lesson)):
        print(line)
    if options.output is not None:
        write_whole(options.output, write_performance([(one.note, one.begin) for one in played]), options.force)
        print_path(options.output)
    return 0


def _make_lesson(timeline: Timeline, options: argparse.Namespace) -> Lesson:
    """Make the lesson that --from and --loop describe. Raises `PrimesongError` if the song has no such avartan."""
    start, last = timeline.melody.first_avartan, timeline.melody.first_avartan + timeline.avartans - 1
    first, end = options.loop or (options.first or start, last)
    if not start <= first <= end <= last:
        raise PrimesongError(f"avartans {first:,} to {end:,} do not exist: the song's are {start:,} to {last:,}")
    matras = timeline.melody.setting.tala.matras
    stop = min((end - start + 1) * matras, timeline.notes)
    return Lesson(timeline.melody, (first - start) * matras, stop, options.loop is not None)


def _play(timeline: Timeline, lesson: Lesson, options: argparse.Namespace) -> list[Played]:
    setting = timeline.melody.setting
    view = View(timeline, Transport(timeline.notes, setting.tala.matras), options.script)
    matra = setting.matra_seconds if options.mode == "tempo" else None
    with _open_port(options.midi) as port, open_keyboard() as keyboard:
        if keyboard is None:
            raise PrimesongError("practice needs a terminal with a screen and keys")
        terminal = Terminal(keyboard, sys.stdout, options.no_color)
        with terminal.take_over(lambda: None), open_voice() as sound:
            return practice(view, lesson, terminal, port=port, matra=matra, sound=sound)


@contextlib.contextmanager
def _open_port(name: str | None) -> Iterator[Port | None]:
    if name is None:
        yield None
        return
    with open_port(name) as port:
        yield port


def _decode(lesson: Lesson) -> list[str]:
    """If the whole number was played, decode what was played."""
    number = lesson.melody.number_digits
    if lesson.melody.excerpt or not lesson.digits.startswith(number):
        return []
    try:
        program = compose(int(lesson.digits[: len(number)])).program
    except NoProgramError:
        return []
    what = "a GPT" if "gpt" in lesson.melody.setting.title.lower() else "a program"
    return [f"You have just played {what}: your notes are its {len(program):,} bytes."]
