"""Gzip member to probable prime, and back.

The member is followed by zero bytes, the padding, and read as one big-endian integer, the base; the song's number is
the smallest probable prime that is not below it. Its leading bytes are still the member. *Probable prime* is meant
as GMP means it: a strong Baillie-PSW test and Miller-Rabin tests; no composite is known to pass the first, and none
has been proved not to.
"""

from collections.abc import Callable

import gmpy2

from primesong.errors import PrimesongError
from primesong.number.primality import is_probable_prime
from primesong.number.search import Accept, Progress, first_prime
from primesong.number.sieve import Progression

__all__ = ["FARTHEST", "PADDING", "SMALL_PRIMES", "base_of", "find_prime", "is_probable_prime", "leading_bytes"]

#: Zero bytes after the member. The gap to the next prime is about ln N, some tens of thousands: four bytes never fill.
PADDING = 4

#: The prime lies within so many times the number's bits above its base: 14 mean gaps, passed once in a million songs.
FARTHEST = 10

#: Numbers that share a factor with this product are not prime.
SMALL_PRIMES = gmpy2.primorial(2000)


def base_of(payload: bytes, padding: int = PADDING) -> int:
    """Give the number from which the search starts: the payload and its padding, read big-endian."""
    return int.from_bytes(payload + bytes(padding), "big")


def find_prime(
    payload: bytes,
    padding: int = PADDING,
    *,
    start: int = 0,
    workers: int | None = None,
    kernel: str | None = None,
    accept: Accept | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> int:
    """Find the smallest probable prime whose bytes begin with the payload. The reverse of `leading_bytes`.

    It is the prime that `gmpy2.next_prime` finds, whatever the workers and the kernel. start : a `Progress.cleared`, to
    go on with a search that was interrupted; for the other options see `search.first_prime`. Raises `PrimesongError` if
    no prime lies within the padding.
    """
    base = gmpy2.mpz(base_of(payload, padding))
    if base < 3:
        prime = gmpy2.next_prime(base - 1)
    else:
        numbers = Progression(base | 1)
        prime = numbers.number(
            first_prime(numbers, start=start, workers=workers, kernel=kernel, accept=accept, progress=progress)
        )
    if prime - base >> 8 * padding:
        raise PrimesongError(f"no prime follows within {padding} padding bytes; use more padding")
    return int(prime)


def leading_bytes(number: int) -> bytes:
    """Give the number's big-endian bytes: payload, then padding. The reverse of `find_prime`, but for the cut between
    the two, which `payload.unpack` makes."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
