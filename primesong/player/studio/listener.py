"""Where the studio listens: a host's name or address, and a port."""

import ipaddress
import socket
import sys

from primesong.errors import PrimesongError
from primesong.words import describe_error

#: The port that is tried first if none is named.
DEFAULT_PORT = 8323


def listen(host: str, port: int | None) -> socket.socket:
    """Listen on a port; if none is named, on the default one or on any that is free. Raises `PrimesongError`."""
    try:
        family, *_, address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise PrimesongError(f"{host} is not an address to listen on: {describe_error(error)}") from error
    fault: OSError | OverflowError | None = None
    for tried in (port,) if port else (DEFAULT_PORT, 0):
        # by the protocol's name asyncio knows that it may send at once; else each answer waits 40 ms for a receipt
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if sys.platform != "win32":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address[0], tried))
            listener.listen()
        except (OSError, OverflowError) as error:
            listener.close()
            fault = error
        else:
            return listener
    why = describe_error(fault) if isinstance(fault, OSError) else "ports go up to 65535"
    raise PrimesongError(f"the studio cannot listen on {host}, port {port or DEFAULT_PORT}: {why}") from fault


def is_loopback(host: str) -> bool:
    """Tell whether a host's name or address is this machine's own, which no other machine can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
