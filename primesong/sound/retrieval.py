"""Recording to song: the views of a transcription, read until one holds a program, repaired if none does.

Which view is right is not told by how well it fits but by what the number must satisfy: gzip's header names the digits,
CRC-32 and length say that all of them are right. The reverse of rendering.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primesong.errors import DamagedError, NoProgramError, PrimesongError, SongError
from primesong.number import coda
from primesong.number.unfolding import program_so_far
from primesong.sargam.mapping import RANKED_PITCHES, Mapping
from primesong.sargam.melody import FASTEST_TEMPO, SLOWEST_TEMPO, Melody
from primesong.sargam.recovery import place as name_place
from primesong.sargam.tala import TINTAL
from primesong.sound.classes import HEIGHTS
from primesong.sound.combine import combine
from primesong.sound.hearing import Progress, condition
from primesong.sound.opening import SLACK, Opening, find_openings, find_openings_anywhere
from primesong.sound.repair import Change, Repaired, by_coda, repair, resettle, settle_tail
from primesong.sound.splices import Splice, splices
from primesong.sound.transcription import MOST_VIEWS, Transcription, views

#: How long a repair may take if nothing else is said, in seconds.
EFFORT = 30.0

#: How long each view is puzzled over at once, in seconds, before the next view is looked at: a note or two.
_SHORT = 1.0

#: How long each way to splice is looked at, in seconds, and how many of them that come furthest are followed.
_GLANCE, _FOLLOWED = 0.05, 3

#: How many notes that are missing at the end are looked for: the number's padding, and what CRC-32 and length tell.
_FEW = 12

#: A beginning of which the first notes were not heard must stand out this much, in nats: other music has its like.
_LATE = 24.0

#: A note less likely than this is doubtful; so many avartans are named in which there are such notes.
_DOUBTFUL, _BARS = 0.9, 8

Blocks = Iterable[NDArray[np.floating]]


@dataclass(frozen=True, slots=True)
class Heard:
    """A song out of a recording: its melody, and the evidence: transcription, opening, repair, which of the recordings
    it was heard in (counted from 0), or, where several had to be put together, begins in, and in words what of the
    recording was left out or was not heard."""

    melody: Melody
    transcription: Transcription
    opening: Opening
    repaired: Repaired
    recording: int = 0
    joints: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What `verify` says about it."""
        one, changes = self.transcription, self.repaired.changes
        mended = f"; {len(changes)} doubtful notes put right" if changes else ""
        mended += "".join(f"; {joint}" for joint in self.joints)
        return (
            f"heard     from {one.edges[self.opening.start]:.2f} s on, Sa {one.tonic_hertz:.1f} Hz, "
            f"{one.tempo:.2f} beats a minute{mended}"
        )

    @property
    def evidence(self) -> dict[str, Any]:
        """What `verify --json` shows."""
        one, start, stop = self.transcription, self.opening.start, self.opening.start + self.opening.length
        return {
            "view": one.view,
            "tonic_hertz": round(one.tonic_hertz, 2),
            "cents": round(one.cents, 1),
            "tempo": round(one.tempo, 3),
            "begins_seconds": round(float(one.edges[start]), 3),
            "ends_seconds": round(float(one.edges[min(stop, len(one.edges) - 1)]), 3),
            "confidence": round(float(one.confidence[start:stop].mean()), 6),
            "opening_nats": round(self.opening.score, 1),
            "joints": list(self.joints),
            "readings_tried": self.repaired.tried,
            "repaired": [
                {"note": change.place + 1, "heard": change.heard, "digit": change.digit, "nats": round(change.cost, 2)}
                for change in self.repaired.changes
            ],
        }


