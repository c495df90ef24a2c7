"""Learn what each note leaves behind in the slots after it, and read the sequence of notes with it.

The power of a slot is its note's spectrum plus the tails of the two notes before (powers of independent phases add),
fitted by multiplicative updates. The sequence is found by the forward-backward algorithm over pairs of notes.

Input and output: as in `note_model`; costs are those of each note given the sequence around it.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.note_model import NOTES, Costs, Labels, divergence, mean_spectra, stand_out
from primesong.sound.transcribe.signal import FAINTEST
from primesong.sound.transcribe.spectra import ROWS, Spectra

#: How many times at most tails are learned from labels and labels from them; they take long.
SLOW_ROUNDS = 4

#: How many times the spectra and tails are updated; they change little after that.
_UPDATES = 25

#: How many ages a note has: its own slot, and its tails in the next two.
AGES = 3


def learn_tails(spectra: Spectra, labels: Labels, scale: float) -> tuple[Labels, Costs]:
    """Learn spectra and tails from first labels, the labels from them, and so on; return labels and costs.

    scale : what a nat of the costs of these spectra is `worth`.
    """
    power = spectra.power
    costs = np.zeros((len(power), NOTES))
    for _ in range(SLOW_ROUNDS):
        now, after, later = _fit(power, labels)
        pairs = (now[None] + after[:, None] + later.mean(axis=0)).reshape(NOTES * NOTES, -1)
        fits = divergence(power, pairs).reshape(-1, NOTES, NOTES)
        costs = -forward_backward(-fits * scale) / scale
        fresh = costs.argmin(axis=1)
        if (fresh == labels).all():
            break
        labels = fresh
    return labels, costs


def design_matrix(labels: Labels) -> NDArray[np.float32]:
    """Return which notes sound in each slot, column age * 10 + note being 1: shape (slots, 30)."""
    slots = np.arange(len(labels))
    design = np.zeros((len(labels), AGES * NOTES), np.float32)
    for age in range(AGES):
        design[slots[age:], age * NOTES + labels[: len(labels) - age]] = 1
    return design


def _fit(power: NDArray[np.float32], labels: Labels) -> list[NDArray[np.float32]]:
    """Fit the spectra of the notes at each age, shape (10, bins) each."""
    design = design_matrix(labels)
    overall = power.mean(axis=0)
    tails = np.tile(overall / NOTES, ((AGES - 1) * NOTES, 1))
    weights = np.concatenate([mean_spectra(power, labels), tails])
    for _ in range(_UPDATES):
        weights *= _update(power, design, weights)
    counts = design[:, :NOTES].sum(axis=0)
    ages = weights.reshape(AGES, NOTES, -1)
    return [stand_out(age, counts @ age / counts.sum(), counts, overall) for age in ages]


def _update(
    power: NDArray[np.float32], design: NDArray[np.float32], weights: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the factors by which weights fit better under the Itakura-Saito divergence; 1 for notes that never
    occur."""
    least = power.mean() * np.float32(FAINTEST)
    rise, fall = np.zeros_like(weights), np.zeros_like(weights)
    for first in range(0, len(power), ROWS):
        rows = slice(first, first + ROWS)
        model = 1 / (design[rows] @ weights)
        fall += design[rows].T @ model
        rise += design[rows].T @ ((power[rows] + least) * model**2)
    return np.sqrt(np.divide(rise, fall, out=np.ones_like(rise), where=fall > 0))


def forward_backward(score: Costs) -> Costs:
    """Return log-probabilities of each note, not normalized, shape (slots, 10), given log-scores of (slot, note before,
    note)."""
    slots = len(score)
    ahead = np.zeros((slots, NOTES))
    behind = np.zeros((slots, NOTES))
    ahead[0] = np.logaddexp.reduce(score[0], axis=0)
    for slot in range(1, slots):
        ahead[slot] = _log_sum(ahead[slot - 1][:, None] + score[slot], axis=0)
    for slot in range(slots - 2, -1, -1):
        behind[slot] = _log_sum(behind[slot + 1] + score[slot + 1], axis=1)
    return ahead + behind


def _log_sum(terms: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Return the logarithm of the sum of exponentials along an axis, faster than `np.logaddexp.reduce`."""
    top = terms.max(axis=axis, keepdims=True)
    total: NDArray[np.float64] = np.squeeze(top, axis) + np.log(np.exp(terms - top).sum(axis=axis))
    return total
