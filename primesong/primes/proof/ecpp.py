"""Proofs by elliptic curves of any probable prime: Atkin and Morain's method, with the speed that quadratic reciprocity
gives it (Morain, "Implementing the asymptotically fast version of the elliptic curve primality proving algorithm",
2007).

The proof goes down from the number through ever smaller primes (`curves.orders`), and for each of them a curve and a
point are made (`curves.point`), by other processes while the way down goes on. It is a long job as `job` describes
them: interrupted, it loses only the last few steps. Nothing here is trusted: `certificate.check` repeats every step.
"""

import multiprocessing
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import replace

import gmpy2

from primesong.errors import LostError, PrimesongError
from primesong.primes.job import Keep, keep_state
from primesong.primes.primality import is_probable_prime
from primesong.primes.proof.certificate import ELLIPTIC_CURVES, Certificate, Step
from primesong.primes.proof.checking import ProofProgress, check
from primesong.primes.proof.curves.orders import step_down
from primesong.primes.proof.curves.point import make_step
from primesong.primes.search import cores

#: Primes below this length, in bits, are proved by the checker without a step.
_SMALL_BITS = 64

#: Below this length, in bits, a proof is done before other processes have started.
_ONE_PROCESS_BITS = 1_500

#: How far the way down may be ahead of the curves, in steps a worker: what an interruption loses.
_AHEAD = 2

#: The power of a number's length with which the time of a proof grows (benchmarks/proofs.py).
_GROWTH = 5

#: The most processes that Python can wait for at once on Windows (`concurrent.futures`).
_WINDOWS_PROCESSES = 61


def prove(
    number: int,
    *,
    state: str | None = None,
    workers: int | None = None,
    progress: Callable[[ProofProgress], None] | None = None,
    keep: Keep | None = None,
    every: float = 0.0,
) -> Certificate:
    """Prove a number prime. The time grows with about the fifth power of the digits.

    From 450 digits on the workers are processes, which import the caller's main module again: a script must call this
    under `if __name__ == "__main__":`.

    Parameters
    ----------
    number : int
        The number to prove.
    state, progress, keep, every
        As `job` describes them. The state is the certificate so far, as text, kept after each step by default.
    workers : int, optional
        Processes, and threads; by default one for each core.

    Returns
    -------
    Certificate
        By elliptic curves, already checked.

    Raises
    ------
    LostError
        If a worker process was killed, or ran out of memory.
    PrimesongError
        If the number is composite, or the state is of another number.
    """
    if number < 2 or not is_probable_prime(number):
        raise PrimesongError("the number is composite: there is nothing to prove")
    certificate = Certificate(number, ELLIPTIC_CURVES) if state is None else _resume(number, state)
    clock = _Clock(number, certificate.rest)

    def write_state() -> str:
        return certificate.to_text()

    with (
        keep_state(keep, every, write_state) as advance,
        closing(_find_steps(certificate.rest, workers or cores())) as steps,
    ):
        for found in steps:
            certificate = replace(certificate, steps=(*certificate.steps, found))
            advance()
            if progress is not None:
                progress(clock.read(certificate))
    if not check(certificate, progress):
        raise PrimesongError("the certificate that was made does not hold; report this, with the number")
    return certificate


def _resume(number: int, state: str) -> Certificate:
    """Read the certificate of the steps found so far. Raises `PrimesongError` if it is of another number."""
    certificate = Certificate.from_text(state)
    if certificate.number != number or certificate.theorem != ELLIPTIC_CURVES:
        raise PrimesongError("the saved state is the proof of another number; only the same number can resume it")
    return certificate


class _Clock:
    """Estimates the time left, from the time of this run and the bits that it has come down."""

    def __init__(self, number: int, first: int) -> None:
        self.bits, self.began = number.bit_length(), time.monotonic()
        self.work = first.bit_length() ** _GROWTH

    def read(self, certificate: Certificate) -> ProofProgress:
        """Return the progress after a step."""
        bits_left = certificate.rest.bit_length()
        left = max(bits_left**_GROWTH - _SMALL_BITS**_GROWTH, 0)
        return ProofProgress(
            stage="prove",
            share=1 - left / self.bits**_GROWTH,
            seconds_left=(time.monotonic() - self.began) * left / (self.work - bits_left**_GROWTH),
            steps=len(certificate.steps),
            bits=self.bits,
            bits_left=bits_left,
        )


def _find_steps(number: int, workers: int) -> Generator[Step]:
    """Yield the steps of a proof, one after the other."""
    prime = gmpy2.mpz(number)
    with ThreadPoolExecutor(workers) as threads, _pool(prime.bit_length(), workers) as pool:
        waiting: deque[Future[Step]] = deque()
        try:
            while prime.bit_length() >= _SMALL_BITS:
                order = step_down(prime, threads, workers)
                waiting.append(pool.submit(make_step, order))
                prime = order.rest
                while waiting and (waiting[0].done() or len(waiting) > _AHEAD * workers):
                    yield waiting.popleft().result()
            for future in waiting:
                yield future.result()
        except ArithmeticError as error:
            raise PrimesongError(f"no proof was found for a number of {prime.bit_length():,} bits: {error}") from error
        except BrokenProcessPool as error:
            raise LostError("a worker process was killed, or ran out of memory", option="resume") from error


@contextmanager
def _pool(bits: int, workers: int) -> Iterator[Executor]:
    """Yield the workers that make curves: processes, which end at once when the proof is stopped."""
    if bits < _ONE_PROCESS_BITS:
        with ThreadPoolExecutor(1) as thread:
            yield thread
        return
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    workers = min(workers, _WINDOWS_PROCESSES) if sys.platform == "win32" else workers
    with ProcessPoolExecutor(workers, context, _ignore_interrupts) as processes:
        try:
            yield processes
        except BaseException:
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
            raise


def _ignore_interrupts() -> None:
    """Leave Ctrl-C, which a terminal sends to every process, to the one that started this."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
