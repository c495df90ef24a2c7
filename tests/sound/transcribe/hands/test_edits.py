"""What else a note may be, weighed in evidence whose sums are worked out by hand."""

import numpy as np
import pytest

from primesong.sound.transcribe.hands.edits import weigh_edits
from primesong.sound.transcribe.hands.segments import REST, Evidence, Pace, Segments

SPREAD = 0.2

#: What a note of the pace's length earns: a log-normal density at its mean, and one of ten.
NORMAL = -np.log(SPREAD) - np.log(10)


def weigh(lengths, pitches, onsets, rest=-2.0):
    """Weigh segments, each explained by its pitch alone, with onsets at some frames, where notes have twenty."""
    labels = np.repeat(pitches, lengths)
    scores = np.where(np.arange(10) == labels[:, None], 0.0, -1.0)
    onset = np.full(len(labels), -20.0)
    onset[list(onsets)] = list(onsets.values())
    stops = np.cumsum(lengths)
    evidence = Evidence(scores, onset, onset, np.full(len(labels), rest))
    segments = Segments(stops - lengths, stops, np.array(pitches))
    return weigh_edits(segments, evidence, Pace(np.full(len(labels), np.log(20)), SPREAD))


def test_a_held_note_may_be_three():
    costs = weigh([20, 60, 20], [1, 3, 5], {0: 3.0, 20: 3.0, 40: -4.0, 60: -4.0, 80: 3.0})
    # held, it costs 5.5; as three it is thrice as long as it should be, and begins twice where little begins
    three = 3 * -np.log(SPREAD) - 2 * (np.log(10) + 4.0)
    assert costs[1, 1] == pytest.approx((-5.5 - three) / 2, abs=0.01)
    assert min(costs[0, 1], costs[2, 1]) > 15


def test_a_note_in_silence_may_be_a_rest():
    costs = weigh([20, 20, 20], [1, 3, 5], {0: 3.0, 20: 2.0, 40: 3.0}, rest=0.0)
    assert costs[1, 0] == pytest.approx(NORMAL + 2.0 + 4.0, abs=0.01)


def test_a_note_beside_a_rest_may_be_a_part_of_it():
    costs = weigh([20, 20, 30, 20], [1, 3, REST, 5], {0: 3.0, 20: 2.0, 70: 3.0}, rest=0.0)
    assert costs.shape == (3, 2)
    assert costs[1, 0] == pytest.approx(NORMAL + 2.0, abs=0.01)


def test_the_second_of_two_notes_may_be_the_end_of_the_first():
    costs = weigh([20, 20, 20], [3, 3, 5], {0: 3.0, 20: 1.0, 40: 3.0})
    # of twice the length, the first is held, or ln 2 / 0.2 standard deviations too long
    longer = np.log(np.exp(-0.5 * (np.log(2) / SPREAD) ** 2) / SPREAD + np.exp(-5.5))
    assert costs[1, 0] == pytest.approx(-np.log(SPREAD) + NORMAL + 1.0 - longer, abs=0.01)
    assert costs[2, 0] > 20
