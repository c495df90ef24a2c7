"""Program to prime, with wishes: what is searched, what it may cost, and how far a search has come.

A `Plan` is all that decides which number comes out: payload, padding, and whether the prime is to be provable or to end
on Sa. `find` carries it out, here or on a cluster; a `State` is what is kept of a search that was interrupted.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from primesong.errors import PrimesongError
from primesong.number.digits import to_digits
from primesong.number.padding import PADDING, base_of, leading_bytes
from primesong.primes import fit
from primesong.primes.proof import certificate
from primesong.primes.search import Accept, Estimate, Progress, estimate, first_prime
from primesong.primes.sieve import Progression

STATE_FORMAT = "primesong search 1"


@dataclass(frozen=True, slots=True)
class Plan:
    """A search to be made: the payload, its padding in bytes (a provable prime has its own), and the wishes."""

    payload: bytes
    padding: int = PADDING
    provable: bool = False
    cadence: bool = False

    def __post_init__(self) -> None:
        if self.provable and (self.cadence or self.padding != PADDING):
            raise ValueError("a provable prime has neither cadence nor padding of its own")

    @property
    def progression(self) -> Progression:
        """The numbers to be searched."""
        if self.provable:
            return certificate.provable_progression(self.payload)
        return Progression(base_of(self.payload, self.padding) | 1)

    @property
    def accept(self) -> Accept | None:
        """Which numbers are tested; None for all."""
        return fit.ends_on_sa if self.cadence else None

    @property
    def digits(self) -> int:
        """How many decimal digits the number will have."""
        return len(to_digits(self.progression.base))

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of what is searched, by which a state is known to be this search's."""
        searched = self.progression
        text = f"{int(searched.base):x} {searched.exponent} {self.cadence}"
        return hashlib.sha256(text.encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class State:
    """Where a search was interrupted: the search's fingerprint, and the index below which all is done."""

    fingerprint: str
    cleared: int

    def to_text(self) -> str:
        """Write the state as JSON. The reverse of `from_text`."""
        return json.dumps({"format": STATE_FORMAT, "search": self.fingerprint, "cleared": self.cleared}) + "\n"

    @staticmethod
    def from_text(text: str) -> "State":
        """Read a state; raises `PrimesongError` if the text is none. The reverse of `to_text`."""
        try:
            record = json.loads(text)
            state = State(str(record["search"]), int(record["cleared"]))
            if record["format"] == STATE_FORMAT and state.cleared >= 0:
                return state
        except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
            raise PrimesongError("this is no state of a search, or a damaged one") from error
        raise PrimesongError("this is no state of a search, or one of another version")

    def start(self, plan: Plan) -> int:
        """Give the index from which a plan goes on. Raises `PrimesongError` if the state is another search's."""
        if self.fingerprint != plan.fingerprint:
            raise PrimesongError(
                "the saved state is of another program or of other options; --force, without --resume, begins anew"
            )
        return self.cleared


def plan_for(payload: bytes, *, matras: int | None = None, provable: bool = False, cadence: bool = False) -> Plan:
    """Plan a search. matras : fill whole cycles of so many; raises `PrimesongError` if a wish cannot be met."""
    padding = PADDING if matras is None else fit.fitting_padding(payload, matras)
    if cadence:
        fit.check_cadence(payload, padding)
    return Plan(payload, padding, provable, cadence)


def cost(plan: Plan, workers: int | None = None, kernel: str | None = None) -> Estimate:
    """Estimate what a plan costs on this machine."""
    return estimate(plan.progression, workers, kernel)


def find(
    plan: Plan,
    *,
    start: int = 0,
    workers: int | None = None,
    kernel: str | None = None,
    cluster: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[int, certificate.Certificate | None]:
    """Carry out a plan. Returns the prime, and its certificate if it was to be provable.

    cluster : the address of a Dask scheduler; the other options are those of `search.first_prime`.
    """
    numbers = plan.progression
    certificates: dict[int, certificate.Certificate | None] = {}

    def certified(number: int) -> bool:
        certificates[int(number)] = made = certificate.certify(number, numbers.exponent)
        return made is not None

    verify = certified if plan.provable else None
    if cluster is not None:
        from primesong.primes import cluster as machines

        index = machines.first_prime(
            numbers, cluster, start=start, kernel=kernel, accept=plan.accept, verify=verify, progress=progress
        )
    else:
        index = first_prime(
            numbers, start=start, workers=workers, kernel=kernel, accept=plan.accept, verify=verify, progress=progress
        )
    number = int(numbers.number(index))
    if not leading_bytes(number).startswith(plan.payload):
        raise PrimesongError(f"no prime follows within {plan.padding} padding bytes; use more padding")
    return number, certificates.get(number)
