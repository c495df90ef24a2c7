"""Standard MIDI File (`smf`) to lines of notes. The reverse is `score.midi`.

Each channel of each track in which no two notes begin together is one line of notes; drums are none. Note lengths,
velocities and tempo are ignored. Where no line is a song, everything that sounds is read again with its times, and
`lines` looks for the song in it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sargam.record import Notes, Record
from primesong.sargam.remarks import Fact, list_remarks
from primesong.score.midi import DRUMS
from primesong.score.reading.lines import generate_lines
from primesong.score.reading.performance import MOST_LINES, Performance, Voice
from primesong.score.smf import META, read_events

#: The status of a note's end; its lowest four bits are the channel.
_NOTE_OFF = 0x80

#: The status of a note's beginning, or, with velocity 0, of its end.
_NOTE_ON = 0x90

#: The type of a text among the meta events.
_TEXT = 0x01

#: The highest note, and the greatest velocity; a damaged file has others.
_HIGHEST = 127


def read_midi(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read the lines of single notes in a MIDI file, the longest first. The reverse of `write_midi`.

    Raises
    ------
    SongError
        If the bytes are not a MIDI file, or more than the limits allow.
    """
    record = None
    faults: Counter[Fact] = Counter()
    lines: dict[tuple[int, int], _Line] = defaultdict(_Line)
    for track, tick, status, body in read_events(data, limits, faults):
        if tick > limits.ticks:
            limits.check("ticks", tick, f"the MIDI file's track {track}")
        if status & 0xF0 == _NOTE_ON and status & 0x0F != DRUMS and body[1]:
            lines[track, status & 0x0F].add(tick, min(body[0], _HIGHEST))
        elif status == META and body[0] == _TEXT and record is None:
            record = Record.from_text(body[1:].decode("latin-1"))
    single = [(line.notes, _name_line(*place)) for place, line in lines.items() if line.single]
    single.sort(key=lambda line: -len(line[0]))
    remarks = list_remarks(faults)
    return [Notes(list(notes), source, record, remarks) for notes, source in single[:MOST_LINES]]


class _Line:
    """The notes of one channel of one track, a byte a note, as long as no two of them begin together."""

    def __init__(self) -> None:
        self.notes = bytearray()
        self.single = True
        self._last = -1

    def add(self, tick: int, note: int) -> None:
        """Take in the beginning of a note."""
        if tick == self._last:
            self.single = False
            self.notes.clear()
        elif self.single:
            self.notes.append(note)
        self._last = tick


def _name_line(track: int, channel: int) -> str:
    return f"track {track}, channel {channel + 1}"


def reread_midi(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[Notes]:
    """Read everything that sounds in a MIDI file, in every way in which it may be one line of notes.

    Raises
    ------
    SongError
        As `read_midi` does.
    """
    faults: Counter[Fact] = Counter()
    performance = Performance(limits)
    record = None
    held: dict[tuple[int, int, int], tuple[int, int]] = {}
    for track, tick, status, body in read_events(data, limits, faults):
        if status & 0xE0 == _NOTE_OFF:
            key = track, status & 0x0F, min(body[0], _HIGHEST)
            if key in held:
                _add_note(performance, key, *held.pop(key), tick)
            if status & 0xF0 == _NOTE_ON and body[1]:
                held[key] = tick, min(body[1], _HIGHEST)
        elif status == META and body[0] == _TEXT and record is None:
            record = Record.from_text(body[1:].decode("latin-1"))
    for key, (onset, strength) in held.items():
        _add_note(performance, key, onset, strength, onset)
    yield from generate_lines(performance, record, faults)


def _add_note(performance: Performance, key: tuple[int, int, int], onset: int, strength: int, end: int) -> None:
    """Add a note that has ended to a performance."""
    track, channel, pitch = key
    voice = Voice(_name_line(track, channel), (f"track {track}", f"channel {channel + 1}"), channel == DRUMS)
    performance.add(voice, onset, end, pitch, strength=strength)
