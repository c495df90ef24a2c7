"""Where the sound of an MPEG audio file begins, and whether its header tells how much there is (ISO 11172-3, 2.4.1).

libsndfile wants the first frame or an ID3 tag at the very beginning, and stops after as many frames as a Xing header
counts or, without one, as the file's size and the first frame's bit rate suggest. A file that a recorder cut, or that
was joined from several, goes on: the part that `find_part` returns begins with a frame and hides its size, so that all
frames are heard.
"""

import os
import re
from collections.abc import Iterator
from typing import IO

from primesong.sound.containers import HEADS

#: In kbit/s, by the frame's index: of layers I, II and III of MPEG-1, and of layer I of MPEG-2 and of its others.
_BIT_RATES = (
    (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)

#: In Hz, by the frame's index, of MPEG-1.
_SAMPLE_RATES = (44_100, 48_000, 32_000)

#: How often the sample rates are halved, by the version's two bits: MPEG-2.5, none, MPEG-2, MPEG-1.
_HALVINGS = (2, None, 1, 0)

#: In bytes: how much of a file is searched for its first frame, more than any recorder puts before it.
_SEARCHED = 1 << 20

#: How many frames must follow each other: the eleven bits of a sync word alone occur by chance.
_FRAMES = 3

#: In bytes: how far into the first frame a Xing header reaches, behind at most 36 bytes.
_XING_END = 64

#: In bytes: a file that is this much longer than its Xing header says holds more than tags at its end.
_MOST_TAGS = 1 << 16


class Part:
    """A file from a place on.

    Parameters
    ----------
    file : binary file
    start : int
        The place, in bytes.
    has_size : bool
        Whether its end can be found.
    """

    def __init__(self, file: IO[bytes], start: int, *, has_size: bool) -> None:
        self._file = file
        self._start = start
        self._has_size = has_size
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes."""
        return self._file.read(size)

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell() - self._start

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        if whence == os.SEEK_SET:
            self._file.seek(self._start + offset)
        elif whence == os.SEEK_CUR or self._has_size:
            self._file.seek(offset, whence)
        return self.tell()


def find_part(file: IO[bytes]) -> Part | None:
    """Return the part of an MPEG audio file that libsndfile reads whole; None if that is all of it, or it is of
    another kind. The file is left at the part's beginning."""
    file.seek(0)
    head = file.read(10)
    tag = _measure_tag(head)
    if not tag and (head[:1] not in (b"\xff", b"\0") or re.match(HEADS, head, re.DOTALL)):
        file.seek(0)
        return None
    file.seek(tag)
    data = file.read(_SEARCHED)
    size = file.seek(0, os.SEEK_END) - tag
    file.seek(0)
    first = next((at for at in _generate_syncs(data) if _has_frames(data, at)), None)
    if first is None:
        return None
    counted = _read_xing(data[first : first + _XING_END])
    if counted is None:
        return Part(file, tag + first, has_size=False)
    if counted and size - first > counted + _MOST_TAGS:
        return Part(file, tag + first + _measure_frame(data, first), has_size=False)
    return Part(file, tag + first, has_size=True) if first else None


def _measure_tag(head: bytes) -> int:
    """Return how long an ID3 tag is, in bytes, seven bits of each byte counting (id3.org, ID3v2.4, 3.1)."""
    if len(head) < 10 or not head.startswith(b"ID3"):
        return 0
    return 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))


def _generate_syncs(data: bytes) -> Iterator[int]:
    """Generate the places where a frame may begin."""
    at = data.find(b"\xff")
    while at >= 0:
        yield at
        at = data.find(b"\xff", at + 1)


def _has_frames(data: bytes, at: int) -> bool:
    """Tell whether frames follow each other from a place on, as far as the data reaches."""
    for _ in range(_FRAMES):
        length = _measure_frame(data, at)
        at += length
        if not length or at >= len(data):
            return length > 0
    return True


def _measure_frame(data: bytes, at: int) -> int:
    """Return how long a frame is, in bytes, by the four bytes of its header; 0 if it is none."""
    header = int.from_bytes(data[at : at + 4], "big")
    halvings, layer = _HALVINGS[header >> 19 & 3], 4 - (header >> 17 & 3)
    bit_rate, sample_rate, padding = header >> 12 & 15, header >> 10 & 3, header >> 9 & 1
    if header >> 21 != 0x7FF or halvings is None or layer == 4 or bit_rate in (0, 15) or sample_rate == 3:
        return 0
    rates = _BIT_RATES[layer - 1] if not halvings else _BIT_RATES[3 if layer == 1 else 4]
    bits, hertz = 1000 * rates[bit_rate], _SAMPLE_RATES[sample_rate] >> halvings
    if layer == 1:
        return 4 * (12 * bits // hertz + padding)
    return (72 if layer == 3 and halvings else 144) * bits // hertz + padding


def _read_xing(frame: bytes) -> int | None:
    """Return how many bytes a frame's Xing header counts, 0 if it does not say; None if there is no such header."""
    at = max(frame.find(name) for name in (b"Xing", b"Info", b"VBRI"))
    if at < 0:
        return None
    flags = int.from_bytes(frame[at + 4 : at + 8], "big")
    if frame[at : at + 4] == b"VBRI" or not flags & 2:
        return 0
    place = at + 8 + 4 * (flags & 1)
    return int.from_bytes(frame[place : place + 4], "big")
