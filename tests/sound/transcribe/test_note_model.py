"""What costs are worth, on costs whose worth is known."""

import numpy as np
import pytest

from primesong.sound.transcribe.note_model import learn, weigh, worth
from primesong.sound.transcribe.spectra import Spectra


@pytest.mark.parametrize("repeated", [1, 4, 25])
def test_repeated_evidence_is_worth_proportionally_less(repeated):
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


def test_a_rare_note_is_not_taken_for_a_common_one_that_has_its_partials():
    """Without noise: note 9, heard five times, has every second partial of note 4, heard twelve times."""
    random = np.random.default_rng(0)
    truth = random.permutation(np.repeat(np.arange(10), [12] * 9 + [5]))
    partials = np.arange(800) % 18 == 2 * np.arange(9)[:, None]
    octave = np.arange(800) % 36 == 2 * 4
    power = (0.001 + np.vstack([partials, octave]))[truth] * random.exponential(size=(len(truth), 800))
    labels, _ = learn(Spectra(power.astype(np.float32), np.linspace(60, 4500, 800)), truth)
    assert labels.tolist() == truth.tolist()


def test_six_slots_tell_that_partials_are_missing():
    """Note 9 has half of the partials of note 4, as its octave has, and is rare."""
    truth = np.random.default_rng(8).integers(9, size=90)
    truth[::15] = 9
    random = np.random.default_rng(9)
    partials = np.arange(300) % 9 == np.arange(9)[:, None]
    octave = partials[4] & (np.arange(300) % 2 == 0)
    power = (0.001 + np.vstack([partials, octave]))[truth] * random.exponential(size=(90, 300))
    labels, costs = learn(Spectra(power.astype(np.float32), np.linspace(60, 4500, 300)), truth)
    assert labels.tolist() == truth.tolist()
    assert np.exp(weigh(costs)).max(axis=1).min() > 0.99
