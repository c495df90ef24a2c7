"""Recording to audio file, and back, streamed: by libsndfile (python-soundfile), and read by FFmpeg where that cannot.

Samples have the shape (frames, channels); sample rates are in Hz. Sound is written and read in blocks; only a recording
that is itself an instrument is read whole. The same rendering is the same file, byte for byte.
"""

import errno
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from primesong.errors import PrimesongError, SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sound.blocks import BLOCK_SAMPLES, Block, Stream, check_rate, limit_length
from primesong.sound.ffmpeg import is_container, open_container
from primesong.sound.mpeg import Part, find_part
from primesong.sound.recording import Recording, Rendering
from primesong.sound.reproducible import settle_ogg, settle_wav
from primesong.words import describe_error

#: In bytes: a WAV file counts its bytes in 32 bits; beyond, with room for the header, it is RF64 (EBU Tech 3306).
_LARGEST_WAV = 2**32 - 2**16

#: In bytes: what a sample takes, where that is fixed.
_SAMPLE_BYTES = {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4}

#: What libsndfile says of a length that the header leaves open, as in a FLAC file that was written to a pipe.
_UNKNOWN_FRAMES = 2**63 - 1

#: libsndfile's SF_ERR_SYSTEM, its number of the error that it gives for what it cannot read at all.
_SYSTEM_ERROR = 2

#: In bytes: how far into a WAV file its samples begin at most, if it has no length.
_HEADER_BYTES = 4_096

#: In bytes: the name and the length of a RIFF chunk.
_CHUNK_HEAD_BYTES = 8


@dataclass(frozen=True, slots=True)
class Encoding:
    """How sound is written: container and subtype, by the names that libsndfile gives them."""

    container: str
    subtype: str


@dataclass(frozen=True, slots=True)
class Tags:
    """What a sound file says of itself: its title, the song's record, and whose recordings are heard in it."""

    title: str
    comment: str
    copyright: str = ""


def write_audio(path: Path, rendering: Rendering, encoding: Encoding, tags: Tags) -> None:
    """Write a rendering as an audio file. The reverse of `read_recording`.

    Parameters
    ----------
    path : Path
    rendering : Rendering
        Is used up.
    encoding : Encoding
    tags : Tags

    Raises
    ------
    OSError
    """
    container = encoding.container
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
            file.title = tags.title.encode("ascii", "replace").decode() if container == "MP3" else tags.title
            file.software = "primesong"
            if tags.comment:  # libsndfile refuses an empty one
                file.comment = tags.comment
            if tags.copyright:  # libsndfile writes none to MP3
                setattr(file, "artist" if container == "MP3" else "copyright", tags.copyright)
            for block in rendering.blocks:
                file.write(block)
    except soundfile.LibsndfileError as error:
        raise OSError(errno.EIO, "the system takes no more of the sound; is the disk full?") from error
    if container == "OGG":
        settle_ogg(path)
    elif encoding.subtype == "FLOAT":
        settle_wav(path)


def write_mp3(samples: NDArray[np.float32], sample_rate: int, compression: float) -> bytes:
    """Write samples as an MP3 file in memory, which every browser decodes; compression is 0 (best) to 1 (smallest)."""
    options = {"compression_level": compression, "bitrate_mode": "VARIABLE"}
    return _write(samples, sample_rate, "MP3", "MPEG_LAYER_III", **options)


def write_flac(samples: NDArray[np.float64], sample_rate: int) -> bytes:
    """Write samples as a FLAC file of 16 bits in memory, which every browser decodes."""
    return _write(samples, sample_rate, "FLAC", "PCM_16")


