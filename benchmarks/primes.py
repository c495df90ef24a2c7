"""How fast the prime is found, beside gmpy2.next_prime and, with --peers, PARI, python-flint and sympy.

    python benchmarks/primes.py                                 1,000 digits, 6 bases, every kernel: about a minute
    python benchmarks/primes.py --digits 3600 --bases 6         the published length: about a quarter of an hour
    python benchmarks/primes.py --digits 1000 --peers
    python benchmarks/primes.py --digits 3600 --published       the published payload alone, whose gap is 5,019

Each base is searched by all, one after the other: next_prime's time varies with the gap, so that only ratios over the
same bases say anything. CPU is processor time of all threads; wall is what a person waits, with as many threads as
cores. Share is the tests needed (those of the sieve's survivors up to the prime) times a test's time, over the
processor time spent, or over the wall time of all cores.
"""

import argparse
import random
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import gmpy2

from primesong.number import kernel as kernels
from primesong.number.digits import to_number
from primesong.number.primes import base_of, leading_bytes
from primesong.number.search import cores, first_prime
from primesong.number.sieve import Progression, optimum_depth, survivors
from primesong.resources import asset


@dataclass
class Times:
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


def timed(times: Times, search: Callable[[], int], wanted: int) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    found = search()
    times.cpu.append(time.process_time() - cpu)
    times.wall.append(time.perf_counter() - wall)
    if found != wanted:
        raise SystemExit(f"another prime: {found - wanted:+}")


def find(progression: Progression, kernel: str) -> int:
    return int(progression.number(first_prime(progression, kernel=kernel)))


def needed_seconds(progression: Progression, prime: int, kernel: kernels.Kernel) -> float:
    """Processor time of the tests that no search could leave out, at our sieve's depth."""
    depth = optimum_depth(progression.bits, kernel.seconds(progression.bits))
    index = (prime - progression.base) >> progression.exponent
    needed = survivors(progression, 0, index + 1, depth, cores(), bytearray(1), lambda sieved: None)
    batch = [progression.number(int(i)) for i in needed[: kernel.lanes]] or [prime]
    start = time.thread_time()
    kernel.test(batch, bytearray(1))
    return len(needed) * (time.thread_time() - start) / (kernel.lanes if kernel.lanes > 1 else 1)


def peers(base: int) -> dict[str, Callable[[], int]]:
    import flint
    import sympy

    def pari() -> int:
        script = f"default(parisizemax, 1000000000);\nprint(nextprime({base}));"
        return to_number(
            subprocess.run(["gp", "-q"], input=script, capture_output=True, text=True, check=True).stdout.strip()
        )

    def by_flint() -> int:
        number = flint.fmpz(base)
        while not number.is_probable_prime():
            number += 2
        return int(number)

    return {"PARI nextprime": pari, "sympy nextprime": lambda: sympy.nextprime(base - 1), "python-flint": by_flint}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--digits", type=int, default=1000)
    parser.add_argument("--bases", type=int, default=6)
    parser.add_argument("--published", action="store_true")
    parser.add_argument("--kernel", action="append", choices=kernels.KERNELS)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    source = random.Random(options.digits)
    bases = [source.randrange(10 ** (options.digits - 1), 10**options.digits) | 1 for _ in range(options.bases)]
    if options.published:
        published = to_number(asset("femtogpt.txt").read_text("ascii").strip())
        bases = [base_of(leading_bytes(published)[:-4]) | 1]
    names = options.kernel or list(kernels.available())
    peer, ours = Times(), {name: Times() for name in names}
    ideal, others = dict.fromkeys(names, 0.0), {}
    for base in bases:
        cpu, wall = time.process_time(), time.perf_counter()
        prime = int(gmpy2.next_prime(base - 1))
        peer.cpu.append(time.process_time() - cpu)
        peer.wall.append(time.perf_counter() - wall)
        progression = Progression(gmpy2.mpz(base))
        for name in names:
            timed(ours[name], partial(find, progression, name), prime)
            ideal[name] += needed_seconds(progression, prime, kernels.choose(progression.bits, name))
        for name, search in (peers(base) if options.peers else {}).items():
            timed(others.setdefault(name, Times()), search, prime)
    print(f"{len(bases)} bases of {len(str(gmpy2.mpz(bases[0])))} digits, {cores()} cores; sums in seconds")
    row = "{:18} {:>8} {:>8} {:>10} {:>11} {:>10} {:>11}"
    print(row.format("search", "CPU", "wall", "CPU ratio", "wall ratio", "share CPU", "share wall"))
    print(row.format("gmpy2.next_prime", f"{sum(peer.cpu):.2f}", f"{sum(peer.wall):.2f}", "1.00", "1.00", "", ""))
    for name, times in ours.items():
        cpu, wall = sum(times.cpu), sum(times.wall)
        ratios = (f"{sum(peer.cpu) / cpu:.2f}", f"{sum(peer.wall) / wall:.2f}")
        shares = (f"{ideal[name] / cpu:.0%}", f"{ideal[name] / cores() / wall:.0%}")
        print(row.format(f"primesong {name}", f"{cpu:.2f}", f"{wall:.2f}", *ratios, *shares))
    for name, times in others.items():
        wall = sum(times.wall)
        print(row.format(name, "", f"{wall:.2f}", "", f"{sum(peer.wall) / wall:.2f}", "", ""))


if __name__ == "__main__":
    main()
