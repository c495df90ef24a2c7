"""The studio's server (Starlette): what its page may ask for. `guard.Guard` goes around it.

    GET  /                     the page, and /web/NAME, its files
    GET  /found?song=TOKEN     what was found out about a song, as `work.show` says
    GET  /song?song=TOKEN&…    its document, as `document` says, in an arrangement: tonic, tempo, tala, tuning, script
    GET  /download?song=TOKEN&kind=SUFFIX&…   the song as a file
    POST /open?name=NAME       a file; its song, in messages
    POST /compose              {text, title, minify}; its song, in messages
    POST /introduce            {song}; what consent needs to know, as `work.Introduction` says
    POST /run                  {song, sha256, level, consent}; its program at work, in messages

Messages are as `work` tells them; the last is {"song": token}, {"ended", "fault", "summary"} or {"error"}. Nothing that
a page sends is taken for a path; a file to be saved is made in a temporary folder under a name of ours.
"""

import asyncio
import contextlib
import json
import re
import tempfile
from collections.abc import AsyncIterator
from html import escape
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from primesong.errors import PrimesongError
from primesong.files import formats
from primesong.page.export import WEB
from primesong.player.studio import work
from primesong.player.studio.exchange import Lines, OwnFile, RefusedError, gone, read_body, read_json, refuse, result
from primesong.player.studio.jobs import Done, Job, Jobs
from primesong.player.studio.shelf import FIRST, Kept, Shelf
from primesong.sargam.script import SCRIPT_NAMES
from primesong.sargam.setting import printable
from primesong.sargam.tala import TALAS
from primesong.song import Song

#: The largest file that may be dropped: half an hour of stereo in CD quality is 303 MiB.
MOST_BYTES = 320 << 20

#: How long jobs may take, in seconds. The sandbox has limits of its own, which end a program first.
OPENING, WRITING, RUNNING = 1_800.0, 900.0, 4_000.0

DOWNLOADS = (*(kind.suffix for kind in formats.FORMATS), ".wav", ".flac", ".mp3", ".pdf", work.PLAYER_SUFFIX)

_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


def make_app(song: Song, source: str) -> Starlette:
    """Make the studio's app, which begins with a song; `source` names for people where it is from."""
    studio = _Studio(song, source)
    return Starlette(
        routes=[
            Route("/", studio.page),
            Route("/web/{name}", studio.web),
            Route("/found", studio.found),
            Route("/song", studio.document),
            Route("/download", studio.download),
            Route("/open", studio.open, methods=["POST"]),
            Route("/compose", studio.compose, methods=["POST"]),
            Route("/introduce", studio.introduce, methods=["POST"]),
            Route("/run", studio.run, methods=["POST"]),
        ],
        exception_handlers={PrimesongError: refuse, ClientDisconnect: gone},
        lifespan=studio.lifespan,
    )


