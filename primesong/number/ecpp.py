"""Elliptic curve proofs of any probable prime, by PARI's `gp`, in stages.

A stage calls PARI's primecert in its partial mode: from a certificate that stands on a prime of b bits to one that
stands on a prime of at most b - `STAGE_BITS`. After each the certificate so far is handed to the caller, who may
save it; interrupted, nothing is lost but the stage.
Measured: 1,000 digits take 91 s of processor time, 1,500 take 567 s; the
time grows with about the fifth power of the digits.

Installed: Debian's pari-gp, Homebrew's pari. PARI is not trusted: `proof.check` goes through every step again.
"""

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from primesong.errors import MissingError, PrimesongError
from primesong.number.primality import is_probable_prime
from primesong.number.proof import ELLIPTIC_CURVES, Certificate, Step, check
from primesong.number.search import cores

#: How much shorter a stage makes the prime on which the certificate stands. At 12,000 bits each begins with 74 s of
#: processor time for PARI's tables (and 2.8 GB), and 32 bits cost some 400 s: much shorter stages would be all tables,
#: much longer ones lose more when they are interrupted.
STAGE_BITS = 96

#: Below so many bits the rest is done in one stage, within seconds; below 64 the checker needs no step at all.
_LAST_BITS = 1000

_GROWTH = 5

# hexadecimal, because Python reads no decimal numbers of more than 4,300 digits
_SCRIPT = """default(parisizemax, "{memory}G");
default(nbthreads, {workers});
h(x) = if(x < 0, Str("-", h(-x)), Strprintf("%x", x));
row(c) = print(h(c[2]), " ", h(c[3]), " ", h(c[4]), " ", h(c[5][1]), " ", h(c[5][2]));
C = {certificate};
C = primecert(C,, {bits});
if(type(C) == "t_INT", print("composite"), for(i = 1, #C, row(C[i])));
"""

_STEP = re.compile(r"(-?[0-9a-f]+) (-?[0-9a-f]+) (-?[0-9a-f]+) (-?[0-9a-f]+) (-?[0-9a-f]+)")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a proof stands: the certificate so far, the bits of the prime on which it stands, and of the number; the
    seconds of this sitting; the seconds expected still."""

    certificate: Certificate
    bits_left: int
    bits: int
    seconds: float
    seconds_left: float


def prove(
    number: int,
    *,
    resume: Certificate | None = None,
    workers: int | None = None,
    memory: int = 4,
    progress: Callable[[Stage], None] | None = None,
) -> Certificate:
    """Prove a number prime. Returns its certificate, checked.

    resume : a `Stage.certificate` of an earlier sitting
    workers : PARI's threads; by default one for each core
    memory : the most that PARI may use, in GiB

    Raises `PrimesongError` if the number is composite or the sitting was another number's, `MissingError` without gp.
    """
    if number < 2 or not is_probable_prime(number):
        raise PrimesongError("the number is composite: there is nothing to prove")
    if resume is not None and (resume.number != number or resume.theorem != ELLIPTIC_CURVES):
        raise PrimesongError("the saved state is of another number; remove it, or name its number")
    gp = shutil.which("gp")
    if gp is None:
        raise MissingError(
            "a proof needs PARI's gp; install it (Debian: apt install pari-gp, macOS: brew install pari)"
        )
    certificate = resume or Certificate(number, ELLIPTIC_CURVES)
    began, first_bits = time.monotonic(), certificate.rest.bit_length()
    while (bits := certificate.rest.bit_length()) >= 64:
        target = max(bits - STAGE_BITS, 0) if bits > _LAST_BITS else 0
        certificate = Certificate(
            number, ELLIPTIC_CURVES, steps=_extend(gp, certificate, target, workers or cores(), memory)
        )
        left = certificate.rest.bit_length()
        if left >= bits:
            raise PrimesongError(f"PARI's primecert did not get below {bits:,} bits")
        if progress is not None:
            seconds = time.monotonic() - began
            done, still = first_bits**_GROWTH - left**_GROWTH, left**_GROWTH - 64**_GROWTH
            progress(Stage(certificate, left, number.bit_length(), seconds, max(seconds * still / done, 0.0)))
    if not check(certificate):
        raise PrimesongError("PARI's certificate does not hold; report this to PARI's authors")
    return certificate


def _extend(gp: str, certificate: Certificate, bits: int, workers: int, memory: int) -> tuple[Step, ...]:
    """Run one stage. Returns all steps, old and new."""
    script = _SCRIPT.format(memory=memory, workers=workers, certificate=_to_pari(certificate), bits=bits)
    run = subprocess.run(
        [gp, "-q", "-f", "-s", "64M"],
        input=script,
        capture_output=True,
        encoding="ascii",
        errors="replace",
        check=False,
    )
    lines = run.stdout.split("\n")[:-1]
    if lines == ["composite"]:
        raise PrimesongError("the number is composite: there is nothing to prove")
    matches = [_STEP.fullmatch(line) for line in lines]
    if run.returncode != 0 or not matches or None in matches:
        reason = " ".join(run.stderr.split())[-200:] or f"exit code {run.returncode}"
        raise PrimesongError(f"PARI's gp failed: {reason}")
    steps = [[int(value, 16) for value in match.groups()] for match in matches if match is not None]
    return tuple((t, s, a, x, y) for t, s, a, x, y in steps)


def _to_pari(certificate: Certificate) -> str:
    """Write a certificate as PARI does: the number itself, or [[N, t, s, a, [x, y]], …]."""
    if not certificate.steps:
        return hex(certificate.number)
    number, rows = certificate.number, []
    for t, s, a, x, y in certificate.steps:
        rows.append(f"[{number:#x},{t:#x},{s:#x},{a:#x},[{x:#x},{y:#x}]]")
        number = (number + 1 - t) // s
    return "[" + ",".join(rows) + "]"
