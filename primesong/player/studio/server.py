"""The studio's server (Starlette): what its page may ask for. `guard.Guard` goes around it.

    GET  /                     the page, and /web/NAME, its files
    GET  /found?song=TOKEN     what a song is, as `work.describe` says
    GET  /checks?song=TOKEN    what its checks found, as `work.check` says
    GET  /song?song=TOKEN&…    its document, as `page.document` says, arranged: tonic, tempo, tala, raga, tuning, script
    GET  /download?song=TOKEN&kind=SUFFIX&…   the song as a file, arranged, and played with an expression
    POST /open?name=NAME       a file; its song, in messages
    POST /compose              {text, title, minify}; its song, in messages
    POST /listen               {rate}; a recording, in messages: first {"ear": token}, then those of its song
    POST /hear?ear=TOKEN       more of the recording: samples of 16 bits at that rate; &end=true ends it
    POST /introduce            {song}; what consent needs to know, as `work.introduce_program` says
    POST /run                  {song, sha256, level, consent}; the run of its program, in messages

Messages are those that `work` sends; the last is {"song": token}, {"seconds", "fault", "summary"} or {"error"}. Nothing
that a page sends is used as a path; files are written to temporary folders, under names that the server chooses.
"""

import asyncio
import contextlib
import json
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from primesong.errors import PrimesongError
from primesong.files.kind import list_suffixes
from primesong.files.kinds import DOWNLOADS
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.player.studio import work
from primesong.player.studio.exchange import (
    MOST_SHOWN,
    MOST_TEXT,
    Lines,
    RefusedError,
    TemporaryFile,
    answer_nobody,
    await_result,
    choose_name,
    read_blocks,
    read_json,
    refuse,
    store_body,
)
from primesong.player.studio.incoming import Incoming
from primesong.player.studio.jobs import Done, Job, Jobs
from primesong.player.studio.pages import fill_page, read_files
from primesong.player.studio.shelf import FIRST, Kept, Shelf
from primesong.sargam.script import SCRIPT_NAMES
from primesong.sargam.setting import printable
from primesong.song import Song
from primesong.sound.render.rendering import EXPRESSIONS

#: The largest file that may be dropped, in bytes: half an hour of stereo in CD quality is 303 MiB.
MOST_BYTES = 320 << 20

#: How long opening a file and making its song may take, or checking a song, in seconds.
OPENING = 1_800.0

#: How long a song may be listened to, and then be made, in seconds.
LISTENING = 7_200.0

#: How long it may take to draw a song, or to make a file of it, in seconds.
WRITING = 900.0

#: How long a program may run, in seconds. The sandbox has limits of its own, which end it first.
RUNNING = 4_000.0

#: Songs are checked and drawn at once, two of them at a time, by jobs that take no place from others.
_SHOWING_JOBS = 4

#: The longest name of a file or a song that is shown, in characters.
_MOST_NAME = 100

#: The longest name of a file to download, without its suffix, in characters.
_MOST_FILE_NAME = 60


def make_app(song: Song, source: str, limits: Limits = DEFAULT_LIMITS) -> Starlette:
    """Make the studio's app, which begins with a song.

    Parameters
    ----------
    song : Song
        The first song.
    source : str
        Where it is from, for people.
    limits : Limits
        The most that is read of anything.
    """
    studio = _Studio(song, source, limits)
    return Starlette(
        routes=[
            Route("/", studio.page),
            Route("/web/{name:path}", studio.web),
            Route("/found", studio.found),
            Route("/checks", studio.checks),
            Route("/song", studio.document),
            Route("/download", studio.download),
            Route("/open", studio.open, methods=["POST"]),
            Route("/compose", studio.compose, methods=["POST"]),
            Route("/listen", studio.listen, methods=["POST"]),
            Route("/hear", studio.hear, methods=["POST"]),
            Route("/introduce", studio.introduce, methods=["POST"]),
            Route("/run", studio.run, methods=["POST"]),
        ],
        exception_handlers={PrimesongError: refuse, ClientDisconnect: answer_nobody},
        lifespan=studio.lifespan,
    )


