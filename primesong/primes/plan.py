"""Program to prime, with wishes: which numbers are searched, and what is kept of a search that was interrupted.

Input is a payload (one gzip member) and the wishes; output is the smallest probable prime that meets them. A `Plan` is
all that decides which number that is: payload, padding, and whether the prime is to be provable or to end on Sa. `find`
carries a plan out by a search, here or on a cluster (`job` describes its progress and state); `find_prime` finds the
plain song's prime.

The wishes shape the song, which here is only the number's decimal digits, one a matra: the most frequent digit is the
one that will sound Sa, and the digits fill whole cycles of a tala where the padding is chosen so. *Probable prime* is
meant as GMP means it: a strong Baillie-PSW test and Miller-Rabin tests; no composite is known to pass the first.
"""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from primesong.errors import PrimesongError
from primesong.number.digits import to_digits
from primesong.number.payload import HEADER, PADDING, base_of, leading_bytes
from primesong.primes.job import KEEP_SECONDS, Keep, keep_state
from primesong.primes.proof import power_of_two
from primesong.primes.proof.certificate import Certificate
from primesong.primes.search import Accept, first_prime
from primesong.primes.sieve import Progression
from primesong.primes.tally import SearchProgress

#: The format that a search's state names, and its version.
STATE_FORMAT = "primesong search 1"

#: A prime of more than one digit ends on one of these.
LAST_DIGITS = frozenset("1379")

#: Occurrences by which the last, unknown digits may lift another digit above the most frequent one of the rest.
_LIFT = 3

