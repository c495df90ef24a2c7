"""Notes that sound together to lines of notes, in all ways in which a song may be hidden among them.

A way is a choice at each of five stages: whose notes are joined, what is left out of all that sounds (held drones,
notes outside ten pitches), which note is taken of those that begin together or nearly so, which of two times the same
notes is left out, what before the song is left out. The likeliest choice of each stage costs nothing, every further one
1; ways are tried from the cheapest on. Whether a line is a song is for `repair.identify` to say.

Input: a `Performance`. Output: `Notes`, each with remarks that say what was done.
"""

import heapq
import re
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, combinations, count, groupby, islice, pairwise
from statistics import median
from typing import NamedTuple

from primesong.repair.notes import list_scales
from primesong.sargam.record import Notes, Record
from primesong.sargam.remarks import Fact, list_remarks
from primesong.sargam.tala import TINTAL
from primesong.score.reading.performance import MOST_LINES, Note, Performance, Voice, drop_copies

#: How many notes are gone through in all ways together: some seconds' work.
_MOST_WORK = 600_000

#: How many notes are gone through for the choice of voices.
_MOST_JOINED = 300_000

#: A note is a drone if this many others begin while it is held.
_HELD = 3

#: The share of the notes that must lie on ten pitches for the others to be left out.
_ON_SCALE = 0.5

#: How many scales are tried.
_SCALES = 2

#: A note is an ornament of the next, or sounds together with it, if it comes before it by less than one of these shares
#: of the time between notes: a kan takes 30 to 70 ms, a note of a hasty player 150.
_NEAR = (0.45, 0.35, 0.4, 0.3)

#: A pause is longer than the time between notes around it by this factor.
_PAUSE = 1.7

#: How many pauses a player makes; where there are more, they are rests.
_MOST_PAUSES = 100

#: How many notes are the notes around one.
_AROUND = 16

#: How far a player goes back at most, in notes.
_FARTHEST_BACK = 64

#: How many notes played again at a pause are no accident.
_AGAIN = 3

#: Of more notes played again, the last before the pause may be a wrong one.
_MANY = 5

#: Notes that are played again at once, too many to be an accident; a wrong one may stand between.
_AT_ONCE = re.compile(rb"(?s)(.{6,64}).?(?=\1)")

#: Of this many voices, every subset is tried.
_FEW_VOICES = 5

#: How many voices are named.
_MOST_NAMED = 4


class _Take(NamedTuple):
    """The notes that are left at a stage, in the order of their onsets, and what was done so far."""

    source: str
    notes: list[Note]
    facts: Counter[Fact]

    def keep(self, notes: list[Note], fact: Fact) -> "_Take":
        """Return the take with the notes that are kept; how many were left out is counted as a fact."""
        return self._replace(notes=notes, facts=self.facts + Counter({fact: len(self.notes) - len(notes)}))


def generate_lines(performance: Performance, record: Record | None, faults: Mapping[Fact, int]) -> Iterator[Notes]:
    """Generate the ways to read a performance as one line of notes, the likeliest first.

    Parameters
    ----------
    performance : Performance
        The notes.
    record : Record or None
        What stood beside them.
    faults : mapping of Fact to int
        What was wrong with the file.
    """
    if performance.is_full:
        return
    order, seen, work = count(), set(), 0
    ways = [(cost, next(order), 0, take) for cost, take in enumerate(_join_voices(performance))]
    while ways and work < _MOST_WORK:
        cost, _, stage, take = heapq.heappop(ways)
        if stage < len(_STAGES):
            for more, changed in enumerate(_STAGES[stage](take)):
                heapq.heappush(ways, (cost + more, next(order), stage + 1, changed))
                work += len(take.notes) if changed is not take else 0
            continue
        pitches = array("h", (note.pitch for note in take.notes))
        if pitches and pitches.tobytes() not in seen:
            seen.add(pitches.tobytes())
            yield Notes(pitches, take.source, record, list_remarks({**faults, **take.facts}))


