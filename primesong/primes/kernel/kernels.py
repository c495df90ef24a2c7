"""The kernels: strong base-2 tests of several numbers at once, by whatever this processor does fastest.

A kernel takes odd numbers N > 1 and says of each whether it is a strong probable prime to base 2: with N - 1 = d 2^s, d
odd, whether 2^d = 1 or some 2^(d 2^i) = -1 modulo N, i < s. Every odd prime passes; a number that fails is composite; a
number that passes is to be tested further. Five kernels give the same answers:

    ifma    eight numbers side by side, limb by limb, AVX-512 IFMA       (compiled, Intel since 2019, AMD since 2022)
    fft8    eight numbers side by side, Fourier transforms, AVX-512      (compiled, Intel since 2017, AMD since 2022)
    fft4    four numbers side by side, Fourier transforms, AVX2 and FMA  (compiled, x86-64 since 2013)
    fft2    two numbers side by side, Fourier transforms, NEON           (compiled, 64-bit ARM)
    gmpy2   one number, GMP                                              (everywhere)

The compiled ones are in the optional extension `_kernel`; where it was not built or the processor lacks the
instructions, gmpy2 remains. Each compiled kernel must pass a self-test before its first use, and of each batch the last
squarings of one number are computed again with gmpy2 (`fermat`).
"""

import functools
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import gmpy2

from primesong.errors import MissingError, PrimesongError
from primesong.primes.kernel import extension
from primesong.primes.kernel.fermat import Power, compute_power, compute_powers, is_strong, raise_two
from primesong.primes.kernel.ladder import choose_ladder, longest
from primesong.primes.kernel.transform import longest_modulus

#: The names of all kernels, the fastest for short numbers first.
KERNELS = ("ifma", "fft8", "fft4", "fft2", "gmpy2")

#: Above this length, in bits, the next kernel that can run is faster (benchmarks/primes_kernels.py); for the transforms
#: it is the longest that they take.
MOST_BITS = {"ifma": 16_000, "fft8": longest_modulus(), "fft4": longest_modulus(), "fft2": longest_modulus()}

#: Between these lengths, in bits, some processors are faster limb by limb and others by transforms, so that both are
#: timed: they meet at 7,000 bits on an AMD EPYC, at 12,000 on an Intel Xeon (benchmarks/primes_kernels.py).
_TIMED_BITS = range(5_000, 16_000)

#: Squarings that are timed for an estimate, and three times as many: a thousandth of a test of 4,000 digits.
_TIMED_SQUARINGS = 16

#: How often each is timed; the shortest time counts.
_TIMINGS = 3

#: Numbers whose carries run far: limbs of ones, limbs of zeros, primes among them.
_SELF_TEST = (2**521 - 1, 2**520 - 1, 2**520 + 1, 2**468 + 2**52 - 1, 2**516 - 2**260 - 1, 3**329, 2**519 - 2**51 + 1)


@dataclass(frozen=True, slots=True)
class Kernel:
    """A way to test `lanes` numbers at once. A compiled one can be stopped within one squaring."""

    name: str
    lanes: int

    def test(self, numbers: Sequence[int], stop: bytearray) -> list[bool] | None:
        """Say of each of at most `lanes` odd numbers whether it passes; None if `stop[0]` was set meanwhile."""
        self._check(numbers)
        if self.name == "gmpy2":
            return [is_strong(gmpy2.mpz(number)) for number in numbers]
        powers = compute_powers(self.name, self.lanes, numbers, stop)
        return None if powers is None else [power.passes() for power in powers]

    def powers(self, numbers: Sequence[int]) -> list[Power]:
        """Compute 2^(N - 1) modulo N of each of at most `lanes` odd numbers."""
        self._check(numbers)
        if self.name == "gmpy2":
            return [compute_power(gmpy2.mpz(number)) for number in numbers]
        return compute_powers(self.name, self.lanes, numbers, bytearray(1)) or []

    def _check(self, numbers: Sequence[int]) -> None:
        """Raise `ValueError` if the numbers cannot be tested."""
        if not 0 < len(numbers) <= self.lanes:
            raise ValueError(f"kernel {self.name} tests 1 to {self.lanes} numbers at once, got {len(numbers)}")
        if any(number < 3 or number % 2 == 0 for number in numbers):
            raise ValueError("only odd numbers above 1 can be tested")


