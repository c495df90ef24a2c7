"""Connections that anybody can open: none of them keeps others out, and none lasts without a request."""

import asyncio
import contextlib
import socket
import threading
import time

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from support.processes import wait_until

from primesong.player.studio import serving

#: How long anything here may take, in seconds.
PATIENCE = 20.0
HALF = b"GET / HTTP/1.1\r\nHost: studio\r\nX-half: "
WHOLE = b"GET / HTTP/1.1\r\nHost: studio\r\n\r\n"


async def answer(request):
    await asyncio.sleep(float(request.query_params.get("after", 0)))
    return PlainTextResponse("answered")


@pytest.fixture
def port():
    """The port of an app that is served in a thread."""
    served = threading.Event()
    server = serving.make_server(Starlette(routes=[Route("/", answer)]), served.set)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        assert served.wait(PATIENCE)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(PATIENCE)


@pytest.fixture
def connect(port):
    """Open connections, and send something on each."""
    with contextlib.ExitStack() as stack:

        def open_connection(sent):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
            connection.sendall(sent)
            return connection

        yield open_connection


def read(connection):
    """Read what a connection is sent until it is closed, in whatever way."""
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while block := connection.recv(4096):
            data += block
    return data


def is_open(connection):
    connection.setblocking(False)
    try:
        return connection.recv(4096) != b""
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return False


def test_half_requests_keep_nobody_out(connect, capfd):
    halves = [connect(HALF) for _ in range(serving.MOST_CONNECTIONS * 3)]
    for _ in range(3):
        assert connect(WHOLE).recv(4096).startswith(b"HTTP/1.1 200 OK")
    wait_until(lambda: sum(map(is_open, halves)) <= serving.MOST_CONNECTIONS)
    assert capfd.readouterr() == ("", "")


def test_an_answer_under_way_is_not_dropped_for_new_connections(connect):
    slow = connect(b"GET /?after=1 HTTP/1.1\r\nHost: studio\r\nConnection: close\r\n\r\n")
    time.sleep(0.2)
    for _ in range(serving.MOST_CONNECTIONS * 2):
        connect(HALF)
    assert read(slow).endswith(b"answered")


@pytest.mark.parametrize("sent", [b"", HALF, WHOLE + HALF, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"])
def test_a_connection_without_a_whole_request_is_closed(connect, monkeypatch, sent):
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.3)
    data = read(connect(sent))
    assert (b"answered" in data) == (WHOLE in sent)


def test_a_slow_answer_is_awaited(connect, monkeypatch):
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.2)
    slow = connect(b"GET /?after=0.8 HTTP/1.1\r\nHost: studio\r\nConnection: close\r\n\r\n")
    assert read(slow).endswith(b"answered")


def test_nonsense_is_not_written_to_the_terminal(connect, monkeypatch, capfd):
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.3)
    for sent in (b"\x00\xff\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nupgrade: websocket\r\n\r\n"):
        read(connect(sent))
    assert capfd.readouterr() == ("", "")
