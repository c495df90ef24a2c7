"""Read the notes of slots in several ways, the likeliest and cheapest first.

No single way of looking at a slot is best everywhere: its whole shows most in noise; its end, when the note before has
died away, most in a room. Where a rendering repeats its notes sample for sample, their waveforms are heard through more
noise than their spectra; where a room or a codec makes octaves alike, how often each note comes after each other one
tells them apart. A reader takes the first view that makes sense of the song.

Input: `Slots`. Output: `Transcription`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from primesong.errors import SongError
from primesong.sound.transcribe.note_model import NOTES, Costs, Labels, learn, weigh, worth
from primesong.sound.transcribe.pairs import learn_pairs
from primesong.sound.transcribe.signal import STRONGEST
from primesong.sound.transcribe.slots import Part, Slots
from primesong.sound.transcribe.tails import learn_tails
from primesong.sound.transcribe.tonic import Tonic, find_song, find_tonic, guess_tonics, may_be_song, measure_salience
from primesong.sound.transcribe.transcription import Transcription

#: The parts of a slot that are used: all of it, and its later part.
_PARTS = (Part(0.0, 1.0, fade=0.05), Part(0.4, 1.0))

#: Where a note swells slowly and lasts into the next, as an accordion's does, most of it is here. Only used in noise:
#: without noise, two notes at once are heard; and of a beat's slots: a person's notes are found by where they begin.
_SLOW_PART = Part(0.3, 1.3, fade=0.05)

#: How many readings there are at most: of each part, by pairs and with tails too; of waveforms, and of what lies low.
MOST_READINGS = 3 * (len(_PARTS) + 1) + 2

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


def read_slots(slots: Slots) -> Iterator[Transcription]:
    """Yield the views of slots; of those where no note begins, nothing is known.

    Raises `SongError` if no view finds ten notes.
    """
    for view in _views(slots):
        view.log_probabilities[slots.find_silent(view.notes)] = -np.log(NOTES)
        yield view


def _views(slots: Slots) -> Iterator[Transcription]:
    """Yield the views of slots."""
    parts = (one for part in _PARTS if (one := _learn(slots, part)) is not None)
    first = next(parts, None)
    if first is None:
        raise SongError("no song found: no ten notes are heard")
    learned = [first]
    noisy = first.view.expected_errors > _FAULTLESS
    if noisy:
        repeated = _hear_repeats(slots, first)
        slow = None if slots.known else _learn(slots, _SLOW_PART)
        if slow is not None and slow.view.expected_errors < first.view.expected_errors:
            learned.append(slow)
        yield from sorted([*(one.view for one in learned), *repeated], key=lambda view: view.expected_errors)
    else:
        yield first.view
    for one in parts:
        learned.append(one)
        yield one.view
    if not noisy:
        yield from _hear_repeats(slots, first)
    yield from _hear_low(slots, first)
    for one in learned:
        yield from _hear_sequence(slots, one)


def _learn(slots: Slots, part: Part) -> _Learned | None:
    """Find in a part of each slot where there is song, its Sa and its notes; return None if there are no ten notes."""
    spectra = slots.cut(part)
    heard, pitches = measure_salience(spectra)
    guesses = [slots.known[0]] if slots.known else guess_tonics(heard, pitches)
    span = find_song((heard - heard.mean(axis=0))[:, guesses[0].columns].max(axis=1))
    # noise before and after the song would else be learned as an eleventh note, in the place of one of the ten
    within = spectra.select_rows(*span)
    if slots.known:
        tonic, (labels, costs) = guesses[0], learn(within, slots.known[1][slice(*span)])
    else:
        tonic, labels, costs = find_tonic(within, heard[slice(*span)], guesses)
    if not may_be_song(labels):
        return None
    view = _transcribe(costs, slots, tonic, span, _name(part))
    return _Learned(part, span, tonic, labels, worth(costs), view)


def _hear_repeats(slots: Slots, learned: _Learned) -> list[Transcription]:
    """Return the view by waveforms; none if the rendering does not repeat its notes."""
    costs = slots.find_repeats(learned.span, learned.labels)
    if costs is None:
        return []
    return [_transcribe(costs, slots, learned.tonic, learned.span, "waveforms that repeat")]


def _hear_low(slots: Slots, learned: _Learned) -> Iterator[Transcription]:
    """Yield the view of what lies low in the spectrum, by pairs of notes, unless nothing lies higher."""
    spectra = slots.cut(learned.part).select_rows(*learned.span)
    if spectra.frequencies[-1] > STRONGEST:
        low = spectra.select_below(STRONGEST)
        costs = learn_pairs(low, learn(low, learned.labels)[0])[1]
        name = f"{_name(learned.part)}, below {STRONGEST:g} Hz, by pairs"
        yield _transcribe(costs, slots, learned.tonic, learned.span, name)


def _hear_sequence(slots: Slots, learned: _Learned) -> Iterator[Transcription]:
    """Yield the view of a part of each slot by pairs of notes, then that with the tails of the notes before."""
    spectra = slots.cut(learned.part).select_rows(*learned.span)
    labels, costs = learn_pairs(spectra, learned.labels)
    yield _transcribe(costs, slots, learned.tonic, learned.span, f"{_name(learned.part)}, by pairs")
    costs = learn_tails(spectra, labels, learned.worth)[1]
    name = f"{_name(learned.part)}, with the tails of the notes before"
    yield _transcribe(costs, slots, learned.tonic, learned.span, name)


def _name(part: Part) -> str:
    """Return what a view of a part of each slot is called."""
    return f"{part.start:.0%} to {part.stop:.0%} of each slot"


def _transcribe(costs: Costs, slots: Slots, tonic: Tonic, span: tuple[int, int], view: str) -> Transcription:
    """Turn the costs of the slots in a span into log-probabilities that sum to 1; beyond it nothing is known."""
    scores = np.full((len(slots.edges) - 1, NOTES), -np.log(NOTES))
    scores[slice(*span)] = weigh(costs)
    performed, edits = slots.edits is not None, slots.edits
    return Transcription(scores, slots.edges, tonic.frequency, *span, view, tonic.raga, performed, edits)
