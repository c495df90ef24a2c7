"""Notes to the scale they lie on, and to names that tell them apart.

A scale is a raga on a tonic. The ragas of the table are tried, the default first, and a raga that the song's record
names.

Input: MIDI note numbers, or `Notes`. Output: tonics, as MIDI note numbers; scales; notes on a scale; names from 0.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from primesong.sargam.raga import NAT_BHAIRAV, PITCHES, RAGAS, Raga
from primesong.sargam.record import Notes
from primesong.sargam.setting import DEFAULT_TONIC
from primesong.sargam.swara import HIGHEST_TONIC, LOWEST_TONIC

#: The share of the notes that must lie on the ten pitches for the others to be wrong ones.
_ON_SCALE = 0.9


@dataclass(frozen=True, slots=True)
class Scale:
    """A raga on a tonic, a MIDI note number."""

    raga: Raga
    tonic: int

    @property
    def notes(self) -> list[int]:
        """Its ten MIDI note numbers, ascending."""
        return [self.tonic + height for height in self.raga.heights]


def list_scales(ragas: Iterable[Raga] = RAGAS.values(), expected: int = LOWEST_TONIC) -> list[Scale]:
    """List ragas on all tonics, those nearest to the expected one first."""
    tonics = sorted(range(LOWEST_TONIC, HIGHEST_TONIC + 1), key=lambda tonic: abs(tonic - expected))
    return [Scale(raga, tonic) for raga in ragas for tonic in tonics]


def list_tonics(midi_notes: Sequence[int], raga: Raga = NAT_BHAIRAV) -> list[int]:
    """List the tonics on which every note is one of the raga's ten pitches: at most one if all ten occur."""
    heard, heights = set(midi_notes), raga.heights
    return [
        tonic for tonic in range(LOWEST_TONIC, HIGHEST_TONIC + 1) if heard <= {tonic + height for height in heights}
    ]


def find_scale(notes: Notes) -> Scale:
    """Find the scale on which most notes lie: of the record's raga, or of a raga of the table; of several, the first of
    these, on the tonic nearest to the record's or the default."""
    counts = Counter(notes.midi_notes)
    setting = notes.record.setting if notes.record else None
    scales = list_scales([setting.mapping.raga], setting.tonic) if setting else list_scales(expected=DEFAULT_TONIC)
    return max(scales, key=lambda scale: _count(counts, scale))


def _count(counts: Counter[int], scale: Scale) -> int:
    """Count the notes that lie on a scale."""
    return sum([counts[note] for note in scale.notes if note in counts])


def snap_to_scale(notes: Notes) -> Notes:
    """Move notes beside their scale to the nearest of its notes, if nearly all notes lie on it."""
    scale = find_scale(notes)
    counts = Counter(notes.midi_notes)
    if _count(counts, scale) < _ON_SCALE * len(notes.midi_notes):
        return notes
    nearest = {note: min(scale.notes, key=lambda one: abs(one - note)) for note in counts}
    return replace(notes, midi_notes=[nearest[note] for note in notes.midi_notes])


def name_notes(midi_notes: Sequence[int]) -> list[int] | None:
    """Name the notes 0, 1, 2 … in the order in which they first occur; None if there are more than ten."""
    names = {note: name for name, note in enumerate(dict.fromkeys(midi_notes))}
    return [names[note] for note in midi_notes] if len(names) <= PITCHES else None
