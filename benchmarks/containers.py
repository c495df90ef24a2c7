"""From which recordings of telephones, browsers and messengers a program comes back.

    python benchmarks/containers.py [SONG]

The song (a short one by default) is rendered, and written at low rates in every container and codec that is read, by
FFmpeg's encoders (PyAV), then as the odd WAV files that recorders leave behind; `decode` reads each. This
prints the table of docs/hearing.md.
"""

import io
import struct
import sys
import tempfile
from collections.abc import Callable
from typing import NamedTuple

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

import primesong

Samples = NDArray[np.float32]

#: The song by default, of 209 notes.
PROGRAM = b"for swara in 'sa re ga ma pa dha ni'.split():\n    print(swara, len(swara))\n"

#: In Hz.
RATE = 44_100


class Encoding(NamedTuple):
    """How a file is written: by whom, its suffix, FFmpeg's container and codec, Hz, bits a second (0: all there are),
    and whether there are pictures beside the sound."""

    who: str
    suffix: str
    form: str
    codec: str
    rate: int
    bit_rate: int
    pictures: bool = False


ENCODINGS = (
    Encoding("telephones' memos", "m4a", "ipod", "aac", 44_100, 64_000),
    Encoding("the same, very small", "m4a", "ipod", "aac", 44_100, 24_000),
    Encoding("the same, lossless", "m4a", "ipod", "alac", 44_100, 0),
    Encoding("telephones", "mp4", "mp4", "aac", 48_000, 64_000),
    Encoding("telephones, filming", "mp4", "mp4", "aac", 48_000, 64_000, pictures=True),
    Encoding("QuickTime", "mov", "mov", "aac", 44_100, 48_000),
    Encoding("old telephones", "3gp", "3gp", "libopencore_amrnb", 8_000, 12_200),
    Encoding("old telephones", "amr", "amr", "libopencore_amrnb", 8_000, 12_200),
    Encoding("streams", "aac", "adts", "aac", 22_050, 24_000),
    Encoding("browsers", "webm", "webm", "libopus", 48_000, 32_000),
    Encoding("browsers", "mka", "matroska", "libopus", 16_000, 8_000),
    Encoding("messengers' voice notes", "ogg", "ogg", "libopus", 16_000, 16_000),
    Encoding("the same, very small", "oga", "ogg", "libopus", 16_000, 8_000),
    Encoding("Windows", "wma", "asf", "wmav2", 44_100, 48_000),
    Encoding("macOS", "caf", "caf", "pcm_s16le", 16_000, 0),
    Encoding("macOS", "aiff", "aiff", "pcm_s16be", 44_100, 0),
    Encoding("Unix", "au", "au", "pcm_s16be", 16_000, 0),
    Encoding("editors", "w64", "w64", "pcm_s16le", 16_000, 0),
    Encoding("cameras", "avi", "avi", "libmp3lame", 44_100, 48_000),
    Encoding("broadcasters", "mp2", "mp2", "mp2", 32_000, 64_000),
    Encoding("broadcasters", "ac3", "ac3", "ac3", 48_000, 96_000),
)


def encode(samples: Samples, encoding: Encoding) -> bytes:
    """Encode one channel."""
    out = io.BytesIO()
    frame = av.AudioFrame.from_ndarray(samples[None, :], "flt", "mono")
    frame.sample_rate = RATE
    with av.open(out, "w", format=encoding.form) as container:
        video = container.add_stream("mpeg4", rate=1) if encoding.pictures else None
        stream = container.add_stream(encoding.codec, rate=encoding.rate)
        stream.layout = "mono"
        if encoding.bit_rate:
            stream.bit_rate = encoding.bit_rate
        if video is not None:
            video.width, video.height = 64, 48
            pictures = [av.VideoFrame(64, 48, "yuv420p") for _ in range(len(samples) // RATE)]
            for picture in (*pictures, None):
                container.mux(video.encode(picture))
        size = stream.codec_context.frame_size or 1024
        fitting = av.AudioResampler(stream.format.name, "mono", encoding.rate, size)
        for part in (*fitting.resample(frame), *fitting.resample(None), None):
            container.mux([packet for packet in stream.encode(part) if packet.size])
    return out.getvalue()


def write_wav(samples: Samples, form: str = "WAV", subtype: str = "PCM_16") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format=form, subtype=subtype)
    return file.getvalue()


def stream_wav(samples: Samples) -> bytes:
    """Write a header as programs do that write to a pipe: its lengths are the largest there are."""
    data = bytearray(write_wav(samples))
    at = data.index(b"data") + 4
    data[4:8] = data[at : at + 4] = struct.pack("<I", 0xFFFFFFFF)
    return bytes(data)


def spoil(samples: Samples) -> Samples:
    """Make a few samples not a number."""
    spoiled = samples.copy()
    spoiled[:: RATE // 7] = np.nan
    return spoiled


#: What recorders leave behind, and how it is written.
ODD_WAVS: dict[str, Callable[[Samples], bytes]] = {
    "streamed, without a length": stream_wav,
    "WAVE_FORMAT_EXTENSIBLE": lambda samples: write_wav(samples, "WAVEX"),
    "RF64": lambda samples: write_wav(samples, "RF64"),
    "float, with NaN": lambda samples: write_wav(spoil(samples), subtype="FLOAT"),
    "one channel silent": lambda samples: write_wav(np.stack((samples, 0 * samples), axis=1)),
    "one channel inverted": lambda samples: write_wav(np.stack((samples, -samples), axis=1)),
}


def main() -> None:
    song = primesong.load(sys.argv[1]) if len(sys.argv) > 1 else primesong.compose(PROGRAM)
    samples = np.ascontiguousarray(song.render(sample_rate=RATE).samples.mean(axis=1), np.float32)
    print(f"{len(song.digits):,} notes\n\n| from | file | sound | Hz | kbit/s | program |\n|---|---|---|---|---|---|")
    for one in ENCODINGS:
        sound = f"{one.codec}, beside pictures" if one.pictures else one.codec
        show(song, (one.who, one.suffix, sound, one.rate), encode(samples, one))
    for what, write in ODD_WAVS.items():
        show(song, ("recorders", "wav", what, RATE), write(samples))


def show(song: primesong.Song, cells: tuple[str, str, str, int], data: bytes) -> None:
    """Print a row: what the file is, how large, and whether `decode` finds the program in it."""
    who, suffix, sound, rate = cells
    with tempfile.NamedTemporaryFile(suffix=f".{suffix}") as file:
        file.write(data)
        file.flush()
        try:
            found = "whole" if primesong.decode(file.name).program == song.program else "another"
        except primesong.PrimesongError as error:
            found = str(error)
    kilobits = 8 * len(data) / 1000 / song.melody.seconds
    print(f"| {who} | .{suffix} | {sound} | {rate:,} | {kilobits:.0f} | {found} |", flush=True)


if __name__ == "__main__":
    main()
