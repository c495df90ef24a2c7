"""Wrong digits corrected by what the number must satisfy, with and without knowing which are doubtful."""

import numpy as np
import pytest
from support.damage import change_digit, change_digits

from primesong.errors import NoProgramError
from primesong.repair.posterior import repair


def table(digits, likely=0.91):
    """Log-probabilities of digits that are all equally sure."""
    out = np.full((len(digits), 10), np.log((1 - likely) / 9))
    out[np.arange(len(digits)), [int(digit) for digit in digits]] = np.log(likely)
    return out


def test_what_is_right_stays(song):
    repaired = repair(table(song.digits), 10)
    assert (repaired.digits, repaired.program, repaired.corrections) == (song.digits, song.program, ())


@pytest.mark.parametrize("place", [30, 1234, 3550])
def test_one_wrong_digit_is_found_without_any_hint(place, song):
    wrong = change_digit(song.digits, place, by=5)
    repaired = repair(table(wrong), 120)
    assert repaired.digits == song.digits
    assert [(change.place, change.heard, change.digit) for change in repaired.corrections] == [
        (place, wrong[place], song.digits[place])
    ]


def test_doubtful_digits_are_corrected_in_the_order_of_their_doubt(song):
    """Five wrong digits among fifteen doubtful ones."""
    random = np.random.default_rng(13)
    places = random.choice(np.arange(40, 3500), 15, replace=False)
    probabilities = table(song.digits, 0.9999)
    for order, place in enumerate(places):
        right = int(song.digits[place])
        other = (right + 5) % 10
        probabilities[place] = np.log(1e-6)
        probabilities[place, [right, other]] = np.log([0.45, 0.55] if order < 5 else [0.6, 0.4])
    repaired = repair(probabilities, 60)
    assert repaired.digits == song.digits
    assert len(repaired.corrections) == 5


def test_too_many_wrong_digits_are_admitted(song):
    random = np.random.default_rng(14)
    wrong = change_digits(song.digits, random.choice(np.arange(40, 3500), 300, replace=False), by=5)
    with pytest.raises(NoProgramError, match="no program was found among the"):
        repair(table(wrong), 0.4)


def test_a_table_of_another_shape_is_a_wrong_call():
    with pytest.raises(ValueError, match="digits, 10"):
        repair(np.zeros((5, 12)), 1)
