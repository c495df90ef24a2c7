"""The compiled kernels: Fermat powers in the lanes of a ladder, limb by limb or by Fourier transforms.

A ladder squares residues, and doubles them, as an exponent's bits say. They are in Montgomery's form, times R: a power
of two for limbs, and what a transform works modulo for transforms. The residue of some squarings before the end serves
to compute the last squarings of one lane of each batch again, by gmpy2: a ladder that errs is found out.
"""

import secrets
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import gmpy2

from primesong.errors import PrimesongError
from primesong.primes.kernel import extension
from primesong.primes.kernel.extension import pack, unpack
from primesong.primes.kernel.fermat import Kernel, Power, compute_power
from primesong.primes.kernel.transform import choose_transform, longest_modulus

#: The squarings of one number in each batch that are computed again: at 1,000 digits they cost half a hundredth of the
#: batch (benchmarks/primes_kernels.py).
SPOT_CHECK_BITS = 8

#: The exponent's first bits, which take no squaring: 2 to their power, in Montgomery's form, is a remainder.
_FIRST_BITS = 12

#: The bits of a limb: what the instructions of AVX-512 IFMA multiply.
_LIMB_BITS = 52

#: R of limbs is at least 2 to this power times the modulus, so that sums of residues need no reduction.
_SPARE_BITS = 4

#: The limbs that the ladder works through at a time.
_BLOCK_LIMBS = 4

#: From residues, the exponent's highest bit (exclusive), its lowest one and a byte that stops: to residues, or None.
Climb = Callable[[Sequence[gmpy2.mpz], int, int, bytearray], list[gmpy2.mpz] | None]


class CompiledKernel(Kernel):
    """Several numbers side by side, by a ladder of the extension; it can be stopped within one squaring."""

    @abstractmethod
    def radix(self, bits: int) -> gmpy2.mpz:
        """Return Montgomery's R for moduli of a length in bits."""

    @abstractmethod
    def prepare(self, bits: int, moduli: Sequence[gmpy2.mpz]) -> Climb:
        """Prepare the ladder for moduli of at most a length in bits, one a lane, each without a common factor with R.

        Returns
        -------
        callable
            It follows the bits of N - 1 from `high` - 1 down to `low`: for each, it squares the residues, and doubles
            them where the bit is 1. It maps residues times R to residues times R, or to None if it was stopped.
        """

    def compute(self, numbers: Sequence[gmpy2.mpz], stop: bytearray) -> list[Power] | None:
        """Compute the powers side by side; those of numbers that share a factor with R are left to gmpy2.

        Raises `PrimesongError` if gmpy2 disagrees with the kernel.
        """
        bits = max(number.bit_length() for number in numbers)
        radix = self.radix(bits)
        moduli = [number for number in numbers if gmpy2.gcd(number, radix) == 1]
        powers = self._climb(bits, moduli, stop) if moduli else []
        found = {power.number: power for power in powers or ()}
        return None if powers is None else [found.get(number) or compute_power(number) for number in numbers]

    def _climb(self, bits: int, moduli: list[gmpy2.mpz], stop: bytearray) -> list[Power] | None:
        """Follow the bits of N - 1 in the ladder's lanes, and check one of them; None if stopped."""
        filled = moduli + moduli[-1:] * (self.lanes - len(moduli))
        climb, radix = self.prepare(bits, filled), self.radix(bits)
        high = max(bits - _FIRST_BITS, 1)
        low = min(SPOT_CHECK_BITS, high)
        middle = climb([(radix << int(modulus >> high)) % modulus for modulus in filled], high, low, stop)
        end = None if middle is None else climb(middle, low, 0, stop)
        if middle is None or end is None:
            return None
        powers = [Power(n, radix, low, *residues) for n, *residues in zip(moduli, middle, end, strict=False)]
        self._check(secrets.choice(powers))
        return powers

    def _check(self, power: Power) -> None:
        """Compute a power's last squarings again by gmpy2. Raises `PrimesongError` if they differ."""
        if (power.power(power.shift) * power.radix - power.end) % power.number != 0:
            raise PrimesongError(
                f"the kernel {self.name} and gmpy2 disagree: this processor or its memory makes errors", option="kernel"
            )

    def prepare_squarings(self, bits: int) -> Callable[[int], object]:
        """Prepare the ladder for one modulus in all lanes."""
        modulus, radix = (gmpy2.mpz(1) << bits) - 1, self.radix(bits)
        while gmpy2.gcd(modulus, radix) > 1:
            modulus -= 2
        climb = self.prepare(bits, [modulus] * self.lanes)
        return lambda squarings: climb([modulus // 3] * self.lanes, squarings, 0, bytearray(1))


@dataclass(frozen=True, slots=True)
class Limbs:
    """Numbers as limbs: how many, and so R."""

    count: int

    @property
    def size(self) -> int:
        """The bytes of a number below R."""
        return self.count * _LIMB_BITS // 8

    @property
    def radix(self) -> gmpy2.mpz:
        """Montgomery's R."""
        return gmpy2.mpz(1) << self.count * _LIMB_BITS


def choose_limbs(bits: int, block: int) -> Limbs:
    """Choose the fewest whole blocks of limbs for moduli of a length in bits."""
    return Limbs(-(-(bits + _SPARE_BITS) // (_LIMB_BITS * block)) * block)


class LimbKernel(CompiledKernel):
    """The ladder that multiplies limb by limb."""

    #: Transforms overtake it at 7,000 bits on an AMD EPYC, at 12,000 on an Intel Xeon (benchmarks/primes_kernels.py).
    crossover = range(5_000, 16_000)

    @property
    def longest(self) -> int:
        """The length to which the extension's arrays have room."""
        return extension.compiled.MOST_LIMBS * _LIMB_BITS - _SPARE_BITS

    def radix(self, bits: int) -> gmpy2.mpz:
        """Return a power of two."""
        return choose_limbs(bits, _BLOCK_LIMBS).radix

    def prepare(self, bits: int, moduli: Sequence[gmpy2.mpz]) -> Climb:
        """Lay the moduli out in limbs."""
        limbs = choose_limbs(bits, _BLOCK_LIMBS)
        packed = pack(moduli, limbs.size)

        def climb(residues: Sequence[gmpy2.mpz], high: int, low: int, stop: bytearray) -> list[gmpy2.mpz] | None:
            start = pack(residues, limbs.size)
            ends = extension.compiled.ladder(packed, start, limbs.count, high, low, stop)
            return None if ends is None else unpack(ends, limbs.size)

        return climb


class TransformKernel(CompiledKernel):
    """The ladder that multiplies by Fourier transforms."""

    longest = longest_modulus()

    def radix(self, bits: int) -> gmpy2.mpz:
        """Return what the transform works modulo."""
        return choose_transform(bits).radix

    def prepare(self, bits: int, moduli: Sequence[gmpy2.mpz]) -> Climb:
        """Lay out the moduli and their inverses modulo R in words."""
        shape = choose_transform(bits)
        packed, inverses = pack(moduli, shape.size), pack(map(shape.invert, moduli), shape.size)

        def climb(residues: Sequence[gmpy2.mpz], high: int, low: int, stop: bytearray) -> list[gmpy2.mpz] | None:
            start = pack(residues, shape.size)
            ends = extension.compiled.transform_ladder(
                self.name, packed, inverses, start, *shape.layout, high, low, stop
            )
            return None if ends is None else unpack(ends, shape.size)

        return climb