#: Paddings tried for one that fills whole cycles, in bytes: 2.4 digits each, so that all but very long cycles are met.
_PADDINGS_TRIED = 256


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
            return power_of_two.provable_progression(self.payload)
        return Progression(base_of(self.payload, self.padding) | 1)

    @property
    def accept(self) -> Accept | None:
        """The predicate of the numbers that are tested; None for all."""
        return ends_on_sa if self.cadence else None

    @property
    def digits(self) -> int:
        """The number of decimal digits that the prime will have."""
        return len(to_digits(self.progression.base))

    def holds(self, number: int) -> bool:
        """Whether a number's bytes begin with the payload."""
        return leading_bytes(number).startswith(self.payload.lstrip(b"\0"))

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of what is searched, by which a state is known to be this search's."""
        searched = self.progression
        text = f"{int(searched.base):x} {searched.exponent} {self.cadence}"
        return hashlib.sha256(text.encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class State:
    """Where a search was interrupted: the search's fingerprint, and the index below which everything is tested."""

    fingerprint: str
    cleared: int

    def to_text(self) -> str:
        """Write the state as JSON. The reverse of `from_text`."""
        return json.dumps({"format": STATE_FORMAT, "search": self.fingerprint, "cleared": self.cleared}) + "\n"

    @staticmethod
    def from_text(text: str) -> "State":
        """Read a state; raises `PrimesongError` if the text is not one. The reverse of `to_text`."""
        try:
            record = json.loads(text)
            state = State(str(record["search"]), int(record["cleared"]))
            if record["format"] == STATE_FORMAT and state.cleared >= 0:
                return state
        except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
            raise PrimesongError("the file is not the saved state of a search, or it is damaged") from error
        raise PrimesongError("the file is not the saved state of a search, or it is of another version")

    def start(self, plan: Plan) -> int:
        """Return the index from which a plan goes on. Raises `PrimesongError` if the state is another search's."""
        if self.fingerprint != plan.fingerprint:
            raise PrimesongError(
                "the saved state belongs to another program or to other options; only the same ones can resume it"
            )
        if not plan.holds(plan.progression.number(self.cleared)):
            raise PrimesongError("the saved state is damaged: it lies beyond the numbers that hold the program")
        return self.cleared


def plan_search(payload: bytes, *, matras: int | None = None, provable: bool = False, cadence: bool = False) -> Plan:
    """Plan a search.

    Parameters
    ----------
    payload : bytes
        One gzip member.
    matras : int, optional
        Choose the padding so that the digits fill whole cycles of this length.
    provable : bool
        Search a longer number that is proved at once.
    cadence : bool
        Search on until the last digit is the most frequent one, Sa.

    Raises
    ------
    PrimesongError
        If a wish cannot be met.
    """
    padding = PADDING if matras is None else fit_padding(payload, matras)
    if cadence:
        check_cadence(payload, padding)
    return Plan(payload, padding, provable, cadence)


def find(
    plan: Plan,
    *,
    search: Callable[..., int] = first_prime,
    state: str | None = None,
    progress: Callable[[SearchProgress], None] | None = None,
    keep: Keep | None = None,
    every: float = KEEP_SECONDS,
) -> tuple[int, Certificate | None]:
    """Carry out a plan. The reverse of `leading_bytes`, except for the cut that `payload.unpack` makes.

    The prime is the same whatever the workers, the kernel and the interruptions.

    Parameters
    ----------
    plan : Plan
        What to search.
    search : callable
        `search.first_prime` or `cluster.first_prime`, with its own options.
    state, progress, keep, every
        As `job` describes them.

    Returns
    -------
    number : int
        The prime.
    certificate : Certificate or None
        Its certificate if it was to be provable.

    Raises
    ------
    PrimesongError
        If the state is not this search's, or no prime lies within the padding.
    """
    numbers = plan.progression
    cleared = State.from_text(state).start(plan) if state is not None else 0
    certificates: dict[int, Certificate | None] = {}

    def certify(number: int) -> bool:
        certificates[int(number)] = made = power_of_two.certify(number, numbers.exponent)
        return made is not None

    def report(now: SearchProgress) -> None:
        nonlocal cleared
        if now.cleared > cleared:
            cleared = now.cleared
            advance()
        if progress is not None:
            progress(now)

    with keep_state(keep, every, lambda: State(plan.fingerprint, cleared).to_text()) as advance:
        verify = certify if plan.provable else None
        index = search(numbers, start=cleared, accept=plan.accept, verify=verify, progress=report)
    number = int(numbers.number(index))
    if not plan.holds(number):
        raise PrimesongError(f"no prime follows within {plan.padding} padding bytes; use more padding")
    return number, certificates.get(number)


def find_prime(payload: bytes, padding: int = PADDING, *, workers: int | None = None) -> int:
    """Find the smallest probable prime whose bytes begin with the payload: the one that `gmpy2.next_prime` finds.

    Raises `PrimesongError` if no prime lies within the padding.
    """
    if base_of(payload, padding) <= 2:
        return 2
    return find(Plan(payload, padding), search=partial(first_prime, workers=workers))[0]


def write_base(payload: bytes, padding: int = PADDING) -> str:
    """Write the decimal digits of a payload's song, each a matra, before the search has chosen the padding's."""
    return to_digits(base_of(payload, padding))


def count_digits(payload: bytes, padding: int = PADDING) -> int:
    """Count the decimal digits of a payload's song."""
    return len(write_base(payload, padding))


def estimate_digits(payload_bytes: int) -> int:
    """Count the digits of a payload of a length in bytes, which begins with gzip's header."""
    return count_digits(HEADER.ljust(payload_bytes, b"\0"))


def fit_padding(payload: bytes, matras: int) -> int:
    """Find the smallest padding, in bytes, with which the digits fill whole cycles of a length in matras.

    Raises `PrimesongError` if none of those tried does.
    """
    if matras < 1:
        raise ValueError(f"a cycle has at least one matra, got {matras}")
    for padding in range(PADDING, PADDING + _PADDINGS_TRIED):
        if count_digits(payload, padding) % matras == 0:
            return padding
    raise PrimesongError(f"no padding up to {PADDING + _PADDINGS_TRIED} bytes fills whole cycles of {matras} matras")


def ends_on_sa(number: int) -> bool:
    """Whether the number's last digit is its most frequent one, the first of those that occur as often."""
    digits = to_digits(number)
    return Counter(digits).most_common(1)[0][0] == digits[-1]


def check_cadence(payload: bytes, padding: int = PADDING) -> None:
    """Raise `PrimesongError` if no prime of this payload can be expected to end on its most frequent digit."""
    fixed = write_base(payload, padding)[: -math.ceil(8 * padding * math.log10(2)) or None]
    counts = Counter(fixed)
    most, occurrences = counts.most_common(1)[0]
    if not any(counts[digit] + _LIFT > occurrences for digit in LAST_DIGITS):
        raise PrimesongError(f"Sa is the digit {most} here, and no prime ends on it; other padding changes the digits")
