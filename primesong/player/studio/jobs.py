"""Work in processes of their own, so that each can be stopped at once, whatever it is doing; few at a time.

A job is a function of `work` and its arguments, the first of which is `tell`: what it tells are messages, plain values
for JSON; what it returns ends it. A job's process dies with its job, and with the server.
"""

import asyncio
import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

from primesong.errors import PrimesongError

#: Jobs at a time: the search for a prime takes all cores anyway.
MOST_JOBS = 2

#: How long a process that is told to stop may take to clean up, in seconds; then it is killed.
GRACE = 5.0

#: The shortest time between two messages of the same stage, in seconds: ten a second are enough for the eye.
_INTERVAL = 0.1

#: The processes are forked from one that has loaded all they need, or, where there is no forking, start from scratch.
_CONTEXT: BaseContext
if "forkserver" in multiprocessing.get_all_start_methods():
    _CONTEXT = multiprocessing.get_context("forkserver")
    _CONTEXT.set_forkserver_preload(["primesong.player.studio.__main__"])
else:
    _CONTEXT = multiprocessing.get_context("spawn")

Tell = Callable[[dict[str, Any]], None]


def get_ready() -> None:
    """Start the process that the jobs are forked from, which loads what they need before one of them is wanted."""
    if _CONTEXT.get_start_method() == "forkserver":
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # inherited: Ctrl-C is for the server
        forkserver.ensure_running()
        signal.signal(signal.SIGINT, handler)


class BusyError(PrimesongError):
    """As many jobs are running as may."""


class Done(NamedTuple):
    """What a job returned."""

    value: Any


class Jobs:
    """The jobs that are running."""

    def __init__(self, most: int = MOST_JOBS) -> None:
        self.most = most
        self.running: set[Job] = set()
        self.reapers: set[asyncio.Task[None]] = set()

    def take(self, seconds: float) -> "Job":
        """Take a place for a job that may last some seconds from now; `stop` gives it back. Raises `BusyError`."""
        if len(self.running) >= self.most:
            raise BusyError(f"{self.most} jobs are running already; cancel one, or wait until one has ended")
        job = Job(self, seconds)
        self.running.add(job)
        return job

    async def close(self) -> None:
        """Stop every job, and wait until their processes are gone."""
        for job in list(self.running):
            job.stop()
        await asyncio.gather(*self.reapers)


class Job:
    """A place among the jobs, and the process in it, once there is one."""

    def __init__(self, jobs: Jobs, seconds: float) -> None:
        self.jobs, self.seconds = jobs, seconds
        self.deadline = asyncio.get_running_loop().time() + seconds
        self.process: BaseProcess | None = None

    @contextlib.asynccontextmanager
    async def time_limit(self) -> AsyncIterator[None]:
        """End what takes longer than the job may. Raises `PrimesongError`."""
        try:
            async with asyncio.timeout_at(self.deadline):
                yield
        except TimeoutError:
            raise PrimesongError(f"stopped after {self.seconds / 60:,.0f} minutes, the limit here") from None

    async def messages(self, function: Callable[..., Any], *arguments: Any) -> AsyncIterator[dict[str, Any] | Done]:
        """Run a function in a process: yield what it tells, then what it returns. Raises `PrimesongError`."""
        receiver, sender = _CONTEXT.Pipe(duplex=False)
        self.process = _CONTEXT.Process(  # type: ignore[attr-defined]  # every context has it
            target=_work, args=(sender, function, arguments), daemon=True
        )
        waiting: asyncio.Future[Any] = asyncio.ensure_future(asyncio.to_thread(self._start, sender))
        try:
            await asyncio.shield(waiting)
            while True:
                waiting = asyncio.ensure_future(asyncio.to_thread(receiver.recv))
                async with self.time_limit():
                    message = await asyncio.shield(waiting)
                if isinstance(message, PrimesongError):
                    raise message
                yield message
                if isinstance(message, Done):
                    return
        except EOFError:
            raise PrimesongError(
                "the job ended unexpectedly; the terminal that runs primesong studio says why"
            ) from None
        finally:
            waiting.add_done_callback(lambda over: _let_go(over, receiver))

    def _start(self, sender: Connection) -> None:
        """Start the process; end it again if the job was stopped meanwhile."""
        if self.process is not None:
            with sender:
                self.process.start()
            if self not in self.jobs.running:
                self.process.terminate()

    async def result(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a function in a process, and return what it returns. Raises `PrimesongError`."""
        async for message in self.messages(function, *arguments):
            if isinstance(message, Done):
                return message.value
        raise PrimesongError("the job ended unexpectedly")

    async def attempt(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a function in a process, and return what it returns, or the `PrimesongError` that it raises."""
        try:
            return await self.result(function, *arguments)
        except PrimesongError as error:
            return error

    def stop(self) -> None:
        """Give the place back, and end the process if there is one. May be called more than once."""
        if self not in self.jobs.running:
            return
        self.jobs.running.discard(self)
        if self.process is not None and self.process.pid is not None:
            self.process.terminate()
            reaper = asyncio.get_running_loop().create_task(asyncio.to_thread(_reap, self.process))
            self.jobs.reapers.add(reaper)
            reaper.add_done_callback(self.jobs.reapers.discard)


def _let_go(waiting: "asyncio.Future[Any]", receiver: Connection) -> None:
    """Close the end that a thread was reading; why it stopped reading is known by now.

    At the end of the loop everything is cancelled, and the thread may still read: then the end is left to it.
    """
    if not waiting.cancelled():
        waiting.exception()
        receiver.close()


def _reap(process: BaseProcess) -> None:
    """Wait until a process that was told to stop is gone."""
    process.join(GRACE)
    if process.is_alive():
        process.kill()
        process.join()
    process.close()


class _Stopped(BaseException):
    """The server wants this process to end; it cleans up on the way out."""


def _stop(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # told twice, as by a terminal and by the server, it stops once
    raise _Stopped


def _work(sender: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Do a job, in its process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then stops its jobs
    threading.Thread(target=_die_with_the_server, daemon=True).start()
    with contextlib.suppress(_Stopped, BrokenPipeError):
        signal.signal(signal.SIGTERM, _stop)
        try:
            sender.send(Done(function(_make_tell(sender), *arguments)))
        except PrimesongError as error:
            sender.send(error)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # nothing is left to clean up


def _die_with_the_server() -> None:
    server = multiprocessing.parent_process()
    if server is not None:
        multiprocessing.connection.wait([server.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


def _make_tell(sender: Connection) -> Tell:
    """Make the function by which a job tells its progress, from any thread. Of messages of the same "stage" and "phase"
    that come too fast, some are left out."""
    lock = threading.Lock()
    last: tuple[Any, float] = (None, 0.0)

    def tell(message: dict[str, Any]) -> None:
        nonlocal last
        with lock:
            stage, now = (message.get("stage"), message.get("phase")), time.monotonic()
            if stage == (None, None) or stage != last[0] or now - last[1] >= _INTERVAL:
                last = (stage, now)
                sender.send(message)

    return tell
