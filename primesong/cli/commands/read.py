"""`decode`, `verify` and `notes`: what is inside a song."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primesong.cli.commands.listen import draw_heard, opened, song_in, song_or_heard
from primesong.cli.commands.prove import checked_proof
from primesong.cli.options import (
    PICTURES,
    SOURCES,
    add_command,
    add_effort,
    add_force,
    add_limits,
    add_quiet,
    listed,
    picture_kind,
)
from primesong.cli.progress import working
from primesong.cli.terminal import harmless
from primesong.errors import DamagedError, NoProgramError, PrimesongError, TooLongError
from primesong.files import atomic
from primesong.sound.hear.remarks import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from primesong.repair.correction import Correction
    from primesong.sargam.melody import Melody
    from primesong.song import Song

#: How long a damaged song is mended if nothing else is said, in seconds; how many changes are told one by one.
MENDING, TOLD = 60.0, 12


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
    parser.add_argument(
        "--partial",
        action="store_true",
        help="of a program that cannot be recovered give the beginning that is plausible; the exit code stays 1",
    )
    add_effort(parser)
    add_force(parser)
    add_limits(parser)
    add_quiet(parser)


def _decode(options: argparse.Namespace) -> int:
    from primesong.song import decode

    if options.output is not None:
        atomic.check_targets([options.output], options.force)
    try:
        song, heard = song_or_heard(opened(options), options)
        try:
            program = decode(song)
        except TooLongError:
            raise
        except NoProgramError as error:
            program = decode(_mended(song, options, error))
    except DamagedError as error:
        if options.partial:
            _write(error.beginning, options)
        raise
    if heard is not None:
        for remark in heard.remarks:
            print(f"primesong: {describe(remark, options.song)}", file=sys.stderr)
        _tell(heard.corrections, heard.melody)
    _write(program, options)
    return 0


def _mended(song: "Song", options: argparse.Namespace, fault: NoProgramError) -> "Song":
    """Mend a song whose program is damaged, and tell how on standard error."""
    from primesong.cli.progress import progress
    from primesong.repair.song import mend

    whole = song.record is not None and song.record.fits(song.digits)
    if (whole and not song.melody.coda_digits) or song.melody.excerpt is not None:
        raise fault
    with progress(options, "mending the notes") as show:
        try:
            mended, changes = mend(song, options.effort or MENDING, lambda done: show(round(100 * done), 100))
        except DamagedError as error:
            notes = f"the first {len(error.beginning):,} bytes of the program are plausible (--partial gives them)"
            raise DamagedError(f"{fault}; {error}; {notes}", error.beginning) from error
        except NoProgramError:
            raise fault from None
    _tell(changes, mended.melody)
    return mended


def _tell(changes: "Sequence[Correction]", melody: "Melody") -> None:
    """Say on standard error which notes were put right, quiet or not: a song is never changed in silence."""
    from primesong.sargam.tala import name_place

    if not changes:
        return
    told = [f"{name_place(change.place, melody.setting.tala)} {_in_words(change)}" for change in changes[:TOLD]]
    more = f", and {len(changes) - TOLD:,} more" if len(changes) > TOLD else ""
    plural = "note was" if len(changes) == 1 else "notes were"
    print(f"primesong: {len(changes):,} {plural} put right: {', '.join(told)}{more}", file=sys.stderr)


def _in_words(change: "Correction") -> str:
    if not change.heard:
        return f"was missing and is {change.digit}"
    return f"was {change.heard} and is {change.digit}" if change.digit else f"was one {change.heard} too many"


def _write(program: bytes, options: argparse.Namespace) -> None:
    """Write a program where it is wanted."""
    if options.output is not None:
        with atomic.whole_files([options.output], options.force) as [temporary]:
            temporary.write_bytes(program)
    elif sys.stdout.isatty():
        print(harmless(program), end="")
    else:
        sys.stdout.buffer.write(program)
        sys.stdout.flush()


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

    from primesong.actions.report import examine

    kind = "" if options.plot is None else picture_kind(options.plot, options.force)
    sources = opened(options)
    song, heard = song_or_heard(sources, options)
    if kind and heard is None:
        raise PrimesongError("--plot shows what was heard in a recording; this song is none")
    with working(options, f"testing {len(song.digits):,} digits"):
        report = examine(song)
    if options.proof is not None:
        report = replace(report, proof=checked_proof(options.proof, song.number, options))
    if kind and heard is not None:
        draw_heard(heard, sources, kind, options)
    evidence = {"heard": heard.evidence} if heard is not None else {}
    if options.json:
        print(json.dumps(report.to_json() | evidence, indent=2, ensure_ascii=False))
    else:
        print("\n".join(report.lines() + ([f"heard     {heard.summary}"] if heard is not None else [])))
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

    from primesong.actions.report import SWARAS_OF, table

    kind = "" if options.plot is None else picture_kind(options.plot, options.force)
    song = song_in(options.song, options)
    if kind:
        from primesong.score.plot import draw

        with atomic.whole_files([options.plot], options.force) as [temporary]:
            temporary.write_bytes(draw(song.melody, kind))
    rows = table(song)
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    print("rank  digit  swara      letter  semitones  note  count")
    for row in rows:
        print("{rank:4}  {digit:>5}  {swara:9}  {letter:6}  {semitones:+9}  {note:4}  {count:5,}".format(**row))
    print(f"\n{SWARAS_OF}")
    return 0
