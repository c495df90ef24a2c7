"""Program to gzip member, and back.

A payload is one gzip member (RFC 1952): ten header bytes, a raw deflate stream (RFC 1951), CRC-32 and length of
the program, both little-endian. We write the header ourselves, so that no Python or operating system changes it;
the deflate stream depends on the zlib that made it. *Number to program* is therefore fixed for ever, *program to
number* is not.
"""

import zlib

from primesong.errors import NoProgramError

#: RFC 1952, 2.3: ID1 ID2 CM FLG, MTIME = 0, XFL = 2 (best compression), OS = 255 (unknown).
HEADER = bytes.fromhex("1f8b0800 00000000 02 ff")

#: The longest program that is unpacked without being asked for: deflate can expand a number a thousandfold.
PROGRAM_LIMIT = 1 << 20

_RAW_DEFLATE, _GZIP = -15, 31


def pack(program: bytes) -> bytes:
    """Compress a program, any bytes, into one gzip member. The reverse of `unpack`."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, _RAW_DEFLATE)
    crc, length = zlib.crc32(program), len(program) & 0xFFFFFFFF
    return (
        HEADER + deflate.compress(program) + deflate.flush() + crc.to_bytes(4, "little") + length.to_bytes(4, "little")
    )


def unpack(data: bytes, limit: int = PROGRAM_LIMIT) -> tuple[bytes, bytes]:
    """Split bytes that begin with a gzip member into (program, payload). The reverse of `pack`.

    What follows the member, a song's padding, is left out. Raises `NoProgramError` where there is no gzip member,
    where it ends too soon, where CRC-32 or length fail, or where the program is longer than `limit` bytes.
    """
    if data[:3] != HEADER[:3]:
        raise NoProgramError(
            f"the number holds no program: its first bytes are {data[:3].hex(' ') or 'missing'}, "
            f"not gzip's {HEADER[:3].hex(' ')}"
        )
    member = zlib.decompressobj(_GZIP)
    try:
        program = member.decompress(data, limit)
        if not member.eof and member.unconsumed_tail:
            program += member.decompress(member.unconsumed_tail, 1)
    except zlib.error as error:
        reason = str(error).rpartition(": ")[2]
        raise NoProgramError(f"the program is damaged: its gzip member fails with “{reason}”") from error
    if len(program) > limit:
        raise NoProgramError(f"the program is longer than {limit:,} bytes, the limit for unpacking")
    if not member.eof:
        raise NoProgramError(
            f"the program is cut short: its gzip member does not end within the number's {len(data):,} bytes"
        )
    return program, data[: len(data) - len(member.unused_data)]
