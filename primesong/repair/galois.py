"""The field GF(2^10): products of its elements, many at once.

Elements are whole numbers from 0 to 1,023: the bits are the coefficients of a polynomial over GF(2), modulo
x^10 + x^3 + 1, of which 2 (the polynomial x) is a primitive root. Addition is exclusive or.
"""

import numpy as np
from numpy.typing import NDArray

#: The field has 2 to this power elements.
EXPONENT = 10

#: x^10 + x^3 + 1, a bit for each power of x.
POLYNOMIAL = 0x409

#: The number of elements other than 0, and so the period of the powers of 2.
ORDER = (1 << EXPONENT) - 1

#: Stands for the logarithm of 0: every sum with it finds a 0 in `_POWERS`.
_LOGARITHM_OF_ZERO = 2 * ORDER

Elements = NDArray[np.int64]


def _list_powers() -> list[int]:
    """List the powers of 2, from the zeroth to the last one before they repeat."""
    powers = [1]
    while len(powers) < ORDER:
        doubled = powers[-1] << 1
        powers.append(doubled ^ POLYNOMIAL if doubled > ORDER else doubled)
    return powers


#: The powers of 2, twice, so that a sum of two logarithms needs no remainder; then zeros.
_POWERS = np.array(_list_powers() * 2 + [0] * (_LOGARITHM_OF_ZERO + 1), np.int64)

#: The logarithm to base 2 of each element.
_LOGARITHMS = np.full(ORDER + 1, _LOGARITHM_OF_ZERO, np.int64)
_LOGARITHMS[_POWERS[:ORDER]] = np.arange(ORDER)


def multiply(one: Elements, other: Elements) -> Elements:
    """Multiply element by element."""
    product: Elements = _POWERS[_LOGARITHMS[one] + _LOGARITHMS[other]]
    return product


def invert(elements: Elements) -> Elements:
    """Return the reciprocals; that of 0 is of no use."""
    return power(ORDER - _LOGARITHMS[elements])


def power(exponents: Elements) -> Elements:
    """Return the powers of 2."""
    powers: Elements = _POWERS[exponents % ORDER]
    return powers
