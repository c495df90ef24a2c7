"""Who may speak to the studio, and what its pages may do: checks before every request, headers on every answer.

A page of another site cannot ask in the user's name (DNS rebinding, cross-site requests), nor can another user of the
machine: the printed address carries a key in its fragment, which browsers send to no server. The page keeps it in its
session storage, which belongs to this host and port alone, and sends it with every request (RFC 6750); a cookie would
go to every server on the same host, whatever its port. Only the page's own files, which hold no secret, are sent to
anybody. Sources: Fetch Metadata (w3.org/TR/fetch-metadata), HTML on session storage, CSP Level 3.
"""

import hmac
import ipaddress
import secrets
import socket

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from primesong.player.studio.listener import is_loopback

#: The headers of every answer: the page loads nothing from elsewhere, and nobody frames it or keeps a copy.
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

#: The length of a key, in random bytes.
_KEY_BYTES = 24

#: The names by which a browser on this machine may ask for the studio.
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


class Guard:
    """An app (ASGI) that passes on to another what may speak to it, and adds the headers to every answer.

    Parameters
    ----------
    app : ASGIApp
        The guarded app.
    host, port : str, int
        Where the studio listens. A request must name it, or an address of loopback.

    Attributes
    ----------
    key : str
        The key that requests must carry, new for every start.
    """

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self.app, self.host, self.port = app, host, port
        self.key = secrets.token_urlsafe(_KEY_BYTES)

    @property
    def address(self) -> str:
        """The address to open, with its key."""
        unspecified = self.host in ("0.0.0.0", "::", "")
        host = socket.gethostname() if unspecified else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/#key={self.key}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or pass it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # the studio has no web sockets

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        reason = self._find_refusal(scope)
        answer = self.app if reason is None else JSONResponse({"error": reason}, 403)
        await answer(scope, receive, send_with_headers)

    def _find_refusal(self, scope: Scope) -> str | None:
        """Return why a request is refused; None if it is not."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_own_host(host):
            return "this is not the address that the studio listens on"
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None and origin != f"http://{host}":
            return "a page of another site asked for this"
        if scope["method"] not in ("GET", "HEAD") and origin is None:
            return "the request does not say which page asked for this"
        if scope["path"] != "/" and site not in (None, "same-origin"):
            return "a page of another site asked for this"
        if not _is_page(scope) and not self._has_key(headers):
            return "open the address that primesong studio printed, with its key"
        return None

    def _is_own_host(self, host: str) -> bool:
        """Tell whether a Host header names an address of this studio, never a name that others can point to it."""
        name, separator, port = host.rpartition(":")
        if not separator or port != str(self.port):
            name, port = host, "80"
        if port != str(self.port):
            return False
        if name in _LOOPBACK_NAMES or name.strip("[]") == self.host:
            return True
        if is_loopback(self.host):
            return False
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return name == socket.gethostname()
        return True

    def _has_key(self, headers: Headers) -> bool:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        return scheme == "Bearer" and hmac.compare_digest(key.encode(), self.key.encode())


def _is_page(scope: Scope) -> bool:
    """Tell whether a request is for the page or its files, which are the same for everybody."""
    path: str = scope["path"]
    return scope["method"] in ("GET", "HEAD") and (path == "/" or path.startswith("/web/"))
