"""Pieces of one song to the song: recordings that each cover what the others lack, laid over each other by their notes.

A piece finds its place by what it shares with what is there already: of the places where at least `_OVERLAP` notes
meet, the one where they agree best. Key and tempo do not matter, for columns are notes. Where several pieces heard a
note, their probabilities are multiplied.

Comes in: log-probabilities, shape (slots, 10), natural logarithms. Goes out: the same for the whole song; a note that
no piece heard is as likely to be each of the ten.
"""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

#: How many notes two pieces must share, and how well these must agree: of independent notes a tenth agree.
_OVERLAP, _AGREEMENT = 24, 0.6

#: No note is surer than this, in nats: where two pieces contradict each other, neither decides alone.
_SUREST = 12.0


def combine(
    anchor: NDArray[np.float64], length: int, pieces: Sequence[NDArray[np.float64]], last: Collection[int] = ()
) -> tuple[NDArray[np.float64], list[int]]:
    """Lay pieces over a song of so many notes, of which `anchor` is the beginning.

    last : which of the pieces end where the song does.
    Returns log-probabilities, shape (length, 10), and which of the pieces found a place.
    """
    song = np.zeros((length, 10))
    heard = np.zeros(length, bool)
    _lay(song, heard, anchor, 0)
    left = dict(enumerate(pieces))
    for number in sorted(last):
        piece = left.pop(number)
        _lay(song, heard, piece, length - len(piece))
    while left:
        number, place, agreement = max(
            ((number, *_best_place(song, heard, piece)) for number, piece in left.items()), key=lambda found: found[2]
        )
        if agreement < 1:
            break
        _lay(song, heard, left.pop(number), place)
    return _normalised(song), [number for number in range(len(pieces)) if number not in left]


def _lay(song: NDArray[np.float64], heard: NDArray[np.bool_], piece: NDArray[np.float64], place: int) -> None:
    """Add a piece whose first slot is the song's note `place`, be it before the song's first."""
    start, stop = max(place, 0), min(place + len(piece), len(song))
    rows = piece[start - place : stop - place]
    song[start:stop] += np.maximum(rows - rows.max(axis=1, keepdims=True), -_SUREST)
    heard[start:stop] = True


def _best_place(song: NDArray[np.float64], heard: NDArray[np.bool_], piece: NDArray[np.float64]) -> tuple[int, float]:
    """Find where a piece agrees best: the place, and how many notes agree there, 0 if too few do."""
    from scipy.signal import fftconvolve

    if not len(piece):
        return 0, 0.0
    there = np.where(heard[:, None], np.exp(_normalised(song)) - 0.1, 0.0)
    here = np.exp(_normalised(piece)) - 0.1
    agreeing = fftconvolve(there, here[::-1], axes=0).sum(axis=1) / 0.9
    meeting = np.rint(fftconvolve(heard.astype(float), np.ones(len(piece))))
    agreeing[(meeting < _OVERLAP) | (agreeing < _AGREEMENT * meeting)] = 0.0
    best = int(agreeing.argmax())
    return best - len(piece) + 1, float(agreeing[best])


def _normalised(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make rows log-probabilities again."""
    out: NDArray[np.float64] = rows - np.logaddexp.reduce(rows, axis=1, keepdims=True)
    return out
