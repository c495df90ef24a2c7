"""The song from the loudspeaker, and the clock that follows what is heard of it (sounddevice, PortAudio).

The device asks for blocks of frames well before they are heard. For each block is kept when that will be and what it
holds: what is heard at a moment follows from it. Another speed is the song rendered at another tempo; its pitch stays.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from primesong.errors import MissingError
from primesong.player.terminal.transport import Transport
from primesong.sound.recording import DEFAULT_SAMPLE_RATE
from primesong.sound.render.harmonium import CHANNELS
from primesong.sound.render.stream import Playable

#: How many frames what ends and what begins overlap where the song is interrupted, so that nothing clicks.
_FADE = 256

#: How many blocks are kept; a device holds fewer.
_BLOCKS = 64

#: How many speeds' sounds are kept: changing back and forth renders nothing twice.
_SPEEDS = 4

#: How far ahead the device is filled, in seconds: drawing a frame takes some hundredths of one.
_LATENCY = 0.1

Sounds = Callable[[float], Playable]


class Times(Protocol):
    """What the device says of a block: the time now, and when its first frame will be heard, in seconds."""

    currentTime: float  # noqa: N815
    outputBufferDacTime: float  # noqa: N815


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be played.

    Parameters
    ----------
    transport : Transport
        Where the song starts, and how it continues.
    sound : Playable
        The song's sound at the transport's speed.
    seek : bool
        Whether the song starts at the transport's position; otherwise it continues from where it is.
    """

    transport: Transport
    sound: Playable
    seek: bool

    def advance(self, frames: float) -> Transport:
        """Return the transport after some frames of this order."""
        return self.transport.advance(frames / self.sound.matra)

    def read(self, done: int, frames: int) -> NDArray[np.float32]:
        """Return the frames after those that are done, shape (frames, channels): silence in a pause, a loop again and
        again."""
        transport, sound = self.transport, self.sound
        if not transport.playing:
            return np.zeros((frames, CHANNELS), np.float32)
        start = sound.onset(transport.position) + done
        first, end = (sound.onset(place) for place in transport.loop or (0, 0))
        if not sound.onset(transport.position) < end:
            return sound.read(start, frames)
        parts, left = [], frames
        while left:
            at = start if start < end else first + (start - end) % (end - first)
            count = min(left, end - at)
            parts.append(sound.read(at, count))
            start, left = at + count, left - count
        return np.concatenate(parts)


class Block(NamedTuple):
    """A block that the device has taken.

    Parameters
    ----------
    heard : float
        When it is heard, by the computer's clock.
    given, order : Order
        The order that it belongs to, as it was given and as it was carried out.
    done : int
        How many frames of the order come before it.
    frames : int
        How many frames it has.
    """

    heard: float
    given: Order
    order: Order
    done: int
    frames: int


class Speaker:
    """A clock that is heard.

    Parameters
    ----------
    sounds : callable
        Renders the song at a speed.
    rate : int
        Frames a second.
    seconds : callable
        The computer's clock.

    Attributes
    ----------
    delay : float
        How long the device usually takes until a block is heard, in seconds.
    alive : callable
        Tells whether the device still plays.
    """

    heard = "sound"

    def __init__(
        self, sounds: Sounds, rate: int = DEFAULT_SAMPLE_RATE, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._sounds = lru_cache(_SPEEDS)(sounds)
        self._rate, self._seconds = rate, seconds
        self._given: Order | None = None
        self._taken: Order | None = None
        self._order: Order | None = None
        self._done = 0
        self._blocks: tuple[Block, ...] = ()
        self.delay = 0.0
        self.alive: Callable[[], bool] = lambda: True

    @property
    def started(self) -> bool:
        """Whether it was started."""
        return self._given is not None

    def start(self, transport: Transport, seek: bool = True) -> None:
        """Start from a transport, or, without `seek`, from where the sound is, as soon as the device asks for more."""
        last = self._given
        seek = seek or last is None or (last.seek and last is not self._taken)
        self._given = Order(transport, self._sounds(transport.speed), seek)

    def now(self) -> Transport:
        """Return what is heard at this moment. Raises `MissingError` if the device is gone."""
        given = self._given
        if given is None:
            raise RuntimeError("the clock was not started")
        if not self.alive():
            raise MissingError("the sound device has stopped", option="silent")
        moment = self._seconds()
        block = next((block for block in reversed(self._blocks) if block.heard <= moment), None)
        if block is None or (given.seek and block.given is not given):
            return given.transport
        heard = block.order.advance(block.done + min((moment - block.heard) * self._rate, block.frames))
        return heard if block.given is given else replace(given.transport, position=heard.position)

    def fill(self, out: NDArray[np.float32], frames: int, times: Times, status: object) -> None:
        """Fill a block for the device; what `sounddevice.OutputStream` calls back."""
        given = self._given
        if given is None:
            out[:] = 0
            return
        if self._order is not None and given is self._taken:
            out[:] = self._order.read(self._done, frames)
        else:
            self._order, self._done = self._change(given, out, frames), 0
        # some systems do not say when a block is heard; then the stream's usual delay is taken
        ahead = times.outputBufferDacTime - times.currentTime
        heard = self._seconds() + (ahead if ahead > 0 else self.delay)
        self._blocks = (*self._blocks[-_BLOCKS + 1 :], Block(heard, given, self._order, self._done, frames))
        self._taken = given
        self._done += frames

    def _change(self, given: Order, out: NDArray[np.float32], frames: int) -> Order:
        """Fill a block with the beginning of an order, faded in over the one before; return it as it is carried out."""
        before, done = self._order, self._done
        if before is None:
            out[:] = given.read(0, frames)
            return given
        position = given.transport.position if given.seek else before.advance(done).position
        order = replace(given, transport=replace(given.transport, position=position))
        out[:] = order.read(0, frames)
        fade = min(_FADE, frames)
        rise = np.linspace(0, 1, fade, dtype=np.float32)[:, None]
        out[:fade] = out[:fade] * rise + before.read(done, fade) * (1 - rise)
        return order


@contextlib.contextmanager
def open_speaker(sounds: Sounds) -> Iterator[Speaker]:
    """Open the system's loudspeaker for a song. Raises what `open_stream` does."""
    speaker = Speaker(sounds)
    with open_stream(speaker.fill) as stream:
        speaker.delay = stream.latency
        speaker.alive = lambda: bool(stream.active)
        yield speaker


@contextlib.contextmanager
def open_stream(fill: Callable[..., None], latency: float = _LATENCY) -> Iterator[Any]:
    """Open the system's loudspeaker for what `fill` puts into each block, this many seconds before it is heard.

    Raises
    ------
    MissingError
        If sounddevice or PortAudio is not installed, or there is no sound device.
    """
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise MissingError("sound needs sounddevice and PortAudio", extra="audio", option="silent") from error
    try:
        with sounddevice.OutputStream(
            DEFAULT_SAMPLE_RATE, channels=CHANNELS, dtype="float32", latency=latency, callback=fill
        ) as stream:
            yield stream
    except sounddevice.PortAudioError as error:
        raise MissingError("no sound device can be opened: is one connected?", option="silent") from error
