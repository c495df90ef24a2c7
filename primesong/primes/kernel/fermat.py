"""Fermat powers, 2^(N - 1) modulo N, what a kernel is that computes them, and the kernel that does so by gmpy2.

A strong test to base 2 needs the power to the odd part of N - 1. A kernel goes on to N - 1 itself, and each `Power`
keeps the residue of some squarings before, from which gmpy2 finishes the test. Each kernel can be timed, and must agree
with gmpy2 where carries run far.
"""

import functools
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import gmpy2

#: Squarings that are timed for an estimate, and three times as many: a thousandth of a test of 4,000 digits.
_TIMED_SQUARINGS = 16

#: How often each is timed; the shortest time counts.
_TIMINGS = 3

#: Numbers whose carries run far: limbs of ones, limbs of zeros, primes among them.
_SELF_TEST = (2**521 - 1, 2**520 - 1, 2**520 + 1, 2**468 + 2**52 - 1, 2**516 - 2**260 - 1, 3**329, 2**519 - 2**51 + 1)


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
    return ends_strong(number, powmod(2, (number - 1) >> gmpy2.bit_scan1(number - 1), number))


def ends_strong(number: gmpy2.mpz, power: gmpy2.mpz) -> bool:
    """Finish a strong test of an odd number, from a base's power to the odd part of number - 1."""
    if power == 1:
        return True
    for _ in range(gmpy2.bit_scan1(number - 1)):
        if power == number - 1:
            return True
        power = power * power % number
    return False


def powmod(base: int, exponent: gmpy2.mpz, modulus: gmpy2.mpz) -> gmpy2.mpz:
    """Raise a number to a power modulo another, by gmpy2, without the GIL."""
    with gmpy2.context(gmpy2.get_context(), allow_release_gil=True):
        return gmpy2.powmod(base, exponent, modulus)


def compute_power(number: gmpy2.mpz) -> Power:
    """Compute the Fermat power of one odd number by gmpy2, without the GIL."""
    twos = gmpy2.bit_scan1(number - 1)
    before = end = powmod(2, (number - 1) >> twos, number)
    for _ in range(twos):
        end = end * end % number
    return Power(number, gmpy2.mpz(1), twos, before, end)


@dataclass(frozen=True, slots=True)
class Kernel(ABC):
    """A way to test `lanes` numbers at once."""

    name: str
    lanes: int

    #: Below these lengths, in bits, it is faster than the next kernel that can run; among them on some processors.
    crossover: ClassVar[range] = range(sys.maxsize, sys.maxsize)

    @property
    def longest(self) -> int:
        """The length of the longest numbers that it takes, in bits; if nothing else is said, any."""
        return sys.maxsize

    def test(self, numbers: Sequence[int], stop: bytearray) -> list[bool] | None:
        """Say of each of at most `lanes` odd numbers whether it passes; None if `stop[0]` was set meanwhile."""
        if not 0 < len(numbers) <= self.lanes:
            raise ValueError(f"kernel {self.name} tests 1 to {self.lanes} numbers at once, got {len(numbers)}")
        powers = self.compute(_check_odd(numbers), stop)
        return None if powers is None else [power.passes() for power in powers]

    def powers(self, numbers: Sequence[int]) -> list[Power]:
        """Compute 2^(N - 1) modulo N of each of any number of odd numbers."""
        odd = _check_odd(numbers)
        groups = [odd[start : start + self.lanes] for start in range(0, len(odd), self.lanes)]
        return [power for group in groups for power in self.compute(group, bytearray(1)) or []]

    @abstractmethod
    def compute(self, numbers: Sequence[gmpy2.mpz], stop: bytearray) -> list[Power] | None:
        """Compute the Fermat powers of at most `lanes` odd numbers; None if `stop[0]` was set meanwhile."""

    @abstractmethod
    def prepare_squarings(self, bits: int) -> Callable[[int], object]:
        """Return a function that makes a number of squarings in all lanes, modulo numbers of a length in bits."""

    @functools.cache  # noqa: B019 - kernels are few
    def time_test(self, bits: int) -> float:
        """Time a few squarings on this processor: the seconds of one number's test at a length in bits."""
        square = self.prepare_squarings(bits)
        few, more = (
            min(_time(square, count) for _ in range(_TIMINGS)) for count in (_TIMED_SQUARINGS, 3 * _TIMED_SQUARINGS)
        )
        return max(more - few, 1e-9) * bits / (2 * _TIMED_SQUARINGS) / self.lanes

    @functools.cache  # noqa: B019 - kernels are few
    def passes_self_test(self) -> bool:
        """Whether the kernel and gmpy2 agree where carries run far."""
        return [power.value() for power in self.powers(_SELF_TEST)] == [gmpy2.powmod(2, n - 1, n) for n in _SELF_TEST]


def _check_odd(numbers: Sequence[int]) -> list[gmpy2.mpz]:
    """Return numbers as gmpy2's. Raises `ValueError` if one cannot be tested."""
    if any(number < 3 or number % 2 == 0 for number in numbers):
        raise ValueError("only odd numbers above 1 can be tested")
    return list(map(gmpy2.mpz, numbers))


def _time(work: Callable[[int], object], amount: int) -> float:
    """Return the seconds that an amount of work takes."""
    start = clock()
    work(amount)
    return clock() - start


def clock() -> float:
    """Return the time by which milliseconds of work are measured, in seconds.

    It is this thread's time on the processor; on Windows, where that goes in steps of 15.6 ms, the time that passes.
    """
    return time.perf_counter() if sys.platform == "win32" else time.thread_time()


class GmpKernel(Kernel):
    """One number at a time, of any length, by gmpy2; a test that began runs to its end."""

    def compute(self, numbers: Sequence[gmpy2.mpz], stop: bytearray) -> list[Power]:
        """Compute the powers one after the other."""
        return [compute_power(number) for number in numbers]

    def prepare_squarings(self, bits: int) -> Callable[[int], object]:
        """Prepare 3 to a power of two."""
        modulus = (gmpy2.mpz(1) << bits) - 1
        return lambda squarings: gmpy2.powmod(3, gmpy2.mpz(1) << squarings, modulus)
