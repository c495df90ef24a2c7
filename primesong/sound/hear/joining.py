"""Read a song of which no recording holds the whole, or which was played more than once.

Pieces of it are laid over each other by their notes, so that each covers what the others lack. A piece finds its place
by what it shares with what is there already: of the places where enough notes meet, the one where they agree best. Key
and tempo do not matter, since columns are notes. Where several pieces heard a note, their probabilities are multiplied.
What lies before the song's beginning or after its end belongs to it too, if the song was played more than once, and so
does the coda.

Input: `Candidate`s, and the surest view of each recording. Output: log-probabilities of the song's notes, natural
logarithms, shape (notes, 10), a note that no piece heard being as likely to be each of the ten; or `Heard`.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from primesong.repair import coda
from primesong.sound.hear.heard_coda import list_coda_lengths, read_to_coda
from primesong.sound.hear.opening import Opening
from primesong.sound.hear.reading import Candidate, Heard, read_rows
from primesong.sound.transcribe.note_model import NOTES
from primesong.sound.transcribe.transcription import Transcription

#: How many notes two pieces must share to be laid over each other: six seconds.
OVERLAP = 24

#: What share of the notes that meet must agree; of independent notes, a tenth do.
AGREEMENT = 0.6

#: No note counts as surer than this, in nats: where two pieces contradict each other, neither decides alone.
_SUREST = 12.0


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
    outcome = read_rows(best, rows, seconds) if pieces else 0
    return outcome if isinstance(outcome, Heard) else None


def combine(
    anchor: NDArray[np.float64], length: int, pieces: Sequence[NDArray[np.float64]], last: Collection[int] = ()
) -> tuple[NDArray[np.float64], list[int]]:
    """Lay pieces over a song of `length` notes that begins with `anchor`.

    last : which of the pieces end where the song does.
    Returns log-probabilities, shape (length, 10), and which of the pieces found a place.
    """
    song = np.zeros((length, NOTES))
    heard = np.zeros(length, bool)
    _lay(song, heard, anchor, 0)
    left = dict(enumerate(pieces))
    for number in sorted(last):
        piece = left.pop(number)
        _lay(song, heard, piece, length - len(piece))
    while left:
        number, place, agreement = max(
            ((number, *_find_place(song, heard, piece)) for number, piece in left.items()), key=lambda found: found[2]
        )
        if agreement < 1:
            break
        _lay(song, heard, left.pop(number), place)
    return _normalize(song), [number for number in range(len(pieces)) if number not in left]


def belongs(piece: NDArray[np.float64], notes: NDArray[np.intp]) -> bool:
    """Tell whether a piece has a place in a song of these notes, indices into the columns."""
    song = np.full((len(notes), NOTES), -_SUREST)
    song[np.arange(len(notes)), notes] = 0.0
    return _find_place(song, np.ones(len(notes), bool), piece)[1] > 0


def _lay(song: NDArray[np.float64], heard: NDArray[np.bool_], piece: NDArray[np.float64], place: int) -> None:
    """Add a piece to a song, in place, its first slot being the song's note `place`, which may be negative."""
    start, stop = max(place, 0), min(place + len(piece), len(song))
    rows = piece[start - place : stop - place]
    song[start:stop] += np.maximum(rows - rows.max(axis=1, keepdims=True), -_SUREST)
    heard[start:stop] = True


def _find_place(song: NDArray[np.float64], heard: NDArray[np.bool_], piece: NDArray[np.float64]) -> tuple[int, float]:
    """Find where a piece agrees best: the place, and how many notes agree there; 0 if too few do."""
    from scipy.signal import fftconvolve

    if not len(piece):
        return 0, 0.0
    chance = 1 / NOTES
    there = np.where(heard[:, None], np.exp(_normalize(song)) - chance, 0.0)
    here = np.exp(_normalize(piece)) - chance
    agreeing = fftconvolve(there, here[::-1], axes=0).sum(axis=1) / (1 - chance)
    meeting = np.rint(fftconvolve(heard.astype(float), np.ones(len(piece))))
    agreeing[(meeting < OVERLAP) | (agreeing < AGREEMENT * meeting)] = 0.0
    best = int(agreeing.argmax())
    return best - len(piece) + 1, float(agreeing[best])


def _normalize(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows as log-probabilities that sum to 1."""
    normalized: NDArray[np.float64] = rows - np.logaddexp.reduce(rows, axis=1, keepdims=True)
    return normalized
