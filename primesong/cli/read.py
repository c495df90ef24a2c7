"""`decode`, `verify` and `notes`: what is inside a song."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primesong import formats
from primesong.cli.options import SOURCES, add_command, add_effort, add_force, add_quiet, listed, positive
from primesong.cli.progress import progress, working
from primesong.errors import PrimesongError

if TYPE_CHECKING:
    from primesong.song import Song
    from primesong.sound.retrieval import Heard

_PICTURES = (".png", ".svg")


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    _add_decode(commands)
    _add_verify(commands)
    _add_listen(commands)
    _add_notes(commands)


def _add_decode(commands: Any) -> None:
    parser = add_command(
        commands,
        "decode",
        _decode,
        "give the program inside a song; it is never executed",
        "femtogpt.mid > gpt.py",
        "femtogpt.musicxml -o gpt.py",
        "- < number.txt",
    )
    parser.add_argument("song", nargs="+", help=f"{SOURCES}; or several recordings of one song")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="file (default: standard output)")
    parser.add_argument(
        "--limit", type=positive, default=1 << 20, metavar="BYTES", help="longest program to unpack (default: 1048576)"
    )
    add_effort(parser)
    add_force(parser)
    add_quiet(parser)


def _decode(options: argparse.Namespace) -> int:
    from primesong.song import decode

    program = decode(_song_or_heard(options.song, options)[0], options.limit)
    if options.output is not None:
        with formats.whole_files([options.output], options.force) as [temporary]:
            temporary.write_bytes(program)
    elif sys.stdout.isatty():
        print(_harmless(program), end="")
    else:
        sys.stdout.buffer.write(program)
    return 0


def _harmless(program: bytes) -> str:
    """Show a program on a terminal: what could steer the terminal is replaced by a question mark in a box."""
    text = program.decode("utf-8", "replace")
    return "".join(character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text)


def _add_verify(commands: Any) -> None:
    parser = add_command(
        commands,
        "verify",
        _verify,
        "check a song: digits, primality, payload, CRC-32, SHA-256; exit 0 only if all hold",
        "femtogpt",
        "femtogpt.mid --json",
    )
    parser.add_argument("song", nargs="+", help=f"{SOURCES}; or several recordings of one song")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help=f"save a picture of what was heard, as {listed(_PICTURES)}"
    )
    add_effort(parser)
    add_force(parser)
    add_quiet(parser)


def _verify(options: argparse.Namespace) -> int:
    import json

    from primesong.report import examine

    song, heard = _song_or_heard(options.song, options)
    with working(options, f"testing {len(song.digits):,} digits"):
        report = examine(song)
    if options.plot is not None:
        _draw_heard(heard, options)
    evidence = {"heard": heard.evidence} if heard is not None else {}
    if options.json:
        print(json.dumps(report.to_json() | evidence, indent=2, ensure_ascii=False))
    else:
        print("\n".join(report.lines() + ([heard.summary] if heard is not None else [])))
    return 0 if report.holds else 1


def _draw_heard(heard: "Heard | None", options: argparse.Namespace) -> None:
    """Save the picture of what was heard."""
    from primesong.sound.picture import draw

    kind = options.plot.suffix.lower()
    if kind not in _PICTURES:
        raise PrimesongError(f"{options.plot}: pictures are saved as {listed(_PICTURES)}")
    if heard is None:
        raise PrimesongError("--plot shows what was heard in a recording; this song is none")
    picture = draw(formats.opening_bars(options.song[heard.recording]), heard, kind.removeprefix("."))
    with formats.whole_files([options.plot], options.force) as [temporary]:
        temporary.write_bytes(picture)


def _song_or_heard(sources: Sequence[str], options: argparse.Namespace) -> "tuple[Song, Heard | None]":
    """Load a song; or hear it in a recording, or in several."""
    from primesong.song import Song

    recordings = [source for source in sources if formats.is_recording(source)]
    if not recordings and len(sources) == 1:
        return formats.load(sources[0]), None
    if len(recordings) < len(sources):
        raise PrimesongError("several songs are given; only recordings of one song can be read together")
    with progress(options, "listening") as show:
        heard = formats.hear(sources, options.effort, lambda done: show(round(100 * done), 100))
    return Song(heard.melody), heard


def _add_listen(commands: Any) -> None:
    parser = add_command(
        commands,
        "listen",
        _listen,
        "hear a song live, from the microphone or a pipe; the program appears as it becomes certain",
        "",
        "- < song.wav",
    )
    parser.add_argument("source", nargs="?", choices=(formats.STANDARD_STREAM,), help="- for WAV or raw sound on stdin")
    parser.add_argument(
        "--rate", type=positive, default=44100, metavar="HZ", help="rate of raw 16-bit mono samples (default: 44100)"
    )
    add_effort(parser)
    add_quiet(parser)


def _listen(options: argparse.Namespace) -> int:
    from primesong.sound import live
    from primesong.sound.retrieval import EFFORT, retrieve

    if options.source is None:
        rate = options.rate
        blocks = live.microphone(rate)
    else:
        blocks, rate = live.read_stream(sys.stdin.buffer, options.rate)
    said, known = b"", b""
    for report, heard in live.follow(blocks, rate):
        if not options.quiet:
            print(report, file=sys.stderr, flush=True)
        if report.program.startswith(said):
            # the newest notes may still be read otherwise when more are heard: one report is waited for
            fresh = report.program[len(said) :] if report.program.startswith(known) else b""
            fresh = fresh[: max(0, len(known) - len(said))]
            sys.stdout.write(_harmless(fresh))
            sys.stdout.flush()
            said, known = said + fresh, report.program
        whole = heard
    program = retrieve([(whole, rate)], options.effort or EFFORT).repaired.program
    if program.startswith(said):
        sys.stdout.write(_harmless(program[len(said) :]))
    else:
        sys.stdout.write("\n\n" + _harmless(program))
    return 0


def _add_notes(commands: Any) -> None:
    parser = add_command(
        commands,
        "notes",
        _notes,
        "show which digit sounds which swara, and how often",
        "femtogpt",
        "femtogpt.mid --json",
        "femtogpt --plot notes.png",
    )
    parser.add_argument("song", help=SOURCES)
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help=f"save a picture of counts and first bars, as {listed(_PICTURES)}"
    )
    add_force(parser)


def _notes(options: argparse.Namespace) -> int:
    import json

    from primesong.report import SWARAS_OF, table

    song = formats.load(options.song)
    if options.plot is not None:
        from primesong.score.picture import draw

        kind = options.plot.suffix.lower()
        if kind not in _PICTURES:
            raise PrimesongError(f"{options.plot}: pictures are saved as {listed(_PICTURES)}")
        with formats.whole_files([options.plot], options.force) as [temporary]:
            temporary.write_bytes(draw(song.melody, kind.removeprefix(".")))
    rows = table(song)
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    print("rank  digit  swara      letter  semitones  note  count")
    for row in rows:
        print("{rank:4}  {digit:>5}  {swara:9}  {letter:6}  {semitones:+9}  {note:4}  {count:5,}".format(**row))
    print(f"\n{SWARAS_OF}")
    return 0
