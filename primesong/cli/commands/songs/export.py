"""`export`: a song as a page that plays it, or as a video, to send to someone."""

import argparse
from pathlib import Path
from typing import Any

from primesong.actions.film import film
from primesong.actions.save import check_url, publish
from primesong.cli.options import (
    SOURCES,
    add_melody_options,
    add_output_options,
    read_by,
)
from primesong.cli.output import write_output
from primesong.cli.progress import show_progress
from primesong.cli.song import open_arranged
from primesong.cli.sound_options import ACCOMPANY_HELP
from primesong.cli.terminal import print_path
from primesong.files.atomic import check_targets
from primesong.files.kinds import PLAYER, VIDEOS, has_suffix, kind_of_suffix
from primesong.files.save import SaveOptions, write_bytes
from primesong.files.source import STANDARD_STREAM
from primesong.sargam.accompaniment import parse_accompaniment
from primesong.sargam.script import DEFAULT_VERSES, SCRIPT_NAMES
from primesong.sargam.swara import parse_tonic
from primesong.song import Song
from primesong.sound.render.rendering import STEADY_EXPRESSIONS
from primesong.video.layout import LAYOUTS
from primesong.video.theme import THEMES

EXAMPLES = (
    "femtogpt -o song.html",
    "femtogpt.mid -o slow.html --tempo vilambit --script devanagari",
    "femtogpt -o song.html --staves C3,E3,A3",
    "femtogpt -o song.html --url https://example.org/song.html",
    "video femtogpt -o song.mp4",
    "video femtogpt -o short.mp4 --highlight 40 --aspect 9:16 --theme dark --accompany tanpura",
)

#: What can be made, by the word before the song.
_FORMS = ("page", "video")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "form",
        nargs="?",
        choices=_FORMS,
        metavar="page|video",
        help="page SONG exports a web page (default), video SONG a video",
    )
    parser.add_argument("source", help=SOURCES)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="the file, or - for standard output (pages only)",
    )
    add_melody_options(parser)
    parser.add_argument(
        "--script",
        choices=SCRIPT_NAMES,
        default=DEFAULT_VERSES[0],
        metavar="NAME",
        help=f"script for the swaras (notes), which can be switched in a page: {', '.join(SCRIPT_NAMES)} "
        f"(default: {DEFAULT_VERSES[0]})",
    )
    page = parser.add_argument_group("page")
    page.add_argument(
        "--staves",
        type=read_by(_parse_tonics),
        default=(),
        metavar="NOTES",
        help="other pitches of Sa to engrave the staff for, such as A2,E3, so that it follows when Sa is changed",
    )
    page.add_argument(
        "--url",
        type=read_by(check_url),
        help="address at which the page will be published; a preview image for links to it is written, too",
    )
    _add_video_options(parser)
    add_output_options(parser)


def _add_video_options(parser: argparse.ArgumentParser) -> None:
    video = parser.add_argument_group("video")
    aspects, themes = tuple(LAYOUTS), THEMES
    video.add_argument("--aspect", choices=aspects, help=f"aspect ratio (default: {aspects[0]}, 1920 x 1080 pixels)")
    video.add_argument("--theme", choices=themes, help=f"colors (default: {themes[0]})")
    video.add_argument(
        "--highlight",
        type=read_by(_parse_seconds),
        metavar="SECONDS",
        help="show only this many seconds, around the program's first characters",
    )
    video.add_argument(
        "--accompany",
        type=read_by(parse_accompaniment),
        metavar="LIST",
        help=ACCOMPANY_HELP,
    )
    video.add_argument(
        "--expression",
        choices=STEADY_EXPRESSIONS,
        help=f"gentle: as if played by hand; plain: every note alike (default: {STEADY_EXPRESSIONS[0]})",
    )


def run(options: argparse.Namespace) -> int:
    """Make the page or the video."""
    names = ("aspect", "theme", "highlight", "accompany", "expression")
    chosen = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if options.form == "video":
        return _make_video(options, chosen)
    if chosen or has_suffix(options.output, VIDEOS):
        options.complain("a video is made by export video SONG")
    return _make_page(options)


def _make_video(options: argparse.Namespace, chosen: dict[str, Any]) -> int:
    path = options.output
    kind_of_suffix(path, VIDEOS)
    if options.staves or options.url:
        options.complain("--staves and --url go only with a page")
    if options.highlight is not None and (options.start or options.end):
        options.complain("--highlight goes without --start and --end")
    check_targets([path], options.force)
    shown = {"start": options.start, "end": options.end, "script": options.script, "force": options.force}
    options.start = options.end = None  # the whole song is needed for its program
    with show_progress(options) as progress:
        song = open_arranged(options.source, options, progress)
        film(song, path, progress=progress, **shown, **chosen)
    print_path(path)
    return 0


def _make_page(options: argparse.Namespace) -> int:
    if str(options.output) == STANDARD_STREAM and options.url:
        options.complain("--url writes a picture beside the page; it does not go with standard output")
    check_targets([options.output], options.force)
    with show_progress(options) as progress:
        song = open_arranged(options.source, options, progress)
        if options.url:
            return _publish(song, options)
        page = write_bytes(song, PLAYER, SaveOptions((options.script,), options.staves))
    write_output(page, options.output, options.force)
    return 0


def _publish(song: Song, options: argparse.Namespace) -> int:
    chosen = {"script": options.script, "tonics": options.staves, "force": options.force}
    for path in publish(song, options.output, options.url, **chosen):
        print_path(path)
    return 0


def _parse_tonics(text: str) -> tuple[int, ...]:
    return tuple(map(parse_tonic, text.split(",")))


def _parse_seconds(text: str) -> float:
    """Read a number of seconds above 0."""
    seconds = float(text) if text.replace(".", "", 1).isdecimal() else 0.0
    if not seconds:
        raise ValueError(f"expected seconds, such as 40, got “{text}”")
    return seconds
