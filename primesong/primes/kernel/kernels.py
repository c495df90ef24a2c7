"""The kernels: strong base-2 tests of several numbers at once, by whatever this processor does fastest.

A kernel takes odd numbers N > 1 and says of each whether it is a strong probable prime to base 2: with N - 1 = d 2^s, d
odd, whether 2^d = 1 or some 2^(d 2^i) = -1 modulo N, i < s. Every odd prime passes; a number that fails is composite; a
number that passes is to be tested further. Four kernels give the same answers:

    ifma    eight numbers side by side, limb by limb, AVX-512 IFMA       (compiled, Intel since 2019, AMD since 2022)
    fft8    eight numbers side by side, Fourier transforms, AVX-512      (compiled, Intel since 2017, AMD since 2022)
    fft4    four numbers side by side, Fourier transforms, AVX2 and FMA  (compiled, x86-64 since 2013)
    gmpy2   one number, GMP                                              (everywhere)

The compiled ones are in the optional extension `_kernel`; where it was not built or the processor lacks the
instructions, gmpy2 remains. Each compiled kernel must pass a self-test before its first use, and of each batch the last
`SPOT_CHECK_BITS` squarings of one number are done again with gmpy2.
"""

import functools
import secrets
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import gmpy2

from primesong.errors import MissingError, PrimesongError
from primesong.primes.kernel.ladder import climber, extension, longest, pack, radix_of, reciprocal, unpack
from primesong.primes.kernel.transform import most_bits, transform_for

KERNELS = ("ifma", "fft8", "fft4", "gmpy2")

#: Above so many bits the next kernel that can run is faster, by benchmarks/primes_kernels.py; for the transforms it is
#: the longest of them.
MOST_BITS = {"ifma": 7_000, "fft8": most_bits(), "fft4": most_bits()}

#: Of each batch, so many squarings of one number are done again: at 1,000 digits they cost a hundredth of the batch.
SPOT_CHECK_BITS = 16

_TIMED_SQUARINGS = 16  # for an estimate: a thousandth of a test of 4,000 digits; and thrice as many

#: Two residues, v and w.
Pair = tuple[gmpy2.mpz, gmpy2.mpz]


