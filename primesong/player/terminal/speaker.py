"""The song out of the loudspeaker, and the clock that goes by what is heard of it (sounddevice, PortAudio).

The device asks for a block of frames at a time, well before they are heard; for each block it is written down when that
will be and what it is. What is heard at a moment follows from that, the device's delay counted in. Another speed is the
song made anew at another tempo: its pitch stays.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from primesong.errors import MissingError
from primesong.player.terminal.transport import Transport
from primesong.sound.recording import DEFAULT_SAMPLE_RATE
from primesong.sound.render.harmonium import CHANNELS
from primesong.sound.render.stream import Stream

#: How many frames what ends and what begins overlap where the song is interrupted.
_FADE = 256

#: How many blocks are remembered; a device holds fewer.
_BLOCKS = 64

#: How far ahead the device is filled, in seconds: drawing a frame takes some hundredths of one.
_LATENCY = 0.1

_SILENT = "--silent shows the song without sound"

Sounds = Callable[[float], Stream]


class Times(Protocol):
    """What the device says of a block: the time now, and when its first frame will be heard, in seconds."""

    currentTime: float  # noqa: N815
    outputBufferDacTime: float  # noqa: N815


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be played: from a transport on; `seek` says that its position is meant, else the song goes on from
    where it is."""

    transport: Transport
    sound: Stream
    seek: bool

    def after(self, frames: float) -> Transport:
        """Give the transport as it is after so many frames of this order."""
        return self.transport.after(frames / self.sound.voice.matra)

    def stretch(self, done: int, frames: int) -> NDArray[np.float32]:
        """Give so many frames, after those that are done: silence in a pause, a loop again and again."""
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
    """A block that the device has taken: when it is heard, by the computer's clock; the order that it belongs to, as it
    was given and as it was carried out; after how many of that order's frames it begins, and how many it has."""

    heard: float
    given: Order
    order: Order
    done: int
    frames: int


class Speaker:
    """A clock that is heard. `sounds` makes the sound at a speed; `seconds` is the computer's clock."""

    heard = "sound"

    def __init__(
        self, sounds: Sounds, rate: int = DEFAULT_SAMPLE_RATE, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._sounds = lru_cache(4)(sounds)
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
        """Whether it was told to go on from somewhere."""
        return self._given is not None

    def start(self, transport: Transport, seek: bool = True) -> None:
        """Go on from here, or, without `seek`, from where the sound is, as soon as the device asks for more."""
        last = self._given
        seek = seek or last is None or (last.seek and last is not self._taken)
        self._given = Order(transport, self._sounds(transport.speed), seek)

    def now(self) -> Transport:
        """Give what is heard at this moment. Raises `MissingError` if the device is gone."""
        given = self._given
        if given is None:
            raise RuntimeError("the clock was not started")
        if not self.alive():
            raise MissingError(f"the sound device has stopped; {_SILENT}")
        moment = self._seconds()
        block = next((block for block in reversed(self._blocks) if block.heard <= moment), None)
        if block is None or (given.seek and block.given is not given):
            return given.transport
        heard = block.order.after(block.done + min((moment - block.heard) * self._rate, block.frames))
        return heard if block.given is given else replace(given.transport, position=heard.position)

    def fill(self, out: NDArray[np.float32], frames: int, times: Times, status: object) -> None:
        """Fill a block for the device; what `sounddevice.OutputStream` calls back."""
        given, before, done = self._given, self._order, self._done
        if given is None:
            out[:] = 0
            return
        if before is not None and given is self._taken:
            order = before
            out[:] = order.stretch(done, frames)
        else:
            order, self._done = given, 0
            if before is not None and not given.seek:
                order = replace(given, transport=replace(given.transport, position=before.after(done).position))
            out[:] = order.stretch(0, frames)
            if before is not None:
                fade = min(_FADE, frames)
                rise = np.linspace(0, 1, fade, dtype=np.float32)[:, None]
                out[:fade] = out[:fade] * rise + before.stretch(done, fade) * (1 - rise)
        # some systems do not say when a block is heard; then the stream's usual delay is taken
        ahead = times.outputBufferDacTime - times.currentTime
        heard = self._seconds() + (ahead if ahead > 0 else self.delay)
        self._blocks = (*self._blocks[-_BLOCKS + 1 :], Block(heard, given, order, self._done, frames))
        self._order, self._taken = order, given
        self._done += frames


@contextlib.contextmanager
def opened(sounds: Sounds) -> Iterator[Speaker]:
    """Open the system's loudspeaker for a song. Raises `MissingError` where there is none, or no sounddevice."""
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise MissingError(
            f"sound needs sounddevice and PortAudio: pip install 'primesong[audio]'; {_SILENT}"
        ) from error
    speaker = Speaker(sounds)
    try:
        with sounddevice.OutputStream(
            DEFAULT_SAMPLE_RATE, channels=CHANNELS, dtype="float32", latency=_LATENCY, callback=speaker.fill
        ) as stream:
            speaker.delay = stream.latency
            speaker.alive = lambda: bool(stream.active)
            yield speaker
    except sounddevice.PortAudioError as error:
        raise MissingError(f"no sound device can be opened ({error.args[0]}); {_SILENT}") from error
