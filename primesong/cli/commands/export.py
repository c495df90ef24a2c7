"""`export`: a song as a page, to send to someone."""

import argparse
import sys
from pathlib import Path

from primesong.cli.options import (
    SOURCES,
    add_melody_options,
    add_output_options,
    read_by,
)
from primesong.cli.progress import show_progress, silence_libraries
from primesong.cli.song import arrange_by_options, open_song
from primesong.cli.terminal import print_path
from primesong.files.atomic import check_targets, write_whole
from primesong.files.kinds import PLAYER
from primesong.files.save import SaveOptions, write_bytes
from primesong.files.source import STANDARD_STREAM
from primesong.sargam.script import DEFAULT_VERSES, SCRIPT_NAMES
from primesong.sargam.swara import parse_tonic

EXAMPLES = (
    "femtogpt -o song.html",
    "femtogpt.mid -o slow.html --tempo vilambit --script devanagari",
    "femtogpt -o song.html --staves C3,E3,A3",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("source", help=SOURCES)
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="the file, or - for standard output")
    add_melody_options(parser)
    parser.add_argument(
        "--staves",
        type=read_by(_parse_tonics),
        default=(),
        metavar="NOTES",
        help="further tonics that the staff is engraved for, such as A2,E3, so that it follows when Sa is changed",
    )
    parser.add_argument(
        "--script",
        choices=SCRIPT_NAMES,
        default=DEFAULT_VERSES[0],
        metavar="NAME",
        help=f"how swaras are written at first: {', '.join(SCRIPT_NAMES)} (default: {DEFAULT_VERSES[0]})",
    )
    add_output_options(parser)


def run(options: argparse.Namespace) -> int:
    """Make the page."""
    to_stdout = options.output == STANDARD_STREAM
    check_targets([] if to_stdout else [Path(options.output)], options.force)
    with silence_libraries(), show_progress(options) as progress:
        song = arrange_by_options(open_song(options.source, options, progress), options)
        page = write_bytes(song, PLAYER, SaveOptions((options.script,), options.staves))
    if to_stdout:
        sys.stdout.buffer.write(page)
        return 0
    write_whole(Path(options.output), page, options.force)
    print_path(Path(options.output))
    return 0


def _parse_tonics(text: str) -> tuple[int, ...]:
    return tuple(map(parse_tonic, text.split(",")))
