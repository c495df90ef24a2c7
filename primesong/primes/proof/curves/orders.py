"""One step down: from a prime N to curves modulo N whose number of points is a smaller prime times small primes.

A discriminant D belongs to two curves modulo N, with N + 1 - t and N + 1 + t points, if 4 N = t^2 + |D| v^2. So: solve
this for many discriminants (Cornacchia, from the square roots of the prime discriminants, each computed once), divide
all orders by all primes up to a limit at once (Bernstein, "How to find small factors of integers", 2002), and test what
is left of them, the smallest first, since that makes the longest step.
"""

import functools
import math
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import NamedTuple

import gmpy2
import numpy as np
from numpy.typing import NDArray

from primesong.primes.kernel import kernels
from primesong.primes.primality import confirm
from primesong.primes.proof.curves.discriminants import factor_discriminant, odd_primes, tabulate_discriminants
from primesong.primes.proof.curves.roots import find_square_roots


class Round(NamedTuple):
    """Discriminants to try.

    limit : they are above -limit
    largest : the largest of their odd primes, each of which costs a square root
    most_classes, most_degree : bounds of the classes and of the prime degrees in the tower of the class field
    enough : the primes that are expected among the orders found before they are tested
    """

    limit: int
    largest: int
    most_classes: int
    most_degree: int
    enough: float


#: What is tried in turn, the cheap rounds first. The last ones are seldom needed, and their tables take seconds. With
#: more primes among the orders the smallest is smaller: the early rounds, which are cheap, wait for that.
_ROUNDS = (
    Round(1_000_000, 50, 50, 7, 1.7),
    Round(1_000_000, 100, 100, 7, 1.7),
    Round(1_000_000, 200, 100, 13, 1.7),
    Round(1_000_000, 400, 150, 13, 1.7),
    Round(1_000_000, 800, 200, 13, 0.4),
    Round(1_000_000, 1_600, 250, 13, 0.4),
    Round(1_000_000, 3_200, 300, 13, 0.4),
    Round(4_000_000, 3_200, 500, 13, 0.4),
    Round(4_000_000, 6_400, 600, 19, 0.4),
    Round(16_000_000, 12_800, 800, 31, 0.0),
)

#: Square roots that one thread computes at a time: the lanes of the widest kernel.
_TOGETHER = 8

#: e^gamma: of the numbers near n, a share e^gamma ln(limit) / ln(n) is a prime times factors below the limit.
_MERTENS = 1.781


@dataclass(frozen=True, slots=True)
class Order:
    """The number of points of a curve modulo a prime: prime + 1 - trace = smooth * rest."""

    prime: gmpy2.mpz
    discriminant: int
    trace: gmpy2.mpz
    smooth: gmpy2.mpz
    rest: gmpy2.mpz


def step_down(prime: gmpy2.mpz, pool: Executor, workers: int) -> Order:
    """Find a curve's order modulo a prime with a large probable prime in it: the smallest of those found.

    Parameters
    ----------
    prime : mpz
        Where to step down from.
    pool : Executor
        Threads.
    workers : int
        Their number.

    Raises
    ------
    ArithmeticError
        If there is no curve: the number is composite, or very small.
    """
    orders = Orders(prime)
    for round_ in _ROUNDS:
        orders.widen(round_, pool)
        if orders.expected >= round_.enough:
            found = orders.first_prime(pool, workers)
            if found is not None:
                return found
    raise ArithmeticError("no curve has a suitable number of points")


