"""Who may speak to the studio, and what its pages may do: checks before every request, headers on every answer.

A page of another site cannot ask in the user's name (DNS rebinding, cross-site requests), nor can another user of the
machine: the address that is printed carries a key, which the first visit turns into a cookie that only this site's own
requests carry. Sources: Fetch Metadata (w3.org/TR/fetch-metadata), RFC 6265bis on SameSite, CSP Level 3.
"""

import hmac
import ipaddress
import secrets
import socket
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


def is_loopback(host: str) -> bool:
    """Tell whether a host's name or address is this machine's own, reached by nobody else."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Lets through to an app what may speak to it, and gives every answer its headers.

    host, port : where the studio listens; a request must name it, or an address of loopback
    key : what the printed address carries; made anew for every start
    """

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self.app, self.host, self.port = app, host, port
        self.key, self.secret = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.cookie = f"primesong-{port}"

    @property
    def address(self) -> str:
        """The address to open, with its key."""
        unspecified = self.host in ("0.0.0.0", "::", "")
        host = socket.gethostname() if unspecified else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/?key={self.key}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # there are no web sockets here

        opened = self._opens(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if opened:
                    headers.append("set-cookie", f"{self.cookie}={self.secret}; Path=/; HttpOnly; SameSite=Strict")
            await send(message)

        reason = self._refusal(scope, opened)
        if reason is None:
            await self.app(scope, receive, send_with_headers)
        else:
            opened = False
            await JSONResponse({"error": reason}, 403)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, opened: bool) -> str | None:
        """Say why a request is refused; None if it is not."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_ours(host):
            return "this is not the address that the studio listens on"
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None and origin != f"http://{host}":
            return "a page of another site asked for this"
        if scope["method"] not in ("GET", "HEAD") and origin is None:
            return "nothing says which page asked for this"
        if scope["path"] != "/" and site not in (None, "same-origin"):
            return "a page of another site asked for this"
        if not opened and not self._knows_secret(headers):
            return "open the address that primesong studio printed, with its key"
        return None

    def _is_ours(self, host: str) -> bool:
        """Tell whether a Host header names this studio: an address that it can be reached at, never a name that others
        can turn to it."""
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

    def _opens(self, scope: Scope) -> bool:
        """Tell whether a request is the visit with the key."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])
        return scope["path"] == "/" and hmac.compare_digest(given[-1].encode(), self.key.encode())

    def _knows_secret(self, headers: Headers) -> bool:
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(headers.get("cookie", ""))
        except CookieError:
            return False
        return self.cookie in cookies and hmac.compare_digest(
            cookies[self.cookie].value.encode("utf-8", "replace"), self.secret.encode()
        )