class _Studio:
    """What the server remembers while it runs, and its answers."""

    def __init__(self, song: Song, source: str) -> None:
        self.jobs, self.shelf = Jobs(), Shelf()
        self.first_jobs = Jobs(2)  # so that those of the first song take no place from others
        self.song, self.source = song, source
        self.files = _web_files()
        self.beginning: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Prepare the first song while the page comes up; leave no process behind."""
        self.beginning = asyncio.create_task(self._begin())
        try:
            yield
        finally:
            await asyncio.gather(self.jobs.close(), self.first_jobs.close())
            await asyncio.gather(self.beginning, return_exceptions=True)

    async def _begin(self) -> None:
        """Check the first song and draw it, both at once."""
        checking, drawing = self.first_jobs.take(OPENING), self.first_jobs.take(OPENING)
        try:
            outcome: tuple[Any, Any] = await asyncio.gather(
                checking.result(work.find_out, self.song, self.source),
                drawing.result(work.draw, self.song),
                return_exceptions=True,
            )
        finally:
            checking.stop()
            drawing.stop()
        found, drawn = outcome
        if isinstance(found, BaseException):
            raise found
        if isinstance(drawn, BaseException) and not isinstance(drawn, PrimesongError):
            raise drawn
        self.shelf.keep(work.Opened(self.song, found, drawn), FIRST)

    async def page(self, request: Request) -> Response:
        """Give the page."""
        content, kind = self.files["studio.html"]
        talas = "".join(f"<option>{escape(name)}</option>" for name in TALAS)
        filled = content.decode("utf-8").replace("{talas}", talas).replace("{most}", str(MOST_BYTES))
        return Response(filled, media_type=kind)

    async def web(self, request: Request) -> Response:
        """Give one of the page's files."""
        if request.path_params["name"] not in self.files:
            raise RefusedError("there is no such file", 404)
        content, kind = self.files[request.path_params["name"]]
        return Response(content, media_type=kind)

    async def found(self, request: Request) -> Response:
        """Give what was found out about a song."""
        return JSONResponse((await self._kept(request.query_params.get("song"))).found)

    async def document(self, request: Request) -> Response:
        """Give a song's document, kept or made."""
        kept = await self._kept(request.query_params.get("song"))
        options = {name: value for name, value in request.query_params.items() if name != "song"}
        arrangement = json.dumps(options, sort_keys=True) if options else ""
        if arrangement not in kept.documents:
            song, script = work.arranged(kept.song, options), _script(request)
            kept.keep(arrangement, await result(request, self.jobs.take(WRITING), work.draw, song, script))
        content = kept.documents[arrangement]
        if isinstance(content, PrimesongError):
            raise content
        return Response(content, media_type="application/json", headers={"content-encoding": "gzip"})

    async def download(self, request: Request) -> Response:
        """Give a song as a file."""
        kept = await self._kept(request.query_params.get("song"))
        suffix = request.query_params.get("kind", "")
        if suffix not in DOWNLOADS:
            raise RefusedError(f"there are {', '.join(DOWNLOADS)} to download", 404)
        song, script = work.arranged(kept.song, dict(request.query_params)), _script(request)
        job = self.jobs.take(WRITING)
        folder = tempfile.TemporaryDirectory(prefix="primesong-")
        try:
            target = Path(folder.name) / f"song{suffix}"
            await result(request, job, work.make_file, song, suffix, script, target)
            return OwnFile(folder, target, _file_name(song.melody.setting.title) + suffix)
        except BaseException:
            folder.cleanup()
            raise

    async def open(self, request: Request) -> Response:
        """Make a song of a file."""
        job = self.jobs.take(OPENING)
        try:
            data = await read_body(request, MOST_BYTES)
        except BaseException:
            job.stop()
            raise
        return Lines(self._opening(job, data, _name(request.query_params.get("name", "your file"))), job)

    async def compose(self, request: Request) -> Response:
        """Make a song of a text."""
        wanted = await read_json(request)
        text, title = str(wanted.get("text", "")), _name(str(wanted.get("title", "")) or "your song")
        if not text.strip():
            raise RefusedError("there is nothing to make a song of; paste a program, or a number", 422)
        job = self.jobs.take(OPENING)
        data = text.encode("utf-8", "replace")
        return Lines(self._opening(job, data, title, wanted.get("minify") is True), job)

    async def introduce(self, request: Request) -> Response:
        """Say what consent needs to know."""
        kept = await self._kept((await read_json(request)).get("song"))
        said: work.Introduction = await result(request, self.jobs.take(WRITING), work.introduce_program, kept.song)
        return JSONResponse(said._asdict())

    async def run(self, request: Request) -> Response:
        """Run a song's program, with consent."""
        wanted = await read_json(request)
        kept = await self._kept(wanted.get("song"))
        sha256, level = str(wanted.get("sha256", "")), str(wanted.get("level", ""))
        if wanted.get("consent") is not True or not sha256 or not level:
            raise RefusedError("nothing is run without consent to a program, by its SHA-256, and to its sandbox", 403)
        job = self.jobs.take(RUNNING)
        return Lines(_running(job, kept.song, sha256, level), job)

    async def _kept(self, token: Any) -> Kept:
        if token == FIRST and self.beginning is not None:
            await asyncio.shield(self.beginning)
        return self.shelf.find(str(token))

    async def _opening(self, job: Job, data: bytes, name: str, minified: bool = False) -> AsyncIterator[dict[str, Any]]:
        async for message in job.messages(work.open_bytes, data, name, minified):
            yield {"song": self.shelf.keep(message.value)} if isinstance(message, Done) else message


async def _running(job: Job, song: Song, sha256: str, level: str) -> AsyncIterator[dict[str, Any]]:
    async for message in job.messages(work.run_program, song, sha256, level):
        yield message.value if isinstance(message, Done) else message


def _name(text: str) -> str:
    """Make a name for people of what a page says a file is called: its last part, without what fools the eye."""
    return printable(re.split(r"[/\\]", text)[-1])[:100].strip() or "your file"


def _file_name(title: str) -> str:
    """Make a file's name of a title: letters, digits and single hyphens, on any system."""
    return "-".join(re.findall(r"[A-Za-z0-9_]+", title))[:60] or "song"


def _script(request: Request) -> str | None:
    script = request.query_params.get("script")
    if script is not None and script not in SCRIPT_NAMES:
        raise RefusedError(f"“{script[:40]}” is no script; there are {', '.join(SCRIPT_NAMES)}", 422)
    return script


def _web_files() -> dict[str, tuple[bytes, str]]:
    """Read the front end into a table: a name in a request is looked up here, never on the disk."""
    folders = (WEB, Path(__file__).parent / "web")
    paths = (path for folder in folders for path in folder.iterdir() if path.suffix in _TYPES)
    return {path.name: (path.read_bytes(), _TYPES[path.suffix]) for path in paths}