class Orders:
    """The orders found for one prime that are not yet tested."""

    def __init__(self, prime: gmpy2.mpz) -> None:
        self.prime = prime
        self.roots: dict[int, gmpy2.mpz] = {}
        self.tried: set[int] = set()
        self.traces: list[tuple[int, gmpy2.mpz]] = []
        bits = max(16, round(2 * math.log2(prime.bit_length())))
        self.primorial = _multiply_primes(bits)
        self.share: float = _MERTENS * bits / int(prime.bit_length())

    @property
    def expected(self) -> float:
        """The number of primes to be expected among the rests of the orders found."""
        return len(self.traces) * self.share

    def widen(self, round_: Round, pool: Executor) -> None:
        """Solve the equation for the discriminants of a round."""
        table = tabulate_discriminants(round_.limit)
        split = table.split(self.prime, round_.largest)
        classes = table.classes[split]
        split = split[
            (classes <= round_.most_classes) & (_largest_factors(round_.limit)[classes] <= round_.most_degree)
        ]
        new = [d for d in (-split).tolist() if d not in self.tried]
        self.tried.update(new)
        self.find_roots({q for d in new for q in factor_discriminant(d)} - self.roots.keys(), pool)
        for d in new:
            root = math.prod((self.roots[q] for q in factor_discriminant(d)), start=gmpy2.mpz(1)) % self.prime
            trace = solve_norm(self.prime, d, root)
            if trace is not None:
                self.traces += [(d, trace), (d, -trace)]

    def find_roots(self, squares: Iterable[int], pool: Executor) -> None:
        """Find square roots modulo the prime."""
        values = sorted(squares)
        groups = [values[i : i + _TOGETHER] for i in range(0, len(values), _TOGETHER)]
        for group, roots in zip(
            groups, pool.map(lambda group: find_square_roots(group, self.prime), groups), strict=True
        ):
            self.roots |= dict(zip(group, roots, strict=True))

    def first_prime(self, pool: Executor, workers: int) -> Order | None:
        """Test the orders found so far, and forget them. Returns the one with the smallest probable prime."""
        if not self.traces:
            return None
        values = [self.prime + 1 - trace for _, trace in self.traces]
        smooth = find_smooth_parts(values, self.primorial)
        enough = (gmpy2.isqrt(gmpy2.isqrt(self.prime)) + 2) ** 2
        orders = [
            Order(self.prime, d, trace, part, value // part)
            for (d, trace), value, part in zip(self.traces, values, smooth, strict=True)
        ]
        orders = sorted((o for o in orders if o.smooth > 1 and o.rest > enough), key=lambda order: order.rest)
        self.traces = []
        return next((order for order in _test(orders, pool, workers) if confirm(order.rest)), None)


def solve_norm(prime: gmpy2.mpz, discriminant: int, root: gmpy2.mpz) -> gmpy2.mpz | None:
    """Solve 4 p = t^2 + |D| v^2, given a square root of D modulo p: Cornacchia. Returns t > 0, or None."""
    if (root - discriminant) % 2:
        root = prime - root
    a, b, end = 2 * prime, root, gmpy2.isqrt(4 * prime)
    while b > end:
        a, b = b, a % b
    square, rest = gmpy2.f_divmod(4 * prime - b * b, -discriminant)
    return b if rest == 0 and gmpy2.is_square(square) else None


def find_smooth_parts(values: list[gmpy2.mpz], primorial: gmpy2.mpz) -> list[gmpy2.mpz]:
    """Find the largest divisor of each value that has only primes of a primorial."""
    tree = [values]
    while len(tree[-1]) > 1:
        level = tree[-1]
        tree.append([math.prod(level[i : i + 2]) for i in range(0, len(level), 2)])
    remainders = [primorial % tree[-1][0]]
    for level in reversed(tree[:-1]):
        remainders = [remainders[i // 2] % value for i, value in enumerate(level)]
    parts = []
    for value, remainder in zip(values, remainders, strict=True):
        rest, common = value, gmpy2.gcd(value, remainder)
        while common > 1:
            rest //= common
            common = gmpy2.gcd(rest, common)
        parts.append(value // rest)
    return parts


def _test(orders: list[Order], pool: Executor, workers: int) -> Iterator[Order]:
    """Yield the orders whose rest passes a Fermat test, in their own order, testing no more than is asked for."""
    if not orders:
        return
    kernel = kernels.choose(orders[-1].rest.bit_length())
    groups_of_all = [orders[i : i + kernel.lanes] for i in range(0, len(orders), kernel.lanes)]
    for start in range(0, len(groups_of_all), workers):
        groups = groups_of_all[start : start + workers]
        answers = pool.map(lambda group: kernel.test([order.rest for order in group], bytearray(1)), groups)
        for group, answer in zip(groups, answers, strict=True):
            yield from (order for order, passed in zip(group, answer or (), strict=True) if passed)


@functools.lru_cache(maxsize=2)
def _multiply_primes(bits: int) -> gmpy2.mpz:
    """Multiply all primes below 2^bits."""
    return gmpy2.primorial(1 << bits)


@functools.cache
def _largest_factors(limit: int) -> NDArray[np.int32]:
    """Return the largest prime factor of each number of classes that occurs up to a limit of discriminants."""
    most = int(tabulate_discriminants(limit).classes.max()) + 1
    largest = np.ones(most, np.int32)
    for p in (2, *odd_primes(most)):
        largest[p::p] = p
    return largest
