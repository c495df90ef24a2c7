"""The studio's HTTP server (uvicorn): few connections at a time, none of which is waited for without end.

Whoever can reach the port can open connections without the key. So that they cannot keep others out, a connection that
does not send a whole request head in time is closed, and when there are too many, the one idle for longest.
"""

import asyncio
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

#: Connections at a time. A page opens six; with those that wait to be accepted they stay below 256, the fewest files
#: that systems let a process open.
MOST_CONNECTIONS = 64

#: Connections that wait to be accepted.
_BACKLOG = 64

#: How long a connection may be without a whole request head, in seconds.
HEAD_SECONDS = 10.0

#: How long answers may take to end after Ctrl-C, in seconds.
_GRACE_SECONDS = 1


class Connection(H11Protocol):
    """A connection that is closed if it has no request for too long, or is in the way of others."""

    idle_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request; if there are too many connections, close the one idle for longest."""
        super().connection_made(transport)
        self._await_request()
        connected = [one for one in self.connections if isinstance(one, Connection) and not one.transport.is_closing()]
        if len(connected) > MOST_CONNECTIONS:
            idle = [one for one in connected if one.is_idle]
            min(idle, key=lambda one: one.idle_since).transport.abort()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._await_request()
        super().on_response_complete()

    @property
    def is_idle(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _await_request(self) -> None:
        self.idle_since = self.loop.time()
        self.loop.call_later(HEAD_SECONDS, self._expire, self.cycle)

    def _expire(self, last: RequestResponseCycle | None) -> None:
        """Close the connection if no request has come since the last one."""
        if self.cycle is last:
            self.transport.close()


class _Server(uvicorn.Server):
    """A server that says when it serves, so that Ctrl-C ends it from then on."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def main_loop(self) -> None:
        await asyncio.to_thread(self._started)
        await super().main_loop()


def make_server(app: ASGIApp, started: Callable[[], None]) -> uvicorn.Server:
    """Make the server of an app.

    Parameters
    ----------
    app : ASGIApp
        The app.
    started : callable
        Called, in a thread, as soon as it is served.
    """
    config = uvicorn.Config(
        app,
        http=Connection,
        log_level="error",  # anybody can send requests that are worth a warning
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return _Server(config, started)


def serve(app: ASGIApp, listener: socket.socket, started: Callable[[], None]) -> None:
    """Serve an app on a listening socket until Ctrl-C, which is raised as `KeyboardInterrupt`."""
    make_server(app, started).run(sockets=[listener])
