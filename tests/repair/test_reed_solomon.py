"""The code of a coda, by its definition; what it corrects is tested with the coda's digits."""

import pytest

from primesong.repair.reed_solomon import encode, fill, read_symbols, write_symbols


def multiplied(one, other):
    """A product in GF(2^10), by the definition."""
    product = 0
    for bit in range(10):
        if other >> bit & 1:
            product ^= one << bit
    for bit in range(19, 9, -1):
        if product >> bit & 1:
            product ^= 0x409 << bit - 10
    return product


def test_parity_is_zero_at_the_roots_of_the_code():
    """Data and parity, read as a polynomial, are zero at 2^0 to 2^6."""
    symbols = [314, 159, 265, 358, 979, 323, 846, 264, 338, 327, 950, 288, 419, 710]
    symbols += encode(symbols, 7)
    root = 1
    for _ in range(7):
        value = 0
        for symbol in symbols:
            value = multiplied(value, root) ^ symbol
        assert value == 0
        root = multiplied(root, 2)


def test_blocks_have_equal_parity():
    with pytest.raises(ValueError, match="1,200 symbols in 2 blocks cannot have 5 parity symbols"):
        encode([1] * 1200, 5)


def test_lost_symbols_are_filled_in():
    data = [(7 * place) % 1000 for place in range(90)]
    check = encode(data, 12)
    lost = range(30, 40)
    heard = [0 if place in lost else symbol for place, symbol in enumerate(data)]
    assert fill(heard, check, lost) == data
    assert fill(heard, check, range(30, 41)) is None


def test_symbols_are_three_digits():
    assert read_symbols("3141592") == [314, 159, 200]
    assert write_symbols([314, 159, 200], 7) == "3141592"
    assert write_symbols([1023, 1000], 6) == "023000"
