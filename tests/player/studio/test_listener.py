"""Where the studio listens."""

import asyncio
import socket

import pytest

from primesong.player.studio.listener import is_loopback, listen


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_answers_are_sent_at_once(host):
    async def connect(listener):
        nodelay = asyncio.Future()

        async def answer(reader, writer):
            nodelay.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(answer, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname()[:2])
            writer.close()
            return await nodelay

    with listen(host, None) as listener:
        assert asyncio.run(connect(listener))


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False),
     ("192.0.2.7", False), ("localhost.evil.example", False)],
)  # fmt: skip
def test_loopback_is_told_apart(host, loopback):
    assert is_loopback(host) is loopback
