"""The search on a Dask cluster of one-threaded workers on this machine, beside the search by as many threads.

    python benchmarks/primes_cluster.py                3,600 digits, 16 bases: three minutes
    python benchmarks/primes_cluster.py 5000 12        digits, bases

Wall seconds: the workers are other processes. Each worker keeps a core, so that the ratio is what the cluster itself
costs.
"""

import random
import sys
import time

from distributed import LocalCluster

from primesong.primes import cluster
from primesong.primes.search import cores, first_prime
from primesong.primes.sieve import Progression


def main() -> None:
    digits, bases = (int(value) for value in (sys.argv[1:] or ("3600", "16")))
    source = random.Random(digits)
    here = there = 0.0
    with LocalCluster(n_workers=cores(), threads_per_worker=1, dashboard_address=None, silence_logs=50) as local:
        cluster.first_prime(Progression(2**700 + 1), local.scheduler_address)  # the workers import what they need
        for _ in range(bases):
            progression = Progression(source.randrange(10 ** (digits - 1), 10**digits) | 1)
            start = time.perf_counter()
            index = first_prime(progression)
            middle = time.perf_counter()
            if cluster.first_prime(progression, local.scheduler_address) != index:
                raise SystemExit("the cluster found another prime")
            end = time.perf_counter()
            print(f"threads {middle - start:.2f} s, Dask {end - middle:.2f} s", flush=True)
            here, there = here + middle - start, there + end - middle
    print(f"{bases} bases of {digits:,} digits, {cores()} workers: threads {here:.2f} s, Dask {there:.2f} s")
    print(f"ratio {there / here:.2f}")


if __name__ == "__main__":
    main()
