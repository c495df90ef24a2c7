"""Pairs of notes: what sounds like another note after some notes, found by how often it comes."""

import numpy as np
from support.spectra import labels_of, spectra

from primesong.sound.transcribe.note_model import learn
from primesong.sound.transcribe.pairs import learn_pairs


def swallowed(truth, share):
    """Spectra in which note 9, where it comes after note 0, sounds like note 4 except for a share of its own."""
    heard = spectra(np.where(np.roll(truth, 1) == 0, np.where(truth == 9, 4, truth), truth), 20.0, 0.0, bins=200)
    after = np.flatnonzero((truth[1:] == 9) & (truth[:-1] == 0)) + 1
    own = np.arange(200) % 10 == 9
    heard.power[np.ix_(after, own)] *= share * 20
    return heard, after


def test_a_note_that_sounds_like_another_after_a_third_is_found_by_its_count():
    truth = labels_of(3600)
    heard, after = swallowed(truth, 0.15)
    labels, _ = learn(heard, truth)
    assert (labels[after] != 9).mean() > 0.9
    assert (learn_pairs(heard, labels)[0] != truth).sum() < 0.1 * len(after)


def test_balanced_pairs_are_not_changed():
    truth = labels_of(1500)
    heard = spectra(truth, strength=1.5, tail=0.0, bins=120)
    labels, _ = learn(heard, truth)
    assert (labels != truth).sum() > 50
    assert (learn_pairs(heard, labels)[0] != truth).sum() < 1.25 * (labels != truth).sum()


def test_clear_notes_stay_however_often_they_follow_each_other():
    truth = np.arange(1500) % 10
    assert (learn_pairs(spectra(truth, strength=20.0, tail=0.0, bins=400), truth)[0] == truth).all()
