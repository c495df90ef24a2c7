"""A film to a file: pictures, sound, captions and chapters, encoded and joined by FFmpeg (PyAV).

Times are in seconds from the beginning. A picture is an array of uint8, shape (height, width, 3); sound is float32
within ±1, shape (frames, channels), at `SAMPLE_RATE`.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from html import escape
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from primesong.errors import MissingError
from primesong.score.captions import Caption
from primesong.sound.recording import Samples, to_float
from primesong.video.layout import Picture

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.container.core import Chapter
    from av.packet import Packet
    from av.subtitles.stream import SubtitleStream
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

T = TypeVar("T")

#: Packets, and the time that they belong to.
Timed = tuple[float, list["Packet[Any]"]]

#: In Hz: that of Opus, which AAC has too.
SAMPLE_RATE = 48_000

#: Pictures a second.
FRAME_RATE = 30

#: The unit of the times of captions and chapters: a millisecond.
_MILLISECOND = Fraction(1, 1000)

#: ITU-R BT.709, the colors of high-definition video, by FFmpeg's number.
_BT709 = 1

#: FFmpeg's number of the range of levels that video has: 16 to 235.
_LIMITED = 1

#: What FFmpeg asks for before it writes captions; they are written here.
_SUBTITLE_HEADER = b"[Script Info]\nScriptType: v4.00+\n"


class Container(NamedTuple):
    """A kind of video file: FFmpeg's names of the container and of its codecs, each with its options."""

    name: str
    options: dict[str, str]
    video: str
    video_options: dict[str, str]
    audio: str
    audio_options: dict[str, str]
    captions: str


#: x264 looks at no later pictures, searches no fractions of pixels and smooths no edges: pictures need none of that.
#: It would take twice the time and a hundred megabytes.
_X264 = "sync-lookahead=0:bframes=0:scenecut=0:weightp=0:subme=0:no-deblock=1"

#: Pictures are encoded while the next ones are drawn, by as many threads on every machine, so that files are the same.
_THREADS = {"thread_type": "frame", "threads": "3"}

#: Each suffix's container. The pictures hardly change, so that the fastest of settings look as well as slow ones, and
#: one step of quantization suits them all. In WebM, random identifiers are left out.
CONTAINERS = {
    ".mp4": Container(
        "mp4",
        {"movflags": "+faststart"},
        "libx264",
        {"preset": "superfast", "tune": "stillimage", "qp": "22", "g": "300", "x264-params": _X264} | _THREADS,
        "aac",
        {"b": "192k"},
        "mov_text",
    ),
    ".webm": Container(
        "webm",
        {"fflags": "bitexact"},
        "libvpx-vp9",
        {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "crf": "30", "b": "0", "g": "300"} | _THREADS,
        "libopus",
        {"b": "128k"},
        "webvtt",
    ),
}


@dataclass(frozen=True, slots=True)
class Film:
    """What is written.

    Parameters
    ----------
    width, height : int
        Of the pictures; even.
    seconds : float
        How long it lasts.
    pictures : iterable of (float, Picture)
        Until when each is seen, ascending; the next one may use the same array.
    sound : iterable of Samples
        In stereo.
    captions : sequence of Caption
    chapters : sequence of (float, str)
        When each begins, the first at 0, and its title.
    tags : dict of str to str
        FFmpeg's names of tags, and their texts.
    """

    width: int
    height: int
    seconds: float
    pictures: Iterable[tuple[float, Picture]]
    sound: Iterable[Samples]
    captions: Sequence[Caption]
    chapters: Sequence[tuple[float, str]]
    tags: dict[str, str]


def check_codecs() -> None:
    """Raise `MissingError` without PyAV."""
    try:
        import av  # noqa: F401
    except ImportError as error:
        raise MissingError("a video needs PyAV to be written", extra="video") from error


