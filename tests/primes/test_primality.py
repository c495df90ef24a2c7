"""The tests of a find against gmpy2's own: primes, pseudoprimes, numbers whose carries run far."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import gmpy2
import pytest

from primesong.primes import primality
from primesong.primes.kernel.chain import can_chain
from primesong.primes.kernel.transform import choose_transform

pytestmark = pytest.mark.skipif(not can_chain(), reason="this processor lacks AVX2, or no C compiler")

LENGTHS = [60, 410, 412, 413, 416, 417, 830, 1000, 3000, 12_000]
ZERO, ONE, TWO = gmpy2.mpz(0), gmpy2.mpz(1), gmpy2.mpz(2)


def test_a_modulus_that_shares_a_factor_with_the_radix() -> None:
    radix = choose_transform(1100).radix
    number = gmpy2.mpz(7 if radix % 7 == 0 else 3) * (2**1090 + 1)
    assert gmpy2.gcd(number, radix) > 1
    assert not primality.passes_lucas_and_strong(number, TWO)


def strong(number: int, base: int) -> bool:
    return primality.passes_lucas_and_strong(gmpy2.mpz(number), gmpy2.mpz(base))


def test_extra_strong_lucas_pseudoprimes() -> None:
    """https://oeis.org/A217719; to the base 1 every number passes the other test."""
    radix = choose_transform(14).radix
    passed = [number for number in range(101, 12_001, 2) if strong(number, 1)]
    assert [number for number in passed if not gmpy2.is_prime(number)] == [
        number for number in (989, 3239, 5777, 10877) if gmpy2.gcd(number, radix) == 1
    ]
    primes = [n for n in range(101, 12_001) if gmpy2.is_prime(n) and radix % n]
    assert [number for number in passed if gmpy2.is_prime(number)] == primes


def test_strong_test_to_another_base() -> None:
    """Primes and extra strong Lucas pseudoprimes pass where they are strong to the base."""
    for base in (2, 3, 10):
        for number in (*range(101, 2001, 2), 3239, 5777, 10877):
            lucas = strong(number, 1)
            assert strong(number, base) == (lucas and gmpy2.is_strong_prp(number, base))


@pytest.mark.parametrize("number", [2**2203 - 1, 2**2281 - 1, 3 * 2**2816 + 1, 10**999 + 7])
def test_known_primes(number: int) -> None:
    assert primality.confirm(number)
    assert primality.is_probable_prime(number)


def test_gmp_is_asked_about_what_the_chain_refuses_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A prime is shown by base 2 and the chain; a pseudoprime to base 2 is refused by the chain, and by GMP."""
    asked: list[int] = []
    monkeypatch.setattr(primality, "ask_gmp", lambda number: asked.append(number) or gmpy2.is_prime(number, 25))
    assert primality.is_probable_prime(2**2203 - 1)
    assert not primality.is_probable_prime(3 * (2**2203 - 1))
    assert asked == []
    pseudoprime = (4**1009 - 1) // 3
    assert primality.passes_base_2(2**2011 - 1)  # composite
    assert not primality.is_probable_prime(2**2011 - 1)
    assert not primality.is_probable_prime(pseudoprime)
    assert asked == [2**2011 - 1]


def test_a_thread_of_the_pool_helps_or_none_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(primality, "ask_gmp", lambda number: False)  # so that the chain alone decides
    ended = Event()
    with ThreadPoolExecutor(1) as pool:
        assert primality.confirm(2**2203 - 1, pool)
        busy = pool.submit(ended.wait, 60)
        assert primality.confirm(2**2203 - 1, pool)
        assert not primality.confirm(2**2203 - 3, pool)
        ended.set()
        assert busy.result()


def test_composites() -> None:
    source = random.Random(1)
    p = int(gmpy2.next_prime(source.getrandbits(1100)))
    q = int(gmpy2.next_prime(source.getrandbits(1100)))
    for number in (p * q, p * p, 2**2205 - 1, 2**2048 + 1, 2**3001 + 2, (2**1279 - 1) * (2**2203 - 1)):
        assert not primality.confirm(number)


def test_a_refusal_is_gmps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(primality, "follow_chain", lambda *_, **given: [(gmpy2.mpz(7), gmpy2.mpz(8))] * 2)
    assert primality.confirm(2**2203 - 1)
    assert not primality.confirm(2**2205 - 1)


def test_base_2_alone_is_fooled_by_its_pseudoprimes_only() -> None:
    """https://oeis.org/A001262"""
    passed = [number for number in range(5000) if primality.passes_base_2(number)]
    assert [number for number in passed if not gmpy2.is_prime(number)] == [2047, 3277, 4033, 4681]
    assert len(passed) == 669 + 4
