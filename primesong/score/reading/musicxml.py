"""MusicXML and compressed MusicXML to lines of notes. The reverse is `score.musicxml`.

The XML itself is read, not by music21, which caches what it parses as pickles. Each voice of each part in which no two
notes sound together is one line of notes. Rests, grace notes, cues and lyrics are ignored; a transposing part is read
as it sounds. Where no line is a song, everything that sounds is read again with its times, and `lines` looks for the
song in it.

A tie joins two notes of one pitch, the second of which begins where the first ends; either of them may be without its
half of the tie. A tie to anything else is none.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sargam.record import Notes, Record
from primesong.sargam.remarks import Fact
from primesong.score.mxl import unpack_musicxml
from primesong.score.notation import RECORD_FIELD
from primesong.score.reading.lines import generate_lines
from primesong.score.reading.numbers import measure, read_decimal, read_note, read_number
from primesong.score.reading.performance import MOST_LINES, Note, Performance, Voice
from primesong.score.reading.xml import Reader, parse_xml, shorten_name

#: Elements whose children are kept together.
_GATHERED = frozenset(("note", "backup", "forward", "transpose"))

#: Elements at whose end something is to be done.
_ENDING = _GATHERED | {"measure", "part", "divisions", "miscellaneous-field"}

#: A tie as it sounds, and as it is drawn.
_TIES = ("tie", "tied")

#: Most notes have none.
_NO_TIES: frozenset[str] = frozenset()

#: Which way notes sound from where they are written, by the type of an octave shift: "down" is 8va.
_SHIFTS = {"down": 1, "up": -1}

#: Roots of MusicXML: parts of measures, measures of parts.
_ROOTS = ("score-partwise", "score-timewise")


def read_mxl(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read the lines of single notes in compressed MusicXML. Raises `SongError`. The reverse of `compress_musicxml`."""
    return read_musicxml(unpack_musicxml(data, limits), limits)


