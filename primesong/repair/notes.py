"""Notes to the scale they lie on, and to names that tell them apart.

Input: MIDI note numbers, or `Notes`. Output: tonics, as MIDI note numbers; notes on the ten pitches; names from 0.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from primesong.sargam.mapping import RANKED_PITCHES
from primesong.sargam.record import Notes
from primesong.sargam.setting import DEFAULT_TONIC
from primesong.sargam.swara import HIGHEST_TONIC, LOWEST_TONIC

#: The heights of the ten pitches, in semitones above the tonic.
HEIGHTS = frozenset(pitch.semitones for pitch in RANKED_PITCHES)

#: The share of the notes that must lie on the ten pitches for the others to be wrong ones.
_ON_SCALE = 0.9


def list_tonics(midi_notes: Sequence[int]) -> list[int]:
    """List the tonics on which every note is one of the ten pitches: at most one if all ten occur, because their
    interval pattern is unique under transposition."""
    heard = set(midi_notes)
    return [
        tonic for tonic in range(LOWEST_TONIC, HIGHEST_TONIC + 1) if heard <= {tonic + height for height in HEIGHTS}
    ]


def find_tonic(midi_notes: Sequence[int], expected: int = DEFAULT_TONIC) -> int:
    """Find the tonic on which most notes are among the ten pitches; of several, the one nearest to the expected."""
    counts = Counter(midi_notes)
    return max(
        range(LOWEST_TONIC, HIGHEST_TONIC + 1),
        key=lambda tonic: (sum(counts[tonic + height] for height in HEIGHTS), -abs(tonic - expected)),
    )


def snap_to_scale(notes: Notes) -> Notes:
    """Move notes beside the ten pitches to the nearest of them, if nearly all notes lie on them."""
    tonic = find_tonic(notes.midi_notes)
    scale = sorted(tonic + height for height in HEIGHTS)
    counts = Counter(notes.midi_notes)
    if sum(counts[note] for note in scale) < _ON_SCALE * len(notes.midi_notes):
        return notes
    nearest = {note: min(scale, key=lambda one: abs(one - note)) for note in counts}
    return replace(notes, midi_notes=[nearest[note] for note in notes.midi_notes])


def name_notes(midi_notes: Sequence[int]) -> list[int] | None:
    """Name the notes 0, 1, 2 … in the order in which they first occur; None if there are more than ten."""
    names = {note: name for name, note in enumerate(dict.fromkeys(midi_notes))}
    return [names[note] for note in midi_notes] if len(names) <= len(RANKED_PITCHES) else None
