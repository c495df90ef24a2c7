"""The kernels against gmpy2: random, edge and adversarial moduli, stops, and what is refused."""

import random
import sys
import time

import gmpy2
import numpy as np
import pytest

from primesong.errors import MissingError, PrimesongError
from primesong.primes import sieve
from primesong.primes.kernel import extension, kernels, ladder, powers, transform

COMPILED = [name for name in kernels.available() if name != "gmpy2"]
TRANSFORMS = [name for name in COMPILED if name.startswith("fft")]


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


def test_extension_was_built() -> None:
    assert extension.is_built(), "no C compiler, or the extension failed to build: CI has gcc and must build it"


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


def climb(name: str, moduli: list[int], starts: list[int], squarings: int) -> list[int]:
    """Square by a compiled kernel, doubling by N - 1's last bits; from numbers to numbers, out of Montgomery's form."""
    bits, lanes = max(moduli).bit_length(), kernels.available()[name].lanes
    radix, found = ladder.radix_of(name, bits), []
    for first in range(0, len(moduli), lanes):
        part = [gmpy2.mpz(modulus) for modulus in moduli[first : first + lanes]]
        given = [start * radix % modulus for start, modulus in zip(starts[first:], part, strict=False)]
        fill = lanes - len(part)
        climber = ladder.make_ladder(name, bits, part + part[-1:] * fill)
        ends = climber(given + given[-1:] * fill, squarings, 0, bytearray(1))
        assert ends is not None
        found += [int(end * gmpy2.invert(radix, n) % n) for end, n in zip(ends, part, strict=False)]
    return found


def climbed(moduli: list[int], starts: list[int], squarings: int) -> list[int]:
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
    moduli = [modulus for modulus in moduli if gmpy2.gcd(modulus, ladder.radix_of(name, bits)) == 1]
    assert len(moduli) > 4
    starts = [moduli[0] - 1, 1, *(source.randrange(modulus) for modulus in moduli[2:])]
    assert climb(name, moduli, starts, 100) == climbed(moduli, starts, 100)


@pytest.mark.parametrize("name", COMPILED)
def test_numbers_as_long_as_limbs_allow(name: str) -> None:
    bits = extension.compiled.MOST_LIMBS * 52 - 4
    moduli = [2**bits - 1, 2 ** (bits - 1) + 1, 2**bits - 2**60 + 1]
    moduli = [modulus for modulus in moduli if gmpy2.gcd(modulus, ladder.radix_of(name, bits)) == 1]
    starts = [modulus - 12345 for modulus in moduli]
    assert moduli
    assert climb(name, moduli, starts, 3) == climbed(moduli, starts, 3)


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
    radix = ladder.radix_of(name, bits)
    moduli = [number | 1 for number in extremes] + [2**bits - 1, 2 ** (bits - 1) + 1, 2**bits - 2**word_bits + 1]
    moduli = [next(n for n in range(abs(m), 0, -2) if gmpy2.gcd(n, radix) == 1) for m in moduli]
    for shift in range(len(moduli)):
        starts = [abs(extremes[(lane + shift) % 4]) % modulus for lane, modulus in enumerate(moduli)]
        # the start itself must reach the kernel as it is: so in Montgomery's form already
        inverse = [int(gmpy2.invert(radix, modulus)) for modulus in moduli]
        given = [start * one % modulus for start, one, modulus in zip(starts, inverse, moduli, strict=True)]
        assert climb(name, moduli, given, 2) == climbed(moduli, given, 2)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_number_that_shares_a_factor_with_the_radix(name: str) -> None:
    chosen, radix = kernels.choose(300, name), ladder.radix_of(name, 300)
    numbers = [3 * (2**290 + 3), 2**299 + 3, 3 * (2**289 + 9)]
    assert [int(gmpy2.gcd(number, radix)) for number in numbers] == [3, 1, 3]
    assert [power.value() for power in chosen.powers(numbers)] == [pow(2, n - 1, n) for n in numbers]
    assert chosen.powers(numbers[:1])[0].value() == pow(2, numbers[0] - 1, numbers[0])


@pytest.mark.parametrize("bits", [100, 3325, 6644, 11_959, 33_219, 166_000])
def test_the_transform_chosen_is_exact(bits: int) -> None:
    chosen = transform.choose_transform(bits)
    assert 2 * chosen.length * chosen.word_bits >= bits + transform.HEADROOM
    assert transform.bound_error(chosen.length, chosen.word_bits) < 1 / 2


def test_percivals_bound() -> None:
    """By hand: sixteen complex numbers, words of 2^11 + 1, four layers: 12 e + 13 sqrt(5) e + 12 e, and 10 e."""
    e = 2.0**-53
    assert transform.bound_error(16, 12) == pytest.approx(64 * 2049**2 * (34 + 13 * 5**0.5) * e, rel=1e-9)