def read_musicxml(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read the lines of single notes in MusicXML, the longest first. The reverse of `write_musicxml`.

    Raises
    ------
    SongError
        If the bytes are not MusicXML, or more than the limits allow.
    """
    score = _Score()
    parse_xml(data, score, limits)
    lines = [(place, line) for place, line in score.lines.items() if line.single and line.notes]
    lines.sort(key=lambda line: -len(line[1].notes))
    return [Notes(line.notes, _name_line(*place), score.record) for place, line in lines[:MOST_LINES]]


def reread_mxl(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[Notes]:
    """Read everything that sounds in compressed MusicXML, in every way in which it may be one line of notes."""
    yield from reread_musicxml(unpack_musicxml(data, limits), limits)


def reread_musicxml(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[Notes]:
    """Read everything that sounds in MusicXML, in every way in which it may be one line of notes.

    Raises
    ------
    SongError
        As `read_musicxml` does.
    """
    score = _Score(Performance(limits))
    parse_xml(data, score, limits)
    if score.performance is not None:
        score.performance.notes = list(score.align_notes(score.performance.notes))
        yield from generate_lines(score.performance, score.record, Counter())
        if any(score.octaves):
            score.performance.notes = list(score.shift_octaves(score.performance.notes))
            yield from generate_lines(score.performance, score.record, Counter({Fact.WRITTEN_OCTAVES: 1}))


def _name_line(part: str | None, voice: str) -> str:
    return f"part {part}, voice {voice}"


@dataclass(slots=True)
class _Line:
    """The notes of one voice of one part, as long as no two of them sound together."""

    notes: list[int] = field(default_factory=list)
    single: bool = True


@dataclass(slots=True)
class _Part:
    """Where in a part we are.

    Attributes
    ----------
    shift : int
        By how many semitones it sounds higher than it is written.
    octave : int
        The same under a line of 8va or 15ma, if notes there stand as they are written; the standard has them as they
        sound.
    divisions : float
        How many parts a quarter note has.
    bar, start : int
        The bar, counted from 0, and when it began.
    now, furthest, begun : int
        The time of the next note, the last time that there was in the bar, and when the last note began.
    sounding : dict
        When the last note of each voice and pitch ends, and whether a tie starts there.
    """

    shift: int = 0
    octave: int = 0
    divisions: float = 1.0
    bar: int = 0
    start: int = 0
    now: int = 0
    furthest: int = 0
    begun: int = 0
    sounding: dict[tuple[str, int], tuple[int, bool]] = field(default_factory=dict)

    def move(self, length: int) -> None:
        """Go on, or back."""
        self.now = max(self.start, self.now + length)
        self.furthest = max(self.furthest, self.now)

    def end_bar(self) -> int:
        """Go on to the next bar; return how long the last was."""
        length = self.furthest - self.start
        self.bar, self.start, self.now = self.bar + 1, self.furthest, self.furthest
        return length

    def count_ties(self, voice: str, pitch: int, length: int, ties: frozenset[str]) -> int:
        """Count the halves of a tie by which a note goes on with the one before."""
        until, started = self.sounding.get((voice, pitch), (-1, False))
        self.sounding[voice, pitch] = self.begun + length, bool(ties & {"start", "continue"})
        return started + bool(ties & {"stop", "continue"}) if until == self.begun else 0


class _Score(Reader):
    """Collects the notes of each voice of each part as MIDI note numbers, and the song's record. Of the note that it is
    in it keeps the children that matter, by name."""

    wanted = frozenset((
        "step", "alter", "octave", "voice", "staff", "duration", "divisions", "chromatic", "octave-change",
        "miscellaneous-field",
    ))  # fmt: skip
    marks = frozenset(("pitch", "chord", "grace", "cue"))

    def __init__(self, performance: Performance | None = None) -> None:
        super().__init__()
        self.lines: dict[tuple[str | None, str], _Line] = defaultdict(_Line)
        self.performance = performance
        self.record: Record | None = None
        self._bars: list[int] = []
        self._places = array("L")
        self.octaves = array("b")
        self._parts: dict[str | None, _Part] = {}
        self._part = _Part()
        self._name: str | None = None
        self._field: str | None = None
        self._facts: dict[str, str] = {}
        self._ties: list[tuple[str, str]] = []

    def enter(self, tag: str, attributes: dict[str, str]) -> None:
        """Note where in the score we are."""
        if len(self.path) == 1 and tag not in _ROOTS:
            raise SongError(f"the file is XML, but its root is <{shorten_name(tag)}>, not MusicXML's <{_ROOTS[0]}>")
        if tag == "part":
            self._name = attributes.get("id")
            self._part = self._parts.setdefault(self._name, _Part())
        elif tag in _GATHERED:
            self._facts.clear()
        elif tag == "miscellaneous-field":
            self._field = attributes.get("name")
        elif tag == "octave-shift":
            octaves = -(-read_number(attributes, "size", "8") // 8)
            self._part.octave = 12 * octaves * _SHIFTS.get(attributes.get("type", ""), 0)
        elif tag in _TIES:
            self._ties.append((tag, attributes.get("type", "")))

    def leave(self, tag: str, text: str) -> None:
        """Take in what an element said."""
        if tag in self.wanted or tag in self.marks:
            self._facts.setdefault(tag, text)
        if tag not in _ENDING:
            return
        if tag == "note":
            self._add_note()
        elif tag in ("backup", "forward"):
            self._part.move(self._read_length() * (1 if tag == "forward" else -1))
        elif (tag == "measure" and self.path[-1] == "part") or (tag == "part" and self.path[-1] == "measure"):
            self._end_bar()
        elif tag == "divisions":
            self._part.divisions = read_decimal(text) or 1.0
        elif tag == "transpose":
            self._part.shift = read_number(self._facts, "chromatic") + 12 * read_number(self._facts, "octave-change")
        elif tag == "miscellaneous-field" and self._field == RECORD_FIELD:
            self.record = self.record or Record.from_text(text)

    def _end_bar(self) -> None:
        """End a part's bar; the bar is as long as the longest part's."""
        bar, length = self._part.bar, self._part.end_bar()
        self._bars += [0] * (bar + 1 - len(self._bars))
        self._bars[bar] = max(self._bars[bar], length)

    def align_notes(self, notes: Iterable[Note]) -> Iterator[Note]:
        """Place notes, whose times are those in their bars, with those of other parts."""
        starts = [0, *accumulate(self._bars)]
        for note, bar in zip(notes, self._places, strict=True):
            start = starts[bar]
            yield note._replace(onset=start + note.onset, end=start + note.end)

    def shift_octaves(self, notes: Iterable[Note]) -> Iterator[Note]:
        """Move notes under a line of 8va or 15ma from where they are written to where they sound."""
        for note, octave in zip(notes, self.octaves, strict=True):
            yield note._replace(pitch=note.pitch + octave)

    def _add_note(self) -> None:
        """Take in the note that ends."""
        facts, part = self._facts, self._part
        ties = self._take_ties()
        if "grace" in facts:
            return
        length = self._read_length()
        if "chord" not in facts:
            part.begun = part.now
            part.move(length)
        if "pitch" not in facts or "cue" in facts:
            return
        pitch = read_note(facts) + part.shift
        place = self._name, facts.get("voice", "1").strip()
        tied = part.count_ties(place[1], pitch, length, ties)
        line = self.lines[place]
        line.single &= "chord" not in facts
        if not tied:
            line.notes.append(pitch)
        if self.performance is not None and not self.performance.is_full:
            groups = f"part {self._name}", f"part {self._name}, staff {facts.get('staff', '1').strip()}"
            onset = part.begun - part.start
            self.performance.add(Voice(_name_line(*place), groups), onset, onset + length, pitch, tied=tied)
            self._places.append(part.bar)
            self.octaves.append(part.octave)

    def _take_ties(self) -> frozenset[str]:
        """Return the types of the note's <tie>s, or, if it has none, of its <tied>s."""
        if not self._ties:
            return _NO_TIES
        ties, self._ties = self._ties, []
        sounding = frozenset(kind for tag, kind in ties if tag == "tie")
        return sounding or frozenset(kind for _, kind in ties)

    def _read_length(self) -> int:
        """Read how long the element that ends takes; a division if it does not say so."""
        return measure(self._facts.get("duration", "1"), self._part.divisions)
