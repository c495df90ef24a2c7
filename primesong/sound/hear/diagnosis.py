"""Find out what is heard of a song in a recording that gives no program, and what is not.

Input: candidates, and the rows of the song's notes, log-probabilities, shape (notes, 10). Output: `Diagnosis`, facts;
notes and avartans are counted from 0 in facts and from 1 in sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.errors import DamagedError, NoProgramError
from primesong.number.unfolding import program_so_far
from primesong.repair.posterior import realign
from primesong.sargam.tala import TINTAL, name_place
from primesong.sound.hear.opening import Opening
from primesong.sound.hear.reading import Candidate, Reading, order_by_digit
from primesong.sound.hear.splices import GLANCE, LAST_GUESSED
from primesong.sound.transcribe.transcription import DOUBTFUL, Transcription, find_unheard
from primesong.words import inflect

#: How many notes before the first one that is not heard the program must have become implausible for notes to be
#: missing there, and not at the end.
_LOST = 60

#: With more doubtful notes than this share, it may not be a song at all.
_MOST_DOUBTFUL = 0.5

#: How many places are named in a sentence.
_NAMED = 8


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is heard of a song that gives no program.

    Attributes
    ----------
    length : int
        How many notes the number has, by the song's first notes.
    tonic_hertz : float
        Sa.
    breaks : tuple of int
        The notes at which the recording was stopped or cut.
    missing : tuple of int
        The notes that are not heard, if there are too many to be guessed.
    lost_at : int or None
        Where notes are missing from the recording, if the program tells that they are not the last ones.
    doubtful : tuple of int
        The notes that are not heard clearly.
    beginning : bytes
        What is heard of the program.
    """

    length: int
    tonic_hertz: float
    breaks: tuple[int, ...]
    missing: tuple[int, ...]
    lost_at: int | None
    doubtful: tuple[int, ...]
    beginning: bytes

    @property
    def is_song(self) -> bool:
        """Whether it is a song beyond doubt: not most of it is doubtful."""
        return bool(self.missing) or len(self.doubtful) <= self.length * _MOST_DOUBTFUL


def diagnose(best: Candidate, rows: NDArray[np.float64]) -> Diagnosis:
    """Measure what is heard of a song: by the likeliest candidate, and by the rows of all recordings together."""
    view, opening = best.view, best.opening
    breaks = find_breaks(view, opening)
    missing = np.flatnonzero(find_unheard(rows))
    if len(missing) <= LAST_GUESSED and not breaks:
        missing = missing[:0]
    beginning = max((_read_so_far(view, opening, reading) for reading in opening.readings()), key=len)
    lost_at = None
    if len(missing) and not breaks:
        reached, plausible = _read_plausible(rows, opening)
        contiguous = missing[-1] - missing[0] < len(missing)
        if reached < missing[0] - _LOST and contiguous:
            lost_at, beginning = reached, plausible
    unsure = np.flatnonzero(view.confidence[opening.start : opening.start + opening.length] < DOUBTFUL)
    return Diagnosis(
        opening.length, view.tonic_hertz, tuple(breaks), tuple(missing.tolist()), lost_at, tuple(unsure.tolist()),
        beginning,
    )  # fmt: skip


def describe(diagnosis: Diagnosis) -> str:
    """Write a diagnosis as a sentence."""
    if diagnosis.missing:
        return _describe_missing(diagnosis)
    length, doubtful = diagnosis.length, len(diagnosis.doubtful)
    if not diagnosis.is_song:
        return (
            f"no song found, or too little of it is clear: if it is one, {doubtful:,} of its {length:,} notes are "
            "doubtful; a better recording may help"
        )
    how = "all of them clear, but"
    if doubtful:
        unsure = inflect(doubtful, "{} note is doubtful", "{} notes are doubtful")
        how = f"but {unsure} ({name_avartans(list_avartans(diagnosis.doubtful))}), and"
    cut = f"; {_describe_breaks(diagnosis)}" if diagnosis.breaks else ""
    return (
        f"a song of {length:,} notes is heard, Sa at {diagnosis.tonic_hertz:.1f} Hz, {how} no program was found "
        f"within the time limit{cut}; a better recording, or a second one, may help"
    )


def _describe_missing(diagnosis: Diagnosis) -> str:
    """Write which notes are not heard."""
    of_all = f"{{}} of the song's {diagnosis.length:,} notes"
    lacking = inflect(len(diagnosis.missing), f"{of_all} is not heard", f"{of_all} are not heard")
    beginning = f"{len(diagnosis.beginning):,} bytes of its program are heard"
    if diagnosis.breaks:
        return f"{_describe_breaks(diagnosis)}; {lacking}, there or at the end; {beginning} before"
    if diagnosis.lost_at is not None:
        return f"{lacking}, the first of them about {name_place(diagnosis.lost_at, TINTAL)}; {beginning}"
    return f"{lacking}: {name_avartans(list_avartans(diagnosis.missing))}; {beginning}"


def _describe_breaks(diagnosis: Diagnosis) -> str:
    """Write where a recording was stopped or cut."""
    places = ", ".join(name_place(note, TINTAL) for note in diagnosis.breaks[:_NAMED])
    return f"the recording was stopped or cut at {places}"


def list_avartans(notes: Sequence[int]) -> tuple[int, ...]:
    """List the avartans in which notes lie, counted from 0."""
    return tuple(sorted({note // TINTAL.matras for note in notes}))


def name_avartans(avartans: Sequence[int]) -> str:
    """Name avartans, consecutive ones by the first and the last.

    >>> name_avartans([0, 2, 3, 4]), name_avartans([27])
    ('avartans 1, 3 to 5', 'avartan 28')
    """
    numbers = np.array(avartans) + 1
    runs = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
    named = [f"{run[0]:,}" if len(run) == 1 else f"{run[0]:,} to {run[-1]:,}" for run in runs[:_NAMED]]
    more = " and more" if len(runs) > _NAMED else ""
    return f"avartan{'s' if len(avartans) > 1 else ''} {', '.join(named)}{more}"


def find_breaks(view: Transcription, opening: Opening) -> list[int]:
    """Find the notes of a song at which the recording was stopped or cut."""
    within = (view.moved > opening.start) & (view.moved < min(opening.start + opening.length, view.last))
    return [int(slot) - opening.start for slot in view.moved[within]]


def read_beginning(rows: NDArray[np.float64], opening: Opening, reading: Reading) -> bytes:
    """Read the beginning of the program, up to the first note that was not heard."""
    silent = np.append(find_unheard(rows), True)
    rows = order_by_digit(rows[: max(int(silent.argmax()), 1)], opening, reading)
    return program_so_far("".join(map(str, rows.argmax(axis=1))), opening.length)


def _read_so_far(view: Transcription, opening: Opening, reading: Reading) -> bytes:
    """Read the beginning of the program, up to where the recording was stopped or cut."""
    stop = min([opening.length, view.last - opening.start, *find_breaks(view, opening)])
    return read_beginning(view.log_probabilities[opening.start : opening.start + stop], opening, reading)


def _read_plausible(rows: NDArray[np.float64], opening: Opening) -> tuple[int, bytes]:
    """Find how many of the song's first notes make a plausible program, and that program's beginning."""
    furthest: tuple[int, bytes] = (0, b"")
    for reading in opening.readings():
        try:
            repaired = realign(order_by_digit(rows, opening, reading), len(rows), opening.known, GLANCE)
        except DamagedError as error:
            furthest = max(furthest, (error.reached, error.beginning))
        except NoProgramError:
            continue
        else:
            return len(rows), repaired.program
    return furthest
