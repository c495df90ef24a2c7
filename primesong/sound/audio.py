"""Recording to audio file, and back (python-soundfile), streamed.

Samples are frames x channels, float32 within ±1, or int16; a sample rate is in Hz. What is rendered comes in blocks,
so that an hour of song takes no more memory than a second; only a recording that is itself an instrument is held whole.
"""

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import soundfile
from numpy.typing import NDArray

from primesong.errors import SongError

Samples = NDArray[np.float32] | NDArray[np.int16]

#: A WAV file counts its bytes in 32 bits; beyond, with room for the header, it is written as RF64 (EBU Tech 3306).
_WAV_LIMIT = 2**32 - 2**16

#: How much of a file is read into memory as an instrument's recording: 10 minutes of 48 kHz stereo.
_RECORDING_LIMIT = 10 * 60 * 48_000 * 2

#: How much of a long recording is read at a time, in frames.
_BLOCK_FRAMES = 1 << 18


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound held in memory: samples (frames, channels) float32 within ±1, sample_rate > 0 in Hz."""

    samples: NDArray[np.float32]
    sample_rate: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.sample_rate <= 0:
            raise ValueError("a recording is frames x channels at a sample rate above 0 Hz")

    @property
    def mono(self) -> NDArray[np.float32]:
        """The mean of the channels, shape (frames,)."""
        return np.asarray(self.samples.mean(axis=1), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Rendering:
    """Sound on its way to a file: blocks (frames, channels) int16, `frames` of them in all, at sample_rate Hz."""

    blocks: Iterator[NDArray[np.int16]]
    frames: int
    channels: int
    sample_rate: int


def write_wav(
    path: Path, rendering: Rendering, title: str, comment: str, progress: Callable[[int], None] = lambda frames: None
) -> None:
    """Write a rendering as a 16-bit WAV file with its tags. `progress` gets the frames done. The reverse of
    `read_recording`. Raises `OSError`."""
    size = rendering.frames * rendering.channels * 2
    try:
        with soundfile.SoundFile(
            path,
            "w",
            samplerate=rendering.sample_rate,
            channels=rendering.channels,
            subtype="PCM_16",
            format="WAV" if size < _WAV_LIMIT else "RF64",
        ) as file:
            file.title, file.comment, file.software = title, comment, "primesong"
            done = 0
            for block in rendering.blocks:
                file.write(block)
                done += len(block)
                progress(done)
    except soundfile.LibsndfileError as error:
        raise OSError(errno.EIO, "the system takes no more of the sound; is the disk full?") from error


def read_recording(path: Path) -> Recording:
    """Read a whole audio file of any kind that libsndfile knows. Raises `SongError`. The reverse of `write_wav`."""
    try:
        with soundfile.SoundFile(path) as file:
            if file.frames * file.channels > _RECORDING_LIMIT:
                raise SongError(f"{path} is too long for an instrument's recording; 10 minutes are the limit")
            return Recording(file.read(dtype="float32", always_2d=True), file.samplerate)
    except soundfile.LibsndfileError as error:
        raise SongError(f"{path} is no audio file that can be read: {error.error_string}") from error


def stream_recording(source: Path | IO[bytes]) -> tuple[Iterator[NDArray[np.float32]], int]:
    """Open a recording of any length: its blocks (frames, channels), read as they are asked for, and its rate in Hz.

    Raises `SongError` here or while the blocks are read. The reverse of `write_wav`, but for the tags.
    """
    try:
        file = soundfile.SoundFile(source)
    except soundfile.LibsndfileError as error:
        raise SongError(f"the recording cannot be read: {error.error_string}") from error
    return _blocks(file), file.samplerate


def _blocks(file: soundfile.SoundFile) -> Iterator[NDArray[np.float32]]:
    with file:
        try:
            yield from file.blocks(_BLOCK_FRAMES, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise SongError(f"the recording is damaged: {error.error_string}") from error
