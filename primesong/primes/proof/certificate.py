"""Certificates of primality: written and read.

A probable prime is proved once the checker of its theorem accepts a certificate of it. A checker is a program of its
own, for the standard library alone, and takes nothing on trust. Two theorems, two checkers, each as short as possible:

    power of two       the number was built so that a power of two, at least its 0.3th power, divides N - 1
                       (`power_of_two`); a witness of a few digits, certified in seconds
    elliptic curves    any number (`ecpp.prove`): one step (t, s, a, x, y) for each smaller prime; hours for thousands
                       of digits, so that each step can be saved and the proof resumed

As text a certificate is JSON; integers are hexadecimal, since Python limits the length of decimal ones.
"""

import json
import lzma
from dataclasses import dataclass
from typing import Any

from primesong.errors import PrimesongError
from primesong.limits import DEFAULT_LIMITS, Limits

#: The format that a certificate names, and its version.
FORMAT = "primesong certificate 1"

#: How an xz file begins.
_XZ = b"\xfd7zXZ\0"

#: The memory that unpacking a certificate may take, in bytes; xz at its strongest takes 65 MiB.
_XZ_MEMORY = 128 << 20

#: The theorem about numbers N for which a power of two divides N - 1, as a certificate names it.
POWER_OF_TWO = "power of two"

#: The theorem about elliptic curves, as a certificate names it.
ELLIPTIC_CURVES = "elliptic curves"

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
        """Read a certificate; raises `PrimesongError` if the text is not one. The reverse of `to_text`."""
        try:
            return _parse(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            raise PrimesongError(f"the file is not a certificate, or it is damaged ({type(error).__name__})") from error

    @property
    def grounds(self) -> str:
        """What the proof rests on, in a few words."""
        if self.theorem == POWER_OF_TWO:
            return f"proved by the factor 2^{self.power:,} of the number less 1, with the witness {self.witness}"
        if self.steps:
            return f"proved by elliptic curves in {len(self.steps):,} steps"
        return "proved by Miller-Rabin tests, which leave no doubt below 2^64"

    @property
    def rest(self) -> int:
        """The prime on which the proof rests: after the last step by elliptic curves, or else the number itself.

        Raises `PrimesongError` if the steps do not lead down to it; whether they prove anything, only `check` says.
        """
        number = self.number
        for count, (t, s, *_) in enumerate(self.steps, 1):
            smaller, rest = divmod(number + 1 - t, s) if s > 0 else (0, 0)
            if rest or t * t >= 4 * number or not 1 < smaller < number:
                raise PrimesongError(f"the proof is damaged at step {count:,}: it does not lead to a smaller prime")
            number = smaller
        return number


def _parse(record: Any) -> Certificate:
    """Make a certificate of its JSON."""
    if record["format"] != FORMAT:
        raise PrimesongError(f"the file is not a {FORMAT}: its format is {record['format']!r}")
    number = int(record["number"], 16)
    if record["theorem"] == POWER_OF_TWO:
        return Certificate(number, POWER_OF_TWO, int(record["power"]), int(record["witness"]))
    steps = [[int(value, 16) for value in step] for step in record["steps"]]
    if any(len(step) != 5 for step in steps):
        raise PrimesongError("the certificate is damaged: a step must have five values")
    return Certificate(number, str(record["theorem"]), steps=tuple((t, s, a, x, y) for t, s, a, x, y in steps))


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
