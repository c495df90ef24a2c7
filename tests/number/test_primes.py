import gmpy2
import pytest
from published import MEMBER_BYTES, OFFSET, TRAILING_BYTES

from primesong.errors import PrimesongError
from primesong.number.payload import pack
from primesong.number.primes import find_prime, is_probable_prime, leading_bytes


def test_the_published_number_is_where_it_was_published(song):
    data = leading_bytes(song.number)
    assert len(data) == MEMBER_BYTES + TRAILING_BYTES
    assert int.from_bytes(data[MEMBER_BYTES:], "big") == OFFSET
    assert is_probable_prime(song.number)
    assert not is_probable_prime(song.number + 2)


@pytest.mark.parametrize("program", [b"", b"x", b"print(1)\n"])
def test_the_prime_is_the_smallest_above_its_base(program):
    payload = pack(program)
    base = int.from_bytes(payload, "big") << 32
    prime = find_prime(payload)
    assert prime == gmpy2.next_prime(base)
    assert leading_bytes(prime)[: len(payload)] == payload


def test_a_base_that_is_prime_is_its_own_answer():
    assert find_prime(b"\x0d", padding=0) == 13


def test_too_little_padding_is_named():
    with pytest.raises(PrimesongError, match="more padding"):
        find_prime(b"\x0e", padding=0)
