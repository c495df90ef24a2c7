"""Segments of known lengths and pitches, found again in evidence made from them."""

import numpy as np
import pytest

from primesong.sound.transcribe.hands import segments
from primesong.sound.transcribe.hands.segments import REST, Evidence, Pace, find_segments

FRAMES = 2000


def make_evidence(lengths, pitches, seed=1):
    """Evidence of segments: their pitches a nat likelier in each frame, an onset's mark where each begins."""
    random = np.random.default_rng(seed)
    labels = np.repeat(pitches, lengths)
    scores = -np.ones((len(labels), 10)) - 0.5 * random.random((len(labels), 10))
    scores[np.arange(len(labels)), np.minimum(labels, 9)] = 0
    scores[labels == REST] = 0
    onset = np.full(len(labels), -5.0)
    starts = np.cumsum([0, *lengths[:-1]])
    onset[starts[np.array(pitches) != REST]] = 3.0
    rest = np.where(labels == REST, 0.0, -2.0)
    return Evidence(scores, onset, onset, rest)


def make_pace(frames, length, spread=0.2):
    return Pace(np.full(frames, np.log(length)), spread)


def test_notes_of_uneven_lengths_are_found():
    random = np.random.default_rng(2)
    lengths = random.integers(14, 28, 100)
    pitches = random.integers(0, 10, 100)
    found = find_segments(make_evidence(lengths, pitches), make_pace(lengths.sum(), 20))
    assert found.pitches.tolist() == pitches.tolist()
    assert found.lengths.tolist() == lengths.tolist()


def test_repeated_notes_are_told_apart_by_their_onsets_alone():
    lengths, pitches = np.array([20, 22, 40, 19]), np.array([3, 3, 3, 5])
    found = find_segments(make_evidence(lengths, pitches), make_pace(lengths.sum(), 21))
    assert found.lengths.tolist() == [20, 22, 40, 19]


def test_what_begins_after_another_pitch_is_not_what_begins_again():
    lengths, pitches = np.array([20, 20, 20, 20]), np.array([3, 3, 5, 3])
    told, never, loud = make_evidence(lengths, pitches), np.full(80, -9.0), np.full(80, -20.0)
    ways = (told.onset, never), (never, told.onset)
    found = [find_segments(Evidence(told.pitches, *way, loud), make_pace(80, 20)) for way in ways]
    assert found[0].pitches.tolist() == [3, 5, 3]
    assert found[1].pitches.tolist() == [3, 3, 5, 3]


def test_a_breath_is_a_rest_and_no_note():
    lengths, pitches = np.array([20, 20, 60, 20]), np.array([1, 2, REST, 2])
    found = find_segments(make_evidence(lengths, pitches), make_pace(lengths.sum(), 20))
    assert found.pitches.tolist() == [1, 2, REST, 2]
    assert found.notes.pitches.tolist() == [1, 2, 2]


def test_a_grace_note_is_part_of_a_note():
    """Three frames of another pitch, where notes have twenty."""
    lengths, pitches = np.array([20, 3, 20, 20]), np.array([1, 2, 3, 4])
    found = find_segments(make_evidence(lengths, pitches), make_pace(lengths.sum(), 20))
    assert found.pitches.tolist() == [1, 3, 4]


@pytest.mark.parametrize("length", [8, 30, 60])
def test_without_evidence_of_onsets_the_pace_divides_a_long_note(length):
    evidence = Evidence(np.zeros((4 * length, 10)), *np.zeros((2, 4 * length)), np.full(4 * length, -2.0))
    found = find_segments(evidence, make_pace(4 * length, length, 0.05))
    assert found.lengths == pytest.approx([length] * 4, abs=2)


@pytest.mark.skipif(segments.compiled is None, reason="primesong was installed without a C compiler")
def test_the_compiled_search_finds_the_same(monkeypatch):
    random = np.random.default_rng(12)
    lengths, pitches = random.integers(5, 40, 80), random.integers(0, 11, 80)
    evidence = make_evidence(lengths, pitches, 13)
    noisy = [each + random.standard_normal(each.shape) for each in (evidence.pitches, evidence.onset, evidence.again)]
    evidence = Evidence(*noisy, evidence.rest)
    pace = Pace(np.log(20 + 10 * np.sin(np.arange(lengths.sum()) / 200)), 0.3)
    fast = find_segments(evidence, pace)
    monkeypatch.setattr(segments, "compiled", None)
    slow = find_segments(evidence, pace)
    assert len(fast) > 40
    assert [fast.starts.tolist(), fast.pitches.tolist()] == [slow.starts.tolist(), slow.pitches.tolist()]


@pytest.mark.skipif(segments.compiled is None, reason="primesong was installed without a C compiler")
def test_the_compiled_search_refuses_arrays_that_do_not_fit():
    row, wide, place = np.zeros(5), np.zeros((6, 10)), np.zeros((6, 11), np.int64)
    paces = np.array([0, 0, 1, 0, 0])
    with pytest.raises(ValueError, match="do not fit"):
        segments.compiled.search(wide, row, row, row, np.zeros((1, 3)), paces, place, place.copy(), 3, 4.0)
    segments.compiled.search(wide, row, row, row, np.zeros((2, 3)), paces, place, place.copy(), 3, 4.0)
