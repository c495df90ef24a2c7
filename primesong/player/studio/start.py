"""Start the studio: listen, say where, serve until Ctrl-C.

The server's packages, Starlette and uvicorn, are optional and slow to import: the modules that are built on them are
imported here, when a studio is started.
"""

import importlib
from collections.abc import Callable

from primesong.errors import MissingError
from primesong.limits import Limits
from primesong.player.studio.jobs import get_ready
from primesong.player.studio.listener import listen
from primesong.song import Song

#: Where the modules are that need starlette and uvicorn, which are optional.
_PACKAGE = "primesong.player.studio"


def prepare() -> None:
    """Begin to load what the studio needs, before there is a song. Raises `MissingError`."""
    get_ready()
    for package in ("starlette", "uvicorn"):
        try:
            importlib.import_module(package)
        except ImportError as error:
            raise MissingError(f"the studio needs {package}", extra="studio") from error


def start(
    song: Song, source: str, *, host: str, port: int | None, limits: Limits, started: Callable[[str], None]
) -> None:
    """Serve the studio until Ctrl-C, which is raised as `KeyboardInterrupt`.

    Parameters
    ----------
    song : Song
        The song that it begins with.
    source : str
        Where that song is from, for people.
    host : str
        The address to listen on.
    port : int or None
        The port; None for the default one, or any that is free.
    limits : Limits
        The most that is read of what the page sends.
    started : callable
        Called with the studio's address once it serves.

    Raises
    ------
    PrimesongError
        If it cannot listen there; `MissingError` without the packages that it needs.
    """
    prepare()
    guard, server, serving = (importlib.import_module(f"{_PACKAGE}.{name}") for name in ("guard", "server", "serving"))
    with listen(host, port) as listener:
        app = guard.Guard(server.make_app(song, source, limits), host, listener.getsockname()[1])
        serving.serve(app, listener, lambda: started(app.address))
