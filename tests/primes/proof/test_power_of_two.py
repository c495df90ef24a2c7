"""Numbers that are built to be proved: the first of their progression, with the least padding, certified once."""

import random

import gmpy2
import pytest

from primesong.errors import PrimesongError
from primesong.number.payload import leading_bytes, pack, unpack
from primesong.primes.plan import find, plan_search
from primesong.primes.proof import power_of_two
from primesong.primes.proof.certificate import Certificate
from primesong.primes.proof.checking import check


def provable(payload: bytes) -> Certificate:
    number, certificate = find(plan_search(payload, provable=True))
    assert certificate is not None
    assert certificate.number == number
    return certificate


def test_provable_prime(by_power: Certificate) -> None:
    assert check(by_power)
    assert unpack(leading_bytes(by_power.number))[0] == b"print('proved')"
    assert gmpy2.is_prime(by_power.number)
    bits = by_power.number.bit_length()
    assert (by_power.number - 1) % 2**by_power.power == 0
    assert 0.3 * bits <= by_power.power < 0.3 * bits + 1


def test_it_is_the_first_of_its_progression() -> None:
    payload = pack(b"")
    progression = power_of_two.provable_progression(payload)
    index = (provable(payload).number - progression.base) >> progression.exponent
    assert index == next(i for i in range(10_000) if gmpy2.is_prime(progression.number(i)))


def test_a_longer_one() -> None:
    payload = pack(random.Random(7).randbytes(150))
    certificate = provable(payload)
    assert check(certificate)
    assert leading_bytes(certificate.number).startswith(payload)


def test_padding_is_what_the_theorem_asks() -> None:
    """0.3 of the number and room for the gap, to the byte: 3,600 digits become 5,139."""
    bits = power_of_two.provable_progression(bytes([31]) + bytes(1490)).bits
    assert bits == pytest.approx(11_925 / 0.7, rel=0.003)


def test_a_find_is_certified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    certify, made = power_of_two.certify, list[int]()

    def counted(number: int, power: int) -> Certificate | None:
        made.append(int(number))
        return certify(number, power)

    monkeypatch.setattr(power_of_two, "certify", counted)
    assert made.count(provable(pack(random.Random(7).randbytes(60))).number) == 1


@pytest.mark.parametrize("power", [8, 32, 96])
def test_primes_are_certified_and_composites_are_not(power: int) -> None:
    """The numbers k 2^power + 1 that are long enough for the theorem, from their shortest on."""
    shortest = 2 ** (2 * power) + 1
    numbers = range((shortest << power) + 1, (shortest + 600 << power) + 1, 2 << power)
    primes = [number for number in numbers if gmpy2.is_prime(number)]
    assert 0 < len(primes) < len(numbers)
    assert [number for number in numbers if power_of_two.certify(number, power) is not None] == primes


def test_a_power_too_low_certifies_nothing() -> None:
    number = int(gmpy2.next_prime(2**200))
    assert power_of_two.certify(number, int(gmpy2.bit_scan1(number - 1))) is None


def test_nothing_to_prove() -> None:
    with pytest.raises(PrimesongError, match="the payload is empty"):
        power_of_two.provable_progression(b"\0")
