"""Certificates that several files test, made once."""

import gmpy2
import pytest

from primesong.number.payload import pack
from primesong.primes.plan import find, plan_search
from primesong.primes.proof.certificate import Certificate
from primesong.primes.proof.ecpp import prove


@pytest.fixture(scope="session")
def by_power() -> Certificate:
    """A certificate by a power of two, of a program's number."""
    _, certificate = find(plan_search(pack(b"print('proved')"), provable=True))
    assert certificate is not None
    return certificate


@pytest.fixture(scope="session")
def by_curves() -> Certificate:
    """A certificate by elliptic curves, of a number of 151 digits."""
    return prove(int(gmpy2.next_prime(10**150)))
