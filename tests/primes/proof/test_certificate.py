"""Certificates as values and as text: what they rest on, and what is not one."""

import json

import pytest

from primesong.errors import PrimesongError
from primesong.primes.proof.certificate import ELLIPTIC_CURVES, FORMAT, POWER_OF_TWO, Certificate


@pytest.mark.parametrize("name", ["by_power", "by_curves"])
def test_text_and_back(name: str, request: pytest.FixtureRequest) -> None:
    certificate = request.getfixturevalue(name)
    assert Certificate.from_text(certificate.to_text()) == certificate


def test_steps_by_factors_and_back() -> None:
    certificate = Certificate(1_000_003, ELLIPTIC_CURVES, steps=((-1, 6, 2), (1, 12, 5)))
    assert Certificate.from_text(certificate.to_text()) == certificate


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the file is not a certificate, or it is damaged"),
        ("[]", "the file is not a certificate, or it is damaged"),
        ("{}", "the file is not a certificate, or it is damaged"),
        ('{"format": "primo"}', "its format is 'primo'"),
        (json.dumps({"format": FORMAT, "theorem": POWER_OF_TWO, "number": "0x7"}), "damaged"),
        (json.dumps({"format": FORMAT, "theorem": "faith", "number": "0x7", "steps": []}), "damaged"),
        (
            json.dumps({"format": FORMAT, "theorem": ELLIPTIC_CURVES, "number": "0x7", "steps": [["0x1"]]}),
            "a step must have five values",
        ),
        ("[" * 100_000, "damaged"),
    ],
)
def test_what_is_no_certificate(text: str, fault: str) -> None:
    with pytest.raises(PrimesongError, match=fault):
        Certificate.from_text(text)


def test_grounds(by_power: Certificate, by_curves: Certificate) -> None:
    assert by_power.grounds.startswith(f"proved by the factor 2^{by_power.power:,} of the number less 1")
    assert by_curves.grounds == f"proved by elliptic curves in {len(by_curves.steps)} steps"
    mixed = Certificate(1_000_003, ELLIPTIC_CURVES, steps=((5, 2, 1, 1, 1), (-1, 6, 2)))
    assert mixed.grounds == "proved by elliptic curves in 2 steps, 1 of them by factors of N - 1 or N + 1"
    assert "below 2^64" in Certificate(97, ELLIPTIC_CURVES).grounds


def test_no_other_theorem() -> None:
    with pytest.raises(ValueError, match="theorem must be power of two or elliptic curves, got 'faith'"):
        Certificate(97, "faith")
