"""`qr`: a song's number as a QR code."""

import argparse
from pathlib import Path

from primesong.cli.options import SOURCES, add_force, add_limits, plot_kind
from primesong.cli.progress import show_progress
from primesong.cli.song import open_song
from primesong.cli.terminal import print_path
from primesong.files.atomic import check_targets, write_whole
from primesong.score.qr.code import write_qr

EXAMPLES = ("femtogpt -o number.png", "femtogpt --payload -o payload.svg")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("song", help=SOURCES)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="a .png or .svg file")
    parser.add_argument("--payload", action="store_true", help="encode only the compressed program, as bytes")
    add_force(parser)
    add_limits(parser)


def run(options: argparse.Namespace) -> int:
    """Draw the code."""
    kind = plot_kind(options.output)
    check_targets([options.output], options.force)
    with show_progress(options) as progress:
        song = open_song(options.song, options, progress)
    write_whole(options.output, write_qr(song.payload if options.payload else song.digits, kind), options.force)
    print_path(options.output)
    return 0
