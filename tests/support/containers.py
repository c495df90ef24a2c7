"""Recordings in the containers that telephones, browsers and messengers write, by FFmpeg's encoders."""

import io

import av
import numpy as np

#: What is written: container, codec, sample rate in Hz, and bits a second.
CONTAINERS = {
    "m4a": ("ipod", "aac", 44_100, 24_000),
    "alac.m4a": ("ipod", "alac", 44_100, 0),
    "mp4": ("mp4", "aac", 48_000, 64_000),
    "mov": ("mov", "aac", 44_100, 48_000),
    "3gp": ("3gp", "libopencore_amrnb", 8_000, 12_200),
    "amr": ("amr", "libopencore_amrnb", 8_000, 12_200),
    "aac": ("adts", "aac", 22_050, 24_000),
    "webm": ("webm", "libopus", 48_000, 16_000),
    "mka": ("matroska", "libopus", 16_000, 8_000),
    "oga": ("ogg", "libopus", 16_000, 8_000),
    "flac.oga": ("ogg", "flac", 44_100, 0),
    "wma": ("asf", "wmav2", 44_100, 48_000),
    "caf": ("caf", "pcm_s16le", 16_000, 0),
    "aiff": ("aiff", "pcm_s16be", 44_100, 0),
    "au": ("au", "pcm_s16be", 16_000, 0),
    "w64": ("w64", "pcm_s16le", 16_000, 0),
    "avi": ("avi", "libmp3lame", 44_100, 48_000),
    "wv": ("wv", "wavpack", 44_100, 0),
    "tta": ("tta", "tta", 44_100, 0),
    "ac3": ("ac3", "ac3", 48_000, 96_000),
    "eac3": ("eac3", "eac3", 48_000, 96_000),
    "ts": ("mpegts", "aac", 48_000, 64_000),
    "voc": ("voc", "pcm_s16le", 16_000, 0),
    "sox": ("sox", "pcm_s32le", 16_000, 0),
    "sf": ("ircam", "pcm_s16le", 16_000, 0),
    "mp2": ("mp2", "mp2", 32_000, 64_000),
    "mp3": ("mp3", "libmp3lame", 32_000, 48_000),
}


def encode(samples: np.ndarray, rate: int, name: str, **options: str) -> bytes:
    """Encode one channel as a key of `CONTAINERS` names it."""
    form, codec, coded_rate, bit_rate = CONTAINERS[name]
    frame = av.AudioFrame.from_ndarray(np.asarray(samples, np.float32)[None, :], "flt", "mono")
    frame.sample_rate = rate
    out = io.BytesIO()
    with av.open(out, "w", format=form, options=options) as container:
        stream = container.add_stream(codec, rate=coded_rate)
        stream.layout = "mono"
        if bit_rate:
            stream.bit_rate = bit_rate
        fitting = av.AudioResampler(stream.format.name, "mono", coded_rate, stream.codec_context.frame_size or 1024)
        for part in (*fitting.resample(frame), *fitting.resample(None), None):
            container.mux([packet for packet in stream.encode(part) if packet.size])
    return out.getvalue()
