"""What is known of a song from the views of its recordings: where it may begin, and how sure the views are.

Input: blocks of samples and their rate in Hz. Output: `Scan`s, one a view, gathered as `Clues`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from primesong.errors import SongError
from primesong.sound.hear.heard_coda import find_coda
from primesong.sound.hear.opening import SLACK, Opening, find_openings, find_openings_anywhere
from primesong.sound.hear.reading import Candidate
from primesong.sound.transcribe.signal import Blocks, condition
from primesong.sound.transcribe.transcription import Transcription
from primesong.sound.transcribe.views import views

#: A view is sure if it expects fewer wrong notes than this share.
_SURE = 0.005

#: A recording is given up when this many sure views find no beginning; one alone may begin too late, and those of a
#: person have the same notes.
_SURE_VIEWS = 2


@dataclass(frozen=True, slots=True)
class Scan:
    """A view of a recording, counted from 0, and where a song may begin in it, the likeliest first."""

    recording: int
    view: Transcription
    openings: list[Opening]


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known so far: the views, why a recording has none, and where a song seems to begin."""

    scans: tuple[Scan, ...] = ()
    faults: tuple[tuple[int, SongError], ...] = ()
    candidates: tuple[Candidate, ...] = ()

    @property
    def surest(self) -> dict[int, Scan]:
        """The surest view of each recording."""
        ascending = sorted(self.scans, key=lambda scan: scan.view.sureness)
        return {scan.recording: scan for scan in ascending}

    @property
    def views(self) -> dict[int, Transcription]:
        """The surest view of each recording, without its openings."""
        return {recording: scan.view for recording, scan in self.surest.items()}

    @property
    def ranked(self) -> list[Candidate]:
        """What begins like a song, the most plausible first."""
        return sorted(keep_likely(self.candidates), key=lambda one: -one.plausibility)


def scan_recording(recording: int, blocks: Blocks, rate: int) -> Iterator[Scan | tuple[int, SongError]]:
    """Yield a recording's views, which may have been joined a few notes late, with their openings, until it is clear
    that there are none; if it has no views, why."""
    without = set()
    try:
        for view in views(condition(blocks, rate)):
            early = view.prepend(SLACK)
            openings = _find_openings(early)
            yield Scan(recording, early, openings)
            if not openings and _is_sure(early):
                without.add("by hand" if early.performed else early.view)
            if len(without) == _SURE_VIEWS:
                return
    except SongError as error:
        yield recording, error


def _find_openings(view: Transcription) -> list[Opening]:
    """Find where a song may begin in a view, the likeliest first."""
    ending = find_coda(view)
    found = find_openings(view.log_probabilities, view.first, ending[0] if ending else view.last)
    found += find_openings_anywhere(view.log_probabilities)
    return sorted(set(found), key=lambda opening: (-opening.score, opening.start, opening.length))


def _is_sure(view: Transcription) -> bool:
    """Tell whether a view believes nearly all of its notes."""
    return bool((1 - view.confidence[view.extent]).mean() < _SURE) if view.extent.stop else False


def keep_likely(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Leave out what begins far less like a song than another does."""
    candidates = list(candidates)
    likeliest = max((one.opening.score for one in candidates), default=0.0)
    return [one for one in candidates if one.opening.score > likeliest / 2]
