"""A recording that gives no program: what is heard of a song in it, and what is not.

Comes in: views, and where a song seems to begin in them. Goes out: a sentence, and the beginning of the program.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from primesong.errors import DamagedError, NoProgramError, PrimesongError, SongError
from primesong.number.unfolding import program_so_far
from primesong.repair.posterior import resettle
from primesong.sargam.tala import TINTAL, name_place
from primesong.sound.hear.joining import FEW
from primesong.sound.hear.opening import Opening
from primesong.sound.hear.reading import Found, by_digit
from primesong.sound.transcribe.transcription import Transcription

#: How far before the first note that is not heard, in notes, what is heard must make no sense any more for some to be
#: missing there; and how long that is looked at, in seconds.
_LOST, _GLANCE = 60, 0.2

#: A note less likely than this is doubtful; so many avartans are named in which there are such notes.
_DOUBTFUL, _BARS = 0.9, 8


def no_opening(heard: Sequence[Transcription]) -> SongError:
    """Say that notes are heard, but no beginning of a song."""
    notes = max(int(view.last - view.first) for view in heard)
    return SongError(
        f"there is no song here, or not its beginning: no gzip header is heard in {notes:,} notes; "
        "if the recording was begun late, another one, or the song heard once more, gives the rest; "
        "primesong transcribe writes its notes down"
    )


def damaged(doubtful: list[Found], rows: NDArray[np.float64], effort: float) -> PrimesongError:
    """Say what is heard of a song, and which avartans are not, or are doubtful; or that it may be none."""
    best = doubtful[0]
    view, opening = best.view, best.opening
    program = max((so_far(view, opening, reading) for reading in opening.readings()), key=len)
    cuts = [name_place(note, TINTAL) for note in cut_at(view, opening)]
    spliced = f"the recording was stopped or cut at {', '.join(cuts[:_BARS])}" if cuts else ""
    missing = np.flatnonzero(np.ptp(rows, axis=1) == 0)
    if len(missing) and spliced:
        return DamagedError(
            f"{spliced}; {len(missing):,} of the song's {len(rows):,} notes are not heard, there or at the end; "
            f"{len(program):,} bytes of its program are heard before",
            program,
        )
    if len(missing) > FEW:
        first, plausible = _plausible(rows, opening)
        if first < missing[0] - _LOST and missing[-1] - missing[0] < len(missing):
            return DamagedError(
                f"{len(missing):,} of the song's {len(rows):,} notes are not heard, the first of them about "
                f"{name_place(first, TINTAL)}; {len(plausible):,} bytes of its program are heard",
                plausible,
            )
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


def _plausible(rows: NDArray[np.float64], opening: Opening) -> tuple[int, bytes]:
    """How many of the song's first notes, shape (notes, 10), make a plausible program, and that program's beginning."""
    furthest: tuple[int, bytes] = (0, b"")
    for reading in opening.readings():
        try:
            repaired = resettle(by_digit(rows, opening, reading), len(rows), opening.known, _GLANCE)
        except DamagedError as error:
            furthest = max(furthest, (error.reached, error.beginning))
        except NoProgramError:
            continue
        else:
            return len(rows), repaired.program
    return furthest


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


def so_far(view: Transcription, opening: Opening, reading: tuple[int, ...]) -> bytes:
    """The beginning of the program, as far as the notes that were heard tell it."""
    stop = min([opening.length, view.last - opening.start, *cut_at(view, opening)])
    return program_heard(view.log_probabilities[opening.start : opening.start + stop], opening, reading)


def program_heard(rows: NDArray[np.float64], opening: Opening, reading: tuple[int, ...]) -> bytes:
    """The beginning of the program, up to the first of the song's notes, shape (notes, 10), that was not heard."""
    heard = np.append(np.ptp(rows, axis=1) > 0, False)
    rows = by_digit(rows[: max(int(heard.argmin()), 1)], opening, reading)
    return program_so_far("".join(map(str, rows.argmax(axis=1))), opening.length)
