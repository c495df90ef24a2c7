"""Gzip member to the number that a search starts from, and a number back to its bytes.

The member is followed by zero bytes, the padding, and read as one big-endian integer, the base. The song's number is
the smallest probable prime that is not below it (`primes.next_prime`); its leading bytes are still the member.
"""

#: Zero bytes after the member. The gap to the next prime is about ln N, some tens of thousands: four bytes never fill.
PADDING = 4

#: The prime lies within this many times the number's bits above its base: 14 mean gaps, exceeded once in a million
#: songs.
FARTHEST = 10


def base_of(payload: bytes, padding: int = PADDING) -> int:
    """Give the number from which the search starts: the payload and its padding, read big-endian."""
    return int.from_bytes(payload + bytes(padding), "big")


def leading_bytes(number: int) -> bytes:
    """Give the number's big-endian bytes: payload, then padding. The reverse of `find_prime`, but for the cut between
    the two, which `payload.unpack` makes."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
