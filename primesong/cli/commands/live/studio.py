"""`studio`: the player in the browser, and a small server behind it, for this machine alone."""

import argparse
import sys
import webbrowser

from primesong.actions.compose import compose
from primesong.actions.decode import repair
from primesong.cli.options import SOURCES, add_limits, add_quiet, positive
from primesong.cli.output import LONGEST_SEARCH
from primesong.cli.progress import show_progress
from primesong.files.source import BUILT_IN, name_source
from primesong.player.studio.listener import DEFAULT_PORT, is_loopback
from primesong.player.studio.start import prepare, start

EXAMPLES = ("", "song.mid", "hello.py --no-browser --port 8000")

#: The address that only this machine can reach.
_LOOPBACK = "127.0.0.1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("song", nargs="?", default=BUILT_IN, help=f"{SOURCES} (default: femtogpt)")
    parser.add_argument(
        "--port", type=positive, metavar="N", help=f"port (default: {DEFAULT_PORT}, or a free one if that is taken)"
    )
    parser.add_argument(
        "--host",
        default=_LOOPBACK,
        metavar="ADDRESS",
        help=f"address to listen on; any except loopback lets other machines connect (default: {_LOOPBACK})",
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address; do not open a browser")
    add_limits(parser)
    add_quiet(parser)


def run(options: argparse.Namespace) -> int:
    """Serve the studio until Ctrl-C."""
    prepare()

    def announce(address: str) -> None:
        if not is_loopback(options.host):
            print(
                f"warning: the studio listens on {options.host}, so other machines can reach it: whoever has the "
                "address below, which is sent unencrypted, can use it and run a song's program in the sandbox here",
                file=sys.stderr,
            )
        print(address, flush=True)
        if not options.no_browser:
            webbrowser.open(address)

    with show_progress(options) as progress:
        song = compose(options.song, options.limits, longest=LONGEST_SEARCH, progress=progress)
        song = repair(song, options.limits, progress=progress)
    where = {"host": options.host, "port": options.port}
    try:
        start(song, _describe_source(options.song), limits=options.limits, started=announce, **where)
    except KeyboardInterrupt:
        if not options.quiet:
            print("The studio is closed.", file=sys.stderr)
    return 0


def _describe_source(name: str) -> str:
    """Say for people where the first song is from."""
    return "the published number" if name == BUILT_IN else name_source(name)
