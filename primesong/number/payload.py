"""Program to gzip member, to the number that a search starts from; and back.

A payload is one gzip member (RFC 1952): ten header bytes, a raw deflate stream (RFC 1951), CRC-32 and length of the
program, both little-endian. We write the header ourselves, so that no Python or operating system changes it; the
deflate stream depends on the library that made it. So *number to program* is fixed for ever, *program to number* is
not.

The member is followed by zero bytes, the padding, and read as one big-endian integer, the base. The song's number is
the smallest probable prime that is not below it (`primes.plan.find_prime`); its leading bytes are still the member.
"""

import zlib

from zopfli.zlib import compress

from primesong.errors import NoProgramError, PrimesongError, TooLongError
from primesong.limits import DEFAULT_LIMITS

#: RFC 1952, 2.3: ID1 ID2 CM FLG, MTIME = 0, XFL = 2 (best compression), OS = 255 (unknown).
HEADER = bytes.fromhex("1f8b0800 00000000 02 ff")

#: gzip's magic number and its only method.
MAGIC = HEADER[:3]

#: What most members have in common: all up to a zero MTIME.
OPENING = HEADER[:8]

#: Zero bytes after the member. The gap to the next prime is about ln N, some tens of thousands: it never fills four.
PADDING = 4

#: How far the prime lies above its base at most, in times the number's bits: 14 mean gaps, exceeded once in a million
#: songs.
FARTHEST = 10

#: The longest program that is unpacked by default, in bytes: deflate can expand a number a thousandfold.
PROGRAM_LIMIT = DEFAULT_LIMITS.program

#: Zopfli searches for the shortest stream that any inflater reads; zlib is quick. The published GPT takes 1,472 and
#: 1,491 bytes.
COMPRESSORS = ("zopfli", "zlib")

#: zlib's `wbits` of a raw deflate stream with the largest window.
_RAW_DEFLATE = -15

#: How many members a payload has at most; those that follow are left out as padding is.
_MOST_MEMBERS = 100

#: zlib's `wbits` of a gzip member.
GZIP = 31

#: Zopfli's iterations for short programs: they gain a byte or two.
_MOST_ITERATIONS = 500

#: Zopfli's iterations for long programs: its own default.
_FEWEST_ITERATIONS = 15

#: Zopfli's iterations where lengths are compared: more hardly change which program is shorter.
_MEASURED_ITERATIONS = 5

#: Encodings that `pack_best` tries: iterations of zopfli, and whether it may split the stream into blocks.
_ENCODINGS = ((15, True), (50, False), (150, False), (500, True), (500, False), (2_000, False))

#: `pack_best` iterates this many times as often as `pack` at most.
_MOST_FACTOR = 4

#: Program bytes times iterations, between the two: some seconds of work.
_ITERATED_BYTES = 2_000_000


def pack(program: bytes, compressor: str = "zlib") -> bytes:
    """Compress a program, any bytes, into one gzip member, by one of `COMPRESSORS`. The reverse of `unpack`."""
    if compressor not in COMPRESSORS:
        raise ValueError(f"compressor must be one of {', '.join(COMPRESSORS)}, got {compressor!r}")
    return _wrap(program, _run_zopfli(program) if compressor == "zopfli" else _run_zlib(program))


def pack_best(program: bytes) -> bytes:
    """Compress a program by zopfli in several ways, and take the shortest. The reverse of `unpack`."""
    most = _MOST_FACTOR * _count_iterations(program)
    encodings = [(count, split) for count, split in _ENCODINGS if count <= most]
    streams = [compress(program, numiterations=count, blocksplitting=split)[2:-4] for count, split in encodings]
    return min([pack(program, "zopfli"), *(_wrap(program, stream) for stream in streams)], key=len)


def measure(program: bytes) -> int:
    """Measure how long a program's payload is after few iterations of zopfli, in bytes, within milliseconds."""
    return len(_wrap(b"", compress(program, numiterations=_MEASURED_ITERATIONS, blocksplitting=False)[2:-4]))


