"""Pieces of one song laid over each other by their notes."""

import numpy as np
import pytest

from primesong.repair.posterior import repair
from primesong.sound.hear.joining import combine


def heard(notes, seed, wrong=0.02):
    """Log-probabilities of notes, of which some are heard wrong, and as doubtful."""
    chance = np.random.default_rng(seed)
    rows = np.full((len(notes), 10), np.log(0.001))
    rows[np.arange(len(notes)), notes] = np.log(0.991)
    for place in np.flatnonzero(chance.random(len(notes)) < wrong):
        if place < 24:  # gzip's header, which is known
            continue
        rows[place] = np.log(0.05)
        rows[place, chance.integers(10)] = np.log(0.55)
    return rows


@pytest.fixture(scope="module")
def notes(song):
    return np.array([int(digit) for digit in song.digits])


def test_a_beginning_and_an_end_that_overlap_make_the_song(notes, song):
    rows, found = combine(heard(notes[:2000], 1, 0.004), len(notes), [heard(notes[1960:], 2, 0.004)])
    assert found == [0]
    assert repair(rows, 300).program == song.program


def test_a_piece_longer_than_the_song_is_cut(notes):
    around = np.concatenate([notes[::-1][:50], notes, notes[:70]])
    rows, found = combine(heard(notes[:500], 3), len(notes), [heard(around, 4)])
    assert found == [0]
    assert (rows.argmax(axis=1) == notes).mean() > 0.97


def test_a_piece_is_placed_by_another_piece(notes):
    """The last piece meets the first only through the one between."""
    pieces = [heard(notes[2900:], 5), heard(notes[1400:3000], 6)]
    rows, found = combine(heard(notes[:1500], 7), len(notes), pieces)
    assert found == [0, 1]
    assert (rows.argmax(axis=1) == notes).mean() > 0.97


def test_a_piece_of_another_song_is_not_placed(notes):
    other = np.random.default_rng(8).integers(0, 10, 900)
    rows, found = combine(heard(notes[:2000], 9), len(notes), [heard(other, 10), heard(notes[2100:], 11)])
    assert found == []
    assert np.allclose(rows[2000:], np.log(0.1))
