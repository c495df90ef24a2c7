"""Recording to song: the views of a transcription, read until one holds a program, repaired if none does.

Which view is right is not told by how well it fits but by what the number must satisfy: gzip's header names the digits,
CRC-32 and length say that all of them are right. The reverse of rendering.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.sound.hear.diagnosis import damaged, no_opening
from primesong.sound.hear.heard_coda import find_coda, read_with_coda
from primesong.sound.hear.joining import all_together, read_spliced, read_together
from primesong.sound.hear.opening import SLACK, Opening, find_openings, find_openings_anywhere
from primesong.sound.hear.reading import Found, Heard, read
from primesong.sound.transcribe.signal import Progress, condition
from primesong.sound.transcribe.transcription import Transcription
from primesong.sound.transcribe.views import MOST_VIEWS, views

#: How long a repair may take if nothing else is said, in seconds.
EFFORT = 60.0

#: How long each view is puzzled over at once, in seconds, before the next view is looked at: a note or two.
_SHORT = 1.0

#: More wrong notes than this share were never mended. A view that believes in so many times the wrong notes of another
#: is not followed, nor are more views than these.
_MENDED, _HOPELESS, _FOLLOWED = 0.1, 3.0, 6

#: Half of the time is for what came as far as the others, but for so many digits, when each was puzzled over at once.
_NEAR = 200

#: A beginning of which the first notes were not heard must stand out this much, in nats: other music has its like.
_LATE = 24.0

#: A beginning that another one of the same view outdoes by so many nats is not followed.
_OUTDONE = 8.0

#: Where views believe that no more than this share of their notes is wrong, a beginning that so many of them do not
#: find is not there; one alone may begin too late.
_SURE, _SURE_VIEWS = 0.005, 2

Blocks = Iterable[NDArray[np.floating]]


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
    doubtful: list[Found] = []
    surest: dict[int, Transcription] = {}
    without_opening = [0] * len(recordings)
    hearing = {place: _views(blocks, rate) for place, (blocks, rate) in enumerate(recordings)}
    steps, done = MOST_VIEWS * len(recordings), 0
    while hearing:
        fresh: list[Found] = []
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
            surest[place] = max(surest.get(place, view), view, key=lambda one: one.sureness)
            done += 1
            progress(done / (steps + 1))
            looked = _look(view, place, title)
            if isinstance(looked, Heard):
                return looked
            fresh += looked
            without_opening[place] += not looked and _is_sure(view)
            if without_opening[place] == _SURE_VIEWS:
                del hearing[place]
        doubtful += fresh
        fresh = _likely(fresh)
        # what one recording lacks, another may have: that is known before every view of each is tried
        heard = read_together(fresh, surest, _SHORT, title) or read_spliced(fresh[:1], _SHORT, title)
        if heard is not None:
            return heard
    if not doubtful:
        raise reasons[0] if reasons else no_opening(list(surest.values()))
    doubtful = sorted(_likely(doubtful), key=lambda found: -_plausibility(found))
    heard = read_together(doubtful, surest, effort, title) or read_spliced(doubtful[:2], effort / 2, title)
    if heard is not None:
        return heard
    hopeful = _hopeful(doubtful)
    far = max(found.reached for found in hopeful) - _NEAR
    groups = [[found for found in hopeful if (found.reached > far) == near] for near in (True, False)]
    groups = [group for group in groups if group]
    for group in groups:
        for found in group:
            outcome = read(found, effort / len(groups) / len(group), title)
            if isinstance(outcome, Heard):
                return outcome
    raise damaged(doubtful, all_together(doubtful, surest)[0], effort)


def _views(blocks: Blocks, rate: int) -> Iterator[Transcription]:
    """The views of a recording, which may have been joined a few notes late."""
    for view in views(condition(blocks, rate)):
        yield view.prepend(SLACK)


def _look(view: Transcription, place: int, title: str) -> Heard | list[Found]:
    """Read a recording's view from all places where a song may begin in it, from the likeliest for a moment longer; if
    none gives a program, those that may be followed later."""
    openings = _openings(view)
    different = _different(openings)[:2]
    doubtful = []
    for opening in openings:
        found = Found(view, opening, place)
        worth_it = opening == openings[0] and found.errors < _MENDED * opening.length
        heard = read_with_coda(found, title) or read(found, _SHORT if worth_it else 0.0, title)
        if isinstance(heard, Heard):
            return heard
        if opening in different:
            doubtful.append(replace(found, reached=heard))
    return doubtful


def _openings(view: Transcription) -> list[Opening]:
    """Where a song may begin in a view, the likeliest first."""
    ending = find_coda(view)
    found = find_openings(view.log_probabilities, view.first, ending[0] if ending else view.last)
    found += find_openings_anywhere(view.log_probabilities)
    likely = {opening for opening in found if opening.start >= SLACK or opening.score > _LATE}
    return sorted(likely, key=lambda opening: (-opening.score, opening.start, opening.length))


def _different(openings: list[Opening]) -> list[Opening]:
    """Leave out what is far less likely than the first, and what is read as another before it and differs but in how
    much of the header is taken for known."""
    ways = {(opening.start, opening.length, opening.digits): opening for opening in reversed(openings)}
    return [opening for opening in reversed(ways.values()) if opening.score > openings[0].score - _OUTDONE]


def _likely(doubtful: list[Found]) -> list[Found]:
    """Leave out what begins far less like a song than another does."""
    likeliest = max((found.opening.score for found in doubtful), default=0.0)
    return [found for found in doubtful if found.opening.score > likeliest / 2]


def _hopeful(doubtful: list[Found]) -> list[Found]:
    """Leave out what has far more wrong notes than another, by its own account."""
    fewest = min(found.errors for found in doubtful)
    return [found for found in doubtful if found.errors <= _HOPELESS * (fewest + 1)][:_FOLLOWED]


def _plausibility(found: Found) -> float:
    """How sure a view is of its notes, its opening counted in."""
    return float(found.rows.max(axis=1).sum()) + found.opening.score


def _is_sure(view: Transcription) -> bool:
    """Whether a view believes nearly all of its notes."""
    return bool((1 - view.confidence[view.sung]).mean() < _SURE) if view.sung.stop else False
