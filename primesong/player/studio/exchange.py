"""Requests read within bounds, and answers that clean up after themselves (Starlette).

Answers that take time are lines of JSON, a message each, as `work` tells them; if the page goes away while they are
sent, the job is stopped. What is wrong is said in one sentence, {"error": …}, as a line or as a whole answer.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from primesong.errors import MissingError, PrimesongError
from primesong.player.studio.hints import explain
from primesong.player.studio.jobs import BusyError, Job
from primesong.words import describe_error

#: The longest request in JSON, which may hold a pasted text, in bytes.
MOST_TEXT = 1 << 20

#: How much of a wrong parameter is shown, in characters.
MOST_SHOWN = 40

#: How long a request's body may send nothing before it is refused, in seconds.
SILENCE = 30.0

#: The status of each kind of error, the most special first.
_STATUSES = ((BusyError, 503), (MissingError, 501), (PrimesongError, 422))

#: The statuses of requests whose bodies were not read to the end.
_UNREAD = (408, 413, 507)

#: The status of an answer to nobody, as nginx logs it.
_CLIENT_CLOSED_REQUEST = 499


class RefusedError(PrimesongError):
    """A request that is not answered, with its HTTP status."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class Lines(StreamingResponse):
    """Messages, a line of JSON each.

    Parameters
    ----------
    messages : async iterator of dict
        The messages.
    resources : ExitStack
        What is given back when they end, for whatever reason.
    """

    def __init__(self, messages: AsyncIterator[dict[str, Any]], resources: ExitStack) -> None:
        self.resources = resources
        super().__init__(_write_lines(messages), media_type="application/x-ndjson")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the lines."""
        with self.resources:
            await super().__call__(scope, receive, send)


class TemporaryFile(FileResponse):
    """A file to download.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What the browser saves it as.
    resources : ExitStack
        What is given back when it is sent, or no longer wanted.
    """

    def __init__(self, path: Path, name: str, resources: ExitStack) -> None:
        self.resources = resources
        super().__init__(path, filename=name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file."""
        with self.resources:
            await super().__call__(scope, receive, send)


async def _write_lines(messages: AsyncIterator[dict[str, Any]]) -> AsyncIterator[str]:
    try:
        async for message in messages:
            yield json.dumps(message) + "\n"
    except PrimesongError as error:
        yield json.dumps({"error": explain(error)}) + "\n"


async def await_result(request: Request, job: Job, function: Callable[..., Any], *arguments: Any) -> Any:
    """Wait for what a job returns; stop it if the page goes away. Raises `PrimesongError`."""
    working = asyncio.ensure_future(job.result(function, *arguments))
    leaving = asyncio.ensure_future(_await_disconnect(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        leaving.cancel()
        job.stop()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _await_disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def read_blocks(request: Request, most: int) -> AsyncIterator[bytes]:
    """Yield a request's body block by block. Raises `RefusedError` if it has more than `most` bytes, as soon as that
    is known, or if it does not go on."""
    too_long = RefusedError(f"this is larger than {most >> 20:,} MiB, the limit here", 413)
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > most:
        raise too_long
    blocks, left = request.stream(), most
    while True:
        try:
            async with asyncio.timeout(SILENCE):
                block = await anext(blocks)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise RefusedError(f"nothing more arrived for {SILENCE:g} seconds; try again", 408) from None
        left -= len(block)
        if left < 0:
            raise too_long
        yield block


async def store_body(request: Request, path: Path, most: int) -> None:
    """Write a request's body of at most `most` bytes to a file. Raises `RefusedError`."""
    try:
        with path.open("wb") as file:
            async for block in read_blocks(request, most):
                file.write(block)
    except OSError as error:
        raise RefusedError(f"the file cannot be stored: {describe_error(error)}", 507) from error


async def read_json(request: Request) -> dict[str, Any]:
    """Read a request's body as a JSON object. Raises `RefusedError`."""
    body = b"".join([block async for block in read_blocks(request, MOST_TEXT)])
    try:
        wanted = json.loads(body)
    except (ValueError, RecursionError):
        wanted = None
    if not isinstance(wanted, dict):
        raise RefusedError("the studio does not understand this request", 400)
    return wanted


def choose_name(request: Request, what: str, known: Collection[str]) -> str | None:
    """Return which of the known names a request has for something; None if it has none."""
    name = request.query_params.get(what)
    if name is not None and name not in known:
        article = "an" if what[0] in "aeiou" else "a"
        raise RefusedError(f"“{name[:MOST_SHOWN]}” is not {article} {what}; expected one of {', '.join(known)}", 422)
    return name


async def refuse(request: Request, error: Exception) -> Response:
    """Answer with one sentence; the connection is closed where a body was not read to its end."""
    if not isinstance(error, PrimesongError):
        raise error
    status = next(status for kind, status in _STATUSES if isinstance(error, kind))
    if isinstance(error, RefusedError):
        status = error.status
    return JSONResponse({"error": explain(error)}, status, {"connection": "close"} if status in _UNREAD else None)


async def answer_nobody(request: Request, error: Exception) -> Response:
    """Answer a page that has gone away."""
    return Response(status_code=_CLIENT_CLOSED_REQUEST)
