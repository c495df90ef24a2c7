"""What costs are worth, on costs whose worth is known; pairs and tails in noise and rooms; what of a slot is kept."""

import numpy as np
import pytest

from primesong.sound.transcribe.grid import Grid
from primesong.sound.transcribe.note_model import learn, learn_pairs, learn_tails, worth
from primesong.sound.transcribe.signal import RATE
from primesong.sound.transcribe.spectra import Part, Spectra, cut


@pytest.mark.parametrize("repeated", [1, 4, 25])
def test_evidence_counted_several_times_is_worth_as_much_less(repeated):
    """Ten points in the plane of ten dimensions, heard in noise of variance 1: half the squared distance to each is its
    true cost in nats. The pairs that chance makes look least sure are taken, so the worth is somewhat too small."""
    rng = np.random.default_rng(7)
    points = 5 * np.eye(10)
    heard = points[rng.integers(10, size=4000)] + rng.standard_normal((4000, 10))
    costs = np.square(heard[:, None] - points).sum(axis=2) / 2
    assert worth(repeated * costs) == pytest.approx(1 / repeated, rel=0.15)


def test_costs_that_never_vary_are_worth_themselves():
    assert worth(1.0 - np.eye(10)[np.arange(100) % 10]) == 1.0


def test_costs_are_never_worth_more_than_themselves():
    rng = np.random.default_rng(7)
    assert worth(1e-3 * np.square(rng.standard_normal((500, 10)) + 9 * np.eye(10)[np.arange(500) % 10])) <= 1.0


def test_a_window_that_fades_less_hears_the_slots_ends():
    slots, length = 4, RATE // 4
    clicks = np.zeros(slots * length, np.float32)
    clicks[length // 20 :: length] = 1  # a twentieth after each onset
    grid = Grid(np.arange(slots + 1) * length / RATE, 100.0)
    flat, faded = (cut(clicks, grid, Part(0.0, 1.0, fade)).power.mean() for fade in (0.05, 1.0))
    assert flat == pytest.approx(clicks.sum() / slots, rel=0.01)
    assert faded < 0.01 * flat


def spectra(labels, strength, tail, bins):
    """Slots of exponentially distributed power: noise of mean 1, in each note's own bins so much stronger, and in those
    of the note before by that times `tail`."""
    rng = np.random.default_rng(5)
    notes = np.where(np.arange(bins) % 10 == np.arange(10)[:, None], strength, 0.0)
    power = 1 + notes[labels]
    power[1:] += tail * notes[labels[:-1]]
    return Spectra((power * rng.exponential(size=power.shape)).astype(np.float32), np.linspace(60, 4500, bins))


def labels_of(slots):
    return np.random.default_rng(6).integers(10, size=slots)


def expected(costs):
    """How many labels are wrong by their own account."""
    scores = np.exp(-(costs - costs.min(axis=1, keepdims=True)) * worth(costs))
    return float((1 - scores.max(axis=1) / scores.sum(axis=1)).sum())


def test_tails_that_are_not_there_are_not_believed():
    """With thirty spectra learnt from 800 slots by their own labels, each could be sure of all its errors."""
    truth = labels_of(800)
    heard = spectra(truth, strength=0.55, tail=0.0, bins=400)
    labels, costs = learn(heard, truth)
    fresh, tailed = learn_tails(heard, labels, worth(costs))
    wrong = (fresh != truth).sum()
    assert 50 < wrong < 200
    assert wrong < 1.25 * (labels != truth).sum()
    assert wrong / 2 < expected(tailed) < wrong * 2


def test_tails_that_are_there_are_heard():
    truth = labels_of(1500)
    heard = spectra(truth, strength=8.0, tail=0.7, bins=120)
    labels, costs = learn(heard, truth)
    assert (labels != truth).sum() > 20
    assert (learn_tails(heard, labels, worth(costs))[0] != truth).sum() < 5


def swallowed(truth, share):
    """Spectra of notes of which note 9, where it comes after note 0, sounds like note 4 but for a share of its own."""
    heard = spectra(np.where(np.roll(truth, 1) == 0, np.where(truth == 9, 4, truth), truth), 20.0, 0.0, bins=200)
    after = np.flatnonzero((truth[1:] == 9) & (truth[:-1] == 0)) + 1
    own = np.arange(200) % 10 == 9
    heard.power[np.ix_(after, own)] *= share * 20
    return heard, after


def test_a_note_that_sounds_like_another_after_a_third_is_told_by_how_often_it_comes():
    truth = labels_of(3600)
    heard, after = swallowed(truth, 0.15)
    labels, _ = learn(heard, truth)
    assert (labels[after] != 9).mean() > 0.9
    assert (learn_pairs(heard, labels)[0] != truth).sum() < 0.1 * len(after)


def test_pairs_that_are_as_usual_are_left_alone():
    truth = labels_of(1500)
    heard = spectra(truth, strength=1.5, tail=0.0, bins=120)
    labels, _ = learn(heard, truth)
    assert (labels != truth).sum() > 50
    assert (learn_pairs(heard, labels)[0] != truth).sum() < 1.25 * (labels != truth).sum()


def test_notes_that_are_told_apart_are_right_however_often_they_follow_each_other():
    truth = np.arange(1500) % 10
    assert (learn_pairs(spectra(truth, strength=20.0, tail=0.0, bins=400), truth)[0] == truth).all()