def write_film(path: Path, film: Film, container: Container, progress: Callable[[float], None]) -> None:
    """Write a film; `progress` gets the share that is written, 0 to 1. Raises `MissingError` without PyAV."""
    check_codecs()
    import av

    with av.open(path, "w", format=container.name, options=container.options) as output, ThreadPoolExecutor(2) as pool:
        output.metadata.update(film.tags)
        output.set_chapters(_list_chapters(film))
        pictures, sound, captions = _add_streams(output, film, container)
        encoded = (
            _encode_pictures(film, pictures, pool),
            _make_ahead(_encode_sound(film, sound), pool),
            _pack_captions(film, captions),
        )
        for now, packets in merge(*encoded, key=itemgetter(0)):
            output.mux(packets)
            progress(min(now / film.seconds, 1.0))


def _add_streams(
    output: "OutputContainer", film: Film, container: Container
) -> tuple["VideoStream", "AudioStream", "SubtitleStream"]:
    """Add the streams of a film, each with its codec."""
    pictures: Any = output.add_stream(container.video, rate=FRAME_RATE, options=container.video_options)
    pictures.width, pictures.height, pictures.pix_fmt = film.width, film.height, "yuv420p"
    context = pictures.codec_context
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = _LIMITED
    sound: Any = output.add_stream(container.audio, rate=SAMPLE_RATE, layout="stereo", options=container.audio_options)
    captions: Any = output.add_stream(container.captions)
    captions.time_base = captions.codec_context.time_base = _MILLISECOND
    captions.codec_context.subtitle_header = _SUBTITLE_HEADER
    return pictures, sound, captions


def _list_chapters(film: Film) -> "list[Chapter]":
    edges = [round(1000 * start) for start, _ in film.chapters] + [round(1000 * film.seconds)]
    return [
        {"id": place, "start": start, "end": end, "time_base": _MILLISECOND, "metadata": {"title": title}}
        for place, ((start, end), (_, title)) in enumerate(zip(pairwise(edges), film.chapters, strict=True))
    ]


def _make_ahead(items: Iterator[T], pool: Executor) -> Iterator[T]:
    """Yield items, of which each is made in a thread while the one before it is used."""
    coming = pool.submit(next, items, None)
    while (item := coming.result()) is not None:
        coming = pool.submit(next, items, None)
        yield item


def _encode_pictures(film: Film, stream: "VideoStream", pool: Executor) -> Iterator[Timed]:
    """Encode the pictures, each as often as it is seen."""
    number = 0
    for last, frame in _make_ahead(_convert_seen(film.pictures), pool):
        while number < last:
            frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
            yield number / FRAME_RATE, stream.encode(frame)
            number += 1
    yield film.seconds, stream.encode()


def _convert_seen(pictures: Iterable[tuple[float, Picture]]) -> "Iterator[tuple[int, VideoFrame]]":
    """Convert the pictures that are seen, each with the number of the frame after its last one."""
    number = 0
    for end, picture in pictures:
        last = round(end * FRAME_RATE)
        if last > number:
            yield last, _convert(picture)
            number = last


def _convert(picture: Picture) -> "VideoFrame":
    """Convert a picture to brightness and halved colors, as BT.709 has them."""
    from av import VideoFrame

    frame = VideoFrame.from_numpy_buffer(picture, "rgb24")
    return frame.reformat(format="yuv420p", dst_colorspace=_BT709, dst_color_range=_LIMITED)


def _encode_sound(film: Film, stream: "AudioStream") -> Iterator[Timed]:
    """Encode the sound, block by block."""
    from av import AudioFrame

    at = 0
    for block in film.sound:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(to_float(block).T), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, at, Fraction(1, SAMPLE_RATE)
        yield at / SAMPLE_RATE, stream.encode(frame)
        at += len(block)
    yield film.seconds, stream.encode()


def _pack_captions(film: Film, stream: "SubtitleStream") -> Iterator[Timed]:
    """Pack the captions: as text with its length (3GPP TS 26.245) in MP4, as the text of a cue (W3C) in WebM."""
    from av import Packet

    for caption in film.captions:
        text = "\n".join(caption.lines)
        if stream.codec_context.name == "webvtt":
            packed = escape(text, quote=False).encode()
        else:
            packed = struct.pack(">H", len(text.encode())) + text.encode()
        packet = Packet(packed)
        packet.stream, packet.time_base = stream, _MILLISECOND
        packet.pts = packet.dts = round(1000 * caption.begin)
        packet.duration = round(1000 * caption.end) - packet.pts
        yield caption.begin, [packet]
