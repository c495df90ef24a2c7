"""`export`: a song to send to someone."""

import argparse
import sys
from pathlib import Path
from typing import Any

from primesong.cli.commands.compose import arranged
from primesong.cli.commands.listen import song_in
from primesong.cli.options import SOURCES, add_command, add_melody_options, add_output_options, tonic
from primesong.cli.progress import working
from primesong.cli.terminal import tell
from primesong.files import atomic
from primesong.sargam.script import SCRIPT_NAMES, USUAL_VERSES


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    parser = add_command(
        commands,
        "export",
        _export,
        "make a page that plays a song, with its score, its sound and its program: one HTML file, for any browser",
        "page femtogpt -o song.html",
        "page femtogpt.mid -o slow.html --tempo vilambit --script devanagari",
        "page femtogpt -o song.html --staves C3,E3,A3",
    )
    parser.add_argument("what", choices=("page",), help="what to make")
    parser.add_argument("source", help=SOURCES)
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="the file, or - for standard output")
    add_melody_options(parser)
    parser.add_argument(
        "--staves",
        type=_tonics,
        default=(),
        metavar="NOTES",
        help="engrave the staff for these tonics too, such as A2,E3, so that it follows when Sa is changed on the page",
    )
    parser.add_argument(
        "--script",
        choices=SCRIPT_NAMES,
        default=USUAL_VERSES[0],
        metavar="NAME",
        help=f"how swaras are written at first, of {', '.join(SCRIPT_NAMES)} (default: {USUAL_VERSES[0]})",
    )
    add_output_options(parser)


def _export(options: argparse.Namespace) -> int:
    from primesong.page.export import write_player_page

    song = arranged(song_in(options.source, options), options)
    wishes = {"script": options.script, "tonics": options.staves}
    if options.output == atomic.STANDARD_STREAM:
        with working(options, "making the page"):
            page = write_player_page(song, **wishes)
        sys.stdout.buffer.write(page)
        return 0
    target = Path(options.output)
    with atomic.whole_files([target], options.force) as [temporary], working(options, "making the page"):
        temporary.write_bytes(write_player_page(song, **wishes))
    tell(target)
    return 0


def _tonics(text: str) -> tuple[int, ...]:
    return tuple(tonic(note) for note in text.split(","))