def _join_voices(performance: Performance) -> Iterator[_Take]:
    """Generate the joined notes of all voices, then of fewer. Of notes of one pitch that begin together, the longest is
    kept."""
    voices = list(performance.voices)
    notes = sorted(performance.notes, key=lambda note: (note.onset, note.pitch, -note.end))
    sizes = Counter(note.voice for note in notes)
    most = max(1, _MOST_JOINED // max(1, len(notes)))
    for chosen in dict.fromkeys(map(frozenset, islice(_choose_voices(voices, sizes), most))):
        joined = [note for note in notes if note.voice in chosen]
        names = [voices[place].name for place in sorted(chosen)]
        source = ", ".join(names[:_MOST_NAMED]) + (" and others" if len(names) > _MOST_NAMED else "")
        take = _Take(source, joined, Counter({Fact.JOINED: len(chosen)} if len(chosen) > 1 else {}))
        single = [next(same) for _, same in groupby(joined, key=lambda note: (note.onset, note.pitch))]
        yield take.keep(single, Fact.UNISONS)


def _choose_voices(voices: Sequence[Voice], sizes: Counter[int]) -> Iterator[Iterable[int]]:
    """Generate the places of voices whose notes may be one line: of all, of each, of groups, of all but one; drums
    alone and with all others last."""
    melodic = [place for place, voice in enumerate(voices) if not voice.drums]
    longest = sorted(melodic, key=lambda place: -sizes[place])[:MOST_LINES]
    yield melodic or range(len(voices))
    yield from ([place] for place in longest)
    groups: dict[str, list[int]] = {}
    for place in melodic:
        for group in voices[place].groups:
            groups.setdefault(group, []).append(place)
    yield from islice(groups.values(), MOST_LINES)
    if len(melodic) <= _FEW_VOICES:
        yield from chain.from_iterable(combinations(melodic, size) for size in range(len(melodic) - 1, 1, -1))
    yield from ([place for place in melodic if place != left] for left in longest)
    yield from ([place] for place, voice in enumerate(voices) if voice.drums)
    yield range(len(voices))


def _join_ties(take: _Take) -> Iterator[_Take]:
    """Generate the notes that do not go on with the note before: by one hint that they do, by two, by none."""
    most = max((note.tied for note in take.notes), default=0)
    if not most:
        yield take
        return
    for least in range(1, most + 2):
        notes = [note for note in take.notes if note.tied < least]
        untied = sum(note.tied > 0 for note in notes)
        yield take._replace(notes=notes, facts=take.facts + Counter({Fact.UNTIED: untied}))


def _leave_out(take: _Take) -> Iterator[_Take]:
    """Generate the notes with and without held drones and notes outside ten pitches."""
    yield take
    lighter = take.keep(_drop_drones(take.notes), Fact.DRONES)
    has_drones = len(lighter.notes) < len(take.notes)
    if has_drones:
        yield lighter
    yield from _drop_outside(take)
    if has_drones:
        yield from _drop_outside(lighter)


def _drop_drones(notes: list[Note]) -> list[Note]:
    """Return the notes during which not many others begin."""
    onsets = [note.onset for note in notes]
    return [note for note in notes if bisect_left(onsets, note.end) - bisect_right(onsets, note.onset) < _HELD]


def _drop_outside(take: _Take) -> Iterator[_Take]:
    """Generate the notes on ten pitches, on the scales on which most notes lie, if no scale holds all of them."""
    counts = Counter(note.pitch for note in take.notes)
    found = [(sum([counts[note] for note in scale.notes if note in counts]), scale) for scale in list_scales()]
    likeliest = heapq.nlargest(_SCALES, found, key=lambda one: one[0])
    if likeliest[0][0] < len(take.notes):
        for on_scale, scale in likeliest:
            if on_scale >= _ON_SCALE * len(take.notes):
                pitches = set(scale.notes)
                yield take.keep([note for note in take.notes if note.pitch in pitches], Fact.OUTSIDE)


def _choose_notes(take: _Take) -> Iterator[_Take]:
    """Generate the notes of which no two begin together, or nearly: of those that do, one is kept."""
    steps = _measure_steps(take.notes)
    chords = _group_notes(take.notes, steps, 0.0)
    if len(chords) == len(take.notes):
        yield take
    else:
        commonest = Counter(note.pitch for chord in chords if len(chord) > 1 for note in chord)
        for key in (*_KEYS, lambda note: -commonest[note.pitch]):
            yield take.keep([max(chord, key=key) for chord in chords], Fact.CHORDS)
        yield take.keep([chord[0] for chord in chords if len(chord) == 1], Fact.CHORDS)
    for key in _NEAR_KEYS:
        for near in _NEAR:
            groups = _group_notes(take.notes, steps, near)
            if len(groups) < len(chords):
                yield take.keep([max(group, key=key) for group in groups], Fact.ORNAMENTS)


def _measure_steps(notes: list[Note]) -> list[float]:
    """Measure how long it takes from each note to the next, as a share of the time that it takes around it."""
    times = [after.onset - before.onset for before, after in pairwise(notes)]
    apart = [time for time in times if time]
    around = [median(apart[max(place - _AROUND // 2, 0) : place + _AROUND]) for place in range(0, len(apart), _AROUND)]
    places = accumulate((time > 0 for time in times), initial=0)
    return [time / around[place // _AROUND] if time else 0.0 for time, place in zip(times, places, strict=False)]


def _group_notes(notes: list[Note], steps: list[float], near: float) -> list[list[Note]]:
    """Group the notes that follow each other at once or nearly."""
    groups = [[note] for note in notes[:1]]
    for step, note in zip(steps, notes[1:], strict=True):
        if step <= near:
            groups[-1].append(note)
        else:
            groups.append([note])
    return groups


def _go_back(take: _Take) -> Iterator[_Take]:
    """Generate the notes with and without those that were played again."""
    yield take
    for notes in (drop_copies(take.notes), *(_drop_repeats(take.notes, fewest) for fewest in (_AGAIN, 1))):
        if len(notes) < len(take.notes):
            yield take.keep(notes, Fact.REPEATED)


def _drop_repeats(notes: list[Note], fewest: int) -> list[Note]:
    """Return the notes without those that are played again. Fewer than are no accident must lead to an avartan's
    beginning."""
    kept: list[Note] = []
    start = 0
    for place, size in sorted(_find_repeats(notes).items()):
        if size >= _AGAIN or (size >= fewest and (len(kept) + place - start - size) % TINTAL.matras == 0):
            kept += notes[start:place]
            start = place
            del kept[-size:]
    return kept + notes[start:]


def _find_repeats(notes: list[Note]) -> dict[int, int]:
    """Find the places before which notes stand that are played again from there on, and how many: at once, or at a
    pause, before or after the first of them."""
    pitches = bytes(note.pitch & 0xFF for note in notes)
    again = {found.end(): len(found[0]) for found in _AT_ONCE.finditer(pitches)}
    known = {place for end, size in again.items() for place in range(end - size, end + size + 1)}
    pauses = [place for place, step in enumerate(_measure_steps(notes), start=1) if step > _PAUSE]
    for pause in pauses if len(pauses) <= _MOST_PAUSES else ():
        if pause not in known:
            sizes = {place: _count_again(pitches, place) for place in (pause, pause - 1)}
            place = max(sizes, key=lambda one: sizes[one])
            again[place] = sizes[place]
    return again


def _count_again(pitches: bytes, place: int) -> int:
    """Count the pitches before a place that are the same as those after it; of many, the last may be a wrong note."""
    for size in range(min(place, len(pitches) - place, _FARTHEST_BACK), 0, -1):
        before, after = pitches[place - size : place], pitches[place : place + size]
        if before == after or (size > _MANY and before[:-1] == after[:-1]):
            return size
    return 0


def _start_later(take: _Take) -> Iterator[_Take]:
    """Generate the notes with and without those before the song: a count-in on one pitch."""
    yield take
    beats = next((place for place, note in enumerate(take.notes) if note.pitch != take.notes[0].pitch), 0)
    for first in range(beats, 1, -1):
        yield take.keep(take.notes[first:], Fact.COUNT_IN)


#: Which of the notes of a chord is the melody's: the highest, the lowest, the longest, the strongest.
_KEYS: tuple[Callable[[Note], float], ...] = (
    lambda note: note.pitch,
    lambda note: -note.pitch,
    lambda note: note.end - note.onset,
    lambda note: note.strength,
)

#: Which of notes that nearly begin together is the melody's: the longest, the last, the highest, the lowest.
_NEAR_KEYS: tuple[Callable[[Note], float], ...] = (
    lambda note: note.end - note.onset,
    lambda note: note.onset,
    lambda note: note.pitch,
    lambda note: -note.pitch,
)

#: The stages after the choice of voices.
_STAGES = (_join_ties, _leave_out, _choose_notes, _go_back, _start_later)
