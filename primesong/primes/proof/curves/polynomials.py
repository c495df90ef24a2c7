"""Polynomials modulo a large prime: a root of one that splits into different linear factors.

A polynomial is a list of coefficients, the constant first, the leading one 1. The method is Cantor and Zassenhaus's:
half of the roots r of f make r + shift a square modulo N, and f's common factor with (x + shift)^((N - 1) / 2) - 1 has
exactly these. Products go by Kronecker's substitution: one product of long integers for all coefficients.
"""

import gmpy2

from primesong.primes.proof.curves.roots import find_square_roots

#: Coefficients, the constant first.
Polynomial = list[gmpy2.mpz]

#: Shifts that are tried: each fails to separate two roots with probability 1/2, so that all fail once in 2^64.
_MOST_SHIFTS = 64


def find_root(polynomial: Polynomial, number: gmpy2.mpz) -> gmpy2.mpz:
    """Find a root modulo a prime of a polynomial that splits into different factors x - r.

    Raises `ArithmeticError` if it does not: the number may be composite.
    """
    shift = 1
    while len(polynomial) > 3:
        smaller = _factor(polynomial, shift, number)
        polynomial, shift = smaller or polynomial, shift + 1
        if shift > _MOST_SHIFTS:
            raise ArithmeticError("the polynomial does not split")
    if len(polynomial) == 2:
        return -polynomial[0] % number
    constant, linear, _ = polynomial
    half = linear * gmpy2.invert(2, number) % number
    return (find_square_roots([half * half - constant], number)[0] - half) % number


def _factor(polynomial: Polynomial, shift: int, number: gmpy2.mpz) -> Polynomial | None:
    """Find a factor of at most half the degree; None if this shift does not find one."""
    power = _raise_to_half(polynomial, shift, number)
    factor = _find_common(polynomial, [power[0] - 1, *power[1:]], number)
    if not 1 < len(factor) < len(polynomial):
        return None
    return min(factor, _divide(polynomial, factor, number)[0], key=len)


def _raise_to_half(polynomial: Polynomial, shift: int, number: gmpy2.mpz) -> Polynomial:
    """Compute (x + shift)^((number - 1) / 2) modulo a polynomial and the number."""
    degree = len(polynomial) - 1
    width = 2 * number.bit_length() + (2 * degree).bit_length()
    folded = [-c % number for c in polynomial[:-1]]  # x^degree, and then its higher powers, modulo the polynomial
    folds = []
    for _ in range(degree - 1):
        folds.append(gmpy2.pack(folded, width))
        folded = _multiply(folded, 0, polynomial, number)
    power = [gmpy2.mpz(1)] + [gmpy2.mpz(0)] * (degree - 1)
    exponent = (number - 1) >> 1
    for bit in range(exponent.bit_length() - 1, -1, -1):
        square = _unpack(gmpy2.square(gmpy2.pack(power, width)), width, 2 * degree - 1)
        low = gmpy2.pack(square[:degree], width)
        for coefficient, fold in zip(square[degree:], folds, strict=True):
            low += coefficient % number * fold
        power = [c % number for c in _unpack(low, width, degree)]
        if exponent.bit_test(bit):
            power = _multiply(power, shift, polynomial, number)
    return power


def _multiply(power: Polynomial, shift: int, polynomial: Polynomial, number: gmpy2.mpz) -> Polynomial:
    """Multiply by x + shift, modulo a polynomial of one degree more."""
    top = power[-1]
    return [
        (a + shift * b - top * c) % number for a, b, c in zip([0, *power[:-1]], power, polynomial[:-1], strict=True)
    ]


def _unpack(packed: gmpy2.mpz, width: int, count: int) -> Polynomial:
    """Unpack a count of coefficients, `width` bits each."""
    polynomial = gmpy2.unpack(packed, width)
    return [*polynomial, *[gmpy2.mpz(0)] * (count - len(polynomial))]


def _find_common(left: Polynomial, right: Polynomial, number: gmpy2.mpz) -> Polynomial:
    """Find the greatest common divisor, monic."""
    while right := _make_monic(right, number):
        left, right = right, _divide(left, right, number)[1]
    return left


def _make_monic(polynomial: Polynomial, number: gmpy2.mpz) -> Polynomial:
    """Drop leading zeros and divide by the leading coefficient; an empty list is 0."""
    while polynomial and polynomial[-1] % number == 0:
        polynomial = polynomial[:-1]
    if not polynomial:
        return []
    inverse = gmpy2.invert(polynomial[-1], number)
    return [c * inverse % number for c in polynomial]


def _divide(left: Polynomial, right: Polynomial, number: gmpy2.mpz) -> tuple[Polynomial, Polynomial]:
    """Divide by a monic polynomial. Returns quotient and remainder."""
    rest, quotient, degree = list(left), [], len(right) - 1
    while len(rest) > degree:
        top = rest.pop()
        quotient.append(top)
        for i in range(1, degree + 1):
            rest[-i] = (rest[-i] - top * right[degree - i]) % number
    return quotient[::-1], rest
