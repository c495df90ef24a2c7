"""Recording to audio file, and back (python-soundfile), streamed.

Samples have the shape (frames, channels); sample rates are in Hz. Sound is written and read in blocks; only a recording
that is itself an instrument is read whole. The same rendering is the same file, byte for byte.
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
from primesong.sound.recording import Recording, Rendering
from primesong.sound.reproducible import settle_ogg, settle_wav

#: In bytes: a WAV file counts its bytes in 32 bits; beyond, with room for the header, it is RF64 (EBU Tech 3306).
_LARGEST_WAV = 2**32 - 2**16

#: In bytes: what a sample takes, where that is fixed.
_SAMPLE_BYTES = {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4}

#: What libsndfile says of a length that the header leaves open, as in a FLAC file that was written to a pipe.
_UNKNOWN_FRAMES = 2**63 - 1

#: In samples of all channels: how much of a long recording is read at a time.
_BLOCK_SAMPLES = 1 << 18


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
    """Write a rendering as an audio file. The reverse of `read_recording`.

    Parameters
    ----------
    path : Path
    rendering : Rendering
        Is used up.
    encoding : Encoding
    tags : tuple of str
        Title and comment.
    progress : callable
        Is given the frames written so far.

    Raises
    ------
    OSError
    """
    container, (title, comment) = encoding.container, tags
    size = rendering.frames * rendering.channels * _SAMPLE_BYTES.get(encoding.subtype, 0)
    try:
        with soundfile.SoundFile(
            path,
            "w",
            samplerate=rendering.sample_rate,
            channels=rendering.channels,
            subtype=encoding.subtype,
            format="RF64" if container == "WAV" and size >= _LARGEST_WAV else container,
        ) as file:
            # libsndfile passes MP3 texts on as Latin-1 though they are UTF-8; the comment, JSON, is ASCII in any case
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
    """Write samples as an MP3 file in memory, which every browser decodes."""
    return _write(samples, sample_rate, "MP3", "MPEG_LAYER_III")


def write_flac(samples: NDArray[np.float64], sample_rate: int) -> bytes:
    """Write samples as a FLAC file of 16 bits in memory, which every browser decodes."""
    return _write(samples, sample_rate, "FLAC", "PCM_16")


def read_recording(path: Path, limits: Limits = DEFAULT_LIMITS) -> Recording:
    """Read a whole audio file, the recording of an instrument. The reverse of `write_audio`.

    Parameters
    ----------
    path : Path
        Of any kind that libsndfile knows.
    limits : Limits
        `sample` bounds its length.

    Raises
    ------
    SongError
        The file cannot be read, or is too long.
    """
    blocks, rate = _open(path, limits, "sample", str(path))
    whole = list(blocks)
    return Recording(np.concatenate(whole) if whole else np.zeros((0, 1), np.float32), rate)


def stream_recording(
    source: Path | IO[bytes], limits: Limits = DEFAULT_LIMITS
) -> tuple[Iterator[NDArray[np.float32]], int]:
    """Open a recording of any length. The reverse of `write_audio`, except for the tags.

    Parameters
    ----------
    source : Path or binary file
    limits : Limits
        `sound` and `channels` bound it.

    Returns
    -------
    blocks : iterator of ndarray, shape (frames, channels)
        float32, read as they are asked for.
    sample_rate : int
        In Hz.

    Raises
    ------
    SongError
        The recording cannot be read or is too long; also raised while the blocks are read.
    """
    return _open(source, limits, "sound", "the recording")


def _write(samples: NDArray[np.floating], sample_rate: int, container: str, subtype: str) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, sample_rate, format=container, subtype=subtype)
    return out.getvalue()


def _open(
    source: Path | IO[bytes], limits: Limits, limit: str, where: str
) -> tuple[Iterator[NDArray[np.float32]], int]:
    """Open a recording within a limit of length, checked in its header and, since headers lie, in its blocks."""
    try:
        file = soundfile.SoundFile(source)
    except soundfile.LibsndfileError as error:
        raise SongError(f"{where} cannot be read: {_describe(error)}") from error
    except TypeError as error:  # soundfile takes headerless sound for a wrong call, by the suffix .raw
        raise SongError(f"{where} cannot be read: raw sound does not say its sample rate") from error
    try:
        check_rate(file.samplerate)
        limits.check("channels", file.channels, where)
        if file.frames != _UNKNOWN_FRAMES:
            limits.check(limit, file.frames / file.samplerate, where)
    except SongError:
        file.close()
        raise
    return limit_length(_read_blocks(file), file.samplerate, limits, limit), file.samplerate


def _read_blocks(file: soundfile.SoundFile) -> Iterator[NDArray[np.float32]]:
    with file:
        try:
            size = _BLOCK_SAMPLES // file.channels
            while len(block := file.read(size, dtype="float32", always_2d=True)):  # whatever the header said of frames
                yield block
        except soundfile.LibsndfileError as error:
            raise SongError(f"the recording is damaged: {_describe(error)}") from error


def _describe(error: soundfile.LibsndfileError) -> str:
    """Say what libsndfile found, whose words for what it cannot read at all are “System error”."""
    text = str(error.error_string).rstrip(".")
    return "its end is missing, or it is not sound" if text == "System error" else text
