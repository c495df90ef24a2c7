"""Read the notes that a person played in several ways, the likeliest and cheapest first.

Input: a signal as in `signal`. Output: `Transcription`, a slot a note.
"""

from collections.abc import Iterator

import numpy as np

from primesong.sound.transcribe.hands.frames import to_seconds
from primesong.sound.transcribe.hands.notes import Played, find_notes
from primesong.sound.transcribe.note_model import Costs, learn, weigh, worth
from primesong.sound.transcribe.pairs import learn_pairs
from primesong.sound.transcribe.signal import Signal
from primesong.sound.transcribe.tails import learn_tails
from primesong.sound.transcribe.tonic import find_song, measure_salience
from primesong.sound.transcribe.transcription import Transcription

#: The parts of a note that are read, as ratios of its length: nearly all of it, which shows most in noise; its later
#: part, when the note before has died away in a room.
_PARTS = ((0.1, 0.9), (0.4, 1.0))

#: How many views there are: of each part, and of the last by pairs and with tails.
HAND_VIEWS = len(_PARTS) + 2


def view_hands(signal: Signal) -> Iterator[Transcription]:
    """Yield the views of a signal without a grid. Raises `SongError` if no ten notes are heard."""
    played = find_notes(signal)
    heard, _ = measure_salience(played.average(*_PARTS[0]))
    span = find_song((heard - heard.mean(axis=0)).max(axis=1))
    for start, stop in _PARTS:
        spectra = played.average(start, stop).between(*span)
        labels, costs = learn(spectra, played.notes.pitches[slice(*span)])
        name = f"{start:.0%} to {stop:.0%} of each note"
        yield _transcribe(played, span, costs, name)
    labels, paired = learn_pairs(spectra, labels)
    yield _transcribe(played, span, paired, f"{name}, by pairs")
    tailed = learn_tails(spectra, labels, worth(costs))[1]
    yield _transcribe(played, span, tailed, f"{name}, with the tails of the notes before")


def _transcribe(played: Played, span: tuple[int, int], costs: Costs, view: str) -> Transcription:
    """Return the notes in a span with the probabilities that costs mean."""
    notes = played.notes[slice(*span)]
    edges = to_seconds(np.append(notes.starts, notes.stops[-1]))
    tonic, edits = played.tonic, played.edits[slice(*span)]
    return Transcription(
        weigh(costs), edges, tonic.frequency, 0, len(notes), view, tonic.raga, performed=True, edits=edits
    )