def read_recording(path: Path, limits: Limits = DEFAULT_LIMITS) -> Recording:
    """Read a whole audio file, the recording of an instrument. The reverse of `write_audio`.

    Parameters
    ----------
    path : Path
        Of any kind that libsndfile or FFmpeg reads.
    limits : Limits
        `sample` bounds its length.

    Raises
    ------
    SongError
        If the file cannot be read, or is too long.
    MissingError
        If only FFmpeg can read it, and PyAV is not installed.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise SongError(f"{path} cannot be read: {describe_error(error)}") from error
    with file:
        stream = _open(file, limits, "sample", str(path))
        whole = list(stream.blocks)
    return Recording(np.concatenate(whole) if whole else np.zeros((0, 1), np.float32), stream.sample_rate)


def stream_recording(file: IO[bytes], limits: Limits = DEFAULT_LIMITS) -> Stream:
    """Open a recording of any length. The reverse of `write_audio`, except for all tags but the comment.

    Parameters
    ----------
    file : binary file
        Of any kind that libsndfile or FFmpeg reads.
    limits : Limits
        `sound` and `channels` bound it.

    Returns
    -------
    Stream
        Its blocks are read as they are asked for; samples that are not numbers are 0.

    Raises
    ------
    SongError
        If the recording cannot be read or is too long; also raised while the blocks are read.
    MissingError
        If only FFmpeg can read it, and PyAV is not installed.
    """
    return _open(file, limits, "sound", "the recording")


def _write(samples: NDArray[np.floating], sample_rate: int, container: str, subtype: str, **options: Any) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, sample_rate, format=container, subtype=subtype, **options)
    return out.getvalue()


def _open(file: IO[bytes], limits: Limits, limit: str, where: str) -> Stream:
    """Open a recording within a limit of length, checked in its header and, since headers lie, in its blocks."""
    stream = _find_stream(file, where)
    check_rate(stream.sample_rate)
    limits.check("channels", stream.channels, where)
    limits.check(limit, stream.seconds, where)
    blocks = limit_length(map(_silence_nan, stream.blocks), stream.sample_rate, limits, limit)
    return replace(stream, blocks=blocks)


def _find_stream(file: IO[bytes], where: str) -> Stream:
    """Open a recording by libsndfile, or by FFmpeg what that does not know."""
    try:
        sound = _open_by_libsndfile(file)
    except soundfile.LibsndfileError as error:
        try:
            return open_container(file, where)
        except PrimesongError:
            if is_container(file):
                raise
        raise SongError(f"{where} cannot be read: {_describe(error)}") from error
    except TypeError as error:  # soundfile takes headerless sound for a wrong call, by the suffix .raw
        raise SongError(f"{where} cannot be read: raw sound does not say its sample rate") from error
    seconds = 0.0 if sound.frames == _UNKNOWN_FRAMES else sound.frames / sound.samplerate
    return Stream(_read_blocks(sound), sound.samplerate, sound.channels, seconds, sound.comment)


def _open_by_libsndfile(file: IO[bytes]) -> soundfile.SoundFile:
    """Open what libsndfile knows, also where its header says too little of its length."""
    sound = soundfile.SoundFile(find_part(file) or file)
    if sound.frames or sound.format not in ("WAV", "WAVEX"):
        return sound
    file.seek(0)
    samples = file.read(_HEADER_BYTES).find(b"data") + _CHUNK_HEAD_BYTES
    return soundfile.SoundFile(  # a recorder that was not stopped has left the length at zero
        Part(file, samples, has_size=True),
        samplerate=sound.samplerate,
        channels=sound.channels,
        subtype=sound.subtype,
        format="RAW",
        endian="LITTLE",
    )


def _read_blocks(file: soundfile.SoundFile) -> Iterator[Block]:
    with file:
        try:
            size = BLOCK_SAMPLES // file.channels
            while len(block := file.read(size, dtype="float32", always_2d=True)):  # whatever the header said of frames
                yield block
        except soundfile.LibsndfileError as error:
            raise SongError(f"the recording is damaged: {_describe(error)}") from error


def _silence_nan(block: Block) -> Block:
    """Replace samples that are not numbers by silence, in place: one of them would spoil the whole signal."""
    return np.nan_to_num(block, copy=False, nan=0.0, posinf=0.0, neginf=0.0)


def _describe(error: soundfile.LibsndfileError) -> str:
    """Say what libsndfile found."""
    if error.code == _SYSTEM_ERROR:
        return "its end is missing, or it is not sound"
    return str(error.error_string).rstrip(".")
