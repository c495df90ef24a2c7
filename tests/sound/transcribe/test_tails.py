"""Tails of notes: heard where they are, not believed where they are not."""

import numpy as np
from support.spectra import labels_of, spectra

from primesong.sound.transcribe.note_model import learn, worth
from primesong.sound.transcribe.tails import learn_tails


def expected(costs):
    """Count the labels that are wrong by their own account."""
    scores = np.exp(-(costs - costs.min(axis=1, keepdims=True)) * worth(costs))
    return float((1 - scores.max(axis=1) / scores.sum(axis=1)).sum())


def test_absent_tails_are_not_found():
    """With thirty spectra learned from 800 slots by their own labels, each could be sure of all its errors."""
    truth = labels_of(800)
    heard = spectra(truth, strength=0.55, tail=0.0, bins=400)
    labels, costs = learn(heard, truth)
    fresh, tailed = learn_tails(heard, labels, worth(costs))
    wrong = (fresh != truth).sum()
    assert 50 < wrong < 200
    assert wrong < 1.25 * (labels != truth).sum()
    assert wrong / 2 < expected(tailed) < wrong * 2


def test_tails_are_found():
    truth = labels_of(1500)
    heard = spectra(truth, strength=8.0, tail=0.7, bins=120)
    labels, costs = learn(heard, truth)
    assert (labels != truth).sum() > 20
    assert (learn_tails(heard, labels, worth(costs))[0] != truth).sum() < 5