@dataclass(frozen=True, slots=True)
class Kernel:
    """A way to test `lanes` numbers at once. A stop, where it can be heard, is heard within one squaring."""

    name: str
    lanes: int

    def test(self, numbers: Sequence[int], stop: bytearray) -> list[bool] | None:
        """Say of each of at most `lanes` odd numbers whether it passes; None if `stop[0]` was set meanwhile."""
        self._check(numbers)
        if self.name == "gmpy2":
            return [_is_strong(gmpy2.mpz(number)) for number in numbers]
        powers = _powers_in_lanes(self.name, self.lanes, numbers, stop)
        return None if powers is None else [power.passes() for power in powers]

    def powers(self, numbers: Sequence[int]) -> "list[Power]":
        """Compute 2^(N - 1) modulo N of each of at most `lanes` odd numbers."""
        self._check(numbers)
        if self.name == "gmpy2":
            return [_power_alone(gmpy2.mpz(number)) for number in numbers]
        return _powers_in_lanes(self.name, self.lanes, numbers, bytearray(1)) or []

    def _check(self, numbers: Sequence[int]) -> None:
        if not 0 < len(numbers) <= self.lanes:
            raise ValueError(f"kernel {self.name} tests 1 to {self.lanes} numbers at once, got {len(numbers)}")
        if any(number < 3 or number % 2 == 0 for number in numbers):
            raise ValueError("only odd numbers above 1 can be tested")

    def seconds(self, bits: int) -> float:
        """Estimate the processor time of one number's test at so many bits, in seconds, from a few squarings."""
        modulus = (gmpy2.mpz(1) << bits) - 1
        if self.name != "gmpy2":
            while gmpy2.gcd(modulus, radix_of(self.name, bits)) > 1:
                modulus -= 2
            climb = climber(self.name, bits, [modulus] * self.lanes)

        def seconds(squarings: int) -> float:
            start = clock()
            if self.name == "gmpy2":
                gmpy2.powmod(3, gmpy2.mpz(1) << squarings, modulus)
            else:
                climb([modulus // 3] * self.lanes, squarings, 0, bytearray(1))
            return clock() - start

        few, more = (min(seconds(count) for _ in range(3)) for count in (_TIMED_SQUARINGS, 3 * _TIMED_SQUARINGS))
        return max(more - few, 1e-9) * bits / (2 * _TIMED_SQUARINGS) / self.lanes


def clock() -> float:
    """Give the time by which milliseconds of work are measured, in seconds: this thread's on the processor; on Windows,
    where that goes in steps of 15.6 ms, the time that passes."""
    return time.perf_counter() if sys.platform == "win32" else time.thread_time()


def available() -> dict[str, Kernel]:
    """Give the kernels that can run here, by name, in the order of `KERNELS`."""
    lanes = extension.kernels() if extension is not None else {}
    return {name: Kernel(name, lanes.get(name, 1)) for name in KERNELS if name in lanes or name == "gmpy2"}


def choose(bits: int, name: str | None = None) -> Kernel:
    """Give the fastest kernel for numbers of so many bits, or the one named.

    Raises `MissingError` if that one cannot run here, `PrimesongError` if the numbers are too long for it or it fails
    its self-test.
    """
    if name is not None and name not in KERNELS:
        raise ValueError(f"a kernel is one of {', '.join(KERNELS)}, got {name!r}")
    kernels = available()
    if name is None:
        name = next(name for name in kernels if bits <= MOST_BITS.get(name, bits))
    if name not in kernels:
        why = "primesong was installed without its C extension" if extension is None else "this processor lacks it"
        raise MissingError(f"the kernel {name} cannot run here: {why}; --kernel {' or '.join(kernels)} can")
    if name != "gmpy2":
        if bits > longest(name):
            raise PrimesongError(
                f"the kernel {name} takes numbers of at most {longest(name):,} bits, this one has {bits:,}"
            )
        _self_test(name)
    return kernels[name]


def can_chain() -> bool:
    """Whether `chain` can run here: compiled, on a processor with AVX2 and FMA."""
    return "fft4" in available()


def chain(
    modulus: gmpy2.mpz, starts: Sequence[Pair], added: Sequence[Pair], exponents: Sequence[gmpy2.mpz]
) -> list[Pair]:
    """Follow two exponents' bits from the highest, modulo one odd number, without the GIL.

    For each bit a pair (v, w) becomes (v v + square, v w + mixed), or, where it is 1, (v w + mixed, w w + square).
    From (1, a), with nothing added, that gives a^e and a^(e+1). Raises `ZeroDivisionError` where the modulus shares a
    factor with Montgomery's R of its transform.

    starts : v and w of both pairs; added : square and mixed of both pairs
    """
    shape = transform_for(modulus.bit_length())
    inverse = gmpy2.invert(shape.radix, modulus)
    numbers = [value * shape.radix % modulus for pair in (*starts, *added) for value in pair]
    size = max(exponents).bit_length() // 8 + 1
    followed = extension.chain(
        pack([modulus, reciprocal(modulus, shape.radix), *numbers], shape.size),
        pack(exponents, size),
        shape.length,
        shape.word_bits,
        shape.radices,
        shape.roots,
    )
    residues = [residue * inverse % modulus for residue in unpack(followed, shape.size)]
    return [(residues[0], residues[1]), (residues[2], residues[3])]


def strike(  # noqa: PLR0917
    base: int, exponent: int, first: int, last: int, marks: bytearray, stop: bytearray
) -> bool:
    """Set `marks[i]` where an odd prime in [first, last) divides base + i * 2**exponent; False if stopped.

    The compiled sieve; raises `MissingError` without the extension.
    """
    if extension is None:
        raise MissingError("primesong was installed without its C extension")
    size = (int(base).bit_length() + 7) // 8
    return bool(extension.strike(int(base).to_bytes(size, "little"), exponent, first, last, marks, stop))


def compiled() -> bool:
    """Whether the C extension is there."""
    return extension is not None


def ends_strong(number: gmpy2.mpz, power: gmpy2.mpz) -> bool:
    """Finish a strong test of an odd number, begun by a base's power to the odd part of number - 1."""
    if power == 1:
        return True
    for _ in range(gmpy2.bit_scan1(number - 1)):
        if power == number - 1:
            return True
        power = power * power % number
    return False


def _power(number: gmpy2.mpz, shift: int = 0) -> gmpy2.mpz:
    """Compute 2^((number - 1) >> shift) modulo the number, without the GIL."""
    with gmpy2.context(gmpy2.get_context(), allow_release_gil=True):
        return gmpy2.powmod(2, (number - 1) >> shift, number)


def _is_strong(number: gmpy2.mpz) -> bool:
    """Test one odd number to base 2, without the GIL."""
    return ends_strong(number, _power(number, gmpy2.bit_scan1(number - 1)))


@dataclass(frozen=True, slots=True)
class Power:
    """A ladder's end: 2^(N - 1) modulo N, and 2^((N - 1) >> shift) on the way to it, as residues x R."""

    number: gmpy2.mpz
    radix: gmpy2.mpz
    shift: int
    before: gmpy2.mpz
    end: gmpy2.mpz

    def value(self) -> gmpy2.mpz:
        """Give 2^(N - 1) modulo N."""
        return self.end * gmpy2.invert(self.radix, self.number) % self.number

    def passes(self) -> bool:
        """Whether N is a strong probable prime to base 2; quick where N - 1 has at most `shift` factors 2."""
        if (self.end - self.radix) % self.number != 0:
            return False
        twos = gmpy2.bit_scan1(self.number - 1)
        return _is_strong(self.number) if twos > self.shift else ends_strong(self.number, self.power(self.shift - twos))

    def power(self, squarings: int) -> gmpy2.mpz:
        """Give 2^((N - 1) >> (shift - squarings)) modulo N, by gmpy2."""
        last_bits = ((self.number - 1) >> (self.shift - squarings)) % (1 << squarings)
        before = self.before * gmpy2.invert(self.radix, self.number)
        power = gmpy2.powmod(before, gmpy2.mpz(1) << squarings, self.number)
        return power * gmpy2.powmod(2, last_bits, self.number) % self.number


def _power_alone(number: gmpy2.mpz) -> Power:
    """Raise 2 to N - 1 by gmpy2."""
    power = _power(number)
    return Power(number, gmpy2.mpz(1), 0, power, power)


def _powers_in_lanes(name: str, lanes: int, numbers: Sequence[int], stop: bytearray) -> list[Power] | None:
    """Raise 2 to N - 1 by a compiled kernel, and one lane's last squarings again by gmpy2; None if stopped. An N that
    shares a factor with R goes another way, with R = 1."""
    bits = max(number.bit_length() for number in numbers)
    radix = radix_of(name, bits)
    moduli = [number for number in map(gmpy2.mpz, numbers) if gmpy2.gcd(number, radix) == 1]
    powers = {}
    if moduli:
        filled = moduli + moduli[-1:] * (lanes - len(moduli))
        climb = climber(name, bits, filled)
        # The exponent's first bits need no squaring: 2 to their power, in Montgomery's form, is a remainder.
        high = max(bits - 12, 1)
        low = min(SPOT_CHECK_BITS, high)
        middle = climb([(radix << int(modulus >> high)) % modulus for modulus in filled], high, low, stop)
        end = None if middle is None else climb(middle, low, 0, stop)
        if middle is None or end is None:
            return None
        powers = {n: Power(n, radix, low, *residues) for n, *residues in zip(moduli, middle, end, strict=False)}
        checked = powers[secrets.choice(moduli)]
        if checked.power(low) != checked.value():
            raise PrimesongError(
                f"the kernel {name} and gmpy2 disagree: this processor or its memory errs; encode --kernel gmpy2 does "
                "without"
            )
    return [powers.get(number) or _power_alone(number) for number in map(gmpy2.mpz, numbers)]


@functools.cache
def _self_test(name: str) -> None:
    """Hold a compiled kernel against gmpy2 where carries run far: limbs of ones, limbs of zeros, primes among them."""
    numbers = [2**521 - 1, 2**520 - 1, 2**520 + 1, 2**468 + 2**52 - 1, 2**516 - 2**260 - 1, 3**329, 2**519 - 2**51 + 1]
    lanes = available()[name].lanes
    for start in range(0, len(numbers), lanes):
        group = numbers[start : start + lanes]
        powers = _powers_in_lanes(name, lanes, group, bytearray(1)) or []
        if [power.value() for power in powers] != [_power(gmpy2.mpz(number)) for number in group]:
            raise PrimesongError(
                f"the kernel {name} fails its self-test on this processor; encode --kernel gmpy2 does without"
            )
