"""Fermat powers: 2^(N - 1) modulo N, of one number by gmpy2 or of several in the lanes of a compiled ladder.

A strong test to base 2 needs the power to the odd part of N - 1. The compiled ladders go on to N - 1 itself, and each
`Power` keeps the residue of some squarings before, from which gmpy2 finishes the test. The same residue serves to
compute the last squarings of one lane of each batch again: a ladder that errs is found out.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import gmpy2

from primesong.errors import PrimesongError
from primesong.primes.kernel.ladder import Ladder, choose_ladder

#: The squarings of one number in each batch that are computed again: at 1,000 digits they cost half a hundredth of the
#: batch (benchmarks/primes_kernels.py).
SPOT_CHECK_BITS = 8

#: The exponent's first bits, which take no squaring: 2 to their power, in Montgomery's form, is a remainder.
_FIRST_BITS = 12


@dataclass(frozen=True, slots=True)
class Power:
    """A ladder's end: 2^(N - 1) modulo N, and 2^((N - 1) >> shift) on the way to it, as residues times R."""

    number: gmpy2.mpz
    radix: gmpy2.mpz
    shift: int
    before: gmpy2.mpz
    end: gmpy2.mpz

    def value(self) -> gmpy2.mpz:
        """Return 2^(N - 1) modulo N."""
        return self.end * gmpy2.invert(self.radix, self.number) % self.number

    def passes(self) -> bool:
        """Whether N is a strong probable prime to base 2; quick where N - 1 has at most `shift` factors 2."""
        if (self.end - self.radix) % self.number != 0:
            return False
        twos = gmpy2.bit_scan1(self.number - 1)
        return is_strong(self.number) if twos > self.shift else ends_strong(self.number, self.power(self.shift - twos))

    def power(self, squarings: int) -> gmpy2.mpz:
        """Return 2^((N - 1) >> (shift - squarings)) modulo N, by gmpy2."""
        last_bits = ((self.number - 1) >> (self.shift - squarings)) % (1 << squarings)
        before = self.before * gmpy2.invert(self.radix, self.number)
        power = gmpy2.powmod(before, gmpy2.mpz(1) << squarings, self.number)
        return (power << int(last_bits)) % self.number


def is_strong(number: gmpy2.mpz) -> bool:
    """Whether an odd number is a strong probable prime to base 2, by gmpy2, without the GIL."""
    return ends_strong(number, raise_two(number, gmpy2.bit_scan1(number - 1)))


def ends_strong(number: gmpy2.mpz, power: gmpy2.mpz) -> bool:
    """Finish a strong test of an odd number, from a base's power to the odd part of number - 1."""
    if power == 1:
        return True
    for _ in range(gmpy2.bit_scan1(number - 1)):
        if power == number - 1:
            return True
        power = power * power % number
    return False


def raise_two(number: gmpy2.mpz, shift: int = 0) -> gmpy2.mpz:
    """Compute 2^((number - 1) >> shift) modulo the number, without the GIL."""
    with gmpy2.context(gmpy2.get_context(), allow_release_gil=True):
        return gmpy2.powmod(2, (number - 1) >> shift, number)


def compute_power(number: gmpy2.mpz) -> Power:
    """Compute the Fermat power of one number by gmpy2."""
    power = raise_two(number)
    return Power(number, gmpy2.mpz(1), 0, power, power)


def compute_powers(name: str, lanes: int, numbers: Sequence[int], stop: bytearray) -> list[Power] | None:
    """Compute the Fermat powers of at most `lanes` odd numbers by a compiled kernel; None if stopped.

    Those that share a factor with R are left to gmpy2. Raises `PrimesongError` if gmpy2 disagrees with the kernel.
    """
    ladder = choose_ladder(name, max(number.bit_length() for number in numbers))
    moduli = [number for number in map(gmpy2.mpz, numbers) if gmpy2.gcd(number, ladder.radix) == 1]
    powers = _climb(ladder, lanes, moduli, stop) if moduli else []
    if powers is None:
        return None
    if powers:
        _check(name, secrets.choice(powers))
    found = {power.number: power for power in powers}
    return [found.get(number) or compute_power(number) for number in map(gmpy2.mpz, numbers)]


def _climb(ladder: Ladder, lanes: int, moduli: list[gmpy2.mpz], stop: bytearray) -> list[Power] | None:
    """Follow the bits of N - 1 in the lanes of a compiled ladder; None if stopped."""
    filled = moduli + moduli[-1:] * (lanes - len(moduli))
    climb, radix = ladder.prepare(filled), ladder.radix
    high = max(ladder.bits - _FIRST_BITS, 1)
    low = min(SPOT_CHECK_BITS, high)
    middle = climb([(radix << int(modulus >> high)) % modulus for modulus in filled], high, low, stop)
    end = None if middle is None else climb(middle, low, 0, stop)
    if middle is None or end is None:
        return None
    return [Power(n, radix, low, *residues) for n, *residues in zip(moduli, middle, end, strict=False)]


def _check(name: str, power: Power) -> None:
    """Compute a power's last squarings again by gmpy2. Raises `PrimesongError` if they differ."""
    if (power.power(power.shift) * power.radix - power.end) % power.number != 0:
        raise PrimesongError(
            f"the kernel {name} and gmpy2 disagree: this processor or its memory makes errors", option="kernel"
        )
