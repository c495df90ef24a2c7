"""Digits placed in a number by their beginning."""

import math

from support.published import DIGITS

from primesong.repair.alignment import rate


def test_digits_are_rated_by_their_beginning_and_their_length(song):
    digits = song.digits
    assert len(digits) == DIGITS
    assert rate(digits) == 0
    lacking = [rate(digits[:2000] + digits[2000 + missing :]) for missing in (1, 2, 8)]
    assert lacking == [0.25, 0.5, 2]
    assert rate(digits[:1000] + digits[998:]) == 0.5
    assert rate("3" * 500) == math.inf
