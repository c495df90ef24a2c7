"""How a number's QR code grows: what segno draws of numbers that differ from a digit on, and of their beginnings."""

import pytest
import segno

from primesong.score.qr.growth import grow_qr


def list_modules(digits, mask):
    """List a code's modules, column by column."""
    code = segno.make(digits, error="L", mode="numeric", mask=mask, boost_error=False, micro=False)
    return [bool(row[column]) for column in range(len(code.matrix)) for row in code.matrix]


@pytest.mark.parametrize("length", [7, 153, 3600, 7089])
@pytest.mark.parametrize("share", [0.0, 0.4, 0.99])
def test_no_module_is_fixed_that_a_later_digit_changes(length, share):
    digits = ("31415926535897932384626433832795" * 222)[:length]
    place = int(share * length)
    later = str((int(digits[place]) + 1) % 10)
    growth = grow_qr(digits)
    mask = segno.make(digits, error="L", mode="numeric", boost_error=False, micro=False).mask
    assert growth.dark == list_modules(digits, mask)
    other = list_modules(digits[:place] + later + digits[place + 1 :], mask)
    changed = [fixed for fixed, one, two in zip(growth.fixed, growth.dark, other, strict=True) if one != two]
    assert place < min(changed) <= place + 10  # three digits are ten bits, a codeword is eight


def test_what_the_standard_draws_itself_is_there_from_the_beginning():
    """The finder pattern in the upper left corner, and the timing pattern (ISO/IEC 18004, 6.3.3 and 6.3.5)."""
    growth = grow_qr("31415926535897932384626433832795")
    side = growth.side
    assert [growth.fixed[side * column + row] for column in range(8) for row in range(8)] == [0] * 64
    assert [growth.fixed[side * 6 + row] for row in range(side)] == [0] * side
    assert growth.dark[:8] == [True] * 7 + [False]


def test_all_is_fixed_once_the_last_digit_is_there():
    growth = grow_qr("3" * 100)
    assert max(growth.fixed) == 100
    assert grow_qr("7" * 7_090) is None
