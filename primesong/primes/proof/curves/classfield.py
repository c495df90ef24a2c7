"""Roots of Hilbert's class polynomials modulo primes, by way of a tower of small fields.

The polynomial H of a discriminant D has the h roots j(Q), one for each class Q of forms, and splits modulo a prime that
is a norm in Q(sqrt D). To find one root of it at once is expensive: its degree is h. So a chain of subgroups
G > ... > S > T > ... > 1 of the class group is taken, each of prime index in the one before. The sums of j over the
cosets of S are conjugate: numbers of a field of degree (G : S); and the sums over the cosets of T that lie in one coset
C are the roots of a polynomial over that field of degree (S : T), a prime. Its coefficients are polynomials in the sum
over C (written in Hecke's way, they have whole coefficients). So one root after the other is found, each of a
polynomial of small prime degree (Enge, Morain, "Fast decomposition of polynomials with known Galois group", 2003).
"""

import functools
import math
from dataclasses import dataclass

import gmpy2

from primesong.primes.proof.curves import polynomials
from primesong.primes.proof.curves.forms import Form, compose, invert, list_reduced_forms

#: Spare bits of the complex numbers that are rounded to whole ones, against the errors of the operations.
_GUARD_BITS = 64

#: How far from a whole number a real one may be: with the spare bits it is far nearer, or wrong.
_TOLERANCE = 0.01

#: The bits of 2,079, by which |j| may exceed exp(2 pi y) at a root of height y.
_J_EXCESS_BITS = 11

#: Coefficients of a polynomial, the constant first.
Complex = list[gmpy2.mpc]

#: A denominator, and numerators over it.
Fractions = tuple[Complex, list[Complex]]

#: The classes, split into the cosets of a subgroup, and these into those of a smaller one.
Families = list[list[list[Form]]]


@dataclass(frozen=True, slots=True)
class Level:
    """A polynomial over a field of the tower. Lists of coefficients begin with the constant.

    field : a polynomial with whole coefficients; one root of it, y, generates the field
    coefficients : of each coefficient the polynomial A, where A(y) / field'(y) is the coefficient
    """

    field: list[gmpy2.mpz]
    coefficients: list[list[gmpy2.mpz]]

    def modulo(self, y: gmpy2.mpz, number: gmpy2.mpz) -> polynomials.Polynomial:
        """Return the polynomial modulo a number, from the field's root modulo it."""
        slope = _evaluate([i * c for i, c in enumerate(self.field)][1:], y, number)
        share = gmpy2.invert(slope, number)
        return [_evaluate(a, y, number) * share % number for a in self.coefficients]


def find_class_root(discriminant: int, number: gmpy2.mpz) -> gmpy2.mpz:
    """Find a root of a discriminant's class polynomial modulo a prime that is a norm of its field.

    Raises `ArithmeticError` if it has none: the number is composite, or not a norm.
    """
    root = gmpy2.mpz(0)
    for level in build_tower(discriminant):
        root = polynomials.find_root(level.modulo(root, number), number)
    return root


def build_tower(discriminant: int) -> list[Level]:
    """Build the polynomials of a discriminant's tower, from the one over the rational numbers on."""
    chain = find_subgroups(list_reduced_forms(discriminant))
    steps = [
        [_split_cosets(coset, smaller) for coset in _split_cosets(chain[0], larger)]
        for larger, smaller in zip(chain, chain[1:] or chain, strict=False)
    ]
    precision = max(_bound_bits(families, discriminant) for families in steps) + _GUARD_BITS
    with gmpy2.context(gmpy2.get_context(), precision=precision):
        j = {form: compute_j(form, discriminant) for form in chain[0] if form[1] >= 0}
        j |= {(a, -b, c): value.conjugate() for (a, b, c), value in j.items()}
        return [_make_level(families, j) for families in steps]


