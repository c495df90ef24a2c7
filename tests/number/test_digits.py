import pytest

from primesong.errors import PrimesongError
from primesong.limits import DEFAULT_LIMITS
from primesong.number.digits import parse, to_digits, to_number


@pytest.mark.parametrize("digits", ["0", "7", "10", "9" * 10_000])
def test_digits_come_back(digits):
    assert to_digits(to_number(digits)) == digits


@pytest.mark.parametrize("digits", ["", "01", "-1", "1 2", "1.5", "٣", "0x1f"])
def test_what_is_not_digits_is_refused(digits):
    with pytest.raises(ValueError, match="0 to 9"):
        to_number(digits)


def test_a_negative_number_is_refused():
    with pytest.raises(ValueError, match="-1"):
        to_digits(-1)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("256692\n", 256692),
        (" 1_000,000 \r\n 7", 10000007),
        ("0xFF", 255),
        ("0", 0),
        ("twelve", None),
        ("12a", None),
        ("", None),
        ("٣", 3),
        ("१२३ ४५०", 123450),
        ("１２3", 123),
        ("²", None),
        ("x = 3", None),
    ],
)
def test_a_number_is_read_as_people_write_it(text, number):
    assert parse(text) == number


def test_a_leading_zero_is_named():
    with pytest.raises(PrimesongError, match="begins with a zero"):
        parse("0123")


def test_too_many_digits_are_named():
    with pytest.raises(PrimesongError, match="more than 10,000,000 digits, the limit for reading"):
        parse("1" * (DEFAULT_LIMITS.digits + 1))


@pytest.mark.parametrize(
    "text", ["12\u00a0345\u202f678", "12345\\\n678", "12345\\\r\n678\n", "\ufeff12345678", "123\u200b45\u2009678"]
)
def test_numbers_are_read_as_pages_and_bc_write_them(text):
    assert parse(text) == 12_345_678
    assert parse(text + "\u00a0x") is None
