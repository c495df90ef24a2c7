"""Is one number a probable prime? By GMP, or as strictly by the compiled chain of products, a tail of the search.

`gmpy2.next_prime` asks GMP for 25 rounds, and GMP 6.2 and later answers with Baillie-PSW (a strong base-2 test and a
strong Lucas test) and one Miller-Rabin test to a random base. At 3,600 digits that takes 1.4 s, with Python's lock
held. `confirmed` makes the last two at once, side by side in the lanes of one chain of products: 0.25 s; the first is
the kernels' own test of each candidate. Its Lucas test is the extra strong one, with Q = 1 (Grantham, "Frobenius
pseudoprimes", 2001; Baillie, Fiori, Wagstaff, "Strengthening the Baillie-PSW primality test", 2021).
"""

import secrets

import gmpy2

from primesong.primes.kernel import kernels
from primesong.primes.kernel.transform import most_bits

#: Rounds for `gmpy2.is_prime`: Baillie-PSW, then one Miller-Rabin test; what `gmpy2.next_prime` itself asks for.
ROUNDS = 25

#: Numbers that share a factor with this product are not prime.
SMALL_PRIMES = gmpy2.primorial(2000)

#: Between these lengths the compiled chain can be, and is quicker than GMP.
_CHAIN_BITS = range(1_000, most_bits() + 1)


def is_probable_prime(number: int) -> bool:
    """Test by Baillie-PSW and a further Miller-Rabin test: False is certain, True is not a proof."""
    return bool(gmpy2.is_prime(gmpy2.mpz(number), ROUNDS))


def confirmed(number: int) -> bool:
    """Test a strong probable prime to base 2, which then is as much tested as by `is_probable_prime`; quicker where the
    compiled chain can. A refusal is always GMP's own."""
    number = gmpy2.mpz(number)
    if kernels.can_chain() and number.bit_length() in _CHAIN_BITS and number % 2 == 1:
        base = gmpy2.mpz(2 + secrets.randbelow(int(number) - 3))
        if passes_lucas_and_strong(number, base):
            return True
    return is_probable_prime(number)


def passes_lucas_and_strong(number: gmpy2.mpz, base: gmpy2.mpz) -> bool:
    """Make an extra strong Lucas test of an odd number, and a Miller-Rabin test, by the compiled chain.

    The Lucas test's P is the first from 3 on for which P^2 - 4 is no quadratic residue. With V(0) = 2 and V(1) = P,
    V(2k) is V(k)^2 - 2 and V(2k+1) is V(k) V(k+1) - P; U(k) = 0 just where 2 V(k+1) = P V(k).
    """
    if gmpy2.is_square(number):
        return False
    p = gmpy2.mpz(3)
    while (symbol := gmpy2.jacobi(p * p - 4, number)) == 1:
        p += 1
    if symbol == 0:
        return False  # a common factor, for no prime is so small here
    zero, one, two = gmpy2.mpz(0), gmpy2.mpz(1), gmpy2.mpz(2)
    twos, twos_above = gmpy2.bit_scan1(number - 1), gmpy2.bit_scan1(number + 1)
    try:
        (power, _), (v, after) = kernels.chain(
            number,
            starts=((one, base), (two, p)),
            added=((zero, zero), (-two, -p)),
            exponents=((number - 1) >> twos, (number + 1) >> twos_above),
        )
    except ZeroDivisionError:
        return False  # a common factor with the chain's own modulus
    return kernels.ends_strong(number, power) and _ends_lucas(number, p, v, after, twos_above)


def _ends_lucas(number: gmpy2.mpz, p: gmpy2.mpz, v: gmpy2.mpz, after: gmpy2.mpz, twos: int) -> bool:
    """Finish an extra strong Lucas test: does U vanish where V is 2 or -2, or does the doubling of k meet V = 0?"""
    if v in {2, number - 2} and (2 * after - p * v) % number == 0:
        return True
    for _ in range(twos):
        if v == 0:
            return True
        v = (v * v - 2) % number
    return False
