"""The kernels: base-2 Fermat tests of several numbers at once, by whatever this processor does fastest.

A kernel takes odd numbers N > 1 and says of each whether 2^(N - 1) = 1 modulo N. Every odd prime passes; a number that
fails is composite; a number that passes is to be tested further. Three kernels give the same answers:

    ifma    eight numbers side by side, AVX-512 IFMA       (compiled, Intel since 2019, AMD since 2022)
    fma     four numbers side by side, AVX2 and FMA        (compiled, x86-64 since 2013)
    gmpy2   one number, GMP                                (everywhere)

The compiled ones are in the optional extension `_kernel`; where it was not built or the processor lacks the
instructions, gmpy2 remains. Each compiled kernel must pass a self-test before its first use, and of each batch the last
`SPOT_CHECK_BITS` squarings of one number are done again with gmpy2.
"""

import functools
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

import gmpy2

from primesong.errors import MissingError, PrimesongError

try:
    from primesong.number.kernel import _kernel
except ImportError:  # the extension is optional: without a compiler, gmpy2 does all
    _kernel = None  # type: ignore[assignment]

KERNELS = ("ifma", "fma", "gmpy2")

#: The longest number that `chain` takes, in limbs of 52 bits; see chain.h.
CHAIN_LIMBS = 1016

#: Above so many bits gmpy2 is the faster one, by benchmarks/primes_kernels.py. For ifma it is the kernel's own limit.
MOST_BITS = {"ifma": 212_000, "fma": 41_000}

#: Of each batch, so many squarings of one number are done again: at 1,000 digits they cost a hundredth of the batch.
SPOT_CHECK_BITS = 16

#: Bits of an exponent after which `same_powers` multiplies by a power of the base, and the moduli for which it pays.
_DIGIT_BITS, _LADDER_BITS = 8, range(2_000, 64_000)

_TIMED_SQUARINGS = 16  # for an estimate: a thousandth of a test of 4,000 digits

_LIMB_BITS, _BLOCK = 52, 4


