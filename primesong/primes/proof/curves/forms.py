"""The class group of an imaginary quadratic discriminant: reduced forms and their composition.

A class of forms a x^2 + b x y + c y^2 with b^2 - 4 a c = D is written as its reduced form (a, b, c), with
-a < b <= a <= c, and b >= 0 where a = c. Composition: Cohen, "A course in computational algebraic number theory",
algorithms 5.4.2 and 5.4.7.
"""

import math

import gmpy2

#: The coefficients (a, b, c).
Form = tuple[int, int, int]


def list_reduced_forms(discriminant: int) -> list[Form]:
    """List all classes of a fundamental discriminant, the principal form first."""
    forms = []
    for b in range(discriminant % 2, math.isqrt(-discriminant // 3) + 1, 2):
        product = (b * b - discriminant) // 4
        for a in range(max(b, 1), math.isqrt(product) + 1):
            if product % a == 0:
                forms.append((a, b, product // a))
                if 0 < b < a < product // a:
                    forms.append((a, -b, product // a))
    return sorted(forms)


def reduce(form: Form) -> Form:
    """Return the reduced form of a form's class."""
    a, b, c = form
    while True:
        turns = (a - b) // (2 * a)  # brings b into (-a, a]
        b, c = b + 2 * a * turns, c + turns * (b + a * turns)
        if a < c or (a == c and b >= 0):
            return a, b, c
        a, b, c = c, -b, a


def compose(left: Form, right: Form) -> Form:
    """Multiply two classes of one discriminant."""
    (a1, b1, _), (a2, b2, c2) = left, right
    half = (b1 + b2) // 2
    common, y1, _ = gmpy2.gcdext(a2, a1)
    common, x2, y2 = gmpy2.gcdext(half, common)
    v1, v2 = a1 // common, a2 // common
    turns = (-y1 * y2 * (b2 - half) - x2 * c2) % v1
    c = (c2 * common + turns * (b2 + v2 * turns)) // v1
    return reduce((int(v1 * v2), int(b2 + 2 * v2 * turns), int(c)))


def invert(form: Form) -> Form:
    """Return the inverse of a class."""
    a, b, c = form
    return reduce((a, -b, c))
