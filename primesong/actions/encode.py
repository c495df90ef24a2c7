"""Program to prime: compress, plan, search. The reverse of `decode`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from primesong.actions.progress import Progress, Stage, Step, ignore, report_share
from primesong.errors import MissingError, PrimesongError
from primesong.files.state import StateFile
from primesong.number.minify.minify import DEFAULT_EFFORT, minify
from primesong.number.payload import pack, pack_best
from primesong.primes import cluster as machines
from primesong.primes import plan as plans
from primesong.primes.job import KEEP_SECONDS
from primesong.primes.proof.certificate import Certificate
from primesong.primes.search import estimate, first_prime
from primesong.sargam.tala import TALAS
from primesong.words import describe_duration


@dataclass(frozen=True, slots=True, repr=False)
class Encoded:
    """A program's prime.

    Parameters
    ----------
    number : int
        The prime, whose bytes begin with the payload.
    payload : bytes
        The gzip member.
    certificate : Certificate or None
        The proof, of a provable prime.
    """

    number: int
    payload: bytes
    certificate: Certificate | None = None

    def __repr__(self) -> str:
        prime = "proved prime" if self.certificate else "probable prime"
        return f"<Encoded: {prime}, {self.number.bit_length():,} bits, payload of {len(self.payload):,} bytes>"


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to compress a program, and the payload that it makes."""

    name: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a search is expected to find and take.

    Parameters
    ----------
    digits : int
        How many decimal digits the number will have.
    expected : float
        How long the search takes on average, in seconds.
    """

    digits: int
    expected: float


def compress(
    program: bytes,
    *,
    minified: bool = False,
    compressor: str = "zopfli",
    best: bool = False,
    effort: float = DEFAULT_EFFORT,
    progress: Progress = ignore,
) -> list[Choice]:
    """Compress a program to its payload, one gzip member.

    Parameters
    ----------
    program : bytes
        Any bytes.
    minified : bool
        Whether to shorten it as Python first.
    compressor : {"zopfli", "zlib"}
        zopfli is slower and 3 to 8 % smaller.
    best : bool
        Whether to try every way instead; a program that is not Python is not minified.
    effort : float
        Seconds that minifying takes, about.
    progress : callable
        Gets a `Step` now and then.

    Returns
    -------
    list of Choice
        zlib's, to compare with, and then what was asked for: one way, or each from the plainest to that which tries
        most.
    """
    if not isinstance(program, bytes | bytearray):
        raise TypeError(f"program must be bytes, got {program!r:.80}")
    progress(Step(Stage.COMPRESS))
    compressor = "zopfli" if best else compressor
    sources = _list_sources(program, minified, best, effort, progress)
    choices = [Choice("zlib", pack(program, "zlib"))]
    for how, source in sources:
        choices.append(Choice(how + compressor, pack(source, compressor)))
        if best:
            choices.append(Choice(f"{how}zopfli, several encodings", pack_best(source)))
    return choices


def _list_sources(
    program: bytes, minified: bool, best: bool, effort: float, progress: Progress
) -> list[tuple[str, bytes]]:
    """List what is to be compressed, each with what was done to it before."""
    plain = ("", program)
    if not (best or minified):
        return [plain]
    try:
        shorter = ("minified, ", minify(program, effort, report_share(progress, Stage.MINIFY)))
    except MissingError:
        raise
    except PrimesongError:
        if not best:
            raise
        return [plain]
    return [plain, shorter] if best else [shorter]


def search(
    payload: bytes,
    *,
    tala: str | None = None,
    cadence: bool = False,
    provable: bool = False,
    longest: float | None = None,
    workers: int | None = None,
    kernel: str | None = None,
    cluster: str | None = None,
    state: StateFile | None = None,
    progress: Progress = ignore,
    **hint: str,
) -> Encoded:
    """Search for a payload's prime.

    Parameters
    ----------
    payload : bytes
        One gzip member.
    tala : str, optional
        Pad so that the digits fill avartans of this tala.
    cadence : bool
        Search on until the last note is Sa.
    provable : bool
        Search a longer number that is proved at once.
    longest : float, optional
        A search that is expected to take more seconds than this is refused.
    workers : int, optional
        Threads; by default one for each core.
    kernel : str, optional
        The primality test; by default the fastest here.
    cluster : str, optional
        The address of a Dask scheduler whose workers do the tests.
    state : StateFile, optional
        Keeps how far a long search is, or how far an interrupted one was.
    progress : callable
        Gets a `Step` now and then, whose detail is a `primes.search.SearchProgress`.
    **hint
        What the error for a search that takes too long suggests.

    Raises
    ------
    PrimesongError
        If a wish cannot be met, or the search takes too long.
    """
    how = _choose_search(workers, kernel, cluster)
    matras = TALAS[tala].matras if tala else None
    plan = plans.plan_search(payload, matras=matras, cadence=cadence, provable=provable)
    seconds = estimate(plan.progression, workers, kernel).seconds
    if longest is not None and seconds > longest:
        raise PrimesongError(
            f"the number will have {plan.digits:,} digits, and finding its prime takes about "
            f"{describe_duration(seconds)} here, or two to three times that with bad luck",
            **hint,
        )
    progress(Step(Stage.PLAN, detail=Expectation(plan.digits, seconds)))
    if state is not None and seconds > KEEP_SECONDS:
        state.check_writable()
    number, certificate = plans.find(
        plan,
        search=how,
        state=state.text if state else None,
        keep=state.save if state else None,
        every=KEEP_SECONDS,
        progress=lambda now: progress(Step(Stage.SEARCH, detail=now)),
    )
    return Encoded(number, payload, certificate)


def _choose_search(workers: int | None, kernel: str | None, cluster: str | None) -> Callable[..., int]:
    """Choose who tests the numbers: threads here, or a cluster's workers."""
    if cluster is None:
        return partial(first_prime, kernel=kernel, workers=workers)
    return partial(machines.first_prime, kernel=kernel, address=cluster)


def encode(
    program: bytes, *, minified: bool = False, longest: float | None = None, progress: Progress = ignore
) -> Encoded:
    """Find the prime that holds a program. The reverse of `decode`.

    Parameters
    ----------
    program : bytes
        Any bytes.
    minified : bool
        Whether to shorten it as Python first.
    longest : float, optional
        A search that is expected to take more seconds than this is refused.
    progress : callable
        Gets a `Step` now and then, whose detail is a `primes.search.SearchProgress`.

    Returns
    -------
    Encoded
        The smallest probable prime whose bytes begin with the compressed program.

    Raises
    ------
    PrimesongError
        If the program cannot be minified, or the search is expected to take longer than `longest`.
    MissingError
        If it is to be minified, and python-minifier is not installed.
    TypeError
        If the program is not bytes.
    """
    *_, chosen = compress(program, minified=minified, progress=progress)
    return search(chosen.payload, longest=longest, progress=progress, command="encode")
