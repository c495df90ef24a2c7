"""Processor time of a proof by elliptic curves, and of its check, beside PARI's primecert where gp is installed.

    python benchmarks/proofs.py                 100, 300 and 600 digits: two minutes
    python benchmarks/proofs.py 1000 1500       others; the time grows with about the fifth power of the digits

Two primes of each length, one worker; each number's proofs run one after the other. The processes' own start, 2 s of
processor time from 450 digits on, is in the figures; so are PARI's tables.
"""

import random
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import TypeVar

import gmpy2

from primesong.primes.proof.checking import check
from primesong.primes.proof.ecpp import prove

R = TypeVar("R")


def timed(work: Callable[..., R], *arguments: object, **options: object) -> tuple[float, R]:
    """Measure the processor time of some work, its child processes included. Returns its result too."""

    def used() -> float:
        return sum(
            usage.ru_utime + usage.ru_stime
            for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        )

    start = used()
    answer = work(*arguments, **options)
    return used() - start, answer


def primecert(number: int) -> None:
    script = f"default(parisizemax, 4000000000);\nprint(#primecert({number}));"
    subprocess.run(["gp", "-q", "-f"], input=script, capture_output=True, text=True, check=True)


def main() -> None:
    lengths = [int(digits) for digits in sys.argv[1:]] or [100, 300, 600]
    print("digits   steps   primesong, s   check, s   PARI, s   ratio")
    for digits in lengths:
        source = random.Random(digits)
        for _ in range(2):
            number = int(gmpy2.next_prime(source.randrange(10 ** (digits - 1), 10**digits)))
            ours, certificate = timed(prove, number, workers=1)
            checked, _ = timed(check, certificate)
            line = f"{digits:6,}  {len(certificate.steps):6}  {ours:13.1f}  {checked:9.2f}"
            if shutil.which("gp"):
                theirs, _ = timed(primecert, number)
                line += f"  {theirs:8.1f}  {theirs / ours:6.2f}"
            print(line, flush=True)


if __name__ == "__main__":
    main()
