"""Jobs in processes of their own: few, bounded in time, ended at once when nobody wants them any more."""

import asyncio
import signal

import pytest
from support import errands
from support.processes import is_alive

from primesong.errors import NoProgramError, PrimesongError
from primesong.player.studio import jobs as module
from primesong.player.studio.jobs import BusyError, Done, Jobs


def test_it_tells_and_returns():
    async def do():
        jobs = Jobs()
        job = jobs.take(60)
        told = [message async for message in job.messages(errands.count, 4)]
        job.stop()
        await jobs.close()
        return told, len(jobs.running)

    told, running = asyncio.run(do())
    assert told == [*({"number": number} for number in range(4)), Done(6)]
    assert running == 0


def test_of_the_same_stage_only_so_much_is_told():
    async def do():
        jobs = Jobs()
        told = [message async for message in jobs.take(60).messages(errands.hurry, 20_000)]
        await jobs.close()
        return told

    told = asyncio.run(do())
    assert told[0] == {"stage": "test", "tested": 0}
    assert told[-2:] == [{"stage": "verify"}, Done(None)]
    assert len(told) < 200


@pytest.mark.parametrize(
    ("function", "arguments", "seconds", "kind", "sentence"),
    [
        (errands.fail, (), 60, NoProgramError, "^there is none$"),
        (
            errands.vanish,
            (),
            60,
            PrimesongError,
            "ended unexpectedly; the terminal that runs .* says why",
        ),
        (errands.sleep, (60,), 1, PrimesongError, "stopped after 0 minutes, the limit here"),
    ],
)
def test_what_goes_wrong_is_one_sentence(function, arguments, seconds, kind, sentence):
    async def do():
        jobs = Jobs()
        try:
            await jobs.take(seconds).result(function, *arguments)
        finally:
            await jobs.close()

    with pytest.raises(kind, match=sentence):
        asyncio.run(do())


def test_there_are_few_at_a_time():
    async def do():
        jobs = Jobs(2)
        one, _ = jobs.take(60), jobs.take(60)
        with pytest.raises(BusyError, match="2 jobs are running already"):
            jobs.take(60)
        one.stop()
        one.stop()
        jobs.take(60)
        assert len(jobs.running) == 2

    asyncio.run(do())


@pytest.mark.parametrize(("function", "arguments"), [(errands.sleep, (60,)), (errands.cling, ())])
def test_a_stopped_job_leaves_no_process(monkeypatch, function, arguments):
    monkeypatch.setattr(module, "GRACE", 0.5)

    async def do():
        jobs = Jobs()
        job = jobs.take(60)
        message = await anext(job.messages(function, *arguments))
        assert is_alive(message["pid"])
        job.stop()
        await jobs.close()
        return message["pid"]

    assert not is_alive(asyncio.run(do()))


def test_a_job_that_is_told_to_stop_is_not_told_again():
    """Else the second signal may come where nothing catches it, and is shown as a traceback."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(module._Stopped):
            module._stop()
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_job_that_is_stopped_while_it_starts_leaves_no_process():
    async def do():
        jobs = Jobs()
        job = jobs.take(60)
        working = asyncio.ensure_future(job.result(errands.sleep, 60))
        while job.process is None:
            await asyncio.sleep(0)
        job.stop()
        with pytest.raises(PrimesongError, match="ended unexpectedly"):
            await working
        await asyncio.to_thread(job.process.join, 10)
        return job.process.exitcode

    assert asyncio.run(do()) is not None


def test_a_loop_that_ends_beside_a_job_complains_of_nothing():
    """Ctrl-C ends the loop, and cancels all that waits in it, wherever a job is."""
    complaints = []

    async def do():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context["message"]))
        job = Jobs().take(60)
        messages = job.messages(errands.sleep, 60)
        message = await anext(messages)
        working = asyncio.ensure_future(anext(messages))
        await asyncio.sleep(0.1)
        job.stop()
        working.cancel()
        return message["pid"]

    assert not is_alive(asyncio.run(do()))
    assert complaints == []
