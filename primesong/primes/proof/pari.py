"""Certificates as PARI/GP writes them: rows of an elliptic curve proof, written and read.

`primecert(N)` of GP is a vector of rows [N, t, s, a, [x, y]] in decimal digits, whose values are those of our steps:
the curve y^2 = x^3 + a x + b has N + 1 - t = s q points, and q is the next row's N. A number below 2^64 is its own
certificate. `primecertisvalid` checks it.
"""

import re

from primesong.errors import PrimesongError
from primesong.number.digits import to_digits, to_number
from primesong.primes.proof.certificate import ELLIPTIC_CURVES, Certificate, CurveStep, follow_down

#: An integer.
_NUMBER = r"(-?[0-9]+)"

#: A row without white space.
_ROW = re.compile(rf"\[{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER},\[{_NUMBER},{_NUMBER}\]\]")

#: All rows.
_ROWS = re.compile(rf"\[{_ROW.pattern}(?:,{_ROW.pattern})*\]")


def write_pari(certificate: Certificate) -> str:
    """Write a certificate as GP writes it. The reverse of `read_pari`.

    Raises `PrimesongError` if it is not one by elliptic curves alone, or if a step is damaged.
    """
    if certificate.theorem != ELLIPTIC_CURVES or any(len(step) != 5 for step in certificate.steps):
        raise PrimesongError("PARI's rows hold proofs by elliptic curves alone; this one has steps of other kinds")
    rows, number = list[str](), certificate.number
    for count, step in enumerate(certificate.steps, 1):
        t, s, a, x, y = (_write(value) for value in step)
        rows.append(f"[{_write(number)}, {t}, {s}, {a}, [{x}, {y}]]")
        number = follow_down(number, step)
        if not number:
            raise PrimesongError(
                f"the certificate is damaged at step {count:,}: it cannot be written in another format"
            )
    return (f"[{', '.join(rows)}]" if rows else _write(number)) + "\n"


def read_pari(text: str) -> Certificate:
    """Read a certificate as GP writes it. The reverse of `write_pari`.

    Raises `PrimesongError` if the text is not one, or is damaged.
    """
    compact = re.sub(r"\s+", "", text)
    if re.fullmatch("[0-9]+", compact):
        return Certificate(_read(compact), ELLIPTIC_CURVES)
    if not _ROWS.fullmatch(compact):
        raise PrimesongError("the certificate is damaged: PARI's rows are [N, t, s, a, [x, y]]")
    rows = [[_read(value) for value in found.groups()] for found in _ROW.finditer(compact)]
    number, steps = rows[0][0], list[CurveStep]()
    for count, (n, t, s, a, x, y) in enumerate(rows, 1):
        if n != number:
            raise PrimesongError(f"the proof is damaged at row {count:,}: its number does not follow from the last row")
        steps.append((t, s, a, x, y))
        number = follow_down(number, steps[-1])
    return Certificate(rows[0][0], ELLIPTIC_CURVES, steps=tuple(steps))


def _write(value: int) -> str:
    """Write an integer in decimal digits. The reverse of `_read`."""
    return f"-{to_digits(-value)}" if value < 0 else to_digits(value)


def _read(text: str) -> int:
    """Read an integer in decimal digits. The reverse of `_write`."""
    negative = text.startswith("-")
    number = to_number(text.lstrip("-").lstrip("0") or "0")
    return -number if negative else number
