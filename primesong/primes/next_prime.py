"""Payload to the smallest probable prime that begins with it.

*Probable prime* is meant as GMP means it: a strong Baillie-PSW test and Miller-Rabin tests; no composite is known to
pass the first, and none has been proved not to.
"""

from collections.abc import Callable

import gmpy2

from primesong.errors import PrimesongError
from primesong.number.padding import PADDING, base_of
from primesong.primes.search import Accept, Progress, first_prime
from primesong.primes.sieve import Progression


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
