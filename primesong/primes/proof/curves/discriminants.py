"""Imaginary quadratic discriminants: how many classes each has, and of which primes it is made.

A fundamental discriminant D < 0 is in one way a product of prime discriminants: -4, -8, 8, and for each odd prime q
that one of q and -q that is 1 modulo 4. Its h(D) classes lie in 2^(t - 1) genera of equally many classes, where t is
the number of its prime discriminants (Cox, "Primes of the form x^2 + n y^2", 2013, theorem 6.1).
"""

import functools
import math
from dataclasses import dataclass

import gmpy2
import numpy as np
from numpy.typing import NDArray

from primesong.primes.sieve import find_odd_primes

#: D's even prime discriminant, by a modulus and the remainder of -D: {(modulus, remainder): prime discriminant}.
_EVEN = {(16, 4): -4, (32, 8): -8, (32, 24): 8}


@dataclass(frozen=True, slots=True)
class Discriminants:
    """The fundamental discriminants -limit < D < -4. Each array has length `limit`, and -D is the index.

    classes : h(D), or 0 where D is not fundamental
    genera : the number of genera
    largest : the largest odd prime that divides D
    """

    limit: int
    classes: NDArray[np.int32]
    genera: NDArray[np.int32]
    largest: NDArray[np.int32]

    def split(self, number: int, largest: int) -> NDArray[np.int64]:
        """Return those -D, ascending, of which every prime discriminant is a square modulo a prime number and no odd
        prime exceeds `largest`.

        For these alone the number may be the norm of an integer of Q(sqrt D); it is for one in h / genera of them.
        """
        good = (self.classes > 0) & (self.largest <= largest)
        for q in odd_primes(largest + 1):
            if gmpy2.jacobi(prime_discriminant(q), number) != 1:
                good[q::q] = False
        for (modulus, remainder), even in _EVEN.items():
            if gmpy2.jacobi(even, number) != 1:
                good[remainder::modulus] = False
        return np.flatnonzero(good)


@functools.cache
def tabulate_discriminants(limit: int) -> Discriminants:
    """Count the classes of all discriminants up to a limit by counting reduced forms: half a second for a million."""
    classes = np.zeros(limit, np.int32)
    for a in range(1, math.isqrt(limit // 3) + 1):
        for b in range(a + 1):
            first = 4 * a * a - b * b  # of the form (a, b, a); of (a, b, c) with larger c there are two, b and -b
            classes[first :: 4 * a] += 1 if b in {0, a} else 2
            if b not in {0, a} and first < limit:
                classes[first] -= 1
    fundamental = np.zeros(limit, bool)
    fundamental[3::4] = True
    genera, largest = np.ones(limit, np.int32), np.ones(limit, np.int32)
    for modulus, remainder in _EVEN:
        fundamental[remainder::modulus] = True
        genera[remainder::modulus] = 2
    for q in odd_primes(limit):
        fundamental[q * q :: q * q] = False
        genera[q::q] *= 2
        largest[q::q] = q
    fundamental[:5] = False
    return Discriminants(limit, np.where(fundamental, classes, 0).astype(np.int32), genera // 2, largest)


def factor_discriminant(discriminant: int) -> list[int]:
    """Factor a fundamental discriminant into prime ones."""
    factors, rest = [], -discriminant
    for (modulus, remainder), even in _EVEN.items():
        if rest % modulus == remainder:
            factors.append(even)
            rest //= abs(even)
            break
    q = 3
    while q * q <= rest:
        if rest % q == 0:
            factors.append(prime_discriminant(q))
            rest //= q
        q += 2
    return factors if rest == 1 else [*factors, prime_discriminant(rest)]


def prime_discriminant(q: int) -> int:
    """Return the prime discriminant of an odd prime: q or -q, whichever is 1 modulo 4."""
    return q if q % 4 == 1 else -q


@functools.cache
def odd_primes(limit: int) -> list[int]:
    """Return the odd primes below a limit."""
    return find_odd_primes(3, limit).tolist()  # type: ignore[no-any-return]
