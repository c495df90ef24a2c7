"""Where a song begins: found in the middle of other notes, and with the right length and digits."""

import numpy as np
import pytest

from primesong.sargam.raga import NAT_BHAIRAV
from primesong.sound.hear.opening import SLACK, find_openings, find_openings_anywhere


def rows_of(notes):
    rows = np.full((len(notes), 10), np.log(0.001))
    rows[np.arange(len(notes)), notes] = np.log(0.991)
    return rows


@pytest.fixture
def notes(short):
    return np.searchsorted(NAT_BHAIRAV.heights, short.setting.mapping.to_semitones(short.number_digits))


def digits_of(opening, notes):
    """The digits of notes, where the opening tells them; a dot where it does not."""
    return "".join(str(opening.digits[note]) if opening.digits[note] >= 0 else "." for note in notes)


def agrees(read, digits):
    return all(one in (".", other) for one, other in zip(read, digits, strict=True))


def test_a_song_is_found_near_where_it_is_heard(notes, short):
    best = find_openings(rows_of(notes), 3, len(notes) - 2)[0]
    assert (best.start, best.length) == (0, len(notes))
    assert short.number_digits.startswith(best.known)
    assert agrees(digits_of(best, notes), short.number_digits)
    assert any(agrees(digits_of_reading(reading, notes), short.number_digits) for reading in best.readings())


def digits_of_reading(reading, notes):
    assert sorted(reading) == list(range(10))
    return "".join(str(reading[note]) for note in notes)


def test_a_song_is_found_anywhere_though_its_end_is_not_heard(notes):
    around = np.random.default_rng(4).integers(0, 10, 700)
    rows = rows_of(np.concatenate([around, notes[:200]]))
    best = find_openings_anywhere(rows)[0]
    assert (best.start, best.length) == (700, len(notes))
    assert best.is_certain


def test_two_wrong_notes_do_no_harm(notes):
    heard = notes.copy()
    heard[[5, 11]] = (heard[[5, 11]] + 3) % 10
    best = find_openings(rows_of(heard), 0, len(heard))[0]
    assert (best.start, best.length) == (0, len(notes))


def test_random_notes_do_not_begin_like_a_song():
    assert find_openings_anywhere(rows_of(np.random.default_rng(5).integers(0, 10, 4000))) == []
    assert find_openings_anywhere(rows_of(np.arange(SLACK))) == []


@pytest.mark.parametrize("seed", range(5))
def test_random_notes_between_known_ends_begin_like_a_song_no_more_than_by_chance(seed):
    rows = rows_of(np.random.default_rng(seed).integers(0, 10, 445))
    assert find_openings(rows, 0, len(rows)) == []