def _wrap(program: bytes, deflated: bytes) -> bytes:
    """Put a program's deflate stream between gzip's header and its end."""
    crc, length = zlib.crc32(program), len(program) & 0xFFFFFFFF
    return HEADER + deflated + crc.to_bytes(4, "little") + length.to_bytes(4, "little")


def _run_zlib(program: bytes) -> bytes:
    """Compress to a raw deflate stream, quickly."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, _RAW_DEFLATE)
    return deflate.compress(program) + deflate.flush()


def _run_zopfli(program: bytes) -> bytes:
    """Compress to the shortest raw deflate stream that zopfli finds."""
    stream: bytes = compress(program, numiterations=_count_iterations(program))
    return stream[2:-4]  # RFC 1950: two bytes before the deflate stream, Adler-32 after it


def _count_iterations(program: bytes) -> int:
    """Return the iterations for a program of this length."""
    return min(_MOST_ITERATIONS, max(_FEWEST_ITERATIONS, _ITERATED_BYTES // (len(program) + 1)))


def check_payload(data: bytes, limit: int = PROGRAM_LIMIT) -> bytes:
    """Return a ready payload if it is one whole gzip member, of a program of at most `limit` bytes, and nothing more.

    Raises `PrimesongError` if it is not.
    """
    if not data:
        raise PrimesongError("the payload is empty; it must be one gzip member")
    unpack(data, limit)
    length = len(data) - len(_unpack_member(data, limit)[1])
    if length != len(data):
        raise PrimesongError(f"the payload is {len(data):,} bytes long, but its gzip member only {length:,}")
    return data


def unpack(data: bytes, limit: int = PROGRAM_LIMIT) -> tuple[bytes, bytes]:
    """Split bytes that begin with a gzip member into program and payload. The reverse of `pack`.

    Parameters
    ----------
    data : bytes
        A gzip member, or several, whose contents follow each other (RFC 1952, 2.2); and any bytes after them: a song's
        padding, which is left out.
    limit : int
        The longest program, in bytes.

    Returns
    -------
    program, payload : bytes

    Raises
    ------
    NoProgramError
        If there is no gzip member, if it ends too soon, or if its CRC-32 or length is wrong.
    TooLongError
        If the program is longer than the limit.
    """
    if data[:3] != MAGIC:
        raise NoProgramError(
            f"the number holds no program: its first bytes are {data[:3].hex(' ') or 'missing'}, "
            f"not gzip's {MAGIC.hex(' ')}"
        )
    program, rest, members = b"", data, 0
    while rest[:3] == MAGIC and members < _MOST_MEMBERS:
        member, rest = _unpack_member(rest, limit - len(program))
        program, members = program + member, members + 1
        if len(program) > limit:
            raise TooLongError(f"the program is longer than {limit:,} bytes, the limit for unpacking", limit="program")
    return program, data[: len(data) - len(rest)]


def _unpack_member(data: bytes, limit: int) -> tuple[bytes, bytes]:
    """Return what the first gzip member of some bytes holds, a byte more than the limit at most, and what follows."""
    member = zlib.decompressobj(GZIP)
    try:
        program = member.decompress(data, limit + 1)
    except zlib.error as error:
        reason = str(error).rpartition(": ")[2]
        raise NoProgramError(f"the program is damaged: its gzip member fails with “{reason}”") from error
    if not member.eof and len(program) <= limit:
        raise NoProgramError(
            f"the program is cut short: its gzip member does not end within the number's {len(data):,} bytes"
        )
    return program, member.unused_data


def base_of(payload: bytes, padding: int = PADDING) -> int:
    """Return the number from which the search starts: the payload and its padding, read big-endian."""
    return int.from_bytes(payload + bytes(padding), "big")


def leading_bytes(number: int) -> bytes:
    """Return the number's big-endian bytes: payload, then padding.

    The reverse of `plan.find_prime`, except for the cut between the two, which `unpack` makes.
    """
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
