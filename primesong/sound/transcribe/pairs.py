"""Learn the spectra of each note after each other note, and tell by them which note each slot holds.

What a room or a codec makes of a note depends on the note before: after some notes, one may be taken for its octave
every time. Spectra do not tell, but numbers do: after any note, each comes about equally often.

Input and output: as in `note_model`.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.note_model import (
    CHANCE,
    NOTES,
    ROUNDS,
    Costs,
    Labels,
    class_means,
    divergence,
    mean_spectra,
    worth,
)
from primesong.sound.transcribe.spectra import Spectra

#: How many times at most the balance of the pairs is adjusted before they are learned again.
_TURNS = 40

#: Where more pairs than this come too often or too rarely, the notes are not a number's, or are heard too badly.
_MOST_ODD = 20


def learn_pairs(spectra: Spectra, labels: Labels) -> tuple[Labels, Costs]:
    """Learn each note's spectrum after each other note from first labels, the labels from them, and so on; return
    labels and costs."""
    power = spectra.power
    costs = divergence(power, mean_spectra(power, labels))
    for _ in range(ROUNDS):
        fresh = _balance(costs, _delay(labels))
        costs = _pair_costs(power, fresh)
        if (fresh == labels).all():
            break
        labels = fresh
    return labels, costs


def _delay(labels: Labels) -> Labels:
    """Return the label before each; before the first, itself."""
    return np.concatenate([labels[:1], labels[:-1]])


def _balance(costs: Costs, before: Labels) -> Labels:
    """Return the likeliest note of each slot if no note comes more often or more rarely after another than by chance:
    a note that does is made that much less, or more, likely after it."""
    scores = -costs * worth(costs)
    bias = np.zeros((NOTES, NOTES))
    for _ in range(_TURNS):
        biased = scores + bias[before]
        shares = np.exp(biased - biased.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        counts = np.zeros((NOTES, NOTES))
        np.add.at(counts, before, shares)
        normal = np.maximum(counts.mean(axis=1, keepdims=True), 1)
        odd = np.abs(counts - normal) > CHANCE * np.sqrt(normal)
        if not 0 < odd.sum() <= _MOST_ODD:
            break
        bias -= np.where(odd, np.log((counts + 1) / (normal + 1)), 0)
    likeliest: Labels = shares.argmax(axis=1)
    return likeliest


def _pair_costs(power: NDArray[np.float32], labels: Labels) -> Costs:
    """Return what each note costs in each slot, after the note that the labels say was before it."""
    normal = mean_spectra(power, labels)
    before = _delay(labels)
    costs = np.empty((len(power), NOTES))
    for note in range(NOTES):
        rows = np.flatnonzero(before == note)
        means, counts = class_means(power[rows], labels[rows])
        certain = np.abs(means - normal) * np.sqrt(counts)[:, None] > CHANCE * normal
        costs[rows] = divergence(power[rows], np.where(certain, means, normal))
    return costs
