"""Probable primes: is one number prime? By GMP, or just as strictly by the compiled chain of products.

`gmpy2.next_prime` asks GMP for 25 rounds, and GMP 6.2 and later answers with Baillie-PSW (a strong base-2 test and a
strong Lucas test) and one Miller-Rabin test to a random base. At 3,600 digits that takes 1.4 s, with Python's lock
held. `confirm` makes the last two at once, side by side in the lanes of one chain of products: 0.25 s; the first is one
power by GMP, 0.2 s, or in a search the kernels' own test of each candidate. Its Lucas test is the extra strong one,
with Q = 1 (Grantham, "Frobenius pseudoprimes", 2001; Baillie, Fiori, Wagstaff, "Strengthening the Baillie-PSW primality
test", 2021).
"""

import secrets
from concurrent.futures import Executor
from functools import partial

import gmpy2

from primesong.primes import apart
from primesong.primes.kernel.chain import can_chain, follow_chain
from primesong.primes.kernel.fermat import ends_strong, is_strong
from primesong.primes.kernel.transform import longest_modulus

#: Rounds for `gmpy2.is_prime`: Baillie-PSW, then one Miller-Rabin test; what `gmpy2.next_prime` itself asks for.
ROUNDS = 25

#: The product of the primes below 2,000: numbers that share a factor with it, and are larger, are composite.
SMALL_PRIMES = gmpy2.primorial(2000)

#: The lengths, in bits, at which the compiled chain is quicker than GMP, up to the longest that it takes.
_CHAIN_BITS = range(1_000, longest_modulus() + 1)


def is_probable_prime(number: int) -> bool:
    """Test by Baillie-PSW and a further Miller-Rabin test: False is certain, True is not a proof.

    Uses the compiled chain where it is quicker; a number that it refuses is tested by GMP.
    """
    number = gmpy2.mpz(number)
    if number.bit_length() < apart.LONG_BITS and _suits_chain(number):
        return is_strong(number) and confirm(number)
    return ask_gmp(number)


def ask_gmp(number: gmpy2.mpz) -> bool:
    """Test as `is_probable_prime` does, by GMP; a long number in a process of its own."""
    test = gmpy2.is_prime if number.bit_length() < apart.LONG_BITS else partial(apart.compute, gmpy2.is_prime)
    return bool(test(number, ROUNDS))


def passes_base_2(number: int) -> bool:
    """Test strongly to base 2 alone, in a part of the time of `is_probable_prime`: False is certain."""
    number = gmpy2.mpz(number)
    return number == 2 or (number > 2 and number % 2 == 1 and is_strong(number))


def confirm(number: int, pool: Executor | None = None) -> bool:
    """Test a strong probable prime to base 2 further, until it is tested as strictly as by `is_probable_prime`.

    Uses the compiled chain where it is quicker, and a free thread of the pool; a refusal is always GMP's own.
    """
    number = gmpy2.mpz(number)
    if _suits_chain(number):
        base = gmpy2.mpz(2 + secrets.randbelow(int(number) - 3))
        if passes_lucas_and_strong(number, base, pool):
            return True
    return ask_gmp(number)


def _suits_chain(number: gmpy2.mpz) -> bool:
    """Whether the compiled chain is there, takes an odd number of this length, and is quicker than GMP."""
    return can_chain() and number.bit_length() in _CHAIN_BITS and number % 2 == 1


def passes_lucas_and_strong(number: gmpy2.mpz, base: gmpy2.mpz, pool: Executor | None = None) -> bool:
    """Whether an odd number passes an extra strong Lucas test and a Miller-Rabin test to a base; by the compiled chain.

    The Lucas test's P is the first from 3 on for which P^2 - 4 is not a quadratic residue. With V(0) = 2 and V(1) = P,
    V(2k) is V(k)^2 - 2 and V(2k+1) is V(k) V(k+1) - P; U(k) = 0 just where 2 V(k+1) = P V(k).
    """
    p = _find_parameter(number)
    if p is None:
        return False
    zero, one, two = gmpy2.mpz(0), gmpy2.mpz(1), gmpy2.mpz(2)
    twos, twos_above = gmpy2.bit_scan1(number - 1), gmpy2.bit_scan1(number + 1)
    try:
        (power, _), (v, after) = follow_chain(
            number,
            starts=((one, base), (two, p)),
            added=((zero, zero), (-two, -p)),
            exponents=((number - 1) >> twos, (number + 1) >> twos_above),
            pool=pool,
        )
    except ZeroDivisionError:
        return False  # a common factor with the chain's own modulus
    return ends_strong(number, power) and _ends_lucas(number, p, v, after, twos_above)


def _find_parameter(number: gmpy2.mpz) -> gmpy2.mpz | None:
    """Find the Lucas test's P; None if the number is a square or has a small factor."""
    if gmpy2.is_square(number):
        return None
    p = gmpy2.mpz(3)
    while (symbol := gmpy2.jacobi(p * p - 4, number)) == 1:
        p += 1
    return p if symbol == -1 else None


def _ends_lucas(number: gmpy2.mpz, p: gmpy2.mpz, v: gmpy2.mpz, after: gmpy2.mpz, twos: int) -> bool:
    """Finish an extra strong Lucas test: does U vanish where V is 2 or -2, or does the doubling of k meet V = 0?"""
    if v in {2, number - 2} and (2 * after - p * v) % number == 0:
        return True
    for _ in range(twos):
        if v == 0:
            return True
        v = (v * v - 2) % number
    return False
