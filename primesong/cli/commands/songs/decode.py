"""`decode`: the program inside a song."""

import argparse
from pathlib import Path

from primesong.actions.decode import decode, describe_corrections
from primesong.cli.options import SONGS, add_effort, add_output_options
from primesong.cli.progress import show_progress
from primesong.cli.terminal import print_bytes, remark, tell_remarks
from primesong.errors import DamagedError
from primesong.files.atomic import check_targets, write_whole
from primesong.files.source import STANDARD_STREAM

EXAMPLES = ("femtogpt.mid > gpt.py", "femtogpt.musicxml -o gpt.py", "- < number.txt")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("song", nargs="+", help=f"{SONGS}; or several recordings of one song")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="file for the program (default: standard output)"
    )
    parser.add_argument(
        "--partial",
        action="store_true",
        help="if the program cannot be recovered, print its plausible beginning; the exit code is still 1",
    )
    add_effort(parser)
    add_output_options(parser)


def run(options: argparse.Namespace) -> int:
    """Decode the song; say on standard error what was corrected."""
    check_targets([options.output], options.force)
    try:
        with show_progress(options) as progress:
            decoded = decode(options.song, options.limits, effort=options.effort, progress=progress)
    except DamagedError as error:
        if options.partial:
            _write(error.beginning, options)
        raise
    tell_remarks(decoded.song)
    if decoded.corrections:
        remark(describe_corrections(decoded.song))
    _write(decoded.program, options)
    return 0


def _write(program: bytes, options: argparse.Namespace) -> None:
    """Write a program to the file, or print it."""
    if options.output is not None and str(options.output) != STANDARD_STREAM:
        write_whole(options.output, program, options.force)
    else:
        print_bytes(program)
