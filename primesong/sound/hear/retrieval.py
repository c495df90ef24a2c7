"""Retrieve a song from a recording, or from several: hear view after view until one holds a program, then repair.

Which view is right does not show in how well it fits but in what the number must satisfy: gzip's header names the
digits, CRC-32 and length say that all of them are right. The reverse of rendering.

Input: blocks of samples and their rate in Hz. Output: `Heard`. Times are in seconds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from primesong.deadline import Deadline
from primesong.errors import DamagedError, SongError
from primesong.sound.hear.clues import Clues, Scan, keep_likely, scan_recording
from primesong.sound.hear.diagnosis import describe, diagnose
from primesong.sound.hear.heard_coda import read_with_coda
from primesong.sound.hear.joining import AGREEMENT, OVERLAP, belongs, join_recordings, read_joined
from primesong.sound.hear.opening import Opening
from primesong.sound.hear.performances import read_candidate
from primesong.sound.hear.reading import Candidate, Heard
from primesong.sound.hear.remarks import OtherSong, Remark, Unused
from primesong.sound.hear.splices import FOLLOWED, read_spliced
from primesong.sound.transcribe.signal import Blocks, Progress
from primesong.sound.transcribe.transcription import Transcription
from primesong.sound.transcribe.views import MOST_VIEWS

#: The default effort, in seconds: in `_GLANCES` of it all views of the published song are heard on one slow core.
EFFORT = 180.0

#: The share of the effort in which view after view is heard, with a glance at each; the rest is for what came furthest.
_GLANCES = 0.6

#: How long each view is repaired before the next one is heard, in seconds: enough for a note or two.
_GLANCE = 1.0

#: A view that expects more wrong notes than this share of a song is not repaired.
_REPAIRABLE = 0.2


def retrieve(
    recordings: Sequence[tuple[Blocks, int]],
    effort: float = EFFORT,
    names: Sequence[str] = (),
    progress: Progress = lambda done: None,
) -> Heard:
    """Retrieve the song from a recording, or from several of the same song.

    Parameters
    ----------
    recordings : sequence of (blocks, sample rate)
        Each an iterable of ndarrays, shape (frames,) or (frames, channels), and their rate in Hz.
    effort : float
        How long to go on after each recording has been heard once, in seconds.
    names : sequence of str
        What remarks call the recordings; by default "recording 1", "recording 2" …
    progress : callable, optional
        Called with how much is done, from 0 to 1.

    Raises
    ------
    SongError
        If there is no song.
    DamagedError
        If there is one whose program cannot be recovered, with what is heard of it.
    """
    rounds = zip_longest(*(scan_recording(number, *recording) for number, recording in enumerate(recordings)))
    clues, heard, deadline = Clues(), None, Deadline.after(effort)
    for number, scans in enumerate(rounds, start=1):
        if number == 1:
            deadline = Deadline.after(effort)
        glances = deadline.before((1 - _GLANCES) * effort)
        clues, heard = _glance(clues, scans, glances)
        progress(number / (MOST_VIEWS + 1))
        if heard is not None or not (glances if clues.candidates else deadline).left:
            break
    heard = heard or _repair(clues, deadline)
    if heard is None:
        _refuse(clues)
    names = names or [f"recording {number}" for number in range(1, len(recordings) + 1)]
    return replace(heard, remarks=(*heard.remarks, *_remark_others(heard, clues, names)))


def _glance(
    clues: Clues, scans: Iterable[Scan | tuple[int, SongError] | None], deadline: Deadline
) -> tuple[Clues, Heard | None]:
    """Read new views, a moment each: alone, joined with the other recordings, spliced; return what is then known."""
    fresh = [scan for scan in scans if isinstance(scan, Scan)]
    faults = [scan for scan in scans if isinstance(scan, tuple)]
    clues = replace(clues, scans=(*clues.scans, *fresh), faults=(*clues.faults, *faults))
    newest: list[Candidate] = []
    for scan in fresh:
        outcome = _read_openings(scan, deadline)
        if isinstance(outcome, Heard):
            return clues, outcome
        newest += outcome
    likely = keep_likely(newest)
    # what one recording lacks, another may have: that is known before every view of each is tried
    heard = read_joined(likely, clues.views, min(_GLANCE / 2, deadline.left))
    for best in likely[:1]:
        heard = heard or read_spliced(best, min(2 * _GLANCE, deadline.left))
    return replace(clues, candidates=(*clues.candidates, *newest)), heard


def _read_openings(scan: Scan, deadline: Deadline) -> Heard | list[Candidate]:
    """Read a view from all places where a song may begin, for a moment longer from the likeliest one and the one of
    the others that came furthest; if none gives a program, return those that may be followed later."""
    candidates: list[Candidate] = []
    for opening in scan.openings:
        if candidates and not deadline.left:
            break
        candidate = Candidate(scan.view, opening, scan.recording)
        seconds = min(_GLANCE, deadline.left) if _is_repairable(candidate) and opening == scan.openings[0] else 0.0
        outcome = read_with_coda(candidate) or read_candidate(candidate, seconds)
        if isinstance(outcome, Heard):
            return outcome
        candidates.append(replace(candidate, reached=outcome))
    different = _different(candidates)[:FOLLOWED]
    furthest = max(candidates[1:], key=lambda one: one.reached, default=None)
    if furthest is None or not _is_repairable(furthest):
        return different
    outcome = read_candidate(furthest, min(_GLANCE / 2, deadline.left))
    if isinstance(outcome, Heard):
        return outcome
    further = replace(furthest, reached=outcome)
    return [*(one for one in different if one is not furthest), further]


def _different(candidates: list[Candidate]) -> list[Candidate]:
    """Leave out what is read like another before it and differs only in what of the header is taken for known."""
    ways = {(one.opening.start, one.opening.length, one.opening.digits): one for one in reversed(candidates)}
    return list(reversed(ways.values()))


def _is_repairable(candidate: Candidate) -> bool:
    """Tell whether so much is heard that the rest may be found."""
    return candidate.expected_errors < _REPAIRABLE * candidate.opening.length


def _repair(clues: Clues, deadline: Deadline) -> Heard | None:
    """Read what came furthest until the deadline: joined, spliced, then alone; each for half of the time that is left,
    the last for all of it."""
    ranked = clues.ranked
    heard = read_joined(ranked, clues.views, deadline.left / 2)
    for best in ranked[:1]:
        heard = heard or read_spliced(best, deadline.left / 2)
    alone = sorted(filter(_is_repairable, ranked), key=lambda one: -one.reached)
    for candidate in alone:
        outcome = heard or read_candidate(candidate, deadline.left / (1 if candidate is alone[-1] else 2))
        heard = outcome if isinstance(outcome, Heard) else None
    return heard


def _refuse(clues: Clues) -> NoReturn:
    """Raise the error that says what is heard, and what is not."""
    ranked = clues.ranked
    if ranked:
        diagnosis = diagnose(ranked[0], join_recordings(ranked, clues.views)[0])
        if not diagnosis.is_song:
            raise SongError(describe(diagnosis))
        raise DamagedError(describe(diagnosis), diagnosis.beginning, option=None if diagnosis.missing else "effort")
    if not clues.scans:
        raise clues.faults[0][1]
    notes = max(view.last - view.first for view in clues.views.values())
    raise SongError(
        f"no song found, or its beginning is missing: no gzip header was heard in {notes:,} notes; if the recording "
        "began late, another recording of the song, or the song played again, can supply the rest",
        command="transcribe",
    )


def _remark_others(heard: Heard, clues: Clues, names: Sequence[str]) -> Iterator[Remark]:
    """Find what in the recordings is not of the song that was heard."""
    mapping, digits = heard.melody.setting.mapping, heard.melody.played_digits
    notes = np.searchsorted(mapping.raga.heights, mapping.to_semitones(digits))
    own = {scan.recording: scan for scan in clues.scans if scan.view is heard.transcription}
    for recording, scan in sorted((clues.surest | own).items()):
        span = range(heard.opening.start, heard.opening.start + len(notes)) if recording in own else range(0)
        others = [one for one in scan.openings if one.start not in span and _is_other_song(scan.view, one, notes)]
        if others:
            yield OtherSong(names[recording], max(0.0, float(scan.view.edges[others[0].start])))
        elif recording not in own and not belongs(scan.view.log_probabilities, notes):
            yield Unused(names[recording])
    yield from (Unused(names[recording]) for recording, _ in clues.faults if recording not in clues.surest)


def _is_other_song(view: Transcription, opening: Opening, notes: NDArray[np.intp]) -> bool:
    """Tell whether a song begins there that is not the one of these notes: those after the header, which all share."""
    after = slice(len(opening.known), len(opening.known) + OVERLAP)
    begun, ours = view.notes[opening.start : view.last][after], notes[after]
    return opening.is_certain and len(begun) == len(ours) == OVERLAP and bool((begun == ours).mean() < AGREEMENT)
