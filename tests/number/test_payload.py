import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primesong.errors import NoProgramError, PrimesongError, TooLongError
from primesong.number.payload import COMPRESSORS, HEADER, check_payload, pack, pack_best, unpack

PROGRAM = b"print('sa re ga')\n" * 7


def test_the_header_is_the_same_everywhere():
    assert pack(PROGRAM)[:10] == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255])


def test_others_read_what_we_pack():
    assert gzip.decompress(pack(PROGRAM)) == PROGRAM


def test_we_read_what_others_pack():
    assert unpack(gzip.compress(PROGRAM) + b"\0\0\x13\x9b") == (PROGRAM, gzip.compress(PROGRAM))


def test_what_follows_the_member_is_left_out():
    member = pack(PROGRAM)
    assert unpack(member + bytes(4)) == (PROGRAM, member)


def broken(member: bytes, place: int, value: int) -> bytes:
    return member[:place] + bytes([member[place] ^ value]) + member[place + 1 :]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "holds no program: its first bytes are missing"),
        (b"\x1f\x8c\x08", "holds no program: its first bytes are 1f 8c 08"),
        (HEADER, "cut short"),
        (pack(PROGRAM)[:-1], "cut short"),
        (broken(pack(PROGRAM), -1, 1), "incorrect length check"),
        (broken(pack(PROGRAM), -8, 1), "incorrect data check"),
        (broken(pack(PROGRAM), 10, 6), "damaged"),
        (broken(pack(PROGRAM), 3, 0xE0), "unknown header flags"),
    ],
)
def test_damage_is_named(data, message):
    with pytest.raises(NoProgramError, match=message):
        unpack(data)


def test_a_bomb_is_not_unpacked():
    bomb = pack(bytes(50_000_000))
    assert len(bomb) < 60_000
    with pytest.raises(NoProgramError, match="longer than 1,048,576 bytes"):
        unpack(bomb)


@pytest.mark.parametrize("length", [0, 1, 999, 1000])
def test_the_limit_is_the_longest_program_allowed(length):
    program = bytes(length)
    assert unpack(pack(program), 1000) == (program, pack(program))
    with pytest.raises(NoProgramError, match="longer than 1,000 bytes"):
        unpack(pack(bytes(1001)), 1000)


def test_what_gnu_gzip_packed_is_read_backward():
    """printf 'sa re ga\\n' | gzip -n9"""
    member = bytes.fromhex("1f8b08000000000002032b4e54284a55484fe4020093e77a9a09000000")
    assert unpack(member)[0] == b"sa re ga\n"


@pytest.mark.parametrize("compressor", COMPRESSORS)
@given(program=st.binary(max_size=300))
def test_what_is_packed_is_unpacked(compressor, program):
    payload = pack(program, compressor)
    assert payload.startswith(HEADER)
    assert unpack(payload) == (program, payload)
    assert gzip.decompress(payload) == program
    assert check_payload(payload) == payload


@pytest.mark.parametrize("program", [PROGRAM, b""])
def test_the_best_encoding_is_one_and_no_longer(program):
    best = pack_best(program)
    assert unpack(best) == (program, best)
    assert len(best) <= len(pack(program, "zopfli"))


def test_zopfli_is_shorter(song):
    assert len(pack(song.program, "zopfli")) == 1472  # the figure of the issue, by another build of zopfli
    assert len(pack(song.program, "zlib")) == 1491


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "the payload is empty"),
        (b"print(1)", "holds no program: its first bytes are 70 72 69"),
        (pack(b"x" * 50)[:-3], "cut short"),
        (pack(b"x" * 50) + b"\0\0", r"the payload is \d+ bytes long, but its gzip member only \d+"),
        (pack(b"x") + pack(b"y"), "the payload is 42 bytes long, but its gzip member only 21"),
        (pack(b"abc")[:-8] + bytes(8), "incorrect data check"),
    ],
)
def test_ready_payloads_that_are_none(data, fault):
    with pytest.raises(PrimesongError, match=fault):
        check_payload(data)


def test_unknown_compressor():
    with pytest.raises(ValueError, match="compressor must be one of zopfli, zlib, got 'lzma'"):
        pack(b"", "lzma")


@pytest.mark.parametrize("parts", [(b"first, ", b"second"), (b"", b"x"), (b"a", b"b", b"c" * 1000)])
def test_what_several_members_hold_follows_each_other_as_gunzip_says(parts):
    data = b"".join(gzip.compress(part) for part in parts)
    assert unpack(data + bytes(4)) == (b"".join(parts), data)
    assert gzip.decompress(data) == b"".join(parts)


def test_a_second_member_is_never_dropped_in_silence():
    first, second = pack(b"first"), bytearray(pack(b"second"))
    second[-6] ^= 1
    with pytest.raises(NoProgramError, match="incorrect data check"):
        unpack(first + bytes(second))
    with pytest.raises(NoProgramError, match="cut short"):
        unpack(first + bytes(second[:-9]))
    with pytest.raises(TooLongError, match="longer than 8 bytes"):
        unpack(first + pack(b"second"), 8)


def test_endless_members_take_no_time():
    data = pack(b"") * 150_000
    assert unpack(data)[0] == b""
