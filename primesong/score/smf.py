"""Standard MIDI File to events (MIDI 1.0, RP-001), one after the other: nothing is kept, and everything is bounded.

Input: the bytes of a file, as it is or within RIFF (RMID). Output: (track, tick, status, data): tracks counted from 1,
ticks from the track's beginning, the status byte, and what follows it. A meta event's status is 0xff and its data begin
with its kind; a system exclusive event has 0xf0 or 0xf7. Chunks of other kinds are skipped, as the standard asks.

Files are read that are wrong in a way that leaves no doubt about the notes: a wrong number of tracks, a wrong length of
a track that has its end-of-track event, messages that belong on a cable.
"""

import struct
from collections import Counter, deque
from collections.abc import Iterator

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sargam.remarks import Fact

#: The status of a meta event.
META = 0xFF

#: The statuses of system exclusive events.
_EXCLUSIVE = (0xF0, 0xF7)

#: The meta event that ends a track.
_ENDS_TRACK = b"\xff\x2f\0"

#: How many data bytes follow those system messages that have any; they belong on a cable, not in a file (MIDI 1.0).
_CABLE_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}

#: In bytes: what a quantity of variable length may have.
_LONGEST_QUANTITY = 4

#: In bytes: the name of a chunk and its length.
_CHUNK_HEAD = 8

#: (track, tick, status, data)
Event = tuple[int, int, int, bytes]


def read_events(data: bytes, limits: Limits = DEFAULT_LIMITS, faults: Counter[Fact] | None = None) -> Iterator[Event]:
    """Read a MIDI file's events.

    Parameters
    ----------
    data : bytes
        The file.
    limits : Limits
        The most tracks and events.
    faults : Counter of Fact, optional
        Counts what is wrong with the file.

    Raises
    ------
    SongError
        If the file is damaged, or larger than the limits; raised where that shows.
    """
    try:
        yield from _read_chunks(_unwrap(data), limits, Counter() if faults is None else faults)
    except (IndexError, struct.error) as error:
        raise SongError("the MIDI file is damaged: it ends too soon") from error


def _unwrap(data: bytes) -> bytes:
    """Take a MIDI file out of RIFF (RP-029, RMID)."""
    return data[data.find(b"MThd") :] if data[8:12] == b"RMID" and b"MThd" in data else data


def _read_chunks(data: bytes, limits: Limits, faults: Counter[Fact]) -> Iterator[Event]:
    """Read the tracks' events; whether the header counts the tracks rightly shows at the end."""
    if data[:4] != b"MThd":
        raise SongError("the MIDI file is damaged: it does not begin with MThd")
    size, _, tracks, _ = struct.unpack_from(">IHHH", data, 4)
    limits.check("tracks", tracks, "the MIDI file")
    track = count = 0
    for at, end in _list_tracks(data, _CHUNK_HEAD + size, tracks, faults):
        track += 1
        limits.check("tracks", track, "the MIDI file")
        for event in _read_track(data, at, end, track, faults):
            count += 1
            if count > limits.events:
                limits.check("events", count, "the MIDI file")
            yield event
    if track != tracks:
        faults[Fact.WRONG_COUNT] = track


def _list_tracks(data: bytes, at: int, tracks: int, faults: Counter[Fact]) -> Iterator[tuple[int, int]]:
    """List where the tracks' events begin and end. After the last track that the header promises, only more tracks are
    read; before it, the file may end."""
    track, searching = 0, True
    while at < len(data) and (track < tracks or data.startswith(b"MTrk", at)):
        name, size = struct.unpack_from(">4sI", data, at)
        at, end = at + _CHUNK_HEAD, at + _CHUNK_HEAD + size
        if name == b"MTrk":
            track += 1
            if searching and not _is_boundary(data, end):
                found = _find_end(data, at)
                faults[Fact.WRONG_LENGTH] += found is not None
                # what was not found once is not searched for again: the time stays proportional to the file
                end, searching = (end, False) if found is None else (found, True)
        if end > len(data):
            raise SongError(f"the MIDI file is damaged: the chunk at byte {at - 7:,} ends too soon")
        if name == b"MTrk":
            yield at, end
        at = end
    if not track:
        raise SongError("the MIDI file is damaged: it has no track")


def _is_boundary(data: bytes, end: int) -> bool:
    """Whether a chunk may end here: at the file's end, after an end of track, or before another chunk's name."""
    return end <= len(data) and (
        end == len(data) or data.startswith(_ENDS_TRACK, end - len(_ENDS_TRACK)) or data[end : end + 4].isalpha()
    )


def _find_end(data: bytes, at: int) -> int | None:
    """Find where a track whose length is wrong ends: after an end-of-track event, if all before it are events."""
    end = data.find(_ENDS_TRACK, at) + len(_ENDS_TRACK)
    try:
        last = deque(_read_track(data, at, end, 0, Counter()), maxlen=1)
    except (SongError, IndexError):
        return None
    return end if last and last[0][2:] == (META, _ENDS_TRACK[1:2]) else None


def _read_track(data: bytes, at: int, end: int, track: int, faults: Counter[Fact]) -> Iterator[Event]:
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
        elif status:
            size = _CABLE_BYTES.get(status, 0)
            faults[Fact.STRAY_MESSAGES] += 1
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
