"""Sound as it is recorded: none is lost while what came before is being read."""

import io
import os
import threading
import time

import numpy as np
import pytest
from support import channel

from primesong.errors import SongError
from primesong.sound.capture import Ear, read_stream

SECOND = np.zeros(channel.RATE, np.float32)


def endless(closed):
    """Yield blocks without end; set an event when nobody wants any more."""
    try:
        while True:
            yield SECOND[:10]
    finally:
        closed.set()


def test_blocks_are_taken_in_before_they_are_asked_for():
    taken = threading.Event()

    def blocks():
        for number in range(100):
            yield np.full(3, number, np.float32)
        taken.set()

    ear = Ear(blocks(), 8000)
    assert taken.wait(30)
    assert [block[0] for block in ear] == list(range(100))


def test_the_writer_of_a_pipe_does_not_wait_for_the_reader():
    """Without a reader, at most 64 KiB are written."""
    reading, writing = os.pipe()
    samples = np.arange(20 * 8000, dtype="<i2")
    with os.fdopen(reading, "rb") as pipe:

        def write():
            with os.fdopen(writing, "wb") as end:
                end.write(samples.tobytes())

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        ear = Ear(read_stream(pipe, 8000)[0], 8000)
        writer.join(30)
        assert not writer.is_alive()
        assert np.array_equal(np.concatenate(list(ear)) * 32768, samples)


def test_a_pipe_that_is_minutes_ahead_waits():
    taken = []

    def blocks():
        for number in range(100):
            taken.append(number)
            yield SECOND

    ear = Ear(blocks(), 10_000_000)  # three blocks of this rate are held
    heard = iter(ear)
    while len(taken) < 4:
        time.sleep(0.01)
    time.sleep(0.1)
    assert len(taken) == 4
    assert sum(1 for _ in heard) == 100


def test_a_failure_is_raised_where_blocks_are_asked_for():
    def blocks():
        yield SECOND
        raise SongError("the microphone was pulled out")

    heard = iter(Ear(blocks(), 8000))
    assert next(heard) is SECOND
    with pytest.raises(SongError, match="pulled out"):
        next(heard)


def test_an_ended_ear_delivers_what_it_took_in():
    closed = threading.Event()
    ear = Ear(endless(closed), 8000)
    heard = iter(ear)
    next(heard)
    ear.end()
    assert closed.wait(30)
    assert all(len(block) == 10 for block in heard)


@pytest.mark.parametrize(
    ("first_bytes", "kind"), [(b"fLaC\0\0\0\x22", "FLAC"), (b"OggS\0\2", "Ogg"), (b"ID3\3\0\0\0\0\1|TS", "MP3")]
)
def test_a_sound_file_on_standard_input_is_named(first_bytes, kind):
    with pytest.raises(SongError, match=f"standard input is {kind}; expected WAV or raw samples") as caught:
        read_stream(io.BytesIO(first_bytes + bytes(90)))
    assert caught.value.command == "load"
