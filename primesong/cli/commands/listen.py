"""`listen`: a song heard live; `transcribe`: a recording's notes; and how the other commands hear a recording."""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primesong.cli.options import add_command, add_effort, add_force, add_limits, add_quiet, listed, positive
from primesong.cli.progress import libraries_silenced, progress
from primesong.cli.terminal import harmless
from primesong.errors import PrimesongError
from primesong.files import atomic, formats, recordings

if TYPE_CHECKING:
    from primesong.song import Song
    from primesong.sound.blocks import Block
    from primesong.sound.capture import Ear
    from primesong.sound.hear.reading import Heard

    Source = str | Path | recordings.Held


def add_commands(commands: Any) -> None:
    """Add the command of this module."""
    parser = add_command(
        commands,
        "listen",
        _listen,
        "hear a song live, from the microphone or a pipe; the program appears as it becomes certain",
        "",
        "- < song.wav",
    )
    parser.add_argument("source", nargs="?", choices=(atomic.STANDARD_STREAM,), help="- for WAV or raw sound on stdin")
    parser.add_argument(
        "--rate", type=positive, default=44100, metavar="HZ", help="rate of raw 16-bit mono samples (default: 44100)"
    )
    add_effort(parser)
    add_limits(parser)
    add_quiet(parser)
    _add_transcribe(commands)


def _add_transcribe(commands: Any) -> None:
    parser = add_command(
        commands,
        "transcribe",
        _transcribe,
        "write down the notes of a recording, whether there is a program in them or not",
        "song.mp3 -o notes.mid",
        "excerpt.wav -o notes.csv",
    )
    parser.add_argument(
        "recording", help="a recording of any song in our ten pitches, even of a part of it, or - for standard input"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help=f"{listed(recordings.TRANSCRIPTION_SUFFIXES)}: MIDI, a note a matra; or a table of times, probabilities",
    )
    add_force(parser)
    add_limits(parser)
    add_quiet(parser)


def _transcribe(options: argparse.Namespace) -> int:
    with libraries_silenced(), progress(options, "listening") as show:
        heard = recordings.transcribe(
            options.recording,
            options.output,
            options.force,
            lambda done: show(round(100 * done), 100),
            options.limits,
        )
    notes, sa, tempo = len(heard.midi_notes), heard.tonic_hertz, heard.tempo
    print(f"{options.output}: {notes:,} notes, Sa {sa:.1f} Hz, {tempo:.2f} beats a minute")
    return 0


def _listen(options: argparse.Namespace) -> int:
    from primesong.sound.hear import live
    from primesong.sound.hear.retrieval import EFFORT, retrieve

    ear, rate = _ear(options)
    text, kept = live.SteadyText(), list["Block"]()
    with _until_interrupted(ear):
        for report in live.follow(ear, rate, kept):
            if not options.quiet:
                print(report, file=sys.stderr, flush=True)
            text, fresh = text.update(report.program)
            sys.stdout.write(harmless(fresh))
            sys.stdout.flush()
    heard = retrieve([(kept, rate)], options.effort or EFFORT)
    sys.stdout.write(harmless(text.finish(heard.program)))
    return 0


def _ear(options: argparse.Namespace) -> "tuple[Ear, int]":
    """Listen to the microphone or to a pipe, whose sample rate may be another."""
    from primesong.sound import capture
    from primesong.sound.blocks import check_rate, limit_length

    if options.source is None:
        rate = options.rate
        blocks = capture.read_microphone(rate, _say_that_sound_was_lost)
    else:
        check_rate(options.rate)
        # a thread that waits with the buffer of sys.stdin would keep Python from ending
        pipe = os.fdopen(sys.stdin.fileno(), "rb", closefd=False)
        blocks, rate = capture.read_stream(pipe, options.rate, options.limits)
    return capture.Ear(limit_length(blocks, rate, options.limits)), rate


def _say_that_sound_was_lost() -> None:
    print(
        "primesong: some of the microphone's sound was lost: this machine was too busy to take it in", file=sys.stderr
    )


@contextlib.contextmanager
def _until_interrupted(ear: "Ear") -> Iterator[None]:
    """Let Ctrl-C, whenever it comes, end what is heard and nothing else; a second one is as usual."""

    def end(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, usual)
        ear.end()

    usual = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def opened(options: argparse.Namespace) -> "list[Source]":
    """Read what can be read only once, if it is among the songs: it is then known what it is."""
    return [
        source if source == formats.BUILT_IN else recordings.held(source, options.limits) for source in options.song
    ]


def song_or_heard(opened: "Sequence[Source]", options: argparse.Namespace) -> "tuple[Song, Heard | None]":
    """Load a song; or hear it in a recording, or in several."""
    from primesong.song import Song

    sounding = sum(source != formats.BUILT_IN and recordings.is_recording(source) for source in opened)
    if not sounding and len(opened) == 1:
        return formats.load(opened[0], options.limits), None
    if sounding < len(opened):
        raise PrimesongError("several songs are given; only recordings of one song can be read together")
    with libraries_silenced(), progress(options, "listening") as show:
        heard = recordings.hear(opened, options.effort, lambda done: show(round(100 * done), 100), options.limits)
    return Song(heard.melody, limit=options.limits.program), heard


def song_in(source: str, options: argparse.Namespace) -> "Song":
    """Load a song, for a command that takes one; a recording is heard in silence."""
    with libraries_silenced():
        return formats.load(source, options.limits)


def draw_heard(heard: "Heard", opened: "Sequence[Source]", kind: str, options: argparse.Namespace) -> None:
    """Save the picture of what was heard, a "png" or an "svg"."""
    from primesong.sound.hear.plot import draw

    picture = draw(recordings.opening_bars(opened[heard.recording], options.limits), heard, kind)
    with atomic.whole_files([options.plot], options.force) as [temporary]:
        temporary.write_bytes(picture)
