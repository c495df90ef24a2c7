"""Digits placed in a number by their beginning."""

import math

import pytest
from support.published import DIGITS

from primesong.repair.alignment import find_heard, rate


def test_digits_are_rated_by_their_beginning_and_their_length(song):
    digits = song.digits
    assert len(digits) == DIGITS
    assert rate(digits) == 0
    lacking = [rate(digits[:2000] + digits[2000 + missing :]) for missing in (1, 2, 8)]
    assert lacking == [0.25, 0.5, 2]
    assert rate(digits[:1000] + digits[998:]) == 0.5
    assert rate("3" * 500) == math.inf


@pytest.mark.parametrize(
    ("heard", "count"),
    [
        ("14146715154150135198489", 17),
        ("14146715154150135519848", 17),  # the last known one twice, or one of those after it
        ("14146715154150133519848", 18),  # the one before it twice
        ("14146711515415013519848", 18),
        ("14146715154150131984890", 16),  # without the last
        ("14146715541501351984890", 16),
        ("14146715154190135198489", 17),  # a wrong one
    ],
)
def test_the_known_digits_are_found_though_one_is_missing_or_twice(heard, count):
    assert find_heard(heard, "14146715154150135") == count
