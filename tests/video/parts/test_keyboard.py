"""The keys lie as on a harmonium."""

from itertools import pairwise

import pytest

from primesong.video.parts.keyboard import lay_keys


@pytest.mark.parametrize(("lowest", "highest"), [(49, 66), (59, 79), (48, 76), (40, 90)])
def test_keys_reach_from_a_c_over_all_notes(lowest, highest):
    keys = lay_keys(lowest, highest, 680, 180)
    notes = sorted(key.note for key in keys)
    assert notes == list(range(notes[0], notes[-1] + 1))
    assert notes[0] % 12 == 0
    assert notes[0] <= lowest
    assert highest <= notes[-1]


def test_white_keys_stand_side_by_side_and_black_ones_between_them():
    keys = lay_keys(49, 66, 680, 180)
    white = [key for key in keys if not key.is_black]
    assert len(white) == 17
    assert all(one.left + one.width == pytest.approx(other.left) for one, other in pairwise(white))
    assert {key.note % 12 for key in keys if key.is_black} == {1, 3, 6, 8, 10}
    for key in keys:
        if key.is_black:
            [below] = [one for one in white if one.note == key.note - 1]
            assert key.left < below.left + below.width < key.left + key.width
            assert key.height < below.height
