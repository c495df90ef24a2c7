"""Deflate streams that begin alike, each read by zlib from where it differs until it fails or ends.

Input: a number's bytes, gzip's header first (RFC 1952, without optional fields). Output: how far its stream can be
read.
"""

import zlib
from dataclasses import dataclass
from typing import Any, NamedTuple

from primesong.number.payload import HEADER

#: Bytes that are read at a time: a failure is located to within this many.
STEP = 32

#: How many places of a stream are kept from which it can be read again.
_CHECKPOINTS = 64

#: The bytes of the header that cannot differ: ID1 ID2 CM FLG.
_FIXED = 4

#: For zlib: a raw deflate stream.
_RAW = -15


class Outcome(NamedTuple):
    """How far a stream was read."""

    #: The bytes of the number before the place where it failed, or all of them.
    reached: int
    #: The bytes of the number before its end; 0 if it did not end.
    ended: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream that was read as far as it goes, and can be read again from places on the way."""

    data: bytes
    outcome: Outcome
    #: Places, and zlib's state there.
    checkpoints: tuple[tuple[int, Any], ...]

    def resume(self, place: int) -> Any:
        """Return zlib's state before a byte that was reached."""
        start, state = next(point for point in reversed(self.checkpoints) if point[0] <= place)
        member = state.copy()
        member.decompress(self.data[start:place])
        return member

    def fork(self, data: bytes, place: int) -> "Stream":
        """Return other bytes, probably the same before a place, as a stream that was read until there."""
        if data[:place] != self.data[:place]:
            return read(data)
        kept = tuple(point for point in self.checkpoints if point[0] <= place)
        return Stream(data, Outcome(place, 0), kept)


def read(data: bytes) -> Stream:
    """Read a stream. One behind a wrong header fails at once, but others that begin like it need not."""
    member = zlib.decompressobj(_RAW)
    place, spacing = len(HEADER), max(STEP, len(data) // _CHECKPOINTS)
    if data[:_FIXED] != HEADER[:_FIXED]:
        return Stream(data, Outcome(place, 0), ((place, member),))
    checkpoints = []
    while True:
        checkpoints.append((place, member.copy()))
        outcome = _read_on(member, data[: place + spacing], place)
        if outcome.ended or outcome.reached < min(place + spacing, len(data)) or outcome.reached == len(data):
            return Stream(data, outcome, tuple(checkpoints))
        place = outcome.reached


def read_variant(stream: Stream, member: Any, place: int, data: bytes) -> Outcome:
    """Read other bytes that are probably the same before a place, where zlib's state is `member`."""
    if data[:_FIXED] != HEADER[:_FIXED]:
        return Outcome(0, 0)
    if data[:place] == stream.data[:place]:
        return _read_on(member.copy(), data, place)
    return _read_on(zlib.decompressobj(_RAW), data, len(HEADER))


def inflate(data: bytes, limit: int) -> tuple[bytes, int] | None:
    """Return a stream's text, and the bytes of the number before its end; None if it does not end within `limit` bytes
    of text."""
    member = zlib.decompressobj(_RAW)
    try:
        text = member.decompress(data[len(HEADER) :], limit)
    except zlib.error:
        return None
    return (text, len(data) - len(member.unused_data)) if member.eof else None


def _read_on(member: Any, data: bytes, place: int) -> Outcome:
    """Read from a place until the stream fails or ends, or the bytes run out."""
    try:
        while place < len(data):
            member.decompress(data[place : place + STEP])
            place = min(place + STEP, len(data))
            if member.eof:
                return Outcome(len(data), place - len(member.unused_data))
    except zlib.error:
        return Outcome(place, 0)
    return Outcome(place, 0)
