"""Gzip member to the number that a search starts from, and a number back to its bytes.

Input and output are `bytes` and `int`. The member is followed by zero bytes, the padding, and read as one big-endian
integer, the base. The song's number is the smallest probable prime that is not below it (`primes.plan.find_prime`); its
leading bytes are still the member.
"""

#: Zero bytes after the member. The gap to the next prime is about ln N, some tens of thousands: it never fills four.
PADDING = 4

#: How far the prime lies above its base at most, in times the number's bits: 14 mean gaps, exceeded once in a million
#: songs.
FARTHEST = 10


def base_of(payload: bytes, padding: int = PADDING) -> int:
    """Return the number from which the search starts: the payload and its padding, read big-endian."""
    return int.from_bytes(payload + bytes(padding), "big")


def leading_bytes(number: int) -> bytes:
    """Return the number's big-endian bytes: payload, then padding.

    The reverse of `plan.find_prime`, except for the cut between the two, which `payload.unpack` makes.
    """
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
