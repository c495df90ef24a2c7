"""Certificates of primality: made, written, read, checked.

A probable prime is proved once the checker of its theorem accepts a certificate of it. A checker is a program of its
own, for the standard library alone, and takes nothing on trust. Two theorems, two checkers, each as short as it can be:

    power of two       the number was built so that a power of two, at least its 0.3th power, divides N - 1
                       (`provable_progression`); a witness of a few digits, certified in seconds
    elliptic curves    any number (`ecpp.prove`): one step (t, s, a, x, y) for each smaller prime; hours for thousands
                       of digits, so that each step can be saved, and the proof resumed

Why a provable song is longer: the factor F of N - 1 is chosen, not found, and costs its length in padding. Pocklington
asks F > N^(1/2), Brillhart, Lehmer and Selfridge F > N^(1/3), Konyagin and Pomerance (1997) F > N^0.3: for the
published program about 7,190, 5,396 and 5,139 digits. Coppersmith and Howgrave-Graham's method would do with little
more than N^(1/4), but its certificate is a reduced lattice of megabytes.

As text a certificate is JSON; integers are hexadecimal, for Python reads no longer decimal ones.
"""

import inspect
import json
import lzma
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import gmpy2

from primesong.errors import PrimesongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.primes.job import Progress
from primesong.primes.primality import confirmed
from primesong.primes.proof import curves_checker, power_checker
from primesong.primes.search import WINDOW
from primesong.primes.sieve import Progression

#: The format that a certificate names, and its version.
FORMAT = "primesong certificate 1"

#: How an xz file begins.
_XZ = b"\xfd7zXZ\0"

#: The memory that unpacking a certificate may take, in bytes; xz at its strongest takes 65 MiB.
_XZ_MEMORY = 128 << 20

POWER_OF_TWO, ELLIPTIC_CURVES = "power of two", "elliptic curves"

#: The values of one step of an elliptic curve proof, in this order.
Step = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A claim and its grounds: number, theorem, and either power and witness or the elliptic curves' steps."""

    number: int
    theorem: str
    power: int = 0
    witness: int = 0
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if self.theorem not in {POWER_OF_TWO, ELLIPTIC_CURVES}:
            raise ValueError(f"a theorem is {POWER_OF_TWO} or {ELLIPTIC_CURVES}, got {self.theorem!r}")

    def to_text(self) -> str:
        """Write the certificate as JSON. The reverse of `from_text`."""
        record: dict[str, object] = {"format": FORMAT, "theorem": self.theorem, "number": hex(self.number)}
        if self.theorem == POWER_OF_TWO:
            record |= {"power": self.power, "witness": self.witness}
        else:
            record["steps"] = [[hex(value) for value in step] for step in self.steps]
        return json.dumps(record, indent=1) + "\n"

    @staticmethod
    def from_text(text: str) -> "Certificate":
        """Read a certificate; raises `PrimesongError` if the text is none. The reverse of `to_text`."""
        try:
            record = json.loads(text)
            if record["format"] != FORMAT:
                raise PrimesongError(f"the file is not a {FORMAT}: its format is {record['format']!r}")
            number = int(record["number"], 16)
            if record["theorem"] == POWER_OF_TWO:
                return Certificate(number, POWER_OF_TWO, int(record["power"]), int(record["witness"]))
            steps = [[int(value, 16) for value in step] for step in record["steps"]]
            if any(len(step) != 5 for step in steps):
                raise PrimesongError("the certificate is damaged: a step has five values")
            return Certificate(number, str(record["theorem"]), steps=tuple((t, s, a, x, y) for t, s, a, x, y in steps))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            raise PrimesongError(f"the file is not a certificate, or it is damaged ({type(error).__name__})") from error

    @property
    def grounds(self) -> str:
        """What the proof rests on, in a few words."""
        if self.steps:
            return f"proved by elliptic curves in {len(self.steps):,} steps"
        return f"proved by the factor 2^{self.power:,} of the number less 1, with the witness {self.witness}"

    @property
    def rest(self) -> int:
        """The prime on which the whole stands: after the last step of an elliptic curve proof, else the number. Raises
        `PrimesongError` if the steps do not lead down to it; whether they prove anything, only `check` says."""
        number = self.number
        for count, (t, s, *_) in enumerate(self.steps, 1):
            smaller, rest = divmod(number + 1 - t, s) if s > 0 else (0, 0)
            if rest or t * t >= 4 * number or not 1 < smaller < number:
                raise PrimesongError(f"the proof is damaged at step {count:,}: it does not lead to a smaller prime")
            number = smaller
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofProgress(Progress):
    """How far a proof has come, or its check.

    Parameters
    ----------
    steps : int
        The steps found, or checked, so far.
    bits : int
        The length of the number in bits.
    bits_left : int
        The length of the prime that is still to be proved.
    """

    steps: int
    bits: int
    bits_left: int


