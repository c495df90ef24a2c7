"""Read the slots of a steady grid in several ways, the likeliest and cheapest first.

No single way of looking at a slot is best everywhere: its whole shows most in noise; its end, when the note before has
died away, most in a room. Where a rendering repeats its notes sample for sample, their waveforms are heard through more
noise than their spectra; where a room or a codec makes octaves alike, how often each note comes after each other one
tells them apart. A reader takes the first view that makes sense of the song.

Input: a signal as in `signal`, and its `Grid`. Output: `Transcription`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.sound.transcribe.beat.grid import Grid
from primesong.sound.transcribe.beat.repeats import learn_repeats
from primesong.sound.transcribe.beat.slots import Part, cut
from primesong.sound.transcribe.note_model import NOTES, Costs, Labels, learn, weigh, worth
from primesong.sound.transcribe.pairs import learn_pairs
from primesong.sound.transcribe.signal import RATE, STRONGEST, Signal
from primesong.sound.transcribe.tails import learn_tails
from primesong.sound.transcribe.tonic import Tonic, find_song, find_tonic, guess_tonics, may_be_song, measure_salience
from primesong.sound.transcribe.transcription import Transcription

#: The parts of a slot that are used: all of it; its later part with the next note's beginning; its later part alone.
_PARTS = (Part(0.0, 1.0, fade=0.05), Part(0.4, 1.2), Part(0.4, 1.0))

#: Where a note swells slowly and lasts into the next, as an accordion's does, most of it is here. Only used in noise:
#: without noise, two notes at once are heard.
_SLOW_PART = Part(0.3, 1.3, fade=0.05)

#: How many views there are at most: of each part, by pairs and with tails too; of waveforms, and of what lies low.
MOST_GRID_VIEWS = 3 * (len(_PARTS) + 1) + 2

#: A slot whose power is less than this ratio of the median slot's is a pause.
_SILENT = 0.01

#: A slot of whose power the second half has less than this ratio of the first dies away.
_DYING = 0.5

#: Where the first view expects more wrong notes than this, waveforms and slow notes are heard before it is believed.
_FAULTLESS = 0.5


@dataclass(frozen=True, slots=True)
class _Learned:
    """What was learned from a part of each slot: where there is song, Sa, first labels, and what costs are worth;
    and the view that came of it."""

    part: Part
    span: tuple[int, int]
    tonic: Tonic
    labels: Labels
    worth: float
    view: Transcription


def view_grid(signal: Signal, grid: Grid) -> Iterator[Transcription]:
    """Yield the views of a signal with its grid; where it is silent, nothing is known.

    Raises `SongError` if no view finds ten notes.
    """
    power = _measure_halves(signal, grid)
    silent = power.mean(axis=1) < _SILENT * np.median(power.mean(axis=1))
    for view in _views(signal, grid):
        view.log_probabilities[silent | _find_ringing(power, view.notes, silent)] = -np.log(NOTES)
        yield view


def _views(signal: Signal, grid: Grid) -> Iterator[Transcription]:
    """Yield the views of a signal with its grid."""
    parts = (one for part in _PARTS if (one := _learn(signal, grid, part)) is not None)
    first = next(parts, None)
    if first is None:
        raise SongError("no song found: no ten notes are heard")
    learned = [first]
    noisy = first.view.expected_errors > _FAULTLESS
    if noisy:
        repeated = _hear_repeats(signal, grid, first)
        slow = _learn(signal, grid, _SLOW_PART)
        if slow is not None and slow.view.expected_errors < first.view.expected_errors:
            learned.append(slow)
        yield from sorted([*(one.view for one in learned), *repeated], key=lambda view: view.expected_errors)
    else:
        yield first.view
    for one in parts:
        learned.append(one)
        yield one.view
    if not noisy:
        yield from _hear_repeats(signal, grid, first)
    yield _hear_low(signal, grid, first)
    for one in learned:
        yield from _hear_sequence(signal, grid, one)


def _learn(signal: Signal, grid: Grid, part: Part) -> _Learned | None:
    """Find in a part of each slot where there is song, its Sa and its notes; return None if there are no ten notes."""
    spectra = cut(signal, grid, part)
    heard, pitches = measure_salience(spectra)
    guesses = guess_tonics(heard, pitches)
    span = find_song((heard - heard.mean(axis=0))[:, guesses[0].columns].max(axis=1))
    # noise before and after the song would else be learned as an eleventh note, in the place of one of the ten
    tonic, labels, costs = find_tonic(spectra.between(*span), heard[slice(*span)], guesses)
    if not may_be_song(labels):
        return None
    view = _transcription(costs, grid, tonic, span, _name(part))
    return _Learned(part, span, tonic, labels, worth(costs), view)


def _hear_repeats(signal: Signal, grid: Grid, learned: _Learned) -> list[Transcription]:
    """Return the view by waveforms; none if the rendering does not repeat its notes."""
    found = learn_repeats(signal, grid, learned.span, learned.labels)
    if found is None:
        return []
    return [_transcription(found[1], grid, learned.tonic, learned.span, "waveforms that repeat")]


def _hear_low(signal: Signal, grid: Grid, learned: _Learned) -> Transcription:
    """Return the view of what lies low in the spectrum, by pairs of notes."""
    low = cut(signal, grid, learned.part).between(*learned.span).below(STRONGEST)
    costs = learn_pairs(low, learn(low, learned.labels)[0])[1]
    name = f"{_name(learned.part)}, below {STRONGEST:g} Hz, by pairs"
    return _transcription(costs, grid, learned.tonic, learned.span, name)


def _hear_sequence(signal: Signal, grid: Grid, learned: _Learned) -> Iterator[Transcription]:
    """Yield the view of a part of each slot by pairs of notes, then that with the tails of the notes before."""
    spectra = cut(signal, grid, learned.part).between(*learned.span)
    labels, costs = learn_pairs(spectra, learned.labels)
    yield _transcription(costs, grid, learned.tonic, learned.span, f"{_name(learned.part)}, by pairs")
    costs = learn_tails(spectra, labels, learned.worth)[1]
    name = f"{_name(learned.part)}, with the tails of the notes before"
    yield _transcription(costs, grid, learned.tonic, learned.span, name)


def _name(part: Part) -> str:
    """Return what a view of a part of each slot is called."""
    return f"{part.start:.0%} to {part.stop:.0%} of each slot"


def _transcription(costs: Costs, grid: Grid, tonic: Tonic, span: tuple[int, int], view: str) -> Transcription:
    """Turn the costs of the slots in a span into log-probabilities that sum to 1; beyond it nothing is known."""
    scores = np.full((len(grid.edges) - 1, NOTES), -np.log(NOTES))
    scores[slice(*span)] = weigh(costs)
    return Transcription(scores, grid.edges, tonic.frequency, *span, view, tonic.raga)


def _measure_halves(signal: Signal, grid: Grid) -> NDArray[np.float64]:
    """Measure the power of the two halves of each slot, shape (slots, 2)."""
    halves = np.interp(np.arange(2 * len(grid.edges) - 1) / 2, np.arange(len(grid.edges)), grid.edges)
    places = np.clip(np.rint(halves * RATE).astype(int), 0, len(signal))
    sums = np.array([float(signal[one:other] @ signal[one:other]) for one, other in pairwise(places)])
    power: NDArray[np.float64] = (sums / np.maximum(np.diff(places), 1)).reshape(-1, 2)
    return power


def _find_ringing(power: NDArray[np.float64], notes: Labels, silent: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell in which slots at the end no note begins: the last one only dies away."""
    ringing = np.zeros(len(silent), bool)
    for slot in range(len(silent) - 1, 0, -1):
        (_, before), (first, second) = power[slot - 1], power[slot]
        dies = before > first and second < _DYING * first and notes[slot] == notes[slot - 1]
        if not silent[slot] and not dies:
            break
        ringing[slot] = True
    return ringing
