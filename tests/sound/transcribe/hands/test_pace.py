"""The pace of lengths drawn around a known one."""

import numpy as np
import pytest

from primesong.sound.transcribe.hands.pace import first_pace, follow_pace
from primesong.sound.transcribe.hands.segments import Segments


def make_notes(lengths):
    stops = np.cumsum(np.rint(lengths).astype(int))
    return Segments(np.concatenate([[0], stops[:-1]]), stops, np.zeros(len(stops), int))


def test_a_tempo_that_wanders_is_followed():
    random = np.random.default_rng(1)
    true = np.log(20) + 0.3 * np.sin(np.arange(400) / 40)
    notes = make_notes(np.exp(true + 0.08 * random.standard_normal(400)))
    pace = follow_pace(notes, int(notes.stops[-1]))
    assert np.abs(pace.local[notes.starts] - true).mean() < 0.04
    assert pace.spread == pytest.approx(0.08, abs=0.04)


def test_breaths_and_held_notes_do_not_change_the_pace():
    lengths = np.full(200, 20.0)
    lengths[15::16] = 80
    notes = make_notes(lengths)
    pace = follow_pace(notes, int(notes.stops[-1]))
    assert np.exp(pace.local) == pytest.approx(20, rel=0.05)


def test_what_is_far_from_the_pace_is_dear():
    pace = first_pace(100)
    prices = pace.price(np.array([21, 42, 5]), pace.local[0])
    assert prices[0] > prices[1] > prices[2]
    assert prices[2] == -np.inf
