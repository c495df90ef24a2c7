"""A curve with a given number of points, and a point of it that proves so: the step of a certificate."""

from itertools import count

import gmpy2

from primesong.primes.proof.certificate import Step
from primesong.primes.proof.curves.classfield import find_class_root
from primesong.primes.proof.curves.orders import Order
from primesong.primes.proof.curves_checker import multiply


def make_step(order: Order) -> Step:
    """Make the step (t, s, a, x, y) of a certificate from an order.

    From j come two curves y^2 = x^3 + 3 k c^2 x + 2 k c^3 with k = j / (1728 - j), c a square or not; one of them has
    this order. With c = x^3 + 3 k x + 2 k, for any x, the point (c x, c^2) lies on one of them: no square root is
    needed. Raises `ArithmeticError` if the prime of the order turns out to be composite.
    """
    n = order.prime
    j = find_class_root(order.discriminant, n)
    k = j * gmpy2.invert(1728 - j, n) % n
    known = 0  # c's symbol where the curve has this order
    for x in count(1):
        c = (x**3 + 3 * k * x + 2 * k) % n
        symbol = gmpy2.jacobi(c, n)
        if symbol == 0 or symbol + known == 0:
            continue
        a, b, point = 3 * k * c * c % n, 2 * k * c**3 % n, (c * x % n, c * c % n)
        small = multiply(order.smooth, (point[0], gmpy2.mpz(1)), a, b, n)
        if small[1] == 0:
            continue
        if known or multiply(order.rest, small, a, b, n)[1] == 0:
            t, s, a, x, y = map(int, (order.trace, order.smooth, a, *point))
            return t, s, a, x, y
        known = -symbol
    raise AssertionError("unreachable: there is no last x")
