"""What a number's first digits tell. The published number's figures are the issue's own."""

import gzip
import itertools

import gmpy2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.published import PROGRAM_BYTES, PROGRAM_FIRST_LINE

from primesong.number.payload import PROGRAM_LIMIT
from primesong.number.unfolding import certain_bytes, inflate, program_so_far, unfold

PROGRAM = "print('सा रे ग')\n# नि\n" * 3


def number_of(program: bytes, padding: int = 4) -> str:
    return str(int.from_bytes(gzip.compress(program, mtime=0) + bytes(padding), "big"))


def brute(digits: str, k: int) -> int:
    """Count the bytes that the two ends of the interval share, written out in full."""
    rest = 10 ** (len(digits) - k)
    low, high = (f"{end:x}" for end in (int(digits[:k] or "0") * rest, int(digits[:k] or "0") * rest + rest - 1))
    if len(low) != len(high):
        return 0
    low, high = ("0" * (len(text) % 2) + text for text in (low, high))
    count = 0
    while count < len(low) // 2 and low[: 2 * count + 2] == high[: 2 * count + 2]:
        count += 1
    return 0 if int(low, 16) == 0 else count


def edges() -> st.SearchStrategy[int]:
    """Numbers whose digits and bytes both end in runs of one digit: there the two intervals' ends meet."""
    powers = st.builds(lambda base, exponent, more: base**exponent + more, st.sampled_from([2, 10, 256, 20]),
                       st.integers(0, 120), st.integers(-300, 300))  # fmt: skip
    return st.one_of(powers, st.builds(lambda a, b: 10**a + 10**b + 1, st.integers(0, 200), st.integers(0, 60)))


@given(st.one_of(st.integers(0, 10**150), edges().map(abs)).map(str))
def test_the_certain_bytes_are_those_that_brute_force_finds(digits):
    certain = unfold(digits).certain
    assert list(certain) == [brute(digits, k) for k in range(len(digits) + 1)]
    assert list(certain) == sorted(certain)


@given(st.text("0123456789", min_size=1, max_size=80))
def test_leading_zeros_are_no_bytes(digits):
    assert list(unfold(digits).certain) == [brute(digits, k) for k in range(len(digits) + 1)]


@given(st.one_of(st.integers(1, 10**150), edges().map(abs)).map(str), st.data())
def test_one_prefix_alone_gives_what_the_walk_gives(digits, data):
    k = data.draw(st.integers(0, len(digits)))
    number = int(digits)
    whole = number.to_bytes((number.bit_length() + 7) // 8, "big")
    assert certain_bytes(digits[:k], len(digits)) == whole[: unfold(digits).certain[k]]


@given(st.text(max_size=400), st.integers(0, 6))
def test_every_prefix_tells_a_prefix_of_the_program(program, padding):
    digits = number_of(program.encode("utf-8", "replace"), padding)
    unfolding = unfold(digits)
    whole = program.encode("utf-8", "replace").decode()
    assert unfolding.text(len(digits)) == whole
    texts = [unfolding.text(k) for k in range(len(digits) + 1)]
    assert texts[0] == ""
    assert all(whole.startswith(text) for text in texts)
    assert all(later.startswith(text) for text, later in itertools.pairwise(texts))


def test_one_prefix_alone_gives_the_same_program():
    digits = number_of(PROGRAM.encode())
    unfolding = unfold(digits)
    for k in range(0, len(digits) + 1, 7):
        assert program_so_far(digits[:k], len(digits)) == unfolding.program[: unfolding.unpacked[k]]


def test_an_unfinished_character_is_held_back_until_its_bytes_are_there():
    unfolding = unfold(number_of("ध".encode() * 40 + "नि".encode()))
    assert all("\ufffd" not in unfolding.text(k) for k in range(len(unfolding.unpacked)))


def test_bytes_that_are_no_text_are_shown_as_replaced():
    unfolding = unfold(number_of(b"a\xff\xc3"))
    assert unfolding.text(len(unfolding.certain) - 1) == "a\ufffd\ufffd"


def test_the_published_number_types_its_program_as_the_song_plays(song):
    unfolding = unfold(song.digits)
    lengths = [len(unfolding.text(k)) for k in range(len(song.digits) + 1)]
    per_second = 4
    assert (lengths[180], lengths[181]) == (0, 1)  # 0:45
    assert lengths[(3 * 60 + 45) * per_second] == 450
    assert lengths[(7 * 60 + 30) * per_second] == 1_333
    assert lengths[3_580] == PROGRAM_BYTES
    assert unfolding.text(400).startswith(PROGRAM_FIRST_LINE.decode() + "\n")
    assert unfolding.program == song.program


@pytest.mark.parametrize("digits", ["0", "7", "2997", "9" * 100, "1" + "0" * 200])
def test_numbers_without_a_gzip_member_hold_no_program(digits):
    unfolding = unfold(digits)
    assert unfolding.program == b""
    assert set(unfolding.unpacked) == {0}
    assert len(unfolding.certain) == len(digits) + 1


def test_a_damaged_member_gives_what_comes_before_the_damage():
    member = bytearray(gzip.compress(bytes(range(256)) * 4, mtime=0))
    member[-8] ^= 1  # RFC 1952, 2.3.1: CRC-32
    assert unfold(str(int.from_bytes(member, "big"))).program == bytes(range(256)) * 4
    member[10] |= 6  # RFC 1951, 3.2.3: a block of a type that there is not
    assert unfold(str(int.from_bytes(member, "big"))).program == b""


def test_no_program_grows_beyond_the_limit():
    digits = gmpy2.mpz(int.from_bytes(gzip.compress(bytes(2 * PROGRAM_LIMIT), mtime=0), "big")).digits()
    assert len(unfold(digits).program) == PROGRAM_LIMIT
    assert [len(program) for program in inflate(gzip.compress(b"abcdefgh"), 5)][-1] == 5


def test_bad_calls_are_refused():
    with pytest.raises(ValueError, match="digits are 0 to 9"):
        unfold("12a")
    with pytest.raises(ValueError, match="a number of 2 digits does not begin with 3"):
        certain_bytes("123", 2)
