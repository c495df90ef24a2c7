"""Sound as it is recorded, from a pipe or a microphone, in blocks of a second.

A pipe holds WAV of 16 bits or raw 16-bit little-endian samples. An `Ear` takes blocks in while those before are being
read, so that a microphone does not wait; a pipe waits where it is minutes ahead of what reads it.

Output: blocks, ndarray, shape (frames,), float32 within ±1, one channel; sample rates are in Hz.
"""

import struct
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Protocol

import numpy as np

from primesong.errors import MissingError, SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sound.blocks import Block, check_rate
from primesong.sound.recording import FULL_SCALE, mix

#: The default sample rate of raw samples and of a microphone, in Hz.
DEFAULT_RATE = 44_100

#: The bytes of a WAV's format chunk that say all that is needed.
_FORMAT_BYTES = 16

#: How many bytes of other chunks are passed over at once, whatever size they claim.
_PASSED_BYTES = 1 << 16

#: The samples that an `Ear` holds at most: eleven minutes at 44,100 Hz, in 120 megabytes.
_MOST_HELD = 30_000_000

#: The first bytes of files that are read whole, not as they come. (An MP3 file without tags begins as samples may.)
_FILES = {b"fLaC": "FLAC", b"OggS": "Ogg", b"ID3": "MP3"}


class Readable(Protocol):
    """A stream of bytes, such as a file."""

    def read(self, size: int, /) -> bytes:
        """Read this many bytes; fewer only at the end."""
        ...


class Ear:
    """Takes in blocks in a thread that does nothing else, so that none is lost while those before are being read.

    Parameters
    ----------
    blocks : iterable of ndarray
        Blocks of a second, which may have to be waited for.
    rate : int
        Their sample rate, in Hz, which bounds how many are held.
    """

    def __init__(self, blocks: Iterable[Block], rate: int) -> None:
        self._heard: SimpleQueue[Block | Exception | None] = SimpleQueue()
        self._room = Semaphore(max(1, _MOST_HELD // rate))
        self._ended = False
        Thread(target=self._listen, args=(blocks,), daemon=True).start()

    def __iter__(self) -> Iterator[Block]:
        """Yield the blocks in their order, waiting for those that are still to come. Raises what they raise."""
        while (heard := self._heard.get()) is not None:
            if isinstance(heard, Exception):
                raise heard
            self._room.release()
            yield heard

    def end(self) -> None:
        """Stop listening; what was taken in is still delivered. A signal's handler may call this."""
        self._ended = True
        self._heard.put(None)

    def _listen(self, blocks: Iterable[Block]) -> None:
        try:
            for block in blocks:
                if self._ended:
                    return
                self._room.acquire()
                self._heard.put(block)
            self._heard.put(None)
        except Exception as error:  # raised where the blocks are waited for
            self._heard.put(error)


def read_stream(
    stream: Readable, rate: int = DEFAULT_RATE, limits: Limits = DEFAULT_LIMITS
) -> tuple[Iterator[Block], int]:
    """Open a pipe: WAV if it begins as such, else raw samples, one channel, at `rate`.

    Returns
    -------
    tuple of (iterator of ndarray, int)
        Blocks of a second and the sample rate.

    Raises
    ------
    SongError
        If it is WAV of another kind, or another sound file.
    """
    start = stream.read(12)
    for first_bytes, kind in _FILES.items():
        if start.startswith(first_bytes):
            raise SongError(f"standard input is {kind}; expected WAV or raw samples", command="load")
    if start[:4] != b"RIFF":
        return _read_seconds(stream, rate, 1, start), rate
    channels = 1
    while (chunk := _read_chunk(stream)) is not None:
        name, body = chunk
        if name == b"fmt ":
            channels, rate = _read_format(body, limits)
    return _read_seconds(stream, rate, channels, b""), rate


def _read_chunk(stream: Readable) -> tuple[bytes, bytes] | None:
    """Read the next chunk's name and as much of it as a format has; None where the samples begin."""
    head = stream.read(8)
    if len(head) < 8:
        raise SongError("the WAV on standard input ends before its samples")
    name, size = struct.unpack("<4sI", head)
    if name == b"data":
        return None
    body = stream.read(min(size, _FORMAT_BYTES))
    rest = size + size % 2 - len(body)
    while rest > 0 and (passed := stream.read(min(rest, _PASSED_BYTES))):
        rest -= len(passed)
    return name, body


def _read_format(body: bytes, limits: Limits) -> tuple[int, int]:
    """Read the channels and the sample rate of a WAV. Raises `SongError` for what is not read."""
    if len(body) < _FORMAT_BYTES:
        raise SongError("the WAV on standard input is damaged: its format is cut short")
    _, channels, rate, _, _, bits = struct.unpack("<HHIIHH", body)
    if bits != 16:
        raise SongError(f"samples on standard input have {bits} bits; expected 16")
    if not channels:
        raise SongError("the WAV on standard input has no channels")
    limits.check("channels", channels, "the WAV on standard input")
    check_rate(rate)
    return channels, rate


def _read_seconds(stream: Readable, rate: int, channels: int, start: bytes) -> Iterator[Block]:
    """Yield blocks of a second, one channel, until the stream ends."""
    size = 2 * channels
    rest = start
    while data := stream.read(rate * size):
        rest += data
        whole = len(rest) // size * size
        samples = np.frombuffer(rest[:whole], "<i2").astype(np.float32) / FULL_SCALE
        rest = rest[whole:]
        yield mix(samples.reshape(-1, channels))


def read_microphone(rate: int = DEFAULT_RATE, overflowed: Callable[[], None] = lambda: None) -> Iterator[Block]:
    """Yield blocks of a second from the microphone, without end; `overflowed` is called where sound was lost.

    Raises `MissingError` without sounddevice, `SongError` without a microphone.
    """
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise MissingError("the microphone needs sounddevice and PortAudio", extra="audio", command="listen") from error
    try:
        with sounddevice.InputStream(rate, channels=1, dtype="float32") as stream:
            while True:
                samples, lost = stream.read(rate)
                if lost:
                    overflowed()
                yield samples[:, 0].copy()
    except sounddevice.PortAudioError as error:
        raise SongError("no microphone can be opened: is one connected, and may this program use it?") from error