@dataclass(frozen=True, slots=True)
class Kernel:
    """A way to test `lanes` numbers at once. A stop, where it can be heard, is heard within one squaring."""

    name: str
    lanes: int

    def test(self, numbers: Sequence[int], stop: bytearray) -> list[bool] | None:
        """Say of each of at most `lanes` odd numbers whether it passes; None if `stop[0]` was set meanwhile."""
        self._check(numbers)
        if self.name == "gmpy2":
            return [_power(gmpy2.mpz(number)) == 1 for number in numbers]
        ends = _powers_in_lanes(self.name, self.lanes, numbers, stop)
        return None if ends is None else [(end - one) % number == 0 for number, end, one in ends]

    def powers(self, numbers: Sequence[int]) -> list[int]:
        """Compute 2^(N - 1) modulo N of each of at most `lanes` odd numbers; dearer than `test` by an inversion."""
        self._check(numbers)
        if self.name == "gmpy2":
            return [int(_power(gmpy2.mpz(number))) for number in numbers]
        ends = _powers_in_lanes(self.name, self.lanes, numbers, bytearray(1)) or []
        return [int(end * gmpy2.invert(one, number) % number) for number, end, one in ends]

    def _check(self, numbers: Sequence[int]) -> None:
        if not 0 < len(numbers) <= self.lanes:
            raise ValueError(f"kernel {self.name} tests 1 to {self.lanes} numbers at once, got {len(numbers)}")
        if any(number < 3 or number % 2 == 0 for number in numbers):
            raise ValueError("only odd numbers above 1 can be tested")

    def seconds(self, bits: int) -> float:
        """Estimate the processor time of one number's test at so many bits, in seconds, from a few squarings."""
        modulus = (gmpy2.mpz(1) << bits) - 1
        limbs = _limbs(bits)
        size = limbs * _LIMB_BITS // 8
        packed, residues = _pack([modulus] * self.lanes, size), _pack([modulus // 3] * self.lanes, size)

        def squarings() -> float:
            start = time.thread_time()
            if self.name == "gmpy2":
                gmpy2.powmod(3, gmpy2.mpz(1) << _TIMED_SQUARINGS, modulus)
            else:
                _kernel.ladder(self.name, packed, residues, limbs, _TIMED_SQUARINGS, 0, bytearray(1))
            return time.thread_time() - start

        return min(squarings() for _ in range(3)) * bits / _TIMED_SQUARINGS / self.lanes


def available() -> dict[str, Kernel]:
    """Give the kernels that can run here, by name, in the order of `KERNELS`."""
    lanes = _kernel.kernels() if _kernel is not None else {}
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
        why = "primesong was installed without its C extension" if _kernel is None else "this processor lacks it"
        raise MissingError(f"the kernel {name} cannot run here: {why}; --kernel {' or '.join(kernels)} can")
    if name != "gmpy2":
        most = _kernel.MOST_LIMBS * _LIMB_BITS - _BLOCK
        if bits > most:
            raise PrimesongError(f"the kernel {name} takes numbers of at most {most:,} bits, this one has {bits:,}")
        _self_test(name)
    return kernels[name]


def same_powers(bases: Sequence[int], exponent: int, modulus: int) -> list[gmpy2.mpz]:
    """Raise several numbers to one power modulo one odd number; small ones eight at once by IFMA.

    The ladder follows the bits of modulus - 1 and doubles where there is one, so that the result holds a power of two
    that is divided out at the end. It is left every `_DIGIT_BITS` to multiply by a small power of the base.
    """
    exponent, modulus = gmpy2.mpz(exponent), gmpy2.mpz(modulus)
    bases = [min(base % modulus, base % modulus - modulus, key=abs) for base in bases]
    small = max(map(abs, bases)) < 1 << 32
    if not small or not can_chain() or modulus.bit_length() not in _LADDER_BITS:
        with gmpy2.context(gmpy2.get_context(), allow_release_gil=True):
            return [gmpy2.powmod(base, exponent, modulus) for base in bases]
    return [power for i in range(0, len(bases), 8) for power in _small_powers(bases[i : i + 8], exponent, modulus)]


def _small_powers(bases: Sequence[int], exponent: gmpy2.mpz, modulus: gmpy2.mpz) -> list[gmpy2.mpz]:
    """Raise at most eight small numbers to one power by the compiled ladder."""
    limbs = _limbs(modulus.bit_length())
    size, one = limbs * _LIMB_BITS // 8, gmpy2.mpz(1) << limbs * _LIMB_BITS
    tables = [[gmpy2.mpz(1)] for _ in bases]
    for table, base in zip(tables, bases, strict=True):
        for _ in range((1 << _DIGIT_BITS) - 1):
            table.append(table[-1] * base)
    count = -(-exponent.bit_length() // _DIGIT_BITS)
    digits = [int(exponent >> (_DIGIT_BITS * i)) & ((1 << _DIGIT_BITS) - 1) for i in range(count)]
    packed, stop = _pack([modulus] * 8, size), bytearray(1)
    residues = [one * table[digits[-1]] % modulus for table in tables]
    for digit in reversed(digits[:-1]):
        filled = residues + residues[-1:] * (8 - len(residues))
        ended = _kernel.ladder("ifma", packed, _pack(filled, size), limbs, _DIGIT_BITS, 0, stop)
        squared = _unpack(ended or b"", size)
        residues = [residue * table[digit] % modulus for residue, table in zip(squared, tables, strict=False)]
    doublings = int((modulus - 1) % (1 << _DIGIT_BITS)) * ((gmpy2.mpz(1) << _DIGIT_BITS * (count - 1)) - 1)
    two = _power_of_two(doublings // ((1 << _DIGIT_BITS) - 1), modulus)
    inverse = gmpy2.invert(one * two, modulus)
    return [residue * inverse % modulus for residue in residues]


@functools.lru_cache(maxsize=4)
def _power_of_two(exponent: gmpy2.mpz, modulus: gmpy2.mpz) -> gmpy2.mpz:
    with gmpy2.context(gmpy2.get_context(), allow_release_gil=True):
        return gmpy2.powmod(2, exponent, modulus)


def can_chain() -> bool:
    """Whether `chain` can run here: compiled, on a processor with AVX-512 IFMA."""
    return _kernel is not None and "ifma" in _kernel.kernels()


def chain(
    modulus: gmpy2.mpz, start: tuple[gmpy2.mpz, gmpy2.mpz], added: tuple[gmpy2.mpz, gmpy2.mpz], exponent: gmpy2.mpz
) -> tuple[gmpy2.mpz, gmpy2.mpz]:
    """Follow an exponent's bits from the highest, modulo one odd number, without the GIL.

    For each bit the pair (v, w) becomes (v v + square, v w + mixed), or, where it is 1, (v w + mixed, w w + square).
    From (1, a), with nothing added, that gives a^e and a^(e+1).

    start : v and w; added : mixed and square
    """
    limbs = -(-(modulus.bit_length() + 4) // (8 * _LIMB_BITS)) * 8
    size, one = limbs * _LIMB_BITS // 8, gmpy2.mpz(1) << limbs * _LIMB_BITS
    given = [modulus, *(value * one % modulus for value in (*start, *added))]
    followed = _kernel.chain(
        _pack(given, size), limbs, int(exponent).to_bytes(exponent.bit_length() // 8 + 1, "little")
    )
    inverse = gmpy2.invert(one, modulus)
    v, w = (residue * inverse % modulus for residue in _unpack(followed, size))
    return v, w


def strike(  # noqa: PLR0917
    base: int, exponent: int, first: int, last: int, marks: bytearray, stop: bytearray
) -> bool:
    """Set `marks[i]` where an odd prime in [first, last) divides base + i * 2**exponent; False if stopped.

    The compiled sieve; raises `MissingError` without the extension.
    """
    if _kernel is None:
        raise MissingError("primesong was installed without its C extension")
    size = (int(base).bit_length() + 7) // 8
    return bool(_kernel.strike(int(base).to_bytes(size, "little"), exponent, first, last, marks, stop))


def compiled() -> bool:
    """Whether the C extension is there."""
    return _kernel is not None


def _power(number: gmpy2.mpz) -> gmpy2.mpz:
    """Compute 2^(number - 1) modulo the number, without the GIL."""
    with gmpy2.context(gmpy2.get_context(), allow_release_gil=True):
        return gmpy2.powmod(2, number - 1, number)


def _powers_in_lanes(
    name: str, lanes: int, numbers: Sequence[int], stop: bytearray
) -> list[tuple[gmpy2.mpz, gmpy2.mpz, gmpy2.mpz]] | None:
    """Raise 2 to N - 1 by a compiled kernel. Returns each N, its power in Montgomery's form x R, and R = 2^(52 limbs);
    None if stopped."""
    moduli = [gmpy2.mpz(number) for number in numbers]
    moduli += moduli[-1:] * (lanes - len(moduli))
    bits = max(modulus.bit_length() for modulus in moduli)
    limbs = _limbs(bits)
    size = limbs * _LIMB_BITS // 8
    packed = _pack(moduli, size)
    # The exponent's first bits need no squaring: 2 to their power, in Montgomery's form, is a shift and a remainder.
    high = max(bits - 12, 1)
    low = min(SPOT_CHECK_BITS, high)
    one = gmpy2.mpz(1) << limbs * _LIMB_BITS
    residues = _pack([(one << int(modulus >> high)) % modulus for modulus in moduli], size)
    middle = _kernel.ladder(name, packed, residues, limbs, high, low, stop)
    end = None if middle is None else _kernel.ladder(name, packed, middle, limbs, low, 0, stop)
    if middle is None or end is None:
        return None
    ends = _unpack(end, size)
    lane = secrets.randbelow(len(numbers))
    if not _agrees(moduli[lane], one, _unpack(middle, size)[lane], ends[lane], low):
        raise PrimesongError(
            f"the kernel {name} and gmpy2 disagree: this processor or its memory errs; --kernel gmpy2 goes without"
        )
    return [(modulus, end, one) for modulus, end in zip(moduli, ends, strict=True)][: len(numbers)]


def _limbs(bits: int) -> int:
    """Count the limbs of numbers of so many bits: whole blocks of them, and R >= 16 N."""
    return -(-(bits + 4) // (_LIMB_BITS * _BLOCK)) * _BLOCK


def _agrees(modulus: gmpy2.mpz, one: gmpy2.mpz, before: gmpy2.mpz, after: gmpy2.mpz, squarings: int) -> bool:
    """Do a lane's last squarings again by gmpy2: whether they lead from one Montgomery residue to the other."""
    inverse = gmpy2.invert(one, modulus)
    power = gmpy2.powmod(before * inverse, gmpy2.mpz(1) << squarings, modulus)
    last_bits = (modulus - 1) & ((gmpy2.mpz(1) << squarings) - 1)
    return bool((power * gmpy2.powmod(2, last_bits, modulus) - after * inverse) % modulus == 0)


@functools.cache
def _self_test(name: str) -> None:
    """Hold a compiled kernel against gmpy2 where carries run far: limbs of ones, limbs of zeros, primes among them."""
    numbers = [2**521 - 1, 2**520 - 1, 2**520 + 1, 2**468 + 2**52 - 1, 2**516 - 2**260 - 1, 3**329, 2**519 - 2**51 + 1]
    lanes = available()[name].lanes
    for start in range(0, len(numbers), lanes):
        group = numbers[start : start + lanes]
        ends = _powers_in_lanes(name, lanes, group, bytearray(1)) or []
        if len(ends) != len(group) or any((end - _power(number) * one) % number for number, end, one in ends):
            raise PrimesongError(
                f"the kernel {name} fails its self-test on this processor; --kernel gmpy2 goes without"
            )


def _pack(numbers: Sequence[int], size: int) -> bytes:
    """Lay numbers side by side, `size` little-endian bytes each."""
    return b"".join(int(number).to_bytes(size, "little") for number in numbers)


def _unpack(packed: bytes, size: int) -> list[gmpy2.mpz]:
    """Read numbers that lie side by side. The reverse of `_pack`."""
    return [gmpy2.mpz(int.from_bytes(packed[start : start + size], "little")) for start in range(0, len(packed), size)]
