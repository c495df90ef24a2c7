"""The parts of a proof by elliptic curves: discriminants, forms, class fields, roots, orders."""

import itertools
import math
import random
from concurrent.futures import ThreadPoolExecutor

import gmpy2
import pytest

from primesong.primes.proof.curves.classfield import build_tower, find_class_root
from primesong.primes.proof.curves.discriminants import factor_discriminant, tabulate_discriminants
from primesong.primes.proof.curves.forms import compose, invert, list_reduced_forms
from primesong.primes.proof.curves.orders import find_smooth_parts, solve_norm, step_down
from primesong.primes.proof.curves.polynomials import find_root
from primesong.primes.proof.curves.roots import find_square_roots

#: h(D), from Cohen's tables, and the number of genera; the class group of -3299 is the product of those of 3 and 9.
CLASSES = {
    -7: (1, 1),
    -20: (2, 2),
    -23: (3, 1),
    -47: (5, 1),
    -84: (4, 4),
    -163: (1, 1),
    -3299: (27, 1),
    -5460: (16, 16),
}

#: Hilbert's class polynomials, the constant first (Cohen, section 7.6, and its tables).
POLYNOMIALS = {
    -15: [-121287375, 191025, 1],
    -23: [12771880859375, -5151296875, 3491750, 1],
    -31: [1566028350940383, -58682638134, 39491307, 1],
}


def points(j, p):
    """Count the points of the two curves with this j modulo a small prime, one x after the other."""
    k = j * pow(1728 - j, -1, p) % p
    symbols = sum(gmpy2.jacobi(x**3 + 3 * k * x + 2 * k, p) for x in range(p))
    return {p + 1 + symbols, p + 1 - symbols}


def prime_norm(discriminant, least):
    """Find a prime p with 4 p = t^2 + |D| v^2, and t."""
    for v, t in itertools.product(range(1, 200), range(1, 400)):
        p, rest = divmod(t * t - discriminant * v * v, 4)
        if rest == 0 and p > least and gmpy2.is_prime(p):
            return gmpy2.mpz(p), t
    raise AssertionError


def test_classes():
    table = tabulate_discriminants(10_000)
    assert {d: (table.classes[-d], table.genera[-d]) for d in CLASSES} == CLASSES
    assert [-d for d in range(2000) if table.classes[d] == 1] == [-7, -8, -11, -19, -43, -67, -163]  # Heegner, Stark
    assert [table.classes[d] for d in (0, 1, 2, 3, 4, 12, 27, 44, 63)] == [0] * 9


@pytest.mark.parametrize("discriminant", [-7, -8, -20, -24, -40, -84, -5460, -999_995])
def test_prime_discriminants(discriminant):
    factors = factor_discriminant(discriminant)
    assert math.prod(factors) == discriminant
    assert all(factor in {-4, -8, 8} or (gmpy2.is_prime(abs(factor)) and factor % 4 == 1) for factor in factors)


