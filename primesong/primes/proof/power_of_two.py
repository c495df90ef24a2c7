"""Proofs by a power of two: the numbers that can be proved at once, and their certificates.

Why a provable song is longer: the factor F of N - 1 is chosen, not found, and costs its length in padding. Pocklington
asks F > N^(1/2), Brillhart, Lehmer and Selfridge F > N^(1/3), Konyagin and Pomerance (1997) F > N^0.3: for the
published program about 7,190, 5,396 and 5,139 digits. Coppersmith and Howgrave-Graham's method would do with little
more than N^(1/4), but its certificate is a reduced lattice of megabytes.
"""

import gmpy2

from primesong.errors import PrimesongError
from primesong.primes.primality import confirm
from primesong.primes.proof.certificate import POWER_OF_TWO, Certificate
from primesong.primes.proof.checking import check
from primesong.primes.search import WINDOW
from primesong.primes.sieve import Progression


def provable_progression(payload: bytes) -> Progression:
    """Return the numbers among which a provable prime is searched.

    They begin with a payload, go on with the least padding that affords a proof, and are 1 modulo a power of two of at
    least 0.3 of their bits.
    """
    lead = int.from_bytes(payload, "big")
    if not lead:
        raise PrimesongError("the payload is empty: there is nothing to find a prime for")
    padding = 8
    while True:
        bits = lead.bit_length() + padding
        power = -(-3 * bits // 10)
        if power < padding:
            progression = Progression((gmpy2.mpz(lead) << padding) + 1, power)
            if 1 << (padding - power) > 2 * WINDOW * progression.gap:
                return progression
        padding += 8


def certify(number: int, power: int) -> Certificate | None:
    """Prove a number by the power of two that divides it less 1; None if it is composite, or the power too low."""
    number = gmpy2.mpz(number)
    if not confirm(number):
        return None
    witness = 2
    while gmpy2.jacobi(witness, number) != -1:
        witness += 1
    certificate = Certificate(int(number), POWER_OF_TWO, power, witness)
    return certificate if check(certificate) else None