def check(certificate: Certificate, progress: Callable[[ProofProgress], None] | None = None) -> bool:
    """Check a certificate by the printable checker, with gmpy2's integers for speed: True is a proof.

    Parameters
    ----------
    certificate : Certificate
        What to check.
    progress : callable, optional
        Called before each step of a proof by elliptic curves.
    """
    number = gmpy2.mpz(certificate.number)
    if certificate.theorem == POWER_OF_TWO:
        return power_checker.proves(number, certificate.power, gmpy2.mpz(certificate.witness))
    if number < 2:
        return False
    began = time.monotonic()
    for count, step in enumerate(certificate.steps):
        if progress is not None:
            progress(_check_progress(certificate, count, number.bit_length(), time.monotonic() - began))
        number = gmpy2.mpz(curves_checker.follow(number, [gmpy2.mpz(value) for value in step]))
        if not number:
            return False
    return curves_checker.small_prime(number)


def _check_progress(certificate: Certificate, count: int, bits_left: int, seconds: float) -> ProofProgress:
    """Work out the progress of a check; a step takes about the third power of its prime's length."""
    bits = certificate.number.bit_length()
    share = 1 - (bits_left / bits) ** 4
    left = seconds * (1 - share) / share if share > 0 else math.inf
    return ProofProgress(stage="check", share=share, seconds_left=left, steps=count, bits=bits, bits_left=bits_left)


def read_certificate(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Certificate:
    """Read a certificate, packed by xz or plain.

    Raises `PrimesongError` if it is not one, or too long.
    """
    if data.startswith(_XZ):
        data = _unpack(data, limits)
    limits.check("text", len(data), "the certificate")
    return Certificate.from_text(data.decode("utf-8", "replace"))


def _unpack(data: bytes, limits: Limits) -> bytes:
    """Unpack an xz file, one byte more than the limit at most."""
    try:
        xz = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
        text = xz.decompress(data, limits.text + 1)
    except lzma.LZMAError as error:
        raise PrimesongError("the xz file is damaged") from error
    if not xz.eof and len(text) <= limits.text:
        raise PrimesongError("the xz file is cut short")
    return text


def read_checker(theorem: str) -> str:
    """Return the source of a theorem's checker, a program for Python's standard library alone."""
    return inspect.getsource(power_checker if theorem == POWER_OF_TWO else curves_checker)


def provable_progression(payload: bytes) -> Progression:
    """Give the numbers among which a provable prime is sought.

    They begin with a payload, go on with the least padding that affords a proof, and are 1 modulo a power of two of at
    least 0.3 of their bits.
    """
    lead = int.from_bytes(payload, "big")
    if not lead:
        raise PrimesongError("there is no payload to find a prime for")
    padding = 8
    while True:
        bits = lead.bit_length() + padding
        power = -(-3 * bits // 10)
        if power < padding:
            progression = Progression((gmpy2.mpz(lead) << padding) + 1, power)
            if 1 << (padding - power) > 2 * WINDOW * progression.gap:
                return progression
        padding += 8


def certify(number: int, power: int) -> Certificate | None:
    """Prove a number by the power of two that divides it less 1; None if it is composite, or the power too low."""
    number = gmpy2.mpz(number)
    if not confirmed(number):
        return None
    witness = 2
    while gmpy2.jacobi(witness, number) != -1:
        witness += 1
    certificate = Certificate(int(number), POWER_OF_TWO, power, witness)
    return certificate if check(certificate) else None
