"""`decode`, `verify` and `notes`: what is inside a song."""

import argparse
import sys
from pathlib import Path
from typing import Any

from primesong import files, formats
from primesong.cli.listen import draw_heard, song_or_heard
from primesong.cli.options import PICTURES, SOURCES, add_command, add_effort, add_force, add_limits, add_quiet, listed
from primesong.cli.progress import working
from primesong.cli.prove import checked_proof
from primesong.cli.terminal import harmless
from primesong.errors import PrimesongError


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    _add_decode(commands)
    _add_verify(commands)
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
    add_effort(parser)
    add_force(parser)
    add_limits(parser)
    add_quiet(parser)


def _decode(options: argparse.Namespace) -> int:
    from primesong.song import decode

    program = decode(song_or_heard(options.song, options)[0])
    if options.output is not None:
        with files.whole_files([options.output], options.force) as [temporary]:
            temporary.write_bytes(program)
    elif sys.stdout.isatty():
        print(harmless(program), end="")
    else:
        sys.stdout.buffer.write(program)
    return 0


def _add_verify(commands: Any) -> None:
    parser = add_command(
        commands,
        "verify",
        _verify,
        "check a song: digits, primality, payload, CRC-32, SHA-256; exit 0 only if all hold",
        "femtogpt",
        "femtogpt.mid --json",
        "hello.txt --proof hello.certificate.json",
    )
    parser.add_argument("song", nargs="+", help=f"{SOURCES}; or several recordings of one song")
    parser.add_argument("--proof", metavar="FILE", help="check this certificate of the number's primality too")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help=f"save a picture of what was heard, as {listed(PICTURES)}"
    )
    add_effort(parser)
    add_force(parser)
    add_limits(parser)
    add_quiet(parser)


def _verify(options: argparse.Namespace) -> int:
    import json
    from dataclasses import replace

    from primesong.report import examine

    song, heard = song_or_heard(options.song, options)
    with working(options, f"testing {len(song.digits):,} digits"):
        report = examine(song)
    if options.proof is not None:
        with working(options, "checking the proof"):
            report = replace(report, proof=checked_proof(options.proof, song.number, options.limits))
    if options.plot is not None:
        draw_heard(heard, options)
    evidence = {"heard": heard.evidence} if heard is not None else {}
    if options.json:
        print(json.dumps(report.to_json() | evidence, indent=2, ensure_ascii=False))
    else:
        print("\n".join(report.lines() + ([heard.summary] if heard is not None else [])))
    return 0 if report.holds else 1


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
        "--plot", type=Path, metavar="FILE", help=f"save a picture of counts and first bars, as {listed(PICTURES)}"
    )
    add_force(parser)
    add_limits(parser)


def _notes(options: argparse.Namespace) -> int:
    import json

    from primesong.report import SWARAS_OF, table

    song = formats.load(options.song, options.limits)
    if options.plot is not None:
        from primesong.score.picture import draw

        kind = options.plot.suffix.lower()
        if kind not in PICTURES:
            raise PrimesongError(f"{options.plot}: pictures are saved as {listed(PICTURES)}")
        with files.whole_files([options.plot], options.force) as [temporary]:
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
