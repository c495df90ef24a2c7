"""Standard MIDI File to events (MIDI 1.0, RP-001), one after the other: nothing is kept, and everything is bounded.

Input: the bytes of a file. Output: (track, tick, status, data): tracks counted from 1, ticks from the track's
beginning, the status byte, and what follows it. A meta event's status is 0xff and its data begin with its kind; a
system exclusive event has 0xf0 or 0xf7. Chunks of other kinds are skipped, as the standard asks.
"""

import struct
from collections.abc import Iterator

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits

#: The status of a meta event.
META = 0xFF

#: The statuses of system exclusive events.
_EXCLUSIVE = (0xF0, 0xF7)

#: In bytes: what a quantity of variable length may have.
_LONGEST_QUANTITY = 4

#: (track, tick, status, data)
Event = tuple[int, int, int, bytes]


def read_events(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[Event]:
    """Read a MIDI file's events.

    Raises
    ------
    SongError
        The file is damaged, or larger than the limits; raised where that shows.
    """
    try:
        yield from _read_chunks(data, limits)
    except (IndexError, struct.error) as error:
        raise SongError("the MIDI file is damaged: it ends too soon") from error


def _read_chunks(data: bytes, limits: Limits) -> Iterator[Event]:
    if data[:4] != b"MThd":
        raise SongError("the MIDI file is damaged: it does not begin with MThd")
    size, _, tracks, _ = struct.unpack_from(">IHHH", data, 4)
    limits.check("tracks", tracks, "the MIDI file")
    at, track, count = 8 + size, 0, 0
    while track < tracks:
        name, size = struct.unpack_from(">4sI", data, at)
        at, end = at + 8, at + 8 + size
        if end > len(data):
            raise SongError(f"the MIDI file is damaged: the chunk at byte {at - 7:,} ends too soon")
        if name == b"MTrk":
            track += 1
            for event in _read_track(data, at, end, track):
                count += 1
                if count > limits.events:
                    limits.check("events", count, "the MIDI file")
                yield event
        at = end


def _read_track(data: bytes, at: int, end: int, track: int) -> Iterator[Event]:
    """Read the events of one track, which stands from `at` to before `end`."""
    tick = running = kind = 0
    while at < end:
        begins = at
        delta, at = _read_quantity(data, at)
        tick += delta
        status = data[at]
        if status >= 0x80:
            at += 1
        else:
            status = running
        if 0x80 <= status < 0xF0:
            running, size = status, 1 if 0xC0 <= status < 0xE0 else 2
        elif status in _EXCLUSIVE:
            size, at = _read_quantity(data, at)
        elif status == META:
            kind = data[at]
            size, at = _read_quantity(data, at + 1)
        else:
            raise SongError(f"the MIDI file is damaged: track {track} has no event at byte {begins + 1:,}")
        if at + size > end:
            raise SongError(f"the MIDI file is damaged: track {track} ends within the event at byte {begins + 1:,}")
        body = data[at : at + size]
        yield track, tick, status, bytes((kind,)) + body if status == META else body
        at += size


def _read_quantity(data: bytes, at: int) -> tuple[int, int]:
    """Read a quantity of variable length, and return it with the place after it."""
    value = 0
    for place in range(at, at + _LONGEST_QUANTITY):
        byte = data[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    raise SongError(
        f"the MIDI file is damaged: the quantity at byte {at + 1:,} is longer than {_LONGEST_QUANTITY} bytes"
    )