class _Studio:
    """What the server remembers while it runs, and its answers."""

    def __init__(self, song: Song, source: str, limits: Limits = DEFAULT_LIMITS) -> None:
        self.jobs, self.showing = Jobs(), Jobs(_SHOWING_JOBS)
        self.shelf, self.incoming, self.limits = Shelf(), Incoming(), limits
        self.shelf.keep(work.Opened(song, source), FIRST)
        self.files = read_files()
        self.filled_page = fill_page(MOST_BYTES)
        self.beginning: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Prepare the first song while the page comes up; leave no process behind."""
        self.beginning = asyncio.create_task(self._begin())
        try:
            yield
        finally:
            await asyncio.gather(self.jobs.close(), self.showing.close())
            await asyncio.gather(self.beginning, return_exceptions=True)

    async def _begin(self) -> None:
        """Check the first song and draw it, both at once."""
        kept = self.shelf.find(FIRST)
        checking, drawing = self.showing.take(OPENING), self.showing.take(OPENING)
        try:
            drawn = asyncio.create_task(drawing.attempt(work.draw, kept.song))
            kept.checks = await checking.result(work.check, self.limits, kept.song)
            kept.keep("", await drawn)
        finally:
            checking.stop()
            drawing.stop()

    async def page(self, request: Request) -> Response:
        """Send the page."""
        return HTMLResponse(self.filled_page)

    async def web(self, request: Request) -> Response:
        """Send one of the page's files."""
        if request.path_params["name"] not in self.files:
            raise RefusedError("no such file", 404)
        content, media_type = self.files[request.path_params["name"]]
        return Response(content, media_type=media_type)

    async def found(self, request: Request) -> Response:
        """Send what a song is."""
        return JSONResponse(work.describe(self.shelf.find(request.query_params.get("song", "")).opened))

    async def checks(self, request: Request) -> Response:
        """Send what a song's checks found, kept or made."""
        kept = await self._find(request.query_params.get("song"))
        if kept.checks is None:
            kept.checks = await await_result(request, self.showing.take(OPENING), work.check, self.limits, kept.song)
        return JSONResponse(kept.checks)

    async def document(self, request: Request) -> Response:
        """Send a song's document, kept or made."""
        kept = await self._find(request.query_params.get("song"))
        options = {name: value for name, value in request.query_params.items() if name != "song"}
        arrangement = json.dumps(options, sort_keys=True) if options else ""
        if arrangement not in kept.documents:
            song, script = work.arrange_by_names(kept.song, options), choose_name(request, "script", SCRIPT_NAMES)
            kept.keep(arrangement, await await_result(request, self.showing.take(WRITING), work.draw, song, script))
        content = kept.documents[arrangement]
        if isinstance(content, PrimesongError):
            raise content
        return Response(content, media_type="application/json", headers={"content-encoding": "gzip"})

    async def download(self, request: Request) -> Response:
        """Send a song as a file."""
        kept = await self._find(request.query_params.get("song"))
        suffix = request.query_params.get("kind", "")
        if suffix not in [kind.suffix for kind in DOWNLOADS]:
            raise RefusedError(f"expected one of {list_suffixes(DOWNLOADS)}, got “{suffix[:MOST_SHOWN]}”", 404)
        song = work.arrange_by_names(kept.song, dict(request.query_params))
        written = choose_name(request, "script", SCRIPT_NAMES), choose_name(request, "expression", EXPRESSIONS)
        with ExitStack() as resources:
            target = _make_folder(resources) / f"song{suffix}"
            await await_result(request, self.jobs.take(WRITING), work.make_file, song, target, *written)
            return TemporaryFile(target, _name_file(song.melody.setting.title) + suffix, resources.pop_all())

    async def open(self, request: Request) -> Response:
        """Make a song of a file."""
        name = _clean_name(request.query_params.get("name", ""), "your file")
        with ExitStack() as resources:
            job = self._take(resources, OPENING)
            path = _make_folder(resources) / "upload"
            async with job.time_limit():
                await store_body(request, path, MOST_BYTES)
            return Lines(self._open(job, work.open_file, self.limits, path, name), resources.pop_all())

    async def compose(self, request: Request) -> Response:
        """Make a song of a text."""
        wanted = await read_json(request)
        text, title = str(wanted.get("text", "")), _clean_name(str(wanted.get("title", "")), "your song")
        if not text.strip():
            raise RefusedError("nothing to make a song of; paste a program or a number", 422)
        data = text.encode("utf-8", "replace")
        with ExitStack() as resources:
            job = self._take(resources, OPENING)
            messages = self._open(job, work.open_text, self.limits, data, title, wanted.get("minify") is True)
            return Lines(messages, resources.pop_all())

    async def listen(self, request: Request) -> Response:
        """Make a song of what is recorded from now on."""
        rate = (await read_json(request)).get("rate")
        if not isinstance(rate, int) or isinstance(rate, bool):
            raise RefusedError("expected the sample rate of the recording", 422)
        with ExitStack() as resources:
            folder = _make_folder(resources)
            job = self._take(resources, LISTENING)
            token = self.incoming.begin(folder)
            resources.callback(self.incoming.forget, token)
            return Lines(self._listen(job, token, folder, rate), resources.pop_all())

    async def _listen(self, job: Job, token: str, folder: Path, rate: int) -> AsyncIterator[dict[str, Any]]:
        yield {"ear": token}
        async for message in self._open(job, work.hear_song, self.limits, folder, rate):
            yield message

    async def hear(self, request: Request) -> Response:
        """Take more of a recording, or its end."""
        token = request.query_params.get("ear", "")
        self.incoming.add(token, b"".join([block async for block in read_blocks(request, MOST_TEXT)]))
        if request.query_params.get("end") == "true":
            self.incoming.end(token)
        return Response(status_code=204)

    async def introduce(self, request: Request) -> Response:
        """Send what consent needs to know."""
        kept = await self._find((await read_json(request)).get("song"))
        return JSONResponse(await await_result(request, self.jobs.take(WRITING), work.introduce_program, kept.song))

    async def run(self, request: Request) -> Response:
        """Run a song's program, with consent."""
        wanted = await read_json(request)
        kept = await self._find(wanted.get("song"))
        sha256, level = str(wanted.get("sha256", "")), str(wanted.get("level", ""))
        if wanted.get("consent") is not True or not sha256 or not level:
            raise RefusedError("nothing is run without consent to a program, by its SHA-256, and to its sandbox", 403)
        with ExitStack() as resources:
            job = self._take(resources, RUNNING)
            return Lines(_run(job, kept.song, sha256, level), resources.pop_all())

    async def _find(self, token: Any) -> Kept:
        if token == FIRST and self.beginning is not None:
            await asyncio.shield(self.beginning)
        return self.shelf.find(str(token))

    def _take(self, resources: ExitStack, seconds: float) -> Job:
        """Take a place for a job, which is stopped when the resources are given back."""
        job = self.jobs.take(seconds)
        resources.callback(job.stop)
        return job

    async def _open(self, job: Job, function: Callable[..., Any], *arguments: Any) -> AsyncIterator[dict[str, Any]]:
        """Have a song opened, and keep it."""
        async for message in job.messages(function, *arguments):
            yield {"song": self.shelf.keep(message.value)} if isinstance(message, Done) else message


async def _run(job: Job, song: Song, sha256: str, level: str) -> AsyncIterator[dict[str, Any]]:
    async for message in job.messages(work.run_song, song, sha256, level):
        yield message.value if isinstance(message, Done) else message


def _make_folder(resources: ExitStack) -> Path:
    """Make a temporary folder, which is removed when the resources are given back."""
    return Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="primesong-")))


def _clean_name(text: str, default: str) -> str:
    """Return the last part of what a page says a file is called, without what fools the eye."""
    return printable(re.split(r"[/\\]", text)[-1])[:_MOST_NAME].strip() or default


def _name_file(title: str) -> str:
    """Make a file's name of a title: letters, digits and single hyphens, on any system."""
    return "-".join(re.findall(r"[A-Za-z0-9_]+", title))[:_MOST_FILE_NAME] or "song"
