"""Certificates in each format, recognized by their opening, plain or packed; damaged ones are refused in a sentence."""

import lzma
import random

import pytest

from primesong.errors import PrimesongError
from primesong.limits import Limits
from primesong.primes.proof.certificate import Certificate
from primesong.primes.proof.checking import check
from primesong.primes.proof.formats import FORMATS, read_certificate, write_certificate


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("packed", [False, True])
def test_each_format_and_back(by_curves: Certificate, form: str, packed: bool) -> None:
    text = write_certificate(by_curves, form)
    data = text.encode("ascii")
    certificate = read_certificate(lzma.compress(data) if packed else data)
    assert certificate.number == by_curves.number
    assert check(certificate)
    assert write_certificate(certificate, form) == text


def test_our_own_is_the_default(by_power: Certificate) -> None:
    assert write_certificate(by_power) == by_power.to_text()
    with pytest.raises(ValueError, match="a certificate's format must be one of primesong, primo, pari, got 'pdf'"):
        write_certificate(by_power, "pdf")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (lzma.compress(b"{}" * 99)[:-9], "the xz file is cut short|the xz file is damaged"),
        (lzma.compress(b"{}")[:12] + b"x" * 40, "the xz file is cut short|the xz file is damaged"),
        (lzma.compress(b" " * 5000), "the certificate has more than 1,000 bytes of text"),
        (b" " * 1001, "the certificate has more than 1,000 bytes of text"),
        (b"", "the file is not a certificate, or it is damaged"),
    ],
)
def test_what_is_not_a_certificate(data: bytes, fault: str) -> None:
    with pytest.raises(PrimesongError, match=fault):
        read_certificate(data, Limits(text=1000))


@pytest.mark.parametrize("form", FORMATS)
def test_damaged_bytes_never_raise_anything_else(by_curves: Certificate, form: str) -> None:
    """A certificate of another number, one that does not hold, or a refusal."""
    data, source, refused = write_certificate(by_curves, form).encode("ascii"), random.Random(form), 0
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(source.randrange(1, 4)):
            damaged[source.randrange(len(damaged))] = source.choice(b'0123456789ABCDEFx$-[],=\n" {}')
        try:
            certificate = read_certificate(bytes(damaged))
            if certificate.number == by_curves.number:
                check(certificate)
            write_certificate(certificate, "primo")
        except PrimesongError:
            refused += 1
    assert refused > 10
