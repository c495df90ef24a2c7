"""The kernels against gmpy2: random, edge and adversarial moduli, stops, and what is refused."""

import random

import gmpy2
import pytest

from primesong.errors import MissingError, PrimesongError
from primesong.number import kernel

COMPILED = [name for name in kernel.available() if name != "gmpy2"]


def truth(number: int) -> bool:
    return gmpy2.powmod(2, number - 1, number) == 1


def answers(name: str, numbers: list[int]) -> list[bool]:
    chosen = kernel.choose(max(numbers).bit_length(), name)
    found: list[bool] = []
    for start in range(0, len(numbers), chosen.lanes):
        part = chosen.test(numbers[start : start + chosen.lanes], bytearray(1))
        assert part is not None
        found += part
    return found


def test_extension_was_built() -> None:
    assert kernel.compiled(), "no C compiler, or the extension failed to build: CI has gcc and must build it"


@pytest.mark.parametrize("name", kernel.available())
def test_every_small_odd_number(name: str) -> None:
    numbers = list(range(3, 4001, 2))
    assert answers(name, numbers) == [truth(number) for number in numbers]


@pytest.mark.parametrize("name", kernel.available())
@pytest.mark.parametrize("bits", [40, 51, 52, 53, 103, 104, 105, 204, 205, 208, 209, 415, 416, 417, 1000, 2081, 4157])
def test_random_numbers_of_many_lengths(name: str, bits: int) -> None:
    source = random.Random(bits)
    numbers = [source.getrandbits(bits) | 1 | 1 << (bits - 1) for _ in range(13)]
    if bits <= 1000:
        numbers += [int(gmpy2.next_prime(source.getrandbits(bits - 1) | 1 << (bits - 2))) for _ in range(4)]
    assert answers(name, numbers) == [truth(number) for number in numbers]


@pytest.mark.parametrize("name", kernel.available())
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


@pytest.mark.parametrize("name", kernel.available())
def test_pseudoprimes_pass_as_they_must(name: str) -> None:
    assert all(answers(name, [341, 561, 645, 1105, 2047, 3277, 1194649, 12327121]))


