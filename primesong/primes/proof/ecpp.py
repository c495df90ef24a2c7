"""Proofs by elliptic curves of any probable prime: Atkin and Morain's method, with the speed that quadratic reciprocity
gives it (Morain, "Implementing the asymptotically fast version of the elliptic curve primality proving algorithm",
2007).

From a prime the way goes down through ever smaller ones (`curves.orders`), and for each of them a curve and a point are
made (`curves.point`), by other processes while the way down goes on. The certificate so far is told to the caller, who
may save it; interrupted, only the last few steps are lost. Nothing here is trusted: `proof.check` goes through every
step again.
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
from dataclasses import dataclass

import gmpy2

from primesong.errors import PrimesongError
from primesong.primes.primality import is_probable_prime
from primesong.primes.proof.certificate import ELLIPTIC_CURVES, Certificate, Step, check
from primesong.primes.proof.curves.orders import step_down
from primesong.primes.proof.curves.point import step
from primesong.primes.search import cores

#: Of so few bits the checker proves a prime without a step.
_SMALL_BITS = 64

#: Below so many bits all is done before other processes have started.
_ONE_PROCESS_BITS = 1_500

#: How far the way down may be ahead of the curves, in steps a worker: so much an interruption loses.
_AHEAD = 2

_GROWTH = 5

#: For no more processes at once does Python wait on Windows (`concurrent.futures`).
_WINDOWS_PROCESSES = 61


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
    progress: Callable[[Stage], None] | None = None,
    checking: Callable[[int], None] | None = None,
) -> Certificate:
    """Prove a number prime. Returns its certificate, checked.

    resume : a `Stage.certificate` of an earlier sitting
    workers : processes, and threads; by default one for each core
    progress : called after each step of the certificate
    checking : called at the end, as `check`'s progress

    The time grows with about the fifth power of the digits. From 450 digits on the workers are processes that import
    the caller's main module anew: a script calls this under `if __name__ == "__main__":`. Raises `PrimesongError` if
    the number is composite, the sitting was another number's, or a worker was killed.
    """
    if number < 2 or not is_probable_prime(number):
        raise PrimesongError("the number is composite: there is nothing to prove")
    if resume is not None and (resume.number != number or resume.theorem != ELLIPTIC_CURVES):
        raise PrimesongError("the saved state is of another number; remove it, or name its number")
    certificate = resume or Certificate(number, ELLIPTIC_CURVES)
    began, first_bits = time.monotonic(), certificate.rest.bit_length()
    with closing(_steps(certificate.rest, workers or cores())) as steps:
        for found in steps:
            certificate = Certificate(number, ELLIPTIC_CURVES, steps=(*certificate.steps, found))
            if progress is not None:
                seconds, left = time.monotonic() - began, certificate.rest.bit_length()
                done, still = first_bits**_GROWTH - left**_GROWTH, max(left**_GROWTH - _SMALL_BITS**_GROWTH, 0)
                progress(Stage(certificate, left, number.bit_length(), seconds, seconds * still / done))
    if not check(certificate, checking):
        raise PrimesongError("the certificate that was made does not hold; report this, with the number")
    return certificate


def _steps(number: int, workers: int) -> Generator[Step]:
    """Give the steps of a proof, one after the other."""
    prime = gmpy2.mpz(number)
    with ThreadPoolExecutor(workers) as threads, _pool(prime.bit_length(), workers) as pool:
        waiting: deque[Future[Step]] = deque()
        try:
            while prime.bit_length() >= _SMALL_BITS:
                order = step_down(prime, threads, workers)
                waiting.append(pool.submit(step, order))
                prime = order.rest
                while waiting and (waiting[0].done() or len(waiting) > _AHEAD * workers):
                    yield waiting.popleft().result()
            for future in waiting:
                yield future.result()
        except ArithmeticError as error:
            raise PrimesongError(f"no proof below a number of {prime.bit_length():,} bits: {error}") from error
        except BrokenProcessPool as error:
            raise PrimesongError(
                "a worker process was killed, or found no memory; the steps so far hold: go on from the saved state"
            ) from error


@contextmanager
def _pool(bits: int, workers: int) -> Iterator[Executor]:
    """Give the workers that make curves: processes, which end at once when they are no longer wanted."""
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
