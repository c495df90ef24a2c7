"""`studio`: the player in the browser, and a small server behind it, for this machine alone."""

import argparse
import socket
import sys
from typing import Any

from primesong.cli.commands.compose import any_song
from primesong.cli.options import SOURCES, add_command, add_limits, add_quiet, positive
from primesong.errors import MissingError, PrimesongError
from primesong.files import atomic, formats

_LOOPBACK = "127.0.0.1"

#: The port that is tried first if none is named.
_USUAL_PORT = 8323


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
        "--port", type=positive, metavar="N", help=f"port (default: {_USUAL_PORT}, or a free one if that is taken)"
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
    import asyncio
    import webbrowser

    from primesong.player.studio.jobs import get_ready

    get_ready()
    try:
        import uvicorn

        from primesong.player.studio.guard import Guard, is_loopback
        from primesong.player.studio.server import make_app
    except ImportError as error:
        raise MissingError(
            f"the studio needs {(error.name or 'a server').partition('.')[0]}: pip install 'primesong[studio]'"
        ) from error

    class Server(uvicorn.Server):
        """A server that tells its address when it serves, and so that Ctrl-C ends it from then on."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            print(guard.address, flush=True)
            if not options.no_browser:
                await asyncio.to_thread(webbrowser.open, guard.address)

    song = any_song(options.song, options)
    with _listen(options.host, options.port) as listener:
        host, port = options.host, listener.getsockname()[1]
        guard = Guard(make_app(song, _source(options.song)), host, port)
        if not is_loopback(host):
            print(
                f"warning: the studio listens on {host}, beyond this machine: whoever has the address below, which "
                "travels unencrypted, can use it and run a song's program in the sandbox here",
                file=sys.stderr,
            )
        config = uvicorn.Config(
            guard,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            timeout_graceful_shutdown=1,
        )
        try:
            Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            if not options.quiet:
                print("The studio is closed.", file=sys.stderr)
    return 0


def _listen(host: str, port: int | None) -> socket.socket:
    """Listen on a port, or, if none is named, on the usual one, or on any that is free. Raises `PrimesongError`."""
    try:
        family, *_, address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise PrimesongError(f"there is no address {host} to listen on: {atomic.reason(error)}") from error
    fault: OSError | OverflowError | None = None
    for tried in (port,) if port else (_USUAL_PORT, 0):
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            if sys.platform != "win32":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address[0], tried))
            listener.listen(128)
        except (OSError, OverflowError) as error:
            listener.close()
            fault = error
        else:
            return listener
    why = atomic.reason(fault) if isinstance(fault, OSError) else "ports go up to 65535"
    raise PrimesongError(f"the studio cannot listen on {host}, port {port or _USUAL_PORT}: {why}") from fault


def _source(name: str) -> str:
    """Say for people where the first song is from."""
    return "the published number" if name == formats.BUILT_IN else atomic.describe(name)
