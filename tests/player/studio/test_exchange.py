"""Requests that do not end, or are too long, and what is left of them: nothing."""

import asyncio
import json
import tempfile

import pytest
from starlette.requests import Request

from primesong.player.studio import exchange, server
from primesong.player.studio.exchange import RefusedError, read_blocks
from primesong.song import compose


def make_request(*blocks, ends=True, headers=()):
    """A request whose body comes in blocks; if it does not end, nothing comes after them."""
    left = list(blocks)

    async def receive():
        if not left and not ends:
            await asyncio.sleep(60)
        body = left.pop(0) if left else b""
        return {"type": "http.request", "body": body, "more_body": bool(left) or not ends}

    return Request({"type": "http", "method": "POST", "path": "/", "headers": list(headers)}, receive)


async def read(request, most):
    return [block async for block in read_blocks(request, most)]


def test_a_body_is_read_block_by_block():
    assert b"".join(asyncio.run(read(make_request(b"sa", b"re", b"ga"), 6))) == b"sarega"


@pytest.mark.parametrize("length", [b"7", b"1" + b"0" * 30, b"-5", "²".encode("latin-1"), b"x"])
def test_a_body_that_announces_too_much_is_not_read(length):
    with pytest.raises(RefusedError, match="larger than 0 MiB, the limit here"):
        asyncio.run(read(make_request(b"sa", ends=False, headers=[(b"content-length", length)]), 6))


def test_a_body_that_is_too_long_is_not_read_to_its_end():
    with pytest.raises(RefusedError, match="larger than") as refusal:
        asyncio.run(read(make_request(b"sare", b"gama", ends=False), 6))
    assert refusal.value.status == 413


def test_a_body_that_falls_silent_is_refused(monkeypatch):
    monkeypatch.setattr(exchange, "SILENCE", 0.1)
    with pytest.raises(RefusedError, match="nothing more arrived for") as refusal:
        asyncio.run(read(make_request(b"sa", ends=False), 6))
    assert refusal.value.status == 408


def upload(endless, monkeypatch, tmp_path):
    """Send the studio a file that never ends; return the answer, and what is left afterwards: jobs and files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    studio = server._Studio(compose(31415926), "a test")
    scope = {"type": "http", "method": "POST", "path": "/open", "query_string": b"name=x", "headers": []}

    async def send_blocks():
        with pytest.raises(exchange.PrimesongError) as refusal:
            await studio.open(Request(scope, endless))
        return str(refusal.value)

    return asyncio.run(send_blocks()), len(studio.jobs.running), list(tmp_path.iterdir())


def test_a_silent_upload_gives_its_place_back(monkeypatch, tmp_path):
    monkeypatch.setattr(exchange, "SILENCE", 0.1)

    async def wait():
        await asyncio.sleep(60)

    sentence, running, files = upload(wait, monkeypatch, tmp_path)
    assert (sentence, running, files) == ("nothing more arrived for 0.1 seconds; try again", 0, [])


def test_the_time_limit_of_a_job_covers_its_upload(monkeypatch, tmp_path):
    monkeypatch.setattr(server, "OPENING", 0.3)

    async def trickle():
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    sentence, running, files = upload(trickle, monkeypatch, tmp_path)
    assert (sentence, running, files) == ("stopped after 0 minutes, the limit here", 0, [])


@pytest.mark.parametrize("error", [RefusedError("too large", 413), RefusedError("silent", 408)])
def test_after_a_body_that_was_not_read_the_connection_is_closed(error):
    answer = asyncio.run(exchange.refuse(make_request(), error))
    assert (json.loads(answer.body), answer.headers["connection"]) == ({"error": str(error)}, "close")
