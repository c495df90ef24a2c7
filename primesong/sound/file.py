"""Recording to audio file, and back (python-soundfile), streamed.

Samples are frames x channels, float32 within ±1, or int16; a sample rate is in Hz. What is rendered comes in blocks,
so that an hour of song takes no more memory than a second; only a recording that is itself an instrument is held whole.
"""

import errno
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import soundfile
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sound.blocks import check_rate, limit_length
from primesong.sound.reproducible import settle_ogg, settle_wav

Samples = NDArray[np.float32] | NDArray[np.int16]

#: A WAV file counts its bytes in 32 bits; beyond, with room for the header, it is written as RF64 (EBU Tech 3306).
_WAV_LIMIT = 2**32 - 2**16

#: Bytes a sample takes, where that is fixed.
_SAMPLE_BYTES = {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4}

#: How much of a long recording is read at a time, in samples of all channels.
_BLOCK_SAMPLES = 1 << 18


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
    """Sound on its way to a file: blocks (frames, channels) of samples, `frames` of them in all, at sample_rate Hz.
    `peak`, within 0 to 1, is the level between samples that it stays below."""

    blocks: Iterator[Samples]
    frames: int
    channels: int
    sample_rate: int
    peak: float


@dataclass(frozen=True, slots=True)
class Encoding:
    """How sound is written: container and subtype, by the names that libsndfile gives them."""

    container: str
    subtype: str


def write_audio(
    path: Path,
    rendering: Rendering,
    encoding: Encoding,
    tags: tuple[str, str],
    progress: Callable[[int], None] = lambda frames: None,
) -> None:
    """Write a rendering as an audio file with its tags: title, comment. `progress` gets the frames done. The same
    rendering is the same file, byte for byte. The reverse of `read_recording`. Raises `OSError`."""
    container, (title, comment) = encoding.container, tags
    size = rendering.frames * rendering.channels * _SAMPLE_BYTES.get(encoding.subtype, 0)
    try:
        with soundfile.SoundFile(
            path,
            "w",
            samplerate=rendering.sample_rate,
            channels=rendering.channels,
            subtype=encoding.subtype,
            format="RF64" if container == "WAV" and size >= _WAV_LIMIT else container,
        ) as file:
            # libsndfile hands MP3 texts on as Latin-1 that is UTF-8; the comment, JSON, is ASCII in any case
            file.title = title.encode("ascii", "replace").decode() if container == "MP3" else title
            file.comment, file.software = comment, "primesong"
            done = 0
            for block in rendering.blocks:
                file.write(block)
                done += len(block)
                progress(done)
    except soundfile.LibsndfileError as error:
        raise OSError(errno.EIO, "the system takes no more of the sound; is the disk full?") from error
    if container == "OGG":
        settle_ogg(path)
    elif encoding.subtype == "FLOAT":
        settle_wav(path)


def write_mp3(samples: NDArray[np.float32], sample_rate: int) -> bytes:
    """Write samples (frames, channels) as an MP3 file in memory, which every browser decodes."""
    out = io.BytesIO()
    soundfile.write(out, samples, sample_rate, format="MP3", subtype="MPEG_LAYER_III")
    return out.getvalue()


def write_flac(samples: NDArray[np.float64], sample_rate: int) -> bytes:
    """Write samples (frames, channels) within ±1 as a FLAC file of 16 bits in memory, which every browser decodes."""
    out = io.BytesIO()
    soundfile.write(out, samples, sample_rate, format="FLAC", subtype="PCM_16")
    return out.getvalue()


def read_recording(path: Path, limits: Limits = DEFAULT_LIMITS) -> Recording:
    """Read a whole audio file of any kind that libsndfile knows, the recording of an instrument. Raises `SongError`.
    The reverse of `write_audio`."""
    blocks, rate = _open(path, limits, "sample", str(path))
    whole = list(blocks)
    return Recording(np.concatenate(whole) if whole else np.zeros((0, 1), np.float32), rate)


def stream_recording(
    source: Path | IO[bytes], limits: Limits = DEFAULT_LIMITS
) -> tuple[Iterator[NDArray[np.float32]], int]:
    """Open a recording of any length: its blocks (frames, channels), read as they are asked for, and its rate in Hz.

    Raises `SongError` here or while the blocks are read. The reverse of `write_audio`, but for the tags.
    """
    return _open(source, limits, "sound", "the recording")


def _open(
    source: Path | IO[bytes], limits: Limits, length: str, where: str
) -> tuple[Iterator[NDArray[np.float32]], int]:
    """Open a recording of no more than the limit `length`, by its header and, as headers lie, by its blocks."""
    try:
        file = soundfile.SoundFile(source)
    except soundfile.LibsndfileError as error:
        raise SongError(f"{where} cannot be read: {error.error_string}") from error
    try:
        check_rate(file.samplerate)
        limits.check("channels", file.channels, where)
        limits.check(length, file.frames / file.samplerate, where)
    except SongError:
        file.close()
        raise
    return limit_length(_blocks(file), file.samplerate, limits, length), file.samplerate


def _blocks(file: soundfile.SoundFile) -> Iterator[NDArray[np.float32]]:
    with file:
        try:
            size = _BLOCK_SAMPLES // file.channels
            while len(block := file.read(size, dtype="float32", always_2d=True)):  # whatever the header said of frames
                yield block
        except soundfile.LibsndfileError as error:
            raise SongError(f"the recording is damaged: {error.error_string}") from error