def find_subgroups(classes: list[Form]) -> list[list[Form]]:
    """Find a chain of subgroups, from all classes down to the principal form, each of prime index in the one before."""
    chain = [[classes[0]]]
    while len(chain[0]) < len(classes):
        members = set(chain[0])
        element = next(form for form in classes if form not in members)
        order, power = 1, element
        while power not in members:
            order, power = order + 1, compose(power, element)
        prime = next(p for p in range(2, order + 1) if order % p == 0)
        generator = element
        for _ in range(order // prime - 1):
            generator = compose(generator, element)
        cosets = [chain[0]]
        for _ in range(prime - 1):
            cosets.append([compose(generator, form) for form in cosets[-1]])
        chain.insert(0, [form for coset in cosets for form in coset])
    return chain


def compute_j(form: Form, discriminant: int) -> gmpy2.mpc:
    """Compute j at a form's root in the upper half plane, to the precision of the context.

    With q = exp(2 pi i root) and h = Delta(2 root) / Delta(root), j = (256 h + 1)^3 / h (Cohen, section 7.6.2).
    """
    a, b, _ = form
    size = gmpy2.exp(-gmpy2.const_pi() * gmpy2.sqrt(gmpy2.mpfr(-discriminant)) / a)
    sine, cosine = gmpy2.sin_cos(gmpy2.const_pi() * b / a)
    q = gmpy2.mpc(size * cosine, -size * sine)
    terms = math.isqrt(int(gmpy2.get_context().precision / _exponent(discriminant, a))) + 2
    h = q * (_euler(q * q, terms) / _euler(q, terms)) ** 24
    return (256 * h + 1) ** 3 / h


def _euler(q: gmpy2.mpc, terms: int) -> gmpy2.mpc:
    """Compute the product of all 1 - q^n, by terms of Euler's pentagonal series."""
    total, low, power = gmpy2.mpc(1), q, q  # low = q^(n (3 n - 1) / 2), power = q^n
    for n in range(1, terms + 1):
        term = low + low * power
        total += -term if n % 2 else term
        low, power = low * power * power * power * q, power * q
    return total


def _bound_bits(families: Families, discriminant: int) -> int:
    """Bound the coefficients of a level, in bits."""
    sums = [[_bound_size(discriminant, part) for part in family] for family in families]
    traces = [_bound_size(discriminant, [form for part in family for form in part]) for family in families]
    return math.ceil(sum(traces) + max(sum(parts) - trace for parts, trace in zip(sums, traces, strict=True)))


def _bound_size(discriminant: int, forms: list[Form]) -> float:
    """Bound 1 + the sum of j over some forms, in bits: |j| < exp(2 pi y) + 2079 at a root of height y."""
    return max(_exponent(discriminant, min(forms)[0]), _J_EXCESS_BITS) + 2 + math.log2(len(forms))


def _exponent(discriminant: int, a: int) -> float:
    """Compute the logarithm to base 2 of 1 / |q|, q = exp(2 pi i root), at the root of a form."""
    return math.pi * math.sqrt(-discriminant) / a / math.log(2)


def _make_level(families: Families, j: dict[Form, gmpy2.mpc]) -> Level:
    """Make the polynomial of the sums over the smaller cosets, over the field of the sums over the larger."""
    fractions = []
    for family in families:
        forms = [form for part in family for form in part]
        opposite = min(invert(form) for form in forms)  # the values there are the complex conjugates
        if opposite < min(forms):
            continue
        sums = [sum(j[form] for form in part) for part in family]
        fraction = (_expand([sum(sums)]), [[c] for c in _expand(sums)])
        fractions.append(_drop_imaginary(fraction if opposite == min(forms) else _add(fraction, _conjugate(fraction))))
    while len(fractions) > 1:
        pairs = zip(fractions[::2], fractions[1::2], strict=False)
        fractions = [_add(left, right) for left, right in pairs] + fractions[len(fractions) & ~1 :]
    field, coefficients = fractions[0]
    return Level([_round(c) for c in field], [[_round(c) for c in coefficient] for coefficient in coefficients])


def _add(left: Fractions, right: Fractions) -> Fractions:
    """Add fractions over one denominator to those over another."""
    (below_left, above_left), (below_right, above_right) = left, right
    above = [
        [a + b for a, b in zip(_multiply(x, below_right), _multiply(y, below_left), strict=True)]
        for x, y in zip(above_left, above_right, strict=True)
    ]
    return _multiply(below_left, below_right), above


def _conjugate(fractions: Fractions) -> Fractions:
    """Return the complex conjugates."""
    below, above = fractions
    return [c.conjugate() for c in below], [[c.conjugate() for c in numerator] for numerator in above]


def _drop_imaginary(fractions: Fractions) -> Fractions:
    """Drop the imaginary parts, which are rounding errors: real numbers are multiplied four times as fast."""
    below, above = fractions
    return [c.real for c in below], [[c.real for c in numerator] for numerator in above]


def _split_cosets(forms: list[Form], subgroup: list[Form]) -> list[list[Form]]:
    """Split a coset of a larger subgroup into those of a smaller one."""
    cosets, seen = [], set()
    for form in forms:
        if form not in seen:
            cosets.append([compose(form, member) for member in subgroup])
            seen.update(cosets[-1])
    return cosets


def _expand(roots: Complex) -> Complex:
    """Return the monic polynomial with these roots."""
    return functools.reduce(_multiply, ([-root, gmpy2.mpc(1)] for root in roots))


def _multiply(left: Complex, right: Complex) -> Complex:
    """Multiply two polynomials."""
    product = [gmpy2.mpz(0)] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for k, b in enumerate(right):
            product[i + k] += a * b
    return product


def _round(value: gmpy2.mpfr) -> gmpy2.mpz:
    """Round to the whole number that a real one is up to its errors. Raises `ArithmeticError` if it is not near one."""
    whole = gmpy2.mpz(gmpy2.rint(value))
    if abs(value - whole) > _TOLERANCE:
        raise ArithmeticError("the complex numbers of a class polynomial are not precise enough")
    return whole


def _evaluate(polynomial: list[gmpy2.mpz], x: gmpy2.mpz, number: gmpy2.mpz) -> gmpy2.mpz:
    """Evaluate a polynomial modulo a number."""
    value = gmpy2.mpz(0)
    for coefficient in reversed(polynomial):
        value = (value * x + coefficient) % number
    return value
