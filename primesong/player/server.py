"""The studio's server (Starlette): songs kept in memory by random tokens, and what the page may ask for.

Answers that take their time are streamed, a line of JSON a message, as `work` tells them; the last is {"song": token},
{"ended": …} or {"error": one sentence}. Whoever goes away while one is streamed stops the job. Nothing that a page
sends is taken for a path; files for download are made in a temporary folder under a name of ours.
"""

import asyncio
import contextlib
import json
import re
import secrets
import tempfile
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from primesong import formats
from primesong.errors import MissingError, PrimesongError
from primesong.player import work
from primesong.player.jobs import BusyError, Done, Job, Jobs
from primesong.sargam.melody import printable
from primesong.sargam.script import SCRIPT_NAMES
from primesong.song import Song

_MIB = 1 << 20

#: The largest file that may be dropped: half an hour of stereo in CD quality is 303 MiB.
MOST_BYTES = 320 * _MIB

#: The longest text that may be pasted.
MOST_TEXT = _MIB

#: Songs that are kept; the one that was not asked for the longest goes first.
MOST_SONGS = 8

#: Arrangements of a song whose documents are kept.
MOST_DOCUMENTS = 4

#: How long jobs may take, in seconds. The sandbox has limits of its own, which end a program first.
OPENING, WRITING, RUNNING = 1_800.0, 900.0, 4_000.0

#: The token of the song that the studio was started with.
FIRST = "first"

DOWNLOADS = (*(kind.suffix for kind in formats.FORMATS), *(".wav", ".flac", ".mp3"), ".pdf")

_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_STATUS = ((BusyError, 503), (MissingError, 501), (PrimesongError, 422))


class RefusedError(PrimesongError):
    """A request that is not answered, with its HTTP status."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(slots=True)
class Kept:
    """A song, what was found out about it, and its documents by arrangement, the latest last."""

    song: Song
    found: dict[str, Any]
    documents: "OrderedDict[str, bytes | PrimesongError]" = field(default_factory=OrderedDict)


class Studio:
    """What the server remembers while it runs."""

    def __init__(self, song: Song, source: str) -> None:
        self.jobs = Jobs()
        self.songs: OrderedDict[str, Kept] = OrderedDict()
        self.first, self.source = song, source
        self.opening: asyncio.Task[None] | None = None

    async def open_first(self) -> None:
        """Prepare the song that the studio was started with, outside the jobs that a page can start."""
        job = Job(self.jobs, OPENING)
        self.jobs.running.add(job)
        try:
            self.keep(await job.result(work.show, self.first, self.source), FIRST)
        finally:
            job.stop()

    def keep(self, opened: work.Opened, token: str | None = None) -> str:
        """Keep a song; give its token."""
        token = token or secrets.token_urlsafe(16)
        self.songs[token] = Kept(opened.song, opened.found, OrderedDict({"": opened.document}))
        while len(self.songs) > MOST_SONGS:
            self.songs.popitem(last=False)
        return token

    async def kept(self, token: str) -> Kept:
        """Find a song by its token. Raises `RefusedError`."""
        if token == FIRST and self.opening is not None:
            await asyncio.shield(self.opening)
        if token not in self.songs:
            raise RefusedError("the studio no longer holds this song; open it again", 404)
        self.songs.move_to_end(token)
        return self.songs[token]


def make_app(song: Song, source: str) -> Starlette:
    """Make the studio's app, which opens with a song; `source` says where it is from. `guard.Guard` goes around it."""
    studio = Studio(song, source)
    files = _web_files()
    page = files.pop("studio.html")

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        studio.opening = asyncio.create_task(studio.open_first())
        try:
            yield
        finally:
            await studio.jobs.close()
            await asyncio.gather(studio.opening, return_exceptions=True)

    async def send_page(request: Request) -> Response:
        return Response(page[0], media_type=page[1])

    async def send_file(request: Request) -> Response:
        if request.path_params["name"] not in files:
            raise RefusedError("there is no such file", 404)
        content, kind = files[request.path_params["name"]]
        return Response(content, media_type=kind)

    async def send_found(request: Request) -> Response:
        kept = await studio.kept(request.query_params.get("song", ""))
        return JSONResponse(kept.found)

    async def send_document(request: Request) -> Response:
        content = await _document(studio, request)
        return Response(content, media_type="application/json", headers={"content-encoding": "gzip"})

    async def open_file(request: Request) -> Response:
        name = _name(request.query_params.get("name", ""))
        job = studio.jobs.take(OPENING)
        try:
            data = await _body(request, MOST_BYTES)
            return Lines(_opening(studio, job, data, name), job)
        except BaseException:
            job.stop()
            raise

    async def compose_text(request: Request) -> Response:
        wanted = await _json(request)
        text = str(wanted.get("text", "")).encode("utf-8", "replace")
        name, minified = _name(str(wanted.get("title", "")) or "your text"), wanted.get("minify") is True
        if not text.strip():
            raise RefusedError("there is nothing to make a song of: paste a program, or a number", 422)
        job = studio.jobs.take(OPENING)
        return Lines(_opening(studio, job, text, name, minified), job)

    async def introduce(request: Request) -> Response:
        kept = await studio.kept(str((await _json(request)).get("song", "")))
        introduction = await _result(request, studio.jobs.take(60), work.introduce_program, kept.song)
        return JSONResponse(introduction._asdict())

    async def run(request: Request) -> Response:
        wanted = await _json(request)
        kept = await studio.kept(str(wanted.get("song", "")))
        if wanted.get("consent") is not True or not wanted.get("sha256") or not wanted.get("level"):
            raise RefusedError("nothing is run without consent to a program, by its SHA-256, and to its sandbox", 403)
        job = studio.jobs.take(RUNNING)
        return Lines(_running(job, kept.song, str(wanted["sha256"]), str(wanted["level"])), job)

    async def download(request: Request) -> Response:
        kept = await studio.kept(request.query_params.get("song", ""))
        suffix = request.query_params.get("kind", "")
        if suffix not in DOWNLOADS:
            raise RefusedError(f"there are {', '.join(DOWNLOADS)} to download", 404)
        song = work.arranged(kept.song, dict(request.query_params))
        folder = tempfile.TemporaryDirectory(prefix="primesong-")
        try:
            target = Path(folder.name) / f"song{suffix}"
            job = studio.jobs.take(WRITING)
            await _result(request, job, work.make_file, song, suffix, _script(request), target)
            return OwnFile(folder, target, _file_name(song.melody.title) + suffix)
        except BaseException:
            folder.cleanup()
            raise

    return Starlette(
        routes=[
            Route("/", send_page),
            Route("/web/{name}", send_file),
            Route("/found", send_found),
            Route("/song", send_document),
            Route("/download", download),
            Route("/open", open_file, methods=["POST"]),
            Route("/compose", compose_text, methods=["POST"]),
            Route("/introduce", introduce, methods=["POST"]),
            Route("/run", run, methods=["POST"]),
        ],
        exception_handlers={RefusedError: _refuse, PrimesongError: _refuse, ClientDisconnect: _gone},
        lifespan=lifespan,
    )


