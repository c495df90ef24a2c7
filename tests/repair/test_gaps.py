"""Digits that are missing, or too many, in one place or two, filled in by a coda; with wrong digits beside."""

import random

import pytest

from primesong.repair import coda

DIGITS = "".join(random.Random(8).choices("0123456789", k=3600))
CODA = coda.make(DIGITS, coda.choose_length(3600, 0.05, 16), "430")


def refill(heard, places):
    right = coda.refill(heard, CODA, 3600, "430", places)
    return right and right[:3600]


def damage(deleted=(), doubled=(), wrong=()):
    """The digits with some missing, some twice, and some wrong."""
    digits = list(DIGITS)
    for place in wrong:
        digits[place] = str(9 - int(digits[place]))
    for place in doubled:
        digits[place] *= 2
    for place in deleted:
        digits[place] = ""
    return "".join(digits)


@pytest.mark.parametrize("place", [0, 1, 17, 1800, 3560])
@pytest.mark.parametrize("missing", [1, 2, 40])
def test_digits_missing_in_one_place_are_filled_in(place, missing):
    assert refill(damage(deleted=range(place, place + missing)), 1) == DIGITS


def test_what_is_there_twice_is_left_out():
    assert refill(DIGITS[:1234] + DIGITS[1200:], 1) == DIGITS


def test_wrong_digits_beside_a_missing_one_are_corrected():
    assert refill(damage(deleted=[700], wrong=[30, 1500, 2200, 2201, 3599]), 1) == DIGITS


@pytest.mark.parametrize("first", [5, 900, 3300])
@pytest.mark.parametrize("apart", [60, 250])
def test_a_digit_is_missing_and_another_there_twice(first, apart):
    assert refill(damage(deleted=[first], doubled=[first + apart]), 2) == DIGITS
    assert refill(damage(deleted=[first + apart], doubled=[first]), 2) == DIGITS


def test_digits_missing_in_two_places_with_wrong_ones_between():
    assert refill(damage(deleted=[400, 410, 2900], wrong=[100, 1500, 3500]), 2) == DIGITS


def test_two_places_are_not_one():
    assert refill(damage(deleted=[400, 2900]), 1) is None


def test_as_many_digits_as_there_should_be_lack_none_in_one_place():
    assert refill(damage(wrong=[5]), 1) is None


def test_more_places_than_two_are_not_filled():
    assert refill(damage(deleted=[400, 1700, 2900]), 2) is None


def test_other_digits_are_not_made_to_fit():
    other = "".join(random.Random(9).choices("0123456789", k=3599))
    assert refill(other, 1) is None
    assert refill(other, 2) is None


def test_the_shortest_coda_fills_what_it_can_and_nothing_wrong():
    digits = DIGITS[:100]
    after = coda.make(digits, coda.choose_length(100, 0.05), "430")
    for place in (0, 40, 99):
        assert coda.refill(digits[:place] + digits[place + 1 :], after, 100, "430") == digits + after
    assert coda.refill(digits[:30] + digits[31:60] + digits[61:], after, 100, "430", 2) in {None, digits + after}
