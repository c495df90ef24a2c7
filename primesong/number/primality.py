"""Is one number a probable prime? By GMP, or as strictly by the compiled chain of products, a tail of the search.

`gmpy2.next_prime` asks GMP for 25 rounds, and GMP 6.2 and later answers with Baillie-PSW (a strong base-2 test and a
strong Lucas test) and one Miller-Rabin test to a random base. At 3,600 digits that takes 1.4 s in one thread, with
Python's lock held. `confirmed` makes the same three kinds of test at once in threads of their own, each as a chain of
products on all lanes of the vector unit: 0.2 s each. Its Lucas test is the extra strong one, with Q = 1 (Grantham,
"Frobenius pseudoprimes", 2001; Baillie, Fiori, Wagstaff, "Strengthening the Baillie-PSW primality test", 2021).
"""

import secrets
from concurrent.futures import ThreadPoolExecutor

import gmpy2

from primesong.number import kernel

#: Rounds for `gmpy2.is_prime`: Baillie-PSW, then one Miller-Rabin test; what `gmpy2.next_prime` itself asks for.
ROUNDS = 25

#: Between these lengths the compiled chain is quicker than GMP; the upper one is its own limit.
_CHAIN_BITS = range(2_000, 52 * kernel.CHAIN_LIMBS - 4)


def is_probable_prime(number: int) -> bool:
    """Test by Baillie-PSW and a further Miller-Rabin test: False is certain, True is not a proof."""
    return bool(gmpy2.is_prime(gmpy2.mpz(number), ROUNDS))


def confirmed(number: int) -> bool:
    """Test as `is_probable_prime` does, quicker where the compiled chain can; a refusal is always GMP's own."""
    number = gmpy2.mpz(number)
    if not kernel.can_chain() or number.bit_length() not in _CHAIN_BITS or number % 2 == 0:
        return is_probable_prime(number)
    with ThreadPoolExecutor(3) as pool:
        lucas = pool.submit(extra_strong_lucas, number)
        bases = (gmpy2.mpz(2 + secrets.randbelow(int(number) - 3)), gmpy2.mpz(2))
        strong = [pool.submit(strong_to_base, number, base) for base in bases]
        passed = lucas.result() and all(test.result() for test in strong)
    return passed or is_probable_prime(number)


def strong_to_base(number: gmpy2.mpz, base: gmpy2.mpz) -> bool:
    """Make a Miller-Rabin test of an odd number, by the compiled chain."""
    twos = gmpy2.bit_scan1(number - 1)
    power, _ = kernel.chain(number, (gmpy2.mpz(1), base), (gmpy2.mpz(0), gmpy2.mpz(0)), (number - 1) >> twos)
    if power == 1:
        return True
    for _ in range(twos):
        if power == number - 1:
            return True
        power = power * power % number
    return False


def extra_strong_lucas(number: gmpy2.mpz) -> bool:
    """Make an extra strong Lucas test of an odd number, by the compiled chain.

    P is the first from 3 on for which P^2 - 4 is no quadratic residue. With V(0) = 2 and V(1) = P, V(2k) is V(k)^2 - 2
    and V(2k+1) is V(k) V(k+1) - P; U(k) = 0 just where 2 V(k+1) = P V(k).
    """
    if gmpy2.is_square(number):
        return False
    p = gmpy2.mpz(3)
    while (symbol := gmpy2.jacobi(p * p - 4, number)) == 1:
        p += 1
    if symbol == 0:
        return False  # a common factor, for no prime is so small here
    twos = gmpy2.bit_scan1(number + 1)
    v, after = kernel.chain(number, (gmpy2.mpz(2), p), (-p, gmpy2.mpz(-2)), (number + 1) >> twos)
    if v in {2, number - 2} and (2 * after - p * v) % number == 0:
        return True
    for _ in range(twos):
        if v == 0:
            return True
        v = (v * v - 2) % number
    return False
