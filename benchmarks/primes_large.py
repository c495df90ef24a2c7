"""A search among numbers of nearly 50,000 digits, from its beginning to a verified prime: time, memory, the estimates.

    python benchmarks/primes_large.py             1,000 numbers below the prime: a quarter of an hour
    python benchmarks/primes_large.py 20000       20,000 numbers below it

A search of that length for an average gap takes many hours, so that this one begins just below a prime that is known,
3 * 2^157169 + 1 of 47,314 digits. The numbers between are sieved and tested as in any search, and the find verified.
The first line is what was predicted, the last one what was measured. This prime less 1 is three times a power of two:
a strong test of it ends in 157,169 squarings by GMP, minutes that another number's would not take.
"""

import math
import resource
import sys
import time

import gmpy2

from primesong.primes.search import cores, estimate, first_prime
from primesong.primes.sieve import MERTENS, Progression
from primesong.primes.tally import SearchProgress
from primesong.words import describe_duration

PRIME = 3 * gmpy2.mpz(2) ** 157_169 + 1


def main() -> None:
    below = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    progression = Progression(PRIME - below // 2 * 2)
    expected = estimate(progression)
    tests = below * MERTENS / math.log(expected.depth)
    share = tests / expected.tests
    print(f"{gmpy2.num_digits(PRIME):,} digits, {below:,} numbers, {cores()} cores; an average gap would take", end=" ")
    average, this = (describe_duration(expected.seconds * part) for part in (1, share))
    print(f"{average}, this one {this} and {tests:.0f} tests", flush=True)
    last: list[SearchProgress] = []

    def report(progress: SearchProgress) -> None:
        if progress.stage != "sieve":
            last[:] = [progress]
            print(f"{progress.tested} tested, {describe_duration(time.monotonic() - start)}", flush=True)

    start, before = time.monotonic(), time.process_time()
    index = first_prime(progression, progress=report)
    if progression.number(index) != PRIME:
        raise SystemExit("another prime was found")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"found and verified: {last[-1].tested} tests, {describe_duration(time.monotonic() - start)} wall,", end=" ")
    print(f"{describe_duration(time.process_time() - before)} of processor time, {memory:.0f} MiB at most")


if __name__ == "__main__":
    main()
