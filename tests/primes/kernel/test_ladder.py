"""The compiled kernels against Python: every bit of a residue, at their longest, where rounding is worst."""

import random

import gmpy2
import pytest
from support.compiled import needs_extension

from primesong.errors import PrimesongError
from primesong.primes.kernel import extension, kernels, transform

COMPILED = [name for name in kernels.available() if name != "gmpy2"]
TRANSFORMS = [name for name in COMPILED if name.startswith("fft")]


def climb(name: str, moduli: list[int], starts: list[int], squarings: int) -> list[int]:
    """Square by a compiled kernel, doubling by N - 1's last bits; from numbers to numbers, out of Montgomery's form."""
    bits, kernel = max(moduli).bit_length(), kernels.available()[name]
    lanes, radix, found = kernel.lanes, kernel.radix(bits), []
    for first in range(0, len(moduli), lanes):
        part = [gmpy2.mpz(modulus) for modulus in moduli[first : first + lanes]]
        given = [start * radix % modulus for start, modulus in zip(starts[first:], part, strict=False)]
        fill = lanes - len(part)
        climber = kernel.prepare(bits, part + part[-1:] * fill)
        ends = climber(given + given[-1:] * fill, squarings, 0, bytearray(1))
        assert ends is not None
        found += [int(end * gmpy2.invert(radix, n) % n) for end, n in zip(ends, part, strict=False)]
    return found


def compute_climb(moduli: list[int], starts: list[int], squarings: int) -> list[int]:
    """What `climb` should give, by Python."""
    return [
        pow(start, 2**squarings, modulus) * pow(2, (modulus - 1) % 2**squarings, modulus) % modulus
        for start, modulus in zip(starts, moduli, strict=True)
    ]


@pytest.mark.parametrize("name", COMPILED)
@pytest.mark.parametrize("bits", [200, 1035, 3000, 12_000])
def test_montgomery_residues_are_exact(name: str, bits: int) -> None:
    """Not only whether the power is 1: its every bit, for moduli of ones, of zeros and at random."""
    source = random.Random(name)
    moduli = [2**bits - 1, 2**bits - 2**52 + 1, 2 ** (bits - 1) + 1]
    moduli += [source.getrandbits(bits) | 1 << (bits - 1) | 1 for _ in range(13)]
    moduli = [modulus for modulus in moduli if gmpy2.gcd(modulus, kernels.available()[name].radix(bits)) == 1]
    assert len(moduli) > 4
    starts = [moduli[0] - 1, 1, *(source.randrange(modulus) for modulus in moduli[2:])]
    assert climb(name, moduli, starts, 100) == compute_climb(moduli, starts, 100)


@pytest.mark.parametrize("name", COMPILED)
def test_numbers_as_long_as_limbs_allow(name: str) -> None:
    bits = extension.compiled.MOST_LIMBS * 52 - 4
    moduli = [2**bits - 1, 2 ** (bits - 1) + 1, 2**bits - 2**60 + 1]
    moduli = [modulus for modulus in moduli if gmpy2.gcd(modulus, kernels.available()[name].radix(bits)) == 1]
    starts = [modulus - 12345 for modulus in moduli]
    assert moduli
    assert climb(name, moduli, starts, 3) == compute_climb(moduli, starts, 3)


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize(("length", "word_bits"), [(16, 21), (96, 19), (192, 18), (256, 18), (1024, 17)])
def test_transforms_are_exact_where_their_rounding_is_worst(name: str, length: int, word_bits: int) -> None:
    """Words as large as they can be, all of one sign or alternating, at the longest that a transform takes."""
    bits = 2 * length * word_bits - 6
    assert transform.choose_transform(bits) == transform.Transform(length, word_bits)
    assert transform.bound_error(length, word_bits) < 1 / 2 < transform.bound_error(length, word_bits + 1)
    half, words = 2 ** (word_bits - 1), range(bits // word_bits)
    extremes = [
        sum(half << word_bits * word for word in words),
        sum((half - 1) << word_bits * word for word in words),
        sum((-1) ** word * half << word_bits * word for word in words),
        sum((half if word < length else -half) << word_bits * word for word in words),
    ]
    radix = kernels.available()[name].radix(bits)
    moduli = [number | 1 for number in extremes] + [2**bits - 1, 2 ** (bits - 1) + 1, 2**bits - 2**word_bits + 1]
    moduli = [next(n for n in range(abs(m), 0, -2) if gmpy2.gcd(n, radix) == 1) for m in moduli]
    for shift in range(len(moduli)):
        starts = [abs(extremes[(lane + shift) % 4]) % modulus for lane, modulus in enumerate(moduli)]
        # the start itself must reach the kernel as it is: so in Montgomery's form already
        inverse = [int(gmpy2.invert(radix, modulus)) for modulus in moduli]
        given = [start * one % modulus for start, one, modulus in zip(starts, inverse, moduli, strict=True)]
        assert climb(name, moduli, given, 2) == compute_climb(moduli, given, 2)


@needs_extension
@pytest.mark.parametrize(
    ("place", "wrong"),
    [(1, b""), (2, b""), (3, b""), (4, 32), (4, 0), (5, 60), (6, b"\4\5"), (6, bytes(40)), (7, b""), (8, 900), (9, 99)],
)
def test_arguments_that_do_not_fit_a_transform(place: int, wrong: object) -> None:
    shape, numbers = transform.choose_transform(300), bytes(49 * 4)
    given = ["fft4", numbers, numbers, numbers, 16, 12, shape.radices, shape.roots, 9, 0, bytearray(1)]
    assert shape == transform.Transform(16, 12)
    assert extension.compiled.transform_ladder(*given) == numbers  # zero squared is zero
    given[place] = wrong
    with pytest.raises(ValueError, match="do not fit the transform"):
        extension.compiled.transform_ladder(*given)
    with pytest.raises(ValueError, match="no kernel abacus"):
        extension.compiled.transform_ladder("abacus", *given[1:])


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_number_that_shares_a_factor_with_the_radix(name: str) -> None:
    chosen = kernels.choose(300, name)
    radix = chosen.radix(300)
    numbers = [3 * (2**290 + 3), 2**299 + 3, 3 * (2**289 + 9)]
    assert [int(gmpy2.gcd(number, radix)) for number in numbers] == [3, 1, 3]
    assert [power.value() for power in chosen.powers(numbers)] == [pow(2, n - 1, n) for n in numbers]
    assert chosen.powers(numbers[:1])[0].value() == pow(2, numbers[0] - 1, numbers[0])


@pytest.mark.parametrize("name", COMPILED)
def test_a_wrong_ladder_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    which = "ladder" if name == "ifma" else "transform_ladder"
    chosen, right = kernels.choose(2000, name), getattr(extension.compiled, which)

    def wrong(*arguments: object) -> bytes:
        answer = bytearray(right(*arguments))
        answer[:: len(answer) // chosen.lanes] = bytes(byte ^ 1 for byte in answer[:: len(answer) // chosen.lanes])
        return bytes(answer)

    monkeypatch.setattr(extension.compiled, which, wrong)
    with pytest.raises(PrimesongError, match=f"the kernel {name} and gmpy2 disagree") as disagreement:
        chosen.test([2**2000 + 2 * lane + 1 for lane in range(chosen.lanes)], bytearray(1))
    assert disagreement.value.option == "kernel"