@functools.cache
def time_test(kernel: Kernel, bits: int) -> float:
    """Time a kernel on this processor, by a few squarings: the seconds of one number's test at a length in bits."""
    square = _prepare_squarings(kernel, bits)
    few, more = (
        min(_time(square, count) for _ in range(_TIMINGS)) for count in (_TIMED_SQUARINGS, 3 * _TIMED_SQUARINGS)
    )
    return max(more - few, 1e-9) * bits / (2 * _TIMED_SQUARINGS) / kernel.lanes


def _prepare_squarings(kernel: Kernel, bits: int) -> Callable[[int], object]:
    """Return a function that makes a number of squarings in all lanes, modulo a number of a length in bits."""
    modulus = (gmpy2.mpz(1) << bits) - 1
    if kernel.name == "gmpy2":
        return lambda squarings: gmpy2.powmod(3, gmpy2.mpz(1) << squarings, modulus)
    ladder = choose_ladder(kernel.name, bits)
    while gmpy2.gcd(modulus, ladder.radix) > 1:
        modulus -= 2
    climb = ladder.prepare([modulus] * kernel.lanes)
    return lambda squarings: climb([modulus // 3] * kernel.lanes, squarings, 0, bytearray(1))


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


def available() -> dict[str, Kernel]:
    """Return the kernels that can run here, by name, in the order of `KERNELS`."""
    lanes = extension.lanes() | {"gmpy2": 1}
    return {name: Kernel(name, lanes[name]) for name in KERNELS if name in lanes}


def choose(bits: int, name: str | None = None) -> Kernel:
    """Return the fastest kernel for numbers of a length in bits, or the named one.

    Raises
    ------
    ValueError
        If there is no kernel of that name.
    MissingError
        If that one cannot run here.
    PrimesongError
        If the numbers are too long for it, or it fails its self-test.
    """
    if name is not None and name not in KERNELS:
        raise ValueError(f"a kernel is one of {', '.join(KERNELS)}, got {name!r}")
    kernels = available()
    if name is None:
        able = [kernel for kernel in kernels.values() if bits <= MOST_BITS.get(kernel.name, bits)]
        if able[0].name == "ifma" and bits in _TIMED_BITS:
            able = sorted(able[:2], key=lambda kernel: time_test(kernel, bits))
        name = able[0].name
    if name not in kernels:
        why = "this processor lacks it" if extension.is_built() else "primesong was installed without its C extension"
        raise MissingError(f"the kernel {name} cannot run here: {why}; {' or '.join(kernels)} can", option="kernel")
    if name != "gmpy2":
        _check_kernel(name, bits)
    return kernels[name]


def _check_kernel(name: str, bits: int) -> None:
    """Raise `PrimesongError` if numbers are too long for a compiled kernel, or it fails its self-test."""
    if bits > longest(name):
        raise PrimesongError(
            f"the kernel {name} takes numbers of at most {longest(name):,} bits, this one has {bits:,}", option="kernel"
        )
    if not passes_self_test(name):
        raise PrimesongError(f"the kernel {name} fails its self-test on this processor", option="kernel")


@functools.cache
def passes_self_test(name: str) -> bool:
    """Whether a compiled kernel and gmpy2 agree where carries run far."""
    kernel = available()[name]
    groups = [_SELF_TEST[start : start + kernel.lanes] for start in range(0, len(_SELF_TEST), kernel.lanes)]
    powers = [power.value() for group in groups for power in kernel.powers(group)]
    return powers == [raise_two(gmpy2.mpz(number)) for number in _SELF_TEST]
