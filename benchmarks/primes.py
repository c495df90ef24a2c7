"""How fast the prime is found, beside gmpy2.next_prime and, where they are installed, PARI, python-flint and sympy.

    python benchmarks/primes.py --digits 3600 --bases 6         1,000, 2,000 and 3,600 digits: a quarter of an hour
    python benchmarks/primes.py --digits 1000                   six bases: half a minute without the peers
    python benchmarks/primes.py --digits 3600 --published       the published payload alone, whose gap is 5,019
    python benchmarks/primes.py --alone --bases 30 --kernel fft8    the shares alone, over many gaps: four minutes

Each base is searched by all, one after the other: next_prime's time varies with the gap, so that only ratios over the
same bases say anything. CPU is processor time of all threads; wall is what a person waits, with as many threads as
cores. Share is the tests needed (those of the sieve's survivors up to the prime) times a test's time, over the
processor time spent, or over the wall time of all cores. The peers search the first two bases of 1,000 digits or less:
at 3,600 they need minutes each. The sieve, the verification and the last batch cost the same for any gap: the
shares grow with it, and are compared only together with the mean gap that stands beside them, in units of ln N.
"""

import argparse
import random
import shutil
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import gmpy2

from primesong.number.digits import to_number
from primesong.number.payload import base_of, leading_bytes
from primesong.primes.kernel import kernels
from primesong.primes.kernel.fermat import Kernel
from primesong.primes.search import cores, first_prime
from primesong.primes.sieve import Progression, find_survivors, optimum_depth
from primesong.resources import asset

#: The bases on which the peers are compared.
PEERS_BASES = 2

#: The most digits of those bases.
PEERS_DIGITS = 1000


@dataclass
class Times:
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


def timed(times: Times, search: Callable[[], int], wanted: int | None = None) -> int:
    cpu, wall = time.process_time(), time.perf_counter()
    found = search()
    times.cpu.append(time.process_time() - cpu)
    times.wall.append(time.perf_counter() - wall)
    if wanted is not None and found != wanted:
        raise SystemExit(f"another prime: {found - wanted:+}")
    return found


def find(progression: Progression, kernel: str) -> int:
    return int(progression.number(first_prime(progression, kernel=kernel)))


def needed_seconds(progression: Progression, prime: int, kernel: Kernel) -> float:
    """Processor time of the tests that no search could leave out, at our sieve's depth."""
    depth = optimum_depth(progression.bits, kernel.time_test(progression.bits))
    index = (prime - progression.base) >> progression.exponent
    with ThreadPoolExecutor(cores()) as pool:
        needed = find_survivors(progression, 0, index + 1, depth, pool, cores(), bytearray(1), lambda sieved: None)
    batch = [progression.number(int(i)) for i in needed[: kernel.lanes]] or [prime]
    start = time.thread_time()
    kernel.test(batch, bytearray(1))
    return len(needed) * (time.thread_time() - start) / (kernel.lanes if kernel.lanes > 1 else 1)


def peers(base: int) -> dict[str, Callable[[], int]]:
    searches: dict[str, Callable[[], int]] = {}
    if shutil.which("gp"):
        script = f"default(parisizemax, 1000000000);\nprint(nextprime({base}));"
        command = ["gp", "-q", "-f"]
        searches["PARI nextprime"] = lambda: to_number(
            subprocess.run(command, input=script, capture_output=True, text=True, check=True).stdout.strip()
        )
    with suppress(ImportError):
        import flint

        def by_flint() -> int:
            number = flint.fmpz(base)
            while not number.is_probable_prime():
                number += 2
            return int(number)

        searches["python-flint"] = by_flint
    with suppress(ImportError):
        import sympy

        searches["sympy nextprime"] = lambda: int(sympy.nextprime(base - 1))
    return searches


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--digits", type=int, default=3600)
    parser.add_argument("--bases", type=int, default=6)
    parser.add_argument("--published", action="store_true")
    parser.add_argument("--alone", action="store_true", help="only --digits, and without next_prime and the peers")
    parser.add_argument("--kernel", action="append", choices=kernels.KERNELS)
    options = parser.parse_args()
    names = options.kernel or list(kernels.available())
    if options.published:
        published = to_number(asset("femtogpt.txt").read_text("ascii").strip())
        compare([base_of(leading_bytes(published)[:-4]) | 1], names)
        return
    lengths = (
        {options.digits} if options.alone else {min(each, options.digits) for each in (1000, 2000, options.digits)}
    )
    for digits in sorted(lengths):
        source = random.Random(digits)
        bases = [source.randrange(10 ** (digits - 1), 10**digits) | 1 for _ in range(options.bases)]
        (shares if options.alone else compare)(bases, names)


def shares(bases: list[int], names: list[str]) -> None:
    print(f"{len(bases)} bases of {len(str(gmpy2.mpz(bases[0]))):,} digits, {cores()} cores; sums in seconds")
    print(f"{'search':18} {'CPU':>8} {'wall':>8} {'share CPU':>10} {'share wall':>11} {'mean gap':>9}")
    for name in names:
        times, ideal, gaps = Times(), 0.0, 0.0
        for base in bases:
            progression = Progression(gmpy2.mpz(base))
            prime = timed(times, partial(find, progression, name))
            ideal += needed_seconds(progression, prime, kernels.choose(progression.bits, name))
            gaps += ((prime - base) >> progression.exponent) / progression.gap
        cpu, wall = sum(times.cpu), sum(times.wall)
        print(
            f"{'primesong ' + name:18} {cpu:8.2f} {wall:8.2f} {ideal / cpu:10.0%} {ideal / cores() / wall:11.0%} "
            f"{gaps / len(bases):9.2f}",
            flush=True,
        )


def compare(bases: list[int], names: list[str]) -> None:
    digits = len(str(gmpy2.mpz(bases[0])))
    peer, ours = Times(), {name: Times() for name in names}
    ideal, others = dict.fromkeys(names, 0.0), {}
    compared = Times()
    for place, base in enumerate(bases):
        cpu, wall = time.process_time(), time.perf_counter()
        prime = int(gmpy2.next_prime(base - 1))
        peer.cpu.append(time.process_time() - cpu)
        peer.wall.append(time.perf_counter() - wall)
        progression = Progression(gmpy2.mpz(base))
        for name in names:
            timed(ours[name], partial(find, progression, name), prime)
            ideal[name] += needed_seconds(progression, prime, kernels.choose(progression.bits, name))
        if place < PEERS_BASES and digits <= PEERS_DIGITS:
            compared.wall.append(peer.wall[-1])
            for name, search in peers(base).items():
                timed(others.setdefault(name, Times()), search, prime)
    print(f"{len(bases)} bases of {digits:,} digits, {cores()} cores; sums in seconds")
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
        ratio = f"{sum(compared.wall) / wall:.2f}"
        print(row.format(name, "", f"{wall:.2f}", "", ratio, "", ""), f"({len(times.wall)} bases)")
    print(flush=True)


if __name__ == "__main__":
    main()
