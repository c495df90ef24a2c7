"""Padding that fills avartans, primes that end on Sa."""

from collections import Counter
from pathlib import Path

import gmpy2
import pytest

from primesong.errors import PrimesongError
from primesong.number.digits import to_digits
from primesong.number.padding import base_of, leading_bytes
from primesong.number.payload import pack, unpack
from primesong.primes import fit
from primesong.primes.next_prime import find_prime

PUBLISHED = int(gmpy2.mpz((Path(__file__).parents[2] / "assets" / "femtogpt.txt").read_text().strip()))


@pytest.mark.parametrize("matras", [1, 6, 7, 10, 12, 16])
@pytest.mark.parametrize("program", [b"", b"print(1)", bytes(range(90))])
def test_whole_avartans(program: bytes, matras: int) -> None:
    payload = pack(program)
    padding = fit.fitting_padding(payload, matras)
    prime = find_prime(payload, padding)
    assert len(to_digits(prime)) % matras == 0
    assert unpack(leading_bytes(prime))[0] == program
    assert all(len(to_digits(base_of(payload, less))) % matras for less in range(4, padding))


def test_published_number_fills_tintal() -> None:
    payload = unpack(leading_bytes(PUBLISHED))[1]
    assert fit.digit_count(payload) == 3600
    assert fit.fitting_padding(payload, 16) == 4
    fit.check_cadence(payload)  # Sa is 3


def test_cadence() -> None:
    programs = [b"program %d" % number for number in range(40)]
    heard = refused = 0
    for payload in map(pack, programs):
        try:
            fit.check_cadence(payload)
        except PrimesongError as fault:
            refused += "no prime ends on it" in str(fault)
            continue
        digits = to_digits(base_of(payload))
        if Counter(digits[:-10]).most_common(1)[0][0] in fit.LAST_DIGITS and heard < 4:
            number = find_prime(payload, accept=fit.ends_on_sa)
            text = to_digits(number)
            assert text[-1] == Counter(text).most_common(1)[0][0]
            heard += 1
    assert heard
    assert refused


def test_ends_on_sa_breaks_ties_by_first_occurrence() -> None:
    assert fit.ends_on_sa(3113)
    assert not fit.ends_on_sa(1133)


def test_wrong_calls() -> None:
    with pytest.raises(ValueError, match="at least one matra"):
        fit.fitting_padding(pack(b""), 0)
    with pytest.raises(PrimesongError, match="fills whole cycles of 100000 matras"):
        fit.fitting_padding(pack(b""), 100_000)


def test_digits_of_bytes() -> None:
    for length in range(300):
        payload = pack(bytes(range(length % 256)) * 2)
        assert fit.digits_of_bytes(len(payload)) == fit.digit_count(payload)
