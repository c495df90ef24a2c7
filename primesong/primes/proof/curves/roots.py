"""Square roots modulo a large prime, of several numbers at once: Tonelli and Shanks."""

import functools
from collections.abc import Sequence
from itertools import count

import gmpy2

from primesong.primes.kernel.powers import raise_all


def find_square_roots(squares: Sequence[int], prime: gmpy2.mpz) -> list[gmpy2.mpz]:
    """Find a square root of each number modulo an odd prime; quickest for many small numbers.

    Raises `ArithmeticError` if one has none.
    """
    twos = gmpy2.bit_scan1(prime - 1)
    powers = raise_all([square % prime for square in squares], (prime - 1) >> (twos + 1), prime)
    return [_finish(gmpy2.mpz(square), power, prime, twos) for square, power in zip(squares, powers, strict=True)]


def _finish(square: gmpy2.mpz, power: gmpy2.mpz, prime: gmpy2.mpz, twos: int) -> gmpy2.mpz:
    """Finish a square root, from the square's power to half of the odd part of prime - 1 (rounded down)."""
    root = square * power % prime
    left = root * power % prime  # of an order that is a power of two
    while left > 1:
        order, end = 0, left
        while end != prime - 1:
            if order > twos:
                raise ArithmeticError("a number has no square root")
            order, end = order + 1, end * end % prime
        turn = _find_turn(prime, order + 2)
        root, left = root * turn % prime, left * turn * turn % prime
    if (root * root - square) % prime:
        raise ArithmeticError("a number has no square root")
    return root


@functools.lru_cache(maxsize=256)
def _find_turn(prime: gmpy2.mpz, order: int) -> gmpy2.mpz:
    """Find a number of order 2^order modulo a prime."""
    if (prime - 1) % (1 << order):
        raise ArithmeticError("a number has no square root")
    stranger = next(c for c in count(2) if gmpy2.jacobi(c, prime) == -1)
    return gmpy2.powmod(stranger, (prime - 1) >> order, prime)
