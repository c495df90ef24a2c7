"""Recordings that libsndfile does not read, as telephones, browsers and messengers write them: FFmpeg's, by PyAV.

Output: blocks of samples, shape (frames, channels), float32 within ±1, read as they are asked for; sample rates are in
Hz. Only what holds sound is opened: none of FFmpeg's lists, scripts and addresses, which would open other files.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from primesong.errors import MissingError, SongError
from primesong.sound.blocks import BLOCK_SAMPLES, Block, Stream
from primesong.sound.containers import HEADS

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

#: FFmpeg's names of the containers that are opened.
_CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,amr,aac,asf,caf,aiff,au,w64,wav,mp3,flac,avi,flv,ac3,eac3,wv,tta,dts,mpegts,"
    "voc,sox,ircam"
)

#: FFmpeg's name of samples as float32, the channels of a frame side by side.
_FLOAT = "flt"

#: In bytes: how much of a file tells its kind.
_HEAD_BYTES = 16


class _Quiet:
    """A file to FFmpeg. To seek before its beginning, as a damaged container asks, fails by a negative place: PyAV
    would print the exception."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.read, self.tell = file, file.read, file.tell

    def seek(self, offset: int, whence: int = 0) -> int:
        """Seek; return the place, or a negative one."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError):
            return -1


def is_container(file: IO[bytes]) -> bool:
    """Tell whether a file begins like a recording of a kind that is not written here."""
    file.seek(0)
    return bool(re.match(HEADS, file.read(_HEAD_BYTES), re.DOTALL))


def open_container(file: IO[bytes], where: str) -> Stream:
    """Open the first audio stream of a file; damaged packets of it are passed over.

    Parameters
    ----------
    file : binary file
    where : str
        What people call it.

    Raises
    ------
    SongError
        If it cannot be read, or holds no sound.
    MissingError
        If PyAV is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise MissingError(f"{where} is of a kind that needs PyAV to be read", extra="video") from error
    file.seek(0)
    try:
        options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": ""}
        container = av.open(_Quiet(file), "r", options=options, metadata_errors="replace")
    except (av.FFmpegError, OSError) as error:  # OSError: a container that points to before its beginning
        raise SongError(f"{where} cannot be read: {error.strerror}") from error
    streams = container.streams.audio
    frames = _decode(container, streams[0]) if streams else iter(())
    first = next(frames, None)
    if first is None:
        raise SongError(f"{where} holds no sound that can be read")
    seconds = (container.duration or 0) / av.time_base
    blocks = _read_blocks(container, first, frames)
    tags = {name.lower(): text for name, text in container.metadata.items()}  # Matroska's are in capitals
    return Stream(blocks, first.sample_rate, len(first.layout.channels), seconds, tags.get("comment", ""))


def _decode(container: "InputContainer", stream: "AudioStream") -> Iterator["AudioFrame"]:
    """Yield the frames of a stream; a damaged packet is passed over."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            yield from next(packets).decode()
        except StopIteration:
            return
        except (av.FFmpegError, OSError, ValueError):
            continue


def _read_blocks(container: "InputContainer", first: "AudioFrame", frames: Iterator["AudioFrame"]) -> Iterator[Block]:
    """Yield all frames, joined to blocks, at the first one's rate and with its channels, and close the container."""
    channels, joined, count = len(first.layout.channels), [], 0
    with container:
        for samples in _convert(first, chain((first,), frames)):
            joined.append(samples.reshape(-1, channels))
            count += samples.size
            if count >= BLOCK_SAMPLES:
                yield np.concatenate(joined)
                joined, count = [], 0
        if joined:
            yield np.concatenate(joined)


def _convert(first: "AudioFrame", frames: Iterator["AudioFrame"]) -> Iterator[NDArray[np.float32]]:
    """Yield the samples of frames, whose kind may change, as float32 at the first one's rate and with its channels."""
    import av

    shape = None
    for frame in frames:
        if shape != (shape := (frame.format.name, frame.layout.name, frame.sample_rate)):
            resampler = av.AudioResampler(_FLOAT, first.layout, first.sample_rate)
        frame.pts = None  # times that lie would be filled with silence
        for converted in resampler.resample(frame):
            yield np.asarray(converted.to_ndarray(), np.float32)