def retrieve(
    recordings: Sequence[tuple[Blocks, int]],
    effort: float = EFFORT,
    title: str = "primesong",
    progress: Progress = lambda done: None,
) -> Heard:
    """Find the song in a recording, or in several of the same song.

    recordings : pairs of blocks, shape (frames,) or (frames, channels), and sample rate in Hz; effort : seconds that a
    repair may take; `progress` gets 0 to 1. Raises `SongError` if there is no song, `NoProgramError` if there is one
    whose program cannot be recovered.
    """
    reasons: list[SongError] = []
    doubtful: list[_Found] = []
    surest: dict[int, Transcription] = {}
    hearing = {place: _views(blocks, rate) for place, (blocks, rate) in enumerate(recordings)}
    steps, done = MOST_VIEWS * len(recordings), 0
    while hearing:
        fresh: list[_Found] = []
        for place, coming in list(hearing.items()):
            try:
                view = next(coming)
            except StopIteration:
                del hearing[place]
                continue
            except SongError as error:
                del hearing[place]
                reasons.append(error)
                continue
            surest[place] = max(surest.get(place, view), view, key=_sureness)
            done += 1
            progress(done / (steps + 1))
            ending = _find_coda(view)
            openings = find_openings(view.log_probabilities, view.first, ending[0] if ending else view.last)
            openings += find_openings_anywhere(view.log_probabilities)
            openings = [one for one in openings if one.start >= SLACK or one.score > _LATE]
            openings.sort(key=lambda opening: -opening.score)
            for rank, opening in enumerate(openings):
                heard = _read(_Found(view, opening, place), 0.0 if rank else _SHORT, title)
                if heard is not None:
                    return heard
            fresh += [_Found(view, opening, place) for opening in openings[:2]]
        doubtful += fresh
        fresh = _likely(fresh)
        # what one recording lacks, another may have: that is known before every view of each is tried
        heard = _read_together(fresh, surest, _SHORT, title) or _read_spliced(fresh[:1], _SHORT, title)
        if heard is not None:
            return heard
    if not doubtful:
        raise reasons[0] if reasons else _no_opening(list(surest.values()))
    doubtful = sorted(_likely(doubtful), key=lambda found: -_plausibility(found))
    heard = _read_together(doubtful, surest, effort, title) or _read_spliced(doubtful[:2], effort / 2, title)
    if heard is not None:
        return heard
    for found in doubtful[:6]:
        heard = _read(found, effort / min(6, len(doubtful)), title)
        if heard is not None:
            return heard
    raise _damaged(doubtful, surest, effort)


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a song seems to begin: the view, the opening in it, and the recording's number."""

    view: Transcription
    opening: Opening
    place: int

    @property
    def rows(self) -> NDArray[np.float64]:
        """The slots from the song's first one to its last, or to the last one that was heard."""
        stop = min(self.opening.start + self.opening.length, self.view.last)
        return self.view.log_probabilities[self.opening.start : stop]


def _views(blocks: Blocks, rate: int) -> Iterator[Transcription]:
    """The views of a recording, which may have been joined a few notes late."""
    for view in views(condition(blocks, rate)):
        yield view.early(SLACK)


def _no_opening(heard: Sequence[Transcription]) -> SongError:
    """Say that notes are heard, but no beginning of a song."""
    notes = max(int(view.last - view.first) for view in heard)
    return SongError(
        f"there is no song here, or not its beginning: no gzip header is heard in {notes:,} notes; "
        "if the recording was begun late, another one, or the song heard once more, gives the rest"
    )


