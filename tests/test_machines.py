"""The compiled kernels on 64-bit ARM (under qemu) and on Windows (under Wine), against gmpy2: every bit."""

import random
from collections.abc import Iterator

import gmpy2
import pytest
from support.machines import ARM64, WINDOWS, Extension, Machine

from primesong.primes.kernel import extension, kernels, transform
from primesong.primes.kernel.fermat import Kernel
from primesong.primes.kernel.ladder import TransformKernel


@pytest.fixture(scope="module", params=[ARM64, WINDOWS], ids=lambda machine: machine.name)
def machine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Machine, Extension]]:
    missing = request.param.find_missing()
    if missing:
        pytest.skip(f"{missing} is not installed")
    with request.param.run(tmp_path_factory.mktemp("kernel")) as running:
        yield request.param, running


@pytest.fixture(autouse=True)
def emulated(machine: tuple[Machine, Extension], monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Let the package call the other machine's kernels in place of this one's."""
    monkeypatch.setattr(extension, "compiled", machine[1])
    return machine[0]


def climb(name: str, lanes: int, moduli: list[int], starts: list[int], squarings: int) -> list[int]:
    """Square by a kernel, doubling by N - 1's last bits; from numbers to numbers, out of Montgomery's form."""
    bits, kernel, found = max(moduli).bit_length(), TransformKernel(name, lanes), []
    radix = kernel.radix(bits)
    for first in range(0, len(moduli), lanes):
        part = [gmpy2.mpz(modulus) for modulus in moduli[first : first + lanes]]
        given = [start * radix % modulus for start, modulus in zip(starts[first:], part, strict=False)]
        fill = lanes - len(part)
        climber = kernel.prepare(bits, part + part[-1:] * fill)
        ends = climber(given + given[-1:] * fill, squarings, 0, bytearray(1))
        assert ends is not None
        found += [int(end * gmpy2.invert(radix, n) % n) for end, n in zip(ends, part, strict=False)]
    return found


@pytest.mark.parametrize(("length", "word_bits"), [(16, 21), (96, 19), (256, 18), (192, 18), (1024, 17)])
def test_residues_are_exact_where_rounding_is_worst(emulated: Machine, length: int, word_bits: int) -> None:
    bits = 2 * length * word_bits - 6
    assert transform.choose_transform(bits) == transform.Transform(length, word_bits)
    source = random.Random(bits)
    half = sum(1 << word_bits * word + word_bits - 1 for word in range(bits // word_bits))
    moduli = [2**bits - 1, 2 ** (bits - 1) + 1, half | 1, *(source.getrandbits(bits) | 1 for _ in range(5))]
    for name, lanes in emulated.lanes.items():
        radix = TransformKernel(name, lanes).radix(bits)
        odd = [next(n for n in range(modulus, 0, -2) if gmpy2.gcd(n, radix) == 1) for modulus in moduli]
        starts = [odd[0] - 1, 1, half % odd[2], *(source.randrange(modulus) for modulus in odd[3:])]
        expected = [
            pow(start, 2**20, modulus) * pow(2, (modulus - 1) % 2**20, modulus) % modulus
            for start, modulus in zip(starts, odd, strict=True)
        ]
        assert climb(name, lanes, odd, starts, 20) == expected


def test_whole_tests_agree_with_gmpy2(emulated: Machine) -> None:
    numbers = [2**521 - 1, 2**520 + 1, 2**516 - 2**260 - 1, 3**329, 10**150 + 67, 10**150 + 69, 2**607 - 1, 2**607 - 3]
    for name, lanes in emulated.lanes.items():
        powers = TransformKernel(name, lanes).powers(numbers)
        assert [int(power.value()) for power in powers] == [pow(2, number - 1, number) for number in numbers]
        assert [power.passes() for power in powers] == [gmpy2.is_strong_prp(number, 2) for number in numbers]


def test_the_kernel_is_chosen_and_passes_its_self_test(emulated: Machine) -> None:
    name = next(iter(emulated.lanes))
    assert list(kernels.available()) == [*emulated.lanes, "gmpy2"]
    Kernel.passes_self_test.cache_clear()
    assert kernels.choose(5_000).name == name
    Kernel.passes_self_test.cache_clear()


@pytest.mark.parametrize("exponent", [0, 32, 100])
def test_the_sieve_strikes_what_small_primes_divide(emulated: Machine, exponent: int) -> None:
    base = random.Random(exponent).getrandbits(900) | 1
    marks = bytearray(2_000)
    assert extension.strike(base, exponent, 3, 3_000, marks, bytearray(1))
    primes = [prime for prime in range(3, 3_000, 2) if gmpy2.is_prime(prime)]
    assert list(marks) == [
        any((base + index * 2**exponent) % prime == 0 for prime in primes) for index in range(len(marks))
    ]