@pytest.mark.parametrize("name", COMPILED)
def test_montgomery_residues_are_exact(name: str) -> None:
    """Not only whether the power is 1: its every bit, for moduli of ones, of zeros and at random."""
    source = random.Random(name)
    lanes = kernel.available()[name].lanes
    for bits in (200, 1035, 3000):
        moduli = [2**bits - 1, 2**bits - 2**52 + 1, 2 ** (bits - 1) + 1]
        moduli += [source.getrandbits(bits) | 1 << (bits - 1) | 1 for _ in range(lanes - 3)]
        limbs = -(-(bits + 4) // 208) * 4
        size = limbs * 52 // 8
        radix = 1 << 52 * limbs
        starts = [source.randrange(modulus) for modulus in moduli]
        packed = b"".join(modulus.to_bytes(size, "little") for modulus in moduli[:lanes])
        given = b"".join(
            (start * radix % modulus).to_bytes(size, "little") for start, modulus in zip(starts, moduli, strict=True)
        )
        result = kernel._kernel.ladder(name, packed, given, limbs, 100, 0, bytearray(1))
        assert result is not None
        for lane, (start, modulus) in enumerate(zip(starts, moduli, strict=True)):
            residue = int.from_bytes(result[lane * size : (lane + 1) * size], "little")
            low = (modulus - 1) % 2**100
            assert (
                residue * pow(radix, -1, modulus) % modulus
                == pow(start, 2**100, modulus) * pow(2, low, modulus) % modulus
            )


@pytest.mark.parametrize("name", COMPILED)
def test_longest_numbers(name: str) -> None:
    bits = kernel._kernel.MOST_LIMBS * 52 - 4
    ones = 2**bits - 1
    size = kernel._kernel.MOST_LIMBS * 52 // 8
    lanes = kernel.available()[name].lanes
    given = ones.to_bytes(size, "little") * lanes
    start = (ones - 12345).to_bytes(size, "little") * lanes
    result = kernel._kernel.ladder(name, given, start, kernel._kernel.MOST_LIMBS, 3, 0, bytearray(1))
    assert result is not None
    # 2^(52 limbs) = 16 modulo 2^bits - 1, and the exponent's last bits are 110
    residue = gmpy2.mpz(int.from_bytes(result[-size:], "little"))
    assert (
        residue * gmpy2.invert(16, ones) % ones == gmpy2.powmod(-12345 * gmpy2.invert(16, ones), 8, ones) * 2**6 % ones
    )


@pytest.mark.parametrize("name", COMPILED)
@pytest.mark.parametrize("limbs", [2036, 2040, 2044, 3000])
def test_long_numbers_whose_sums_are_carried_on_early(name: str, limbs: int) -> None:
    source, lanes, size = random.Random(limbs), kernel.available()[name].lanes, limbs * 52 // 8
    moduli = [2 ** (52 * limbs - 4) - 1, 2 ** (52 * limbs - 5) + 1]
    moduli += [source.getrandbits(52 * limbs - 4) | 1 | 1 << (52 * limbs - 5) for _ in range(lanes - 2)]
    starts = [source.randrange(modulus) for modulus in moduli]
    given = b"".join(start.to_bytes(size, "little") for start in starts)
    packed = b"".join(modulus.to_bytes(size, "little") for modulus in moduli)
    result = kernel._kernel.ladder(name, packed, given, limbs, 2, 0, bytearray(1))
    assert result is not None
    for lane, (start, modulus) in enumerate(zip(starts, moduli, strict=True)):
        residue = int.from_bytes(result[lane * size : (lane + 1) * size], "little")
        inverse = gmpy2.invert(gmpy2.mpz(1) << 52 * limbs, modulus)
        # two squarings, each divided by R; doubled in between where N - 1 has bit 1
        doubled = 4 if modulus - 1 & 2 else 1
        assert residue % modulus == gmpy2.powmod(start, 4, modulus) * inverse**3 * doubled % modulus


@pytest.mark.parametrize("name", COMPILED)
def test_a_stop_is_heard(name: str) -> None:
    chosen = kernel.choose(5000, name)
    assert chosen.test([2**5000 + 1] * chosen.lanes, bytearray(b"\1")) is None


@pytest.mark.parametrize("name", COMPILED)
def test_a_wrong_ladder_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen, right = kernel.choose(2000, name), kernel._kernel.ladder

    def wrong(*arguments: object) -> bytes:
        answer = bytearray(right(*arguments))
        answer[:: len(answer) // chosen.lanes] = bytes(byte ^ 1 for byte in answer[:: len(answer) // chosen.lanes])
        return bytes(answer)

    class Broken:
        ladder = staticmethod(wrong)

    monkeypatch.setattr(kernel, "_kernel", Broken)
    with pytest.raises(PrimesongError, match=f"the kernel {name} and gmpy2 disagree"):
        chosen.test([2**2000 + 2 * lane + 1 for lane in range(chosen.lanes)], bytearray(1))


@pytest.mark.parametrize("bits", [90, 2_100, 11_593])
@pytest.mark.parametrize("count", [1, 8, 11])
def test_one_power_of_several_numbers(bits: int, count: int) -> None:
    source = random.Random(bits)
    modulus = source.getrandbits(bits) | 1 | 1 << (bits - 1)
    exponent = source.getrandbits(bits - 3)
    small = [source.randrange(-(10**6), 10**6) for _ in range(count)]
    for bases in (small, [value % modulus for value in small], [value * modulus // 3 for value in small]):
        assert kernel.same_powers(bases, exponent, modulus) == [gmpy2.powmod(b, exponent, modulus) for b in bases]
    assert kernel.same_powers(small, 1, modulus) == [value % modulus for value in small]


def test_choice() -> None:
    assert kernel.choose(12_000).name == next(iter(kernel.available()))
    assert kernel.choose(10_000_000).name == "gmpy2"
    with pytest.raises(ValueError, match="a kernel is one of ifma, fma, gmpy2, got 'abacus'"):
        kernel.choose(1000, "abacus")


@pytest.mark.parametrize("name", COMPILED)
def test_too_long_for_a_kernel(name: str) -> None:
    with pytest.raises(PrimesongError, match=f"the kernel {name} takes numbers of at most 212,156 bits, this one has"):
        kernel.choose(300_000, name)


def test_without_the_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "_kernel", None)
    assert list(kernel.available()) == ["gmpy2"]
    assert kernel.choose(1000).name == "gmpy2"
    with pytest.raises(MissingError, match="ifma cannot run here: primesong was installed without its C extension"):
        kernel.choose(1000, "ifma")
    with pytest.raises(MissingError, match="without its C extension"):
        kernel.strike(2**600 + 1, 1, 3, 100, bytearray(10), bytearray(1))


@pytest.mark.parametrize("numbers", [[], [4], [1], [15, 16]])
def test_what_cannot_be_tested(numbers: list[int]) -> None:
    for chosen in kernel.available().values():
        with pytest.raises(ValueError, match=r"only odd numbers above 1|tests 1 to"):
            chosen.test(numbers, bytearray(1))


def test_arguments_that_do_not_fit_never_reach_memory() -> None:
    name = COMPILED[0]
    with pytest.raises(ValueError, match="do not fit"):
        kernel._kernel.ladder(name, b"", b"", 4, 1, 0, bytearray(1))
    with pytest.raises(ValueError, match="do not fit"):
        kernel._kernel.ladder(name, bytes(26 * 8), bytes(26 * 8), 4, 300, 0, bytearray(1))
    with pytest.raises(ValueError, match="no kernel"):
        kernel._kernel.ladder("abacus", b"", b"", 4, 1, 0, bytearray(1))
    with pytest.raises(ValueError, match="below 2\\^31"):
        kernel.strike(2**600 + 1, 1, 3, 2**40, bytearray(10), bytearray(1))
