"""Requests read within bounds, and answers that clear up after themselves (Starlette).

Answers that take their time are lines of JSON, a message each, as `work` tells them; whoever goes away while they are
sent stops the job. What is wrong is said in one sentence, {"error": …}, as a line or as a whole answer.
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from primesong.errors import MissingError, PrimesongError
from primesong.player.studio.jobs import BusyError, Job

#: The longest request that says what is wanted, with a pasted text in it.
MOST_TEXT = 1 << 20


class RefusedError(PrimesongError):
    """A request that is not answered, with its HTTP status."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class Lines(StreamingResponse):
    """Messages, a line of JSON each; when it ends, however it ends, its job is stopped."""

    def __init__(self, messages: AsyncIterator[dict[str, Any]], job: Job) -> None:
        self.job = job
        super().__init__(_lines(messages), media_type="application/x-ndjson")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the lines."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.job.stop()


class OwnFile(FileResponse):
    """A file to be saved under a name; when it is sent, or whoever wanted it has gone, its folder is taken away."""

    def __init__(self, folder: "tempfile.TemporaryDirectory[str]", path: Path, name: str) -> None:
        self.folder = folder
        super().__init__(path, filename=name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.folder.cleanup()


async def _lines(messages: AsyncIterator[dict[str, Any]]) -> AsyncIterator[str]:
    try:
        async for message in messages:
            yield json.dumps(message) + "\n"
    except PrimesongError as error:
        yield json.dumps({"error": str(error)}) + "\n"


async def result(request: Request, job: Job, function: Callable[..., Any], *arguments: Any) -> Any:
    """Wait for what a job returns; stop it if whoever asked goes away. Raises `PrimesongError`."""
    working = asyncio.ensure_future(job.result(function, *arguments))
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        job.stop()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def read_body(request: Request, most: int) -> bytes:
    """Read a request's body of at most so many bytes. Raises `RefusedError` as soon as it is known to be longer."""
    too_long = RefusedError(f"this is larger than {most >> 20:,} MiB, the limit here", 413)
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > most:
        raise too_long
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > most:
            raise too_long
    return bytes(data)


async def read_json(request: Request) -> dict[str, Any]:
    """Read a request's body as a JSON object. Raises `RefusedError`."""
    try:
        wanted = json.loads(await read_body(request, MOST_TEXT))
    except (ValueError, RecursionError):
        wanted = None
    if not isinstance(wanted, dict):
        raise RefusedError("this is no request that the studio understands", 400)
    return wanted


async def refuse(request: Request, error: Exception) -> Response:
    """Answer with one sentence; the connection is closed where a body was not read to its end."""
    statuses = ((BusyError, 503), (MissingError, 501), (PrimesongError, 422))
    status = getattr(error, "status", None) or next(status for kind, status in statuses if isinstance(error, kind))
    return JSONResponse({"error": str(error)}, status, {"connection": "close"} if status == 413 else None)


async def gone(request: Request, error: Exception) -> Response:
    """Answer whom nobody hears."""
    return Response(status_code=499)