def test_roots_are_those_of_the_two_moduli() -> None:
    """A number x is zero of X^48 - e^(i theta) just where its 48th power is: so with the 24 pairs of the last layer."""
    table = np.frombuffer(transform.Transform(48, 18).roots).view(complex)
    for part, theta in ((table[:47], 2 * np.pi / 3), (table[47:], np.pi / 2)):
        last = part[-36:].reshape(12, 3)  # w, w^2 and w^3 of the twelve polynomials X^4 - w^4
        assert np.allclose(last[:, 1], last[:, 0] ** 2)
        assert np.allclose(last[:, 2], last[:, 0] ** 3)
        roots = (last[:, :1] * np.array([1, 1j, -1, -1j])).ravel()
        assert np.allclose(roots**48, np.exp(1j * theta))
        assert len(np.unique(np.round(roots, 9))) == 48


def test_too_long_for_any_transform() -> None:
    assert transform.choose_transform(transform.longest_modulus())
    with pytest.raises(ValueError, match="no transform is exact for numbers of 9,000,000 bits"):
        transform.choose_transform(9_000_000)


@pytest.mark.parametrize("name", kernels.available())
def test_fermat_pseudoprimes_that_are_not_strong(name: str) -> None:
    """Short and long, N - 1 with few factors 2 or with 32; and primes of both kinds."""
    numbers = [341, 561, 645, (4**101 - 1) // 3, (4**1009 - 1) // 3, (2**32 + 1) * (2**64 + 1)]
    assert all(pow(2, number - 1, number) == 1 for number in numbers)
    assert not any(answers(name, numbers))
    assert all(answers(name, [3 * 2**189 + 1, 3 * 2**408 + 1, 5 * 2**127 + 1, 2**607 - 1]))


@pytest.mark.parametrize("name", COMPILED)
def test_a_stop_is_heard(name: str) -> None:
    chosen = kernels.choose(5000, name)
    assert chosen.test([2**5000 + 1] * chosen.lanes, bytearray(b"\1")) is None


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


@pytest.mark.parametrize("bits", [90, 2_100, 11_593])
@pytest.mark.parametrize("count", [1, 8, 11])
def test_one_power_of_several_numbers(bits: int, count: int) -> None:
    source = random.Random(bits)
    modulus = source.getrandbits(bits) | 1 | 1 << (bits - 1)
    exponent = source.getrandbits(bits - 3)
    small = [source.randrange(-(10**6), 10**6) for _ in range(count)]
    for bases in (small, [value % modulus for value in small], [value * modulus // 3 for value in small]):
        assert powers.raise_all(bases, exponent, modulus) == [gmpy2.powmod(b, exponent, modulus) for b in bases]
    assert powers.raise_all(small, 1, modulus) == [value % modulus for value in small]


def test_choice() -> None:
    assert kernels.choose(3_000).name == next(iter(kernels.available()))
    assert kernels.choose(12_000).name == next(name for name in kernels.available() if name != "ifma")
    assert kernels.choose(10_000_000).name == "gmpy2"
    with pytest.raises(ValueError, match="a kernel is one of ifma, fft8, fft4, gmpy2, got 'abacus'"):
        kernels.choose(1000, "abacus")


@pytest.mark.parametrize("name", COMPILED)
def test_too_long_for_a_kernel(name: str) -> None:
    most = "106,076" if name == "ifma" else "1,376,250"
    with pytest.raises(PrimesongError, match=f"the kernel {name} takes numbers of at most {most} bits, this one has"):
        kernels.choose(2_000_000, name)


def test_without_the_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extension, "compiled", None)
    assert list(kernels.available()) == ["gmpy2"]
    assert kernels.choose(1000).name == "gmpy2"
    with pytest.raises(MissingError, match="ifma cannot run here: primesong was installed without its C extension"):
        kernels.choose(1000, "ifma")
    with pytest.raises(MissingError, match="without its C extension"):
        extension.strike(2**600 + 1, 1, 3, 100, bytearray(10), bytearray(1))


@pytest.mark.parametrize("numbers", [[], [4], [1], [15, 16]])
def test_what_cannot_be_tested(numbers: list[int]) -> None:
    for chosen in kernels.available().values():
        with pytest.raises(ValueError, match=r"only odd numbers above 1|tests 1 to"):
            chosen.test(numbers, bytearray(1))


def test_arguments_that_do_not_fit_never_reach_memory() -> None:
    with pytest.raises(ValueError, match=r"do not fit|no kernel ifma"):
        extension.compiled.ladder(b"", b"", 4, 1, 0, bytearray(1))
    with pytest.raises(ValueError, match=r"do not fit|no kernel ifma"):
        extension.compiled.ladder(bytes(26 * 8), bytes(26 * 8), 4, 300, 0, bytearray(1))
    with pytest.raises(ValueError, match="below 2\\^31"):
        extension.strike(2**600 + 1, 1, 3, 2**40, bytearray(10), bytearray(1))


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


@pytest.mark.parametrize("name", kernels.available())
def test_a_clock_too_coarse_is_not_asked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows a thread's processor time goes in steps longer than what is timed."""

    def coarse() -> float:
        raise AssertionError("it was asked")

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(time, "thread_time", coarse)
    assert kernels.available()[name].seconds(2_000) > 0
    assert sieve.time_prime.__wrapped__(2_000, extension.is_built()) > 0