# Answers.


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


async def _opening(
    studio: Studio, job: Job, data: bytes, name: str, minified: bool = False
) -> AsyncIterator[dict[str, Any]]:
    async for message in job.messages(work.open_bytes, data, name, minified):
        if isinstance(message, Done):
            yield {"song": studio.keep(message.value)}
        else:
            yield message


async def _running(job: Job, song: Song, sha256: str, level: str) -> AsyncIterator[dict[str, Any]]:
    async for message in job.messages(work.run_program, song, sha256, level):
        yield message.value if isinstance(message, Done) else message


async def _result(request: Request, job: Job, function: Callable[..., Any], *arguments: Any) -> Any:
    """Wait for what a job returns; stop it if whoever asked goes away."""
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


async def _document(studio: Studio, request: Request) -> bytes:
    """Give a song's document in the arrangement that is asked for, kept or made. Raises `PrimesongError`."""
    options = {name: value for name, value in request.query_params.items() if name != "song"}
    kept = await studio.kept(request.query_params.get("song", ""))
    wanted = json.dumps(options, sort_keys=True) if options else ""
    if wanted not in kept.documents:
        song, job = work.arranged(kept.song, options), studio.jobs.take(WRITING)
        kept.documents[wanted] = await _result(request, job, work.draw, song, _script(request))
        while len(kept.documents) > MOST_DOCUMENTS:
            kept.documents.popitem(last=False)
    content = kept.documents[wanted]
    if isinstance(content, PrimesongError):
        raise content
    return content


async def _refuse(request: Request, error: Exception) -> Response:
    """Answer with one sentence; close the connection if a body was not read to its end."""
    status = error.status if isinstance(error, RefusedError) else next(s for kind, s in _STATUS if isinstance(error, kind))
    return JSONResponse({"error": str(error)}, status, headers={"connection": "close"} if status == 413 else None)


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=499)  # nobody reads it


# Requests.


async def _body(request: Request, most: int) -> bytes:
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


async def _json(request: Request) -> dict[str, Any]:
    """Read a request's body as a JSON object. Raises `RefusedError`."""
    try:
        wanted = json.loads(await _body(request, MOST_TEXT))
    except (ValueError, RecursionError):
        wanted = None
    if not isinstance(wanted, dict):
        raise RefusedError("this is no request that the studio understands", 400)
    return wanted


def _name(text: str) -> str:
    """Make a name for people of what a page says a file is called: its last part, without what fools the eye."""
    return printable(re.split(r"[/\\]", text)[-1])[:100].strip() or "your file"


def _file_name(title: str) -> str:
    """Make a file's name of a title: letters, digits and single hyphens, whatever the system."""
    return "-".join(re.findall(r"[A-Za-z0-9_]+", title))[:60] or "song"


def _script(request: Request) -> str | None:
    script = request.query_params.get("script")
    if script is not None and script not in SCRIPT_NAMES:
        raise RefusedError(f"“{script[:40]}” is no script; there are {', '.join(SCRIPT_NAMES)}", 422)
    return script


def _web_files() -> dict[str, tuple[bytes, str]]:
    """Read the front end into a table of its files' names: what a request names is looked up here, never on the disk."""
    folder = Path(__file__).parent / "web"
    return {path.name: (path.read_bytes(), _TYPES[path.suffix]) for path in folder.iterdir() if path.suffix in _TYPES}
