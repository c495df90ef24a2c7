"""Read a song of which no recording holds the whole, or which was played more than once.

What lies before the song's beginning or after its end belongs to it too, if the song was played more than once: it is
laid over it as other recordings are, and so is the coda.

Input: `Candidate`s, and the surest view of each recording. Output: log-probabilities of the song's notes, or `Heard`.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from primesong.errors import NoProgramError
from primesong.repair import coda
from primesong.sound.hear.heard_coda import list_coda_lengths, read_to_coda
from primesong.sound.hear.opening import Opening
from primesong.sound.hear.overlap import combine
from primesong.sound.hear.reading import Candidate, Heard, assemble, repair_rows
from primesong.sound.transcribe.transcription import Transcription


def join_pieces(
    view: Transcription, opening: Opening, others: Sequence[Transcription] = (), coda_notes: int = 0
) -> tuple[NDArray[np.float64], list[int]]:
    """Lay over a song's beginning what was heard before it and after its end, and other recordings.

    Returns log-probabilities, shape (notes, 10), the coda's notes last, and which pieces found a place, 0 being what
    was heard before. A piece that ends with a coda ends where the song does.
    """
    notes, length = view.log_probabilities, opening.length + coda_notes
    stop = opening.start + length
    pieces = [notes[view.first : opening.start], notes[stop : view.last]]
    pieces += [other.log_probabilities[other.first : other.last] for other in others]
    last = set()
    for number, piece in enumerate(pieces):
        ending = coda.find(piece.argmax(axis=1).tolist(), len(piece)) if coda_notes else None
        if ending is not None:
            pieces[number] = piece[: ending[1]]
            last.add(number)
    return combine(notes[opening.start : min(stop, view.last)], length, pieces, last)


def join_recordings(
    candidates: Sequence[Candidate], surest: Mapping[int, Transcription], coda_notes: int = 0
) -> tuple[NDArray[np.float64], list[int]]:
    """Lay what was heard in several recordings, or in one that holds a song more than once, over the longest beginning.

    Returns what `join_pieces` does.
    """
    best = max(candidates, key=lambda one: len(one.rows))
    others = [view for recording, view in surest.items() if recording != best.recording]
    return join_pieces(best.view, best.opening, others, coda_notes)


def read_joined(candidates: Sequence[Candidate], surest: Mapping[int, Transcription], seconds: float) -> Heard | None:
    """Read a song whose notes lie in several recordings, or in one that holds it more than once, none of them whole."""
    if not candidates:
        return None
    best = max(candidates, key=lambda one: len(one.rows))
    for coda_notes in list_coda_lengths(surest.values()):
        rows, pieces = join_recordings(candidates, surest, coda_notes)
        heard = read_to_coda(best, rows) if pieces else None
        if heard is not None:
            return heard
    rows, pieces = join_recordings(candidates, surest)
    readings = list(best.opening.readings()) if pieces else []
    for reading in readings:
        try:
            repaired = repair_rows(rows, best.opening, reading, seconds / len(readings))
        except NoProgramError:
            continue
        return assemble(best, repaired, reading)
    return None
