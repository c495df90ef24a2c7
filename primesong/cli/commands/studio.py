"""`studio`: the player in the browser, and a small server behind it, for this machine alone."""

import argparse
import sys
import webbrowser
from typing import Any

from primesong.cli.commands.compose import any_song
from primesong.cli.options import SOURCES, add_command, add_limits, add_quiet, positive
from primesong.files import atomic, formats
from primesong.player.studio.listener import DEFAULT_PORT, is_loopback
from primesong.player.studio.start import prepare, start

_LOOPBACK = "127.0.0.1"


def add_commands(commands: Any) -> None:
    """Add the command of this module."""
    parser = add_command(
        commands,
        "studio",
        _studio,
        "play songs in the browser, drop files to decode them, compose your own; ends with Ctrl-C",
        "",
        "song.mid",
        "hello.py --no-browser --port 8000",
    )
    parser.add_argument("song", nargs="?", default=formats.BUILT_IN, help=f"a program, {SOURCES} (default: femtogpt)")
    parser.add_argument(
        "--port", type=positive, metavar="N", help=f"port (default: {DEFAULT_PORT}, or a free one if that is taken)"
    )
    parser.add_argument(
        "--host",
        default=_LOOPBACK,
        metavar="ADDRESS",
        help=f"where to listen; anything but loopback lets others in (default: {_LOOPBACK})",
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address, and open no browser")
    add_limits(parser)
    add_quiet(parser)


def _studio(options: argparse.Namespace) -> int:
    prepare()

    def announce(address: str) -> None:
        if not is_loopback(options.host):
            print(
                f"warning: the studio listens on {options.host}, beyond this machine: whoever has the address below, "
                "which travels unencrypted, can use it and run a song's program in the sandbox here",
                file=sys.stderr,
            )
        print(address, flush=True)
        if not options.no_browser:
            webbrowser.open(address)

    song = any_song(options.song, options)
    try:
        start(song, _source(options.song), host=options.host, port=options.port, started=announce)
    except KeyboardInterrupt:
        if not options.quiet:
            print("The studio is closed.", file=sys.stderr)
    return 0


def _source(name: str) -> str:
    """Say for people where the first song is from."""
    return "the published number" if name == formats.BUILT_IN else atomic.describe(name)
