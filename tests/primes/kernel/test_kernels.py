"""The kernels against gmpy2: random, edge and adversarial moduli, stops, and what is refused."""

import dataclasses
import random
import sys
import time
from collections.abc import Sequence

import gmpy2
import pytest

from primesong.errors import PrimesongError
from primesong.primes import sieve
from primesong.primes.kernel import extension, kernels
from primesong.primes.kernel.fermat import GmpKernel, Kernel, Power

COMPILED = [name for name in kernels.available() if name != "gmpy2"]


def truth(number: int) -> bool:
    return gmpy2.is_strong_prp(number, 2)


def answers(name: str, numbers: list[int]) -> list[bool]:
    chosen = kernels.choose(max(numbers).bit_length(), name)
    found: list[bool] = []
    for start in range(0, len(numbers), chosen.lanes):
        part = chosen.test(numbers[start : start + chosen.lanes], bytearray(1))
        assert part is not None
        found += part
    return found


@pytest.mark.parametrize("name", kernels.available())
def test_every_small_odd_number(name: str) -> None:
    numbers = list(range(3, 4001, 2))
    assert answers(name, numbers) == [truth(number) for number in numbers]


@pytest.mark.parametrize("name", kernels.available())
@pytest.mark.parametrize("bits", [40, 51, 52, 53, 103, 104, 105, 204, 205, 208, 209, 415, 416, 417, 1000, 2081, 4157])
def test_random_numbers_of_many_lengths(name: str, bits: int) -> None:
    source = random.Random(bits)
    numbers = [source.getrandbits(bits) | 1 | 1 << (bits - 1) for _ in range(13)]
    if bits <= 1000:
        numbers += [int(gmpy2.next_prime(source.getrandbits(bits - 1) | 1 << (bits - 2))) for _ in range(4)]
    assert answers(name, numbers) == [truth(number) for number in numbers]


@pytest.mark.parametrize("name", kernels.available())
def test_carries_that_run_far(name: str) -> None:
    numbers = [2**size - 1 for size in (52, 104, 204, 208, 520, 521, 607, 1040, 1279, 2080, 2203)]
    numbers += [2**size + 1 for size in (51, 52, 104, 207, 208, 1040, 2048)]
    numbers += [
        2**1040 - 2**520 - 1,
        2**1040 - 2**52 + 1,
        2**1039 + 2**52 - 1,
        2**2080 - 2**1040 + 1,
        2**519 - 2**51 + 1,
    ]
    numbers += [sum(1 << 52 * limb for limb in range(20)), sum((2**52 - 1) << 104 * limb for limb in range(11))]
    assert answers(name, numbers) == [truth(number) for number in numbers]


@pytest.mark.parametrize("name", kernels.available())
def test_pseudoprimes_pass_as_they_must(name: str) -> None:
    assert all(answers(name, [2047, 3277, 4033, 1194649, 12327121, 2**1013 - 1]))


@pytest.mark.parametrize("name", kernels.available())
def test_fermat_pseudoprimes_that_are_not_strong(name: str) -> None:
    """Short and long, N - 1 with few factors 2 or with 32; and primes of both kinds."""
    numbers = [341, 561, 645, (4**101 - 1) // 3, (4**1009 - 1) // 3, (2**32 + 1) * (2**64 + 1)]
    assert all(pow(2, number - 1, number) == 1 for number in numbers)
    assert not any(answers(name, numbers))
    assert all(answers(name, [3 * 2**189 + 1, 3 * 2**408 + 1, 5 * 2**127 + 1, 2**607 - 1]))


@pytest.mark.parametrize("name", kernels.available())
def test_powers_of_any_number_of_numbers(name: str) -> None:
    chosen, numbers = kernels.choose(300, name), [2**299 + 5 * 7 * 11 * 2 * step + 1 for step in range(1, 12)]
    assert [power.value() for power in chosen.powers(numbers)] == [pow(2, number - 1, number) for number in numbers]
    assert chosen.powers([]) == []


@pytest.mark.parametrize("name", COMPILED)
def test_a_stop_is_heard(name: str) -> None:
    chosen = kernels.choose(5000, name)
    assert chosen.test([2**5000 + 1] * chosen.lanes, bytearray(b"\1")) is None


def test_choice() -> None:
    assert kernels.choose(3_000).name == next(iter(kernels.available()))
    assert kernels.choose(20_000).name == next(name for name in kernels.available() if name != "ifma")
    assert kernels.choose(10_000_000).name == "gmpy2"
    with pytest.raises(ValueError, match="a kernel is one of ifma, fft8, fft4, fft2, gmpy2, got 'abacus'"):
        kernels.choose(1000, "abacus")


@pytest.mark.skipif("ifma" not in kernels.available(), reason="this processor lacks AVX-512 IFMA")
@pytest.mark.parametrize("fastest", ["ifma", "fft8"])
def test_the_faster_of_two_is_chosen_where_processors_differ(fastest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Kernel, "time_test", lambda kernel, bits: 1.0 if kernel.name == fastest else 2.0)
    assert kernels.choose(8_000).name == fastest


@pytest.mark.parametrize("name", COMPILED)
def test_too_long_for_a_kernel(name: str) -> None:
    most = "106,076" if name == "ifma" else "1,376,250"
    with pytest.raises(PrimesongError, match=f"the kernel {name} takes numbers of at most {most} bits, this one has"):
        kernels.choose(2_000_000, name)


def test_a_kernel_that_errs_where_carries_run_far_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(GmpKernel):
        def compute(self, numbers: Sequence[gmpy2.mpz], stop: bytearray) -> list[Power]:
            return [dataclasses.replace(power, end=power.end ^ 2) for power in super().compute(numbers, stop)]

    monkeypatch.setitem(kernels.KERNELS, "gmpy2", Wrong)
    with pytest.raises(PrimesongError, match="the kernel gmpy2 fails its self-test on this processor"):
        kernels.choose(300, "gmpy2")


@pytest.mark.parametrize("numbers", [[], [4], [1], [15, 16]])
def test_what_cannot_be_tested(numbers: list[int]) -> None:
    for chosen in kernels.available().values():
        with pytest.raises(ValueError, match=r"only odd numbers above 1|tests 1 to"):
            chosen.test(numbers, bytearray(1))
    with pytest.raises(ValueError, match="only odd numbers above 1"):
        chosen.powers([15, 4])


@pytest.mark.parametrize("name", kernels.available())
def test_a_clock_too_coarse_is_not_asked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows a thread's processor time goes in steps longer than what is timed."""

    def coarse() -> float:
        raise AssertionError("it was asked")

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(time, "thread_time", coarse)
    assert kernels.available()[name].time_test(2_000) > 0
    assert sieve.time_prime.__wrapped__(2_000, extension.is_built()) > 0