def test_norms_are_among_those_that_split():
    p = 10_007
    solvable = {
        d
        for d in range(5, 2000)
        if tabulate_discriminants(2000).classes[d]
        and any(gmpy2.is_square(4 * p - d * v * v) for v in range(1, math.isqrt(4 * p // d) + 1))
    }
    split = tabulate_discriminants(2000).split(p, 2000)
    assert solvable <= set(split)
    assert len(split) < 2000 * 0.304 / 2  # of all numbers 3 / pi^2 are -D, of these less than half split
    found = set()
    for d in map(int, split):
        t = solve_norm(gmpy2.mpz(p), -d, find_square_roots([-d], gmpy2.mpz(p))[0])
        if t is not None:
            assert gmpy2.is_square((4 * p - t * t) // d)
            found.add(d)
    assert found == solvable
    assert all(
        max(abs(q) for q in factor_discriminant(-int(d))) <= 13 for d in tabulate_discriminants(2000).split(p, 13)
    )


@pytest.mark.parametrize("discriminant", CLASSES)
def test_forms_are_a_group(discriminant):
    forms = list_reduced_forms(discriminant)
    assert len(forms) == CLASSES[discriminant][0]
    assert all(b * b - 4 * a * c == discriminant for a, b, c in forms)
    source = random.Random(discriminant)
    for _ in range(30):
        x, y, z = (source.choice(forms) for _ in range(3))
        assert compose(x, y) == compose(y, x) in forms
        assert compose(compose(x, y), z) == compose(x, compose(y, z))
        assert compose(x, invert(x)) == forms[0]
        assert compose(x, forms[0]) == x


def test_the_group_of_3299_has_no_element_of_order_27():
    for form in list_reduced_forms(-3299):
        cube = compose(form, compose(form, form))
        assert compose(cube, compose(cube, cube)) == list_reduced_forms(-3299)[0]


@pytest.mark.parametrize("discriminant", POLYNOMIALS)
def test_class_polynomials(discriminant):
    (level,) = build_tower(discriminant)
    assert level.field[1] == 1
    assert [coefficient for (coefficient,) in level.coefficients] == POLYNOMIALS[discriminant]


@pytest.mark.parametrize("discriminant", [-7, -20, -23, -39, -231, -420, -3299, -5460])
def test_a_root_gives_curves_with_the_right_number_of_points(discriminant):
    p, t = prime_norm(discriminant, 5_000)
    assert points(find_class_root(discriminant, p), p) == {p + 1 - t, p + 1 + t}


@pytest.mark.parametrize("twos", [1, 2, 3, 8])
@pytest.mark.parametrize("bits", [20, 300, 2_200])
def test_square_roots(bits, twos):
    source = random.Random(bits + twos)
    prime = gmpy2.mpz(0)
    while not gmpy2.is_prime(prime):
        prime = ((gmpy2.mpz(source.getrandbits(bits)) | 1) << twos) + 1
    squares = [q for q in range(-40, 40) if gmpy2.jacobi(q, prime) == 1][:19]
    assert [found * found % prime for found in find_square_roots(squares, prime)] == [q % prime for q in squares]
    large = prime // 3
    assert find_square_roots([large * large], prime)[0] in {large, prime - large}
    with pytest.raises(ArithmeticError):
        find_square_roots([next(q for q in range(2, 99) if gmpy2.jacobi(q, prime) == -1)], prime)


@pytest.mark.parametrize("degree", [1, 2, 3, 5, 11])
def test_a_root_of_a_polynomial(degree):
    prime = gmpy2.next_prime(10**40)
    source = random.Random(degree)
    roots = [source.randrange(10**40) for _ in range(degree)]
    polynomial = [gmpy2.mpz(1)]
    for value in roots:
        polynomial = [(a - value * b) % prime for a, b in zip([0, *polynomial], [*polynomial, 0], strict=True)]
    assert find_root(polynomial, prime) in roots


def test_a_polynomial_that_does_not_split():
    with pytest.raises(ArithmeticError):
        find_root([gmpy2.mpz(-2), gmpy2.mpz(0), gmpy2.mpz(0), gmpy2.mpz(1)], gmpy2.mpz(7))  # 2 is not a cube modulo 7


def test_smooth_parts():
    values = [gmpy2.mpz(2**40 * 3 * 101), gmpy2.mpz(7**5), gmpy2.mpz(101 * 103), gmpy2.mpz(97)]
    assert find_smooth_parts(values, gmpy2.primorial(100)) == [2**40 * 3, 7**5, 1, 97]
    assert find_smooth_parts(values[:1], gmpy2.primorial(100)) == [2**40 * 3]


def test_a_step_down():
    prime = gmpy2.next_prime(10**60)
    with ThreadPoolExecutor(2) as pool:
        order = step_down(prime, pool, 2)
    assert order.smooth * order.rest == prime + 1 - order.trace
    assert gmpy2.is_square((4 * prime - order.trace**2) // -order.discriminant)
    assert gmpy2.is_prime(order.rest)
    assert order.smooth > 1
    assert order.rest > math.isqrt(prime)