def _damaged(doubtful: list[_Found], surest: dict[int, Transcription], effort: float) -> PrimesongError:
    """Say what is heard of a song, and which avartans are not, or are doubtful; or that it may be none."""
    best = doubtful[0]
    view, opening = best.view, best.opening
    program = max((so_far(view, opening, reading) for reading in opening.readings()), key=len)
    cuts = [name_place(note, TINTAL) for note in cut_at(view, opening)]
    spliced = f"the recording was stopped or cut at {', '.join(cuts[:_BARS])}" if cuts else ""
    rows, _ = _together(doubtful, surest)
    missing = np.flatnonzero(np.ptp(rows, axis=1) == 0)
    if len(missing) and spliced:
        return DamagedError(
            f"{spliced}; {len(missing):,} of the song's {len(rows):,} notes are not heard, there or at the end; "
            f"{len(program):,} bytes of its program are heard before",
            program,
        )
    if len(missing) > _FEW:
        return DamagedError(
            f"{len(missing):,} of the song's {len(rows):,} notes are not heard: {missing_bars(rows)}; "
            f"{len(program):,} bytes of its program are heard",
            program,
        )
    unsure = np.flatnonzero(view.confidence[opening.start : opening.start + opening.length] < _DOUBTFUL)
    if len(unsure) > opening.length / 2:
        return SongError(
            f"there is no song here, or too little is heard of it: {len(unsure):,} of what would be its "
            f"{opening.length:,} notes are doubtful; a better recording may help"
        )
    bars = ", ".join(f"{bar:,}" for bar in np.unique(unsure // TINTAL.matras + 1)[:_BARS])
    more = " and more" if len(np.unique(unsure // TINTAL.matras)) > _BARS else ""
    where = f" (avartans {bars}{more})" if bars else ""
    return DamagedError(
        f"a song of {opening.length:,} notes is heard, Sa at {view.tonic_hertz:.1f} Hz, but {len(unsure):,} notes are "
        f"doubtful{where} and no reading of them within {effort:g} seconds holds a program; "
        f"{spliced}{'; ' * bool(spliced)}a better recording, another one beside it, or --effort, may help",
        program,
    )


def cut_at(view: Transcription, opening: Opening) -> list[int]:
    """The notes of a song, counted from 0, at which the recording was stopped or cut."""
    within = (view.moved > opening.start) & (view.moved < min(opening.start + opening.length, view.last))
    return [int(slot) - opening.start for slot in view.moved[within]]


def missing_bars(rows: NDArray[np.float64]) -> str:
    """Name the avartans in which notes of a song were not heard, shape (notes, 10); nothing if all were."""
    bars = np.unique(np.flatnonzero(np.ptp(rows, axis=1) == 0) // TINTAL.matras) + 1
    if not bars.size:
        return ""
    runs = np.split(bars, np.flatnonzero(np.diff(bars) > 1) + 1)
    told = [f"{run[0]:,}" if len(run) == 1 else f"{run[0]:,} to {run[-1]:,}" for run in runs[:_BARS]]
    return f"avartan{'s' if len(bars) > 1 else ''} {', '.join(told)}{' and more' if len(runs) > _BARS else ''}"


def digit_probabilities(view: Transcription, opening: Opening, reading: tuple[int, ...]) -> NDArray[np.float64]:
    """Reorder a transcription's columns by digit, the song's slots alone, the digits that the header fixes certain."""
    return _by_digit(view.log_probabilities[opening.start : opening.start + opening.length], opening, reading)


def _by_digit(rows: NDArray[np.float64], opening: Opening, reading: tuple[int, ...]) -> NDArray[np.float64]:
    """Reorder columns by digit; the digits that the header fixes are certain."""
    out = np.empty_like(rows)
    out[:, list(reading)] = rows
    for place, digit in enumerate(opening.known[: len(out)]):
        out[place] = -np.inf
        out[place, int(digit)] = 0.0
    return out


def so_far(view: Transcription, opening: Opening, reading: tuple[int, ...]) -> bytes:
    """The beginning of the program, as far as the notes that were heard tell it."""
    stop = min([opening.length, view.last - opening.start, *cut_at(view, opening)])
    return program_heard(view.log_probabilities[opening.start : opening.start + stop], opening, reading)


def program_heard(rows: NDArray[np.float64], opening: Opening, reading: tuple[int, ...]) -> bytes:
    """The beginning of the program, up to the first of the song's notes, shape (notes, 10), that was not heard."""
    heard = np.append(np.ptp(rows, axis=1) > 0, False)
    rows = _by_digit(rows[: max(int(heard.argmin()), 1)], opening, reading)
    return program_so_far("".join(map(str, rows.argmax(axis=1))), opening.length)


def _find_coda(view: Transcription) -> tuple[int, int] | None:
    """Find a coda: the slots where it begins and where it ends."""
    stop = min(view.last + SLACK, len(view.log_probabilities))
    return coda.find(view.log_probabilities[:stop].argmax(axis=1).tolist(), 2 * SLACK)


def _likely(doubtful: list[_Found]) -> list[_Found]:
    """Leave out what begins far less like a song than another does."""
    likeliest = max((found.opening.score for found in doubtful), default=0.0)
    return [found for found in doubtful if found.opening.score > likeliest / 2]


def _plausibility(found: _Found) -> float:
    """How sure a view is of its notes, its opening counted in."""
    return float(found.rows.max(axis=1).sum()) + found.opening.score


def _read(found: _Found, seconds: float, title: str) -> Heard | None:
    """Read a view from an opening under every assignment that it leaves open; None if no reading holds a program."""
    view, opening = found.view, found.opening
    if opening.start + opening.length > len(view.log_probabilities):
        return None
    ending = _find_coda(view)
    if ending is not None and ending[0] == opening.start + opening.length:
        heard = _read_with_coda(found, ending[1], title)
        if heard is not None:
            return heard
    readings = list(opening.readings())
    for reading in readings:
        try:
            probabilities = digit_probabilities(view, opening, reading)
            repaired = settle_tail(probabilities, repair(probabilities, seconds / len(readings)))
        except NoProgramError:
            continue
        return _heard(found, repaired, reading, title)
    return None


def _heard(found: _Found, repaired: Repaired, reading: tuple[int, ...], title: str, *joints: str) -> Heard:
    """Put the song and its evidence together; the notes before the recording's beginning are told."""
    view, opening = found.view, found.opening
    late = int(np.argmin(view.unheard[opening.start :]))
    before = (f"the first {late} notes were not heard",) if late else ()
    return Heard(_melody(repaired.digits, reading, view, title), view, opening, repaired, found.place, before + joints)


def _read_with_coda(found: _Found, stop: int, title: str) -> Heard | None:
    """Read a view from an opening to the end of its coda, which puts right what was heard wrong."""
    view, opening = found.view, found.opening
    for reading in opening.readings():
        phrase = _mapping(reading).ending
        rows = _by_digit(view.log_probabilities[opening.start : stop], opening, reading)
        try:
            repaired = by_coda(rows, opening.length, phrase)
        except NoProgramError:
            continue
        after = coda.make(repaired.digits, coda.parity_symbols(stop - opening.start - opening.length), phrase)
        heard = _heard(found, repaired, reading, title)
        return replace(heard, melody=replace(heard.melody, digits=repaired.digits + after, coda=len(after)))
    return None


def _sureness(view: Transcription) -> float:
    """How sure a view is of a note, in the mean."""
    return float(view.confidence[view.first : view.last].mean())


def _together(doubtful: list[_Found], surest: dict[int, Transcription]) -> tuple[NDArray[np.float64], list[int]]:
    """Lay over each other what was heard of a song in several recordings, or in one that holds it more than once: the
    longest beginning, and what of the others finds its place after it."""
    best = max(doubtful, key=lambda found: len(found.rows))
    return together(best.view, best.opening, [other for key, other in surest.items() if key != best.place])


def together(
    view: Transcription, opening: Opening, others: Sequence[Transcription] = ()
) -> tuple[NDArray[np.float64], list[int]]:
    """Lay over a song's beginning what was heard before it and after its end, and other recordings: log-probabilities,
    shape (notes, 10), and which of these found a place, 0 being what was heard before."""
    notes, stop = view.log_probabilities, opening.start + opening.length
    pieces = [notes[view.first : opening.start], notes[stop : view.last]]
    pieces += [other.log_probabilities[other.first : other.last] for other in others]
    return combine(notes[opening.start : min(stop, view.last)], opening.length, pieces)


def _read_together(doubtful: list[_Found], surest: dict[int, Transcription], effort: float, title: str) -> Heard | None:
    """Read a song whose notes lie in several recordings, or in one that holds it more than once, none of them whole."""
    if not doubtful:
        return None
    best = max(doubtful, key=lambda found: len(found.rows))
    rows, pieces = _together(doubtful, surest)
    if not pieces:
        return None
    readings = list(best.opening.readings())
    for reading in readings:
        probabilities = _by_digit(rows, best.opening, reading)
        try:
            repaired = settle_tail(probabilities, repair(probabilities, effort / 2 / len(readings)))
        except NoProgramError:
            continue
        return _heard(best, repaired, reading, title)
    return None


def _read_spliced(doubtful: list[_Found], seconds: float, title: str) -> Heard | None:
    """Read a song that was stopped, cut or spliced, or whose last notes are missing."""
    for found in doubtful:
        opening, view = found.opening, found.view
        rows = view.log_probabilities[opening.start : view.last]
        moved = view.moved - opening.start
        ways = list(splices(rows, moved[moved > 0], opening.length))
        whole = not (len(ways) > 1 or (ways and ways[0].silent)) and len(rows) >= opening.length
        if whole or not ways or opening.length - len(ways[0].rows) > _FEW:
            continue
        end = time.monotonic() + seconds
        tried: list[tuple[int, int, Splice, tuple[int, ...]]] = []
        for reading in opening.readings():
            for way in ways:
                if time.monotonic() > end:
                    break
                outcome = _resettled(way, opening, reading, _GLANCE)
                if isinstance(outcome, Repaired):
                    return _heard(found, outcome, reading, title, *_joints(way))
                tried.append((outcome, -len(tried), way, reading))
        furthest = sorted(tried, key=lambda one: one[:2], reverse=True)[:_FOLLOWED]
        for _, _, way, reading in furthest:
            repaired = _resettled(way, opening, reading, seconds / len(furthest))
            if isinstance(repaired, Repaired):
                return _heard(found, repaired, reading, title, *_joints(way))
    return None


def _resettled(way: Splice, opening: Opening, reading: tuple[int, ...], seconds: float) -> Repaired | int:
    """Read a splice; how many bytes of a program are plausible, if it holds none."""
    probabilities = _by_digit(way.rows, opening, reading)
    try:
        repaired = resettle(probabilities, opening.length, opening.known, seconds)
    except DamagedError as error:
        return len(error.beginning)
    except NoProgramError:
        return 0
    put_in = range(way.place, way.place + max(0, way.edit))
    changes = [change for change in repaired.changes if change.place not in put_in]
    changes += [Change(note, "", repaired.digits[note], 0.0) for note in put_in]
    return replace(repaired, changes=tuple(sorted(changes, key=lambda change: change.place)))


def _joints(way: Splice) -> Iterator[str]:
    """Say where a recording was stopped, and where notes were left out."""
    for note, slots in way.silent:
        yield f"a pause of {slots} matras before {name_place(note, TINTAL)} was left out"
    if way.edit < 0:
        yield f"{-way.edit} notes too many before {name_place(way.place, TINTAL)} were left out"


def _melody(digits: str, reading: tuple[int, ...], view: Transcription, title: str) -> Melody:
    """The melody as it was heard: mapping, nearest tonic, tempo."""
    tempo = min(max(round(view.tempo, 2), SLOWEST_TEMPO), FASTEST_TEMPO)
    return Melody(digits, _mapping(reading), view.tonic, tempo, title=title)


def _mapping(reading: tuple[int, ...]) -> Mapping:
    """The mapping under which a note, by its height, is the digit that it is read as."""
    return Mapping("".join(str(reading[HEIGHTS.index(pitch.semitones)]) for pitch in RANKED_PITCHES))
