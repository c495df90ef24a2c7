"""Transcribe a recording in several ways, the likeliest and cheapest first.

A machine plays on a steady grid, which is heard through more noise than anything else; a person plays notes of lengths
that differ. How strongly the onset curve repeats tells which is the likelier of the two.

Input: blocks of a recording, or a signal as in `signal`. Output: `Transcription`.
"""

from collections.abc import Iterator
from itertools import islice

from primesong.errors import SongError
from primesong.sound.transcribe.beat.grid import find_grid
from primesong.sound.transcribe.beat.slots import BeatSlots
from primesong.sound.transcribe.hands.notes import find_notes
from primesong.sound.transcribe.hands.slots import HandSlots
from primesong.sound.transcribe.readings import MOST_READINGS, read_slots
from primesong.sound.transcribe.signal import Blocks, Progress, Signal, condition
from primesong.sound.transcribe.transcription import DOUBTFUL, Transcription

#: How many views there are at most.
MOST_VIEWS = 2 * MOST_READINGS

#: Where the onset curve repeats less strongly than this with the grid, a person may have played.
_STEADY = 0.4

#: How many views of a person are then tried before those of a machine.
_FIRST = 2


def transcribe(blocks: Blocks, sample_rate: int, progress: Progress = lambda done: None) -> Transcription:
    """Transcribe a recording by the view that is surest of its notes.

    Parameters
    ----------
    blocks : iterable of ndarray, shape (frames,) or (frames, channels)
        The recording's samples.
    sample_rate : int > 0
        In Hz.
    progress : callable, optional
        Called with how much is done, from 0 to 1.

    Returns
    -------
    Transcription
        Times, notes and probabilities.

    Raises
    ------
    SongError
        If no ten notes are found.
    """
    heard: list[Transcription] = []
    for number, view in enumerate(views(condition(blocks, sample_rate)), start=1):
        heard.append(view)
        progress(number / MOST_VIEWS)
    # a steady grid that does not fit is surer of its notes than it should be: unless the first view is doubtful, it
    # tells whether a person or a machine played
    alike = [view for view in heard if view.performed == heard[0].performed]
    return max(alike if heard[0].sureness > DOUBTFUL else heard, key=lambda one: one.sureness)


def views(signal: Signal) -> Iterator[Transcription]:
    """Yield the views of a conditioned signal, the likeliest and cheapest first; where it is silent, nothing is known.

    Raises `SongError` if no view finds ten notes.
    """
    try:
        grid = find_grid(signal)
    except SongError:
        yield from view_hands(signal)
        return
    by_grid, by_hand = read_slots(BeatSlots(signal, grid)), view_hands(signal)
    steady = grid.strength >= _STEADY
    first = (islice(by_grid, 1), islice(by_hand, 1)) if steady else (islice(by_hand, _FIRST),)
    fault: SongError | None = None
    heard = False
    for way in (*first, by_grid, by_hand):
        try:
            for view in way:
                heard = True
                yield view
        except SongError as error:
            fault = error
    if fault is not None and not heard:
        raise fault


def view_hands(signal: Signal) -> Iterator[Transcription]:
    """Yield the views of a signal without a grid. Raises `SongError` if no ten notes are heard."""
    yield from read_slots(HandSlots(find_notes(signal)))
