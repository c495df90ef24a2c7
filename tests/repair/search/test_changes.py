"""Numbers that differ in one digit, by arithmetic and by their digits."""

import gmpy2
import pytest

from primesong.repair.search.changes import (
    DELETE,
    INSERT,
    REPLACE,
    find_place,
    generate_changes,
    to_bytes,
    to_mpz,
    to_text,
)

TEXT = "314159265358979323846264338327950288419716939937510582097494459"
DIGITS = bytes(map(int, TEXT))


@pytest.mark.parametrize("places", [range(5), range(20, 40), range(60, 63)])
def test_every_change_is_that_of_the_digits(places):
    found = [change[:3] for change in generate_changes(to_mpz(DIGITS), DIGITS, places, (REPLACE, INSERT, DELETE))]
    expected = {(place, REPLACE, digit) for place in places for digit in range(10) if digit != DIGITS[place]}
    expected |= {(place, INSERT, digit) for place in places for digit in range(10)}
    expected |= {(place, DELETE, 0) for place in places}
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_changed_numbers_have_the_changed_digits():
    for change in generate_changes(to_mpz(DIGITS), DIGITS, range(30, 63), (REPLACE, INSERT, DELETE), following=7):
        place, digit = change.place, str(change.digit)
        text = {
            REPLACE: TEXT[:place] + digit + TEXT[place + 1 :],
            INSERT: TEXT[:place] + digit + TEXT[place:-1],
            DELETE: TEXT[:place] + TEXT[place + 1 :] + "7",
        }[change.shift]
        assert str(change.number) == text


def test_last_bits_can_be_left_out():
    whole = list(generate_changes(to_mpz(DIGITS), DIGITS, range(8), (REPLACE, INSERT, DELETE)))
    short = list(generate_changes(to_mpz(DIGITS), DIGITS, range(8), (REPLACE, INSERT, DELETE), dropped_bits=80))
    for one, other in zip(whole, short, strict=True):
        assert abs((one.number >> 80) - other.number) <= 10


def test_numbers_are_written_as_text_and_bytes():
    assert to_text(DIGITS) == TEXT
    assert to_bytes(gmpy2.mpz(0x1F8B08)) == bytes.fromhex("1f8b08")


def test_a_bit_is_decided_by_a_digit():
    """10^17 lies between 2^56 and 2^57: with 56 bits left, the digit before the last 16 decides."""
    assert find_place(56, 20) == 3
    assert find_place(0, 20) == 19
    assert find_place(1000, 20) == 0
