"""Certificates of primality: written and read.

A probable prime is proved once the checker of its theorem accepts a certificate of it. A checker is a program of its
own, for the standard library alone, and takes nothing on trust. Two theorems, two checkers, each as short as possible:

    power of two       the number was built so that a power of two, at least its 0.3th power, divides N - 1
                       (`power_of_two`); a witness of a few digits, certified in seconds
    elliptic curves    any number (`ecpp.prove`): one step (t, s, a, x, y) for each smaller prime; hours for thousands
                       of digits, so that each step can be saved and the proof resumed. Proofs by others may have
                       steps (sign, s, a) as well, by a factor of N - 1 or N + 1

As text a certificate is JSON; integers are hexadecimal, since Python limits the length of decimal ones.
"""

import json
from dataclasses import dataclass
from typing import Any

from primesong.errors import PrimesongError

#: The format that a certificate names, and its version.
FORMAT = "primesong certificate 1"

#: The theorem about numbers N for which a power of two divides N - 1, as a certificate names it.
POWER_OF_TWO = "power of two"

#: The theorem about elliptic curves, as a certificate names it.
ELLIPTIC_CURVES = "elliptic curves"

#: A step by an elliptic curve: trace, cofactor, the curve's a, and the point x, y.
CurveStep = tuple[int, int, int, int, int]

#: A step by a factor of N - 1 or N + 1: the sign, the cofactor, and a base or the Q of a Lucas sequence.
FactorStep = tuple[int, int, int]

#: What leads from a prime to a smaller one; `curves_checker` says what it shows.
Step = CurveStep | FactorStep


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
            raise ValueError(f"theorem must be {POWER_OF_TWO} or {ELLIPTIC_CURVES}, got {self.theorem!r}")

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
            raise PrimesongError("the file is not a certificate, or it is damaged") from error

    @property
    def grounds(self) -> str:
        """What the proof rests on, in a few words."""
        if self.theorem == POWER_OF_TWO:
            return f"proved by the factor 2^{self.power:,} of the number less 1, with the witness {self.witness}"
        if self.steps:
            others = sum(len(step) == 3 for step in self.steps)
            factors = f", {others:,} of them by factors of N - 1 or N + 1" if others else ""
            return f"proved by elliptic curves in {len(self.steps):,} steps{factors}"
        return "proved by Miller-Rabin tests, which leave no doubt below 2^64"

    @property
    def rest(self) -> int:
        """The prime on which the proof rests: after the last step by elliptic curves, or else the number itself.

        Raises `PrimesongError` if the steps do not lead down to it; whether they prove anything, only `check` says.
        """
        number = self.number
        for count, step in enumerate(self.steps, 1):
            smaller = follow_down(number, step)
            if not smaller:
                raise PrimesongError(f"the proof is damaged at step {count:,}: it does not lead to a smaller prime")
            number = smaller
        return number


def follow_down(number: int, step: Step) -> int:
    """Return the smaller number to which a step leads; 0 if it does not. Whether that proves anything is not asked."""
    trace, cofactor = (step[0], step[1]) if len(step) == 5 else (1 - step[0], step[1])
    smaller, rest = divmod(number + 1 - trace, cofactor) if cofactor > 0 else (0, 0)
    return 0 if rest or trace * trace >= 4 * number or not 1 < smaller < number else int(smaller)


def _parse(record: Any) -> Certificate:
    """Make a certificate of its JSON."""
    if record["format"] != FORMAT:
        raise PrimesongError(f"the file is not a {FORMAT}: its format is {record['format']!r}")
    number = int(record["number"], 16)
    if record["theorem"] == POWER_OF_TWO:
        return Certificate(number, POWER_OF_TWO, int(record["power"]), int(record["witness"]))
    return Certificate(number, str(record["theorem"]), steps=tuple(_parse_step(step) for step in record["steps"]))


def _parse_step(values: list[str]) -> Step:
    """Make a step of its JSON."""
    match [int(value, 16) for value in values]:
        case [t, s, a, x, y]:
            return t, s, a, x, y
        case [sign, s, a]:
            return sign, s, a
    raise PrimesongError("the certificate is damaged: a step must have five values, or three")
