"""The sieve against greatest common divisors with primorials, compiled and plain."""

import random
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import gmpy2
import numpy as np
import pytest
from support.compiled import needs_extension

from primesong.primes import sieve
from primesong.primes.kernel import extension
from primesong.primes.sieve import Progression, find_survivors, optimum_depth


def quiet(sieved: int) -> None:
    pass


@pytest.fixture(params=[pytest.param("compiled", marks=needs_extension), "plain"])
def strikes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "plain":
        monkeypatch.setattr(extension, "compiled", None)
    return str(request.param)


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.mark.parametrize(
    ("bits", "exponent", "depth"), [(300, 1, 3000), (300, 290, 3000), (1000, 40, 70_001), (4000, 1200, 200_000)]
)
def test_survivors_are_those_without_a_small_factor(
    strikes: str, pool: Executor, bits: int, exponent: int, depth: int
) -> None:
    progression = Progression(random.Random(bits).getrandbits(bits) | 1 | 1 << (bits - 1), exponent)
    found = find_survivors(progression, 5, 2000, depth, pool, 2, bytearray(1), quiet)
    primorial = gmpy2.primorial(depth - 1) // 2
    wanted = [index for index in range(5, 2005) if gmpy2.gcd(progression.number(index), primorial) == 1]
    assert found.tolist() == wanted


@pytest.mark.parametrize(
    ("first", "last"),
    [(0, 2), (0, 3), (0, 4), (3, 30), (5, 12), (9, 26), (65_000, 66_000), (0, 70_000), (2**22, 2**22 + 999)],
)
def test_each_chunk_of_primes_is_whole(strikes: str, first: int, last: int) -> None:
    """Chunk by chunk, the primes that strike are those of gmpy2: each divides one number of its own."""
    primes = [prime for prime in range(first, last) if prime > 2 and gmpy2.is_prime(prime)]
    base = 2**600 + 1
    marks = bytearray(5000)
    strike = extension.strike if strikes == "compiled" else sieve._strike
    assert strike(base, 1, first, last, marks, bytearray(1))
    wanted = np.zeros(5000, dtype=np.uint8)
    for prime in primes:
        wanted[-base * pow(2, -1, prime) % prime :: prime] = 1
    assert marks == wanted.tobytes()


@pytest.mark.parametrize(("low", "high"), [(2**26 - 3000, 2**26 + 3000), (2**31 - 4000, 2**31 - 1)])
def test_large_primes_strike_where_they_should(strikes: str, low: int, high: int) -> None:
    primes = [prime for prime in range(low | 1, high, 2) if gmpy2.is_prime(prime)]
    hits = {prime: 7 * place for place, prime in enumerate(primes)}
    # the Chinese remainder theorem puts each prime's stroke where we want it
    product = gmpy2.mpz(1)
    base = gmpy2.mpz(0)
    for prime, index in hits.items():
        base += product * ((-2 * index - base) * gmpy2.invert(product, prime) % prime)
        product *= prime
    base += product * (1 + (base % 2 == 1))
    assert base % 2 == 1
    marks = bytearray(7 * len(primes))
    strike = extension.strike if strikes == "compiled" else sieve._strike
    strike(int(base), 1, low, high, marks, bytearray(1))
    assert [index for index, mark in enumerate(marks) if mark] == sorted(hits.values())


def test_survivors_follow_mertens(pool: Executor) -> None:
    progression = Progression(random.Random(1).getrandbits(6000) | 1 | 1 << 5999)
    found = find_survivors(progression, 0, 200_000, 10**6, pool, 2, bytearray(1), quiet)
    assert len(found) == pytest.approx(200_000 * 2 * sieve.MERTENS / np.log(10**6), rel=0.02)


def test_progress_reaches_the_depth_and_a_stop_is_heard(strikes: str, pool: Executor) -> None:
    reports: list[int] = []
    progression = Progression(2**600 + 1)
    find_survivors(progression, 0, 100, 100_000, pool, 2, bytearray(1), reports.append)
    assert reports[-1] == 100_000
    reports.clear()
    find_survivors(progression, 0, 100, 100_000, pool, 2, bytearray(b"\1"), reports.append)
    assert not reports


@needs_extension
def test_so_many_primes_are_timed() -> None:
    numbers = range(sieve._TIMED.start + 1, sieve._TIMED.stop, 2)
    assert sum(gmpy2.is_prime(number) for number in numbers) == sieve._TIMED_PRIMES
    assert sieve.time_prime(1000, compiled=True) > 0
    assert sieve.time_prime(1000, compiled=False) > 0


def test_depth_grows_with_the_cost_of_a_test_and_stays_within_bounds() -> None:
    assert optimum_depth(1000, 0.001) < optimum_depth(4000, 0.05) < optimum_depth(12000, 0.2)
    assert optimum_depth(100, 1e-9) == 10_000
    assert optimum_depth(10**6, 1e6) == 2**31 - 1


@pytest.mark.parametrize(("base", "exponent"), [(10, 1), (11, 0), (11, 4), (11, 60)])
def test_no_progression(base: int, exponent: int) -> None:
    with pytest.raises(ValueError, match="a progression has an odd base"):
        Progression(base, exponent)
