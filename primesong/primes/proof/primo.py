"""Certificates in Primo's format 4, written and read.

Primo is Marcel Martin's program for proofs by elliptic curves; PARI and CM write its format too. A file is a list of
sections in brackets with lines KEY=VALUE; a value is hexadecimal after $ or 0x, or decimal, with its sign before it.
`N` of [Candidate] is the number, and the sections [1], [2] … are its steps, each of one of four kinds:

    S W J T     an elliptic curve with N + 1 - W = S R points, where R is the next prime, given by its j-invariant:
                A = 3 J (1728 - J) and B = 2 J (1728 - J)^2
    S W A B T   the same, given by A and B, as for the j-invariants 0 and 1728
    S B         N - 1 = S R, and the base B (Pocklington)
    S Q         N + 1 = S R, and the Q of a Lucas sequence, with P = 1 for an even Q and 2 for an odd one (Morrison)

With L = T^3 + A T + B the point (T L, L^2) lies on the curve y^2 = x^3 + A L^2 x + B L^3. Our steps (t, s, a, x, y) are
any curve and any point; dividing by T's scale brings them to this form. All that is not a step is a remark.
"""

import re
from collections.abc import Iterator

import gmpy2

from primesong.errors import PrimesongError
from primesong.primes.proof.certificate import ELLIPTIC_CURVES, Certificate, Step, follow_down

#: The first line of a certificate.
TITLE = "[PRIMO - Primality Certificate]"

#: The first line of a section.
_SECTION = re.compile(r"\[(.+)\]")

#: A line of a section: its key and its value.
_LINE = re.compile(r"([A-Za-z]+)\s*=\s*(.*)")

#: An integer: its sign, the mark of a hexadecimal one, its digits.
_VALUE = re.compile(r"(-?)(\$|0[xX])?([0-9A-Fa-f]+)")


def write_primo(certificate: Certificate) -> str:
    """Write a certificate in Primo's format 4. The reverse of `read_primo`.

    Raises `PrimesongError` if it is not one by elliptic curves, or if a step is damaged.
    """
    if certificate.theorem != ELLIPTIC_CURVES:
        raise PrimesongError("Primo's format holds proofs by elliptic curves; this is one by a power of two")
    head = [TITLE, "Format=4", f"TestCount={len(certificate.steps)}", "", "[Comments]", "Written by primesong"]
    lines = [*head, "", "[Candidate]", f"N={_write(certificate.number)}", ""]
    number = certificate.number
    for count, step in enumerate(certificate.steps, 1):
        smaller = follow_down(number, step)
        values = _convert(gmpy2.mpz(number), step) if smaller else {}
        if not values:
            raise PrimesongError(
                f"the certificate is damaged at step {count:,}: it cannot be written in another format"
            )
        number = smaller
        lines += [f"[{count}]", *(f"{key}={_write(value)}" for key, value in values.items()), ""]
    return "\n".join(lines)


def read_primo(text: str) -> Certificate:
    """Read a certificate in Primo's format 4. The reverse of `write_primo`, up to the choice of each curve's equation.

    Raises `PrimesongError` if the text is not one, or is damaged.
    """
    sections = dict(_read_sections(text))
    if sections.get(TITLE[1:-1], {}).get("Format") != "4":
        raise PrimesongError("the certificate is not in Primo's format 4")
    first = number = _read_values(sections.get("Candidate", {}), "N").get("N", 0)
    steps: list[Step] = []
    if first < 2:
        raise PrimesongError("the certificate is damaged: it names no number above 1 to prove")
    while section := sections.get(str(len(steps) + 1)):
        steps.append(_read_step(gmpy2.mpz(number), section))
        number = follow_down(number, steps[-1])
        if not number:
            raise PrimesongError(f"the proof is damaged at step {len(steps):,}: it does not lead to a smaller prime")
    return Certificate(first, ELLIPTIC_CURVES, steps=tuple(steps))


def _write(value: int) -> str:
    """Write an integer as Primo does. The reverse of `_read`."""
    return f"{'-' if value < 0 else ''}${abs(int(value)):X}" if value else "0"


def _read(text: str) -> int | None:
    """Read an integer; None if it is not one. The reverse of `_write`."""
    found = _VALUE.fullmatch(text.strip())
    if not found or not (found[2] or found[3].isdecimal()):
        return None
    return int(gmpy2.mpz(found[1] + found[3], 16 if found[2] else 10))


def _convert(number: gmpy2.mpz, step: Step) -> dict[str, int]:
    """Return a step's values by their keys; empty if the number is composite and that is noticed."""
    if len(step) == 3:
        sign, s, value = step
        return {"S": s, "B" if sign < 0 else "Q": value}
    t, s, a, x, y = step[0], step[1], *(value % number for value in step[2:])
    b = (y * y - x**3 - a * x) % number
    head = {"S": s, "W": t}
    if a == 0 or b == 0:
        return head | {"A": _center(a, number), "B": _center(b, number), "T": int(x)}
    try:
        share = gmpy2.invert(4 * a**3 + 27 * b * b, number)
    except ZeroDivisionError:
        return {}
    j, scale = 6912 * a**3 * share, 31104 * a * b * share
    return head | {"J": _center(j, number), "T": int(scale * x % number)}


def _center(value: int, number: gmpy2.mpz) -> int:
    """Reduce to at most half of the number in size."""
    rest = value % number
    return int(rest - number if 2 * rest > number else rest)


def _read_sections(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the sections' names and their lines, by key."""
    section: dict[str, str] = {}
    for line in text.splitlines():
        if found := _SECTION.fullmatch(line.strip()):
            section = {}
            yield found[1], section
        elif found := _LINE.fullmatch(line.strip()):
            section[found[1]] = found[2]


def _read_values(section: dict[str, str], keys: str) -> dict[str, int]:
    """Read those of a section's values that are there. Raises `PrimesongError` if one is not an integer."""
    values = {key: _read(section[key]) for key in keys if key in section}
    for key, value in values.items():
        if value is None:
            raise PrimesongError(f"the certificate is damaged: {key}={section[key][:40]} is not an integer")
    return {key: value for key, value in values.items() if value is not None}


def _read_step(number: gmpy2.mpz, section: dict[str, str]) -> Step:
    """Read one step. Raises `PrimesongError` if it is not of a known kind."""
    values = _read_values(section, "SWJABQT")
    match "".join(values):
        case "SWJT":
            s, w, j, t = values.values()
            j, rest = j % number, (1728 - j) % number
            return (w, s, *_make_point(number, 3 * j * rest, 2 * j * rest * rest, t))
        case "SWABT":
            s, w, a, b, t = values.values()
            return (w, s, *_make_point(number, a, b, t))
        case "SB" | "SQ" as kind:
            s, value = values.values()
            return -1 if kind == "SB" else 1, s, value
    raise PrimesongError(f"the certificate is damaged: a step cannot have the values {', '.join(section)[:40]}")


def _make_point(number: gmpy2.mpz, a: int, b: int, t: int) -> tuple[int, int, int]:
    """Return a step's curve and point, from A, B and T."""
    t %= number
    scale = (t**3 + a * t + b) % number
    return int(a * scale * scale % number), int(t * scale % number), int(scale * scale % number)
