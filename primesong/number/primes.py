"""Gzip member to probable prime, and back.

The member is followed by zero bytes, the padding, and read as one big-endian integer, the base; the song's number is
the smallest probable prime that is not below it. Its leading bytes are still the member. *Probable prime* is meant
as GMP means it: a strong Baillie-PSW test and Miller-Rabin tests; no composite is known to pass the first, and none
has been proved not to.
"""

import gmpy2

from primesong.errors import PrimesongError

#: Zero bytes after the member. The gap to the next prime is about ln N, some tens of thousands: four bytes never fill.
PADDING = 4

#: Rounds for `gmpy2.is_prime`: Baillie-PSW, then one Miller-Rabin test; what `gmpy2.next_prime` itself asks for.
ROUNDS = 25


def find_prime(payload: bytes, padding: int = PADDING) -> int:
    """Find the smallest probable prime whose bytes begin with the payload. The reverse of `leading_bytes`."""
    base = gmpy2.mpz(int.from_bytes(payload + bytes(padding), "big"))
    prime = gmpy2.next_prime(base - 1)
    if prime - base >> 8 * padding:
        raise PrimesongError(f"no prime follows within {padding} padding bytes; use more padding")
    return int(prime)


def leading_bytes(number: int) -> bytes:
    """Give the number's big-endian bytes: payload, then padding. The reverse of `find_prime`, but for the cut between
    the two, which `payload.unpack` makes."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def is_probable_prime(number: int) -> bool:
    """Test by Baillie-PSW and a further Miller-Rabin test: False is certain, True is not a proof."""
    return bool(gmpy2.is_prime(gmpy2.mpz(number), ROUNDS))
