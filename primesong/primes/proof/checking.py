"""Certificates of primality, checked: by the printable checkers, with gmpy2's integers for speed."""

import inspect
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import gmpy2

from primesong.primes import apart
from primesong.primes.job import Progress
from primesong.primes.proof import curves_checker, power_checker
from primesong.primes.proof.certificate import POWER_OF_TWO, Certificate

#: The power of a number's length with which the time of a whole check grows: a step's cube, for steps in proportion.
_GROWTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofProgress(Progress):
    """How far a proof has come, or its check.

    Parameters
    ----------
    steps : int
        The steps found, or checked, so far.
    bits : int
        The length of the number in bits.
    bits_left : int
        The length of the prime that is still to be proved.
    """

    steps: int
    bits: int
    bits_left: int


def check(certificate: Certificate, progress: Callable[[ProofProgress], None] | None = None) -> bool:
    """Check a certificate: True is a proof.

    Parameters
    ----------
    certificate : Certificate
        What to check.
    progress : callable, optional
        Called before each step of a proof by elliptic curves.
    """
    number = gmpy2.mpz(certificate.number)
    if certificate.theorem == POWER_OF_TWO:
        return _check_power(number, certificate.power, gmpy2.mpz(certificate.witness))
    if number < 2:
        return False
    began = time.monotonic()
    for count, step in enumerate(certificate.steps):
        if progress is not None:
            progress(_check_progress(certificate, count, number.bit_length(), time.monotonic() - began))
        number = gmpy2.mpz(curves_checker.follow(number, [gmpy2.mpz(value) for value in step]))
        if not number:
            return False
    return curves_checker.is_small_prime(number)


def _check_power(number: gmpy2.mpz, power: int, witness: gmpy2.mpz) -> bool:
    """Check a proof by a power of two; where that takes long, so that Ctrl-C ends it."""
    if number.bit_length() < apart.LONG_BITS:
        return power_checker.proves(number, power, witness)
    return apart.compute(power_checker.proves, number, power, witness)


def _check_progress(certificate: Certificate, count: int, bits_left: int, seconds: float) -> ProofProgress:
    """Work out the progress of a check; a step takes about the third power of its prime's length."""
    bits = certificate.number.bit_length()
    share = 1 - (bits_left / bits) ** _GROWTH
    left = seconds * (1 - share) / share if share > 0 else math.inf
    return ProofProgress(stage="check", share=share, seconds_left=left, steps=count, bits=bits, bits_left=bits_left)


def read_checker(theorem: str) -> str:
    """Return the source of a theorem's checker, a program for Python's standard library alone."""
    return inspect.getsource(power_checker if theorem == POWER_OF_TWO else curves_checker)
