"""Learn the spectra of the ten notes from a recording itself, and tell by them which note each slot holds.

First labels are improved by hard expectation and maximization under the Itakura-Saito divergence, for which each bin's
power is exponentially distributed around its mean: noise, room and instrument go into the means.

Input: `Spectra` and labels, the ten notes counted from the lowest. Output: labels and costs, ndarray, shape (slots,
10): how badly each note fits each slot, in nats. What a nat of costs is worth in probability is measured by `worth`.

Reference: Févotte, Bertin and Durrieu, "Nonnegative matrix factorization with the Itakura-Saito divergence", 2009.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.raga import PITCHES
from primesong.sound.transcribe.signal import FAINTEST
from primesong.sound.transcribe.spectra import Spectra

#: How many notes there are, counted from the lowest.
NOTES = PITCHES

#: How many times at most spectra are learned from labels and labels from spectra.
ROUNDS = 12

#: Deviations from the mean, in standard errors, that are taken for chance.
CHANCE = 3.0

#: How many pairs of notes, those told apart least surely, tell what costs are worth.
_PAIRS = 10

#: How many slots a note must have to be one of a pair.
_HEARD = 3

Labels = NDArray[np.intp]
Costs = NDArray[np.float64]


def learn(spectra: Spectra, labels: Labels) -> tuple[Labels, Costs]:
    """Learn the ten spectra from first labels, the labels from them, and so on; return labels and costs."""
    costs = np.zeros((len(spectra.power), NOTES))
    for _ in range(ROUNDS):
        costs = divergence(spectra.power, mean_spectra(spectra.power, labels))
        fresh = costs.argmin(axis=1)
        if (fresh == labels).all():
            break
        labels = fresh
    return labels, costs


def mean_spectra(power: NDArray[np.float32], labels: Labels) -> NDArray[np.float32]:
    """Return the mean spectrum of each note, shape (10, bins), where it stands out of the background by more than
    chance; elsewhere the background."""
    means, counts = class_means(power, labels)
    overall = power.mean(axis=0)
    return stand_out(means, overall, counts, overall)


def class_means(power: NDArray[np.float32], labels: Labels) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean spectrum of each note, shape (10, bins), zero if it has no slot; and how many slots it has."""
    design = np.zeros((NOTES, len(power)), np.float32)
    design[labels, np.arange(len(power))] = 1
    counts = design.sum(axis=1)
    return design @ power / counts.clip(1)[:, None], counts


def stand_out(
    spectra: NDArray[np.float32], normal: NDArray[np.float32], counts: NDArray[np.float32], power: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return ten spectra, each learned from `counts` slots of this mean power, with the background in the place of
    whatever does not stand out of it by more than chance.

    Where a note has no partial, what is heard is what all notes leave there, so that they share it: the mean of those
    that do not stand out, and of one normal slot. In noise most bins say nothing, and would say it loudly, of the very
    labels that they were learned from; and a rare note would seem to lack less, or more, than a common one.
    """
    slots = counts[:, None]
    out = np.zeros(spectra.shape, bool)
    while True:
        shared = np.where(out, 0, slots)
        background = ((shared * spectra).sum(axis=0) + normal) / (shared.sum(axis=0) + 1)
        fresh = (spectra - background) * np.sqrt(slots) > CHANCE * (power - normal + background)
        if not (fresh & ~out).any():
            return np.where(out, spectra, background)
        out |= fresh


def divergence(power: NDArray[np.float32], means: NDArray[np.float32]) -> Costs:
    """Return how badly each spectrum fits each slot at its best gain, in nats, shape (slots, spectra)."""
    safe = means + means.mean() * FAINTEST
    bins = power.shape[1]
    ratio = power @ (1 / safe).T / bins
    costs: Costs = bins * np.log(np.maximum(ratio, 1e-30)).astype(np.float64) + np.log(safe).sum(axis=1)
    return costs


def weigh(costs: Costs) -> NDArray[np.float64]:
    """Turn costs into log-probabilities that sum to 1 in each row."""
    scores = -costs * worth(costs)
    weighed: NDArray[np.float64] = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    return weighed


def worth(costs: Costs) -> float:
    """Return how many nats of log-probability a nat of these costs is worth, at most 1.

    Neighboring bins share their noise, and no model is quite true. Where log-odds are right and normally distributed,
    their variance is twice their mean (ten Brink 2001): each note that is heard, against each other one, tells the
    factor by which its costs must be multiplied.
    """
    labels = costs.argmin(axis=1)
    found = [
        (float(certainty), float(factor))
        for note in range(NOTES)
        if (labels == note).sum() >= _HEARD
        for certainty, factor in _factors(costs[labels == note], note)
    ]
    return min(1.0, float(np.median([factor for _, factor in sorted(found)[:_PAIRS]]))) if found else 1.0


def _factors(costs: Costs, note: int) -> NDArray[np.float64]:
    """Return, from slots that hold a note, for each other note the square of its mean log-odds in standard deviations,
    and the factor: shape (others, 2)."""
    odds = costs - costs[:, [note]]
    mean, variance = odds.mean(axis=0), odds.var(axis=0)
    others = variance > 0
    mean, variance = mean[others], variance[others]
    return np.stack([mean**2 / variance, 2 * mean / variance], axis=1)
