import gmpy2
import pytest
from support.published import MEMBER_BYTES, OFFSET, TRAILING_BYTES

from primesong.errors import PrimesongError
from primesong.number.padding import base_of, leading_bytes
from primesong.number.payload import pack
from primesong.primes.next_prime import find_prime
from primesong.primes.primality import is_probable_prime


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


def test_the_published_member_gives_the_published_number(song):
    start = OFFSET // 2 - 160  # the last tests only; the whole search is a benchmark
    assert find_prime(song.payload, start=start) == song.number
    assert song.number - base_of(song.payload) == OFFSET


@pytest.mark.parametrize("workers", [1, 2])
def test_a_longer_program(workers):
    payload = pack(bytes(range(256)))
    assert find_prime(payload, workers=workers) == gmpy2.next_prime(base_of(payload) - 1)


@pytest.mark.parametrize("payload", [b"\0", b"\1", b"\2", b"\3", b"\x1f\x8b"])
@pytest.mark.parametrize("padding", [1, 4])
def test_tiny_payloads(payload, padding):
    assert find_prime(payload, padding) == gmpy2.next_prime(base_of(payload, padding) - 1)
