"""Processor time of one base-2 Fermat test by each kernel, beside gmpy2.powmod, by length; and of the sieve, a prime.

    python benchmarks/primes_kernels.py                     up to 5,000 digits: about a minute
    python benchmarks/primes_kernels.py 10000 30000 60000   others

A test is timed by some of its squarings, all of them below 2,000 digits; `choose` takes the kernel marked *. Where
python-flint is installed, FLINT's power modulo a number (`fmpz_mod`) is timed by as many squarings.
"""

import random
import sys
import time

import gmpy2

from primesong.primes.kernel import extension, kernels
from primesong.primes.kernel.fermat import Kernel

SMALL_PRIMES = gmpy2.primorial(10_000)

#: The squarings by which FLINT's test is timed.
FLINT_SQUARINGS = 200


def full_test(kernel: Kernel, bits: int) -> float:
    source = random.Random(bits)
    batch: list[int] = []
    while len(batch) < kernel.lanes:
        number = source.getrandbits(bits) | 1 | 1 << (bits - 1)
        if gmpy2.gcd(number, SMALL_PRIMES) == 1:  # as after a sieve: a factor shared with Montgomery's R is another way
            batch.append(number)
    kernel.test(batch, bytearray(1))  # the transform's roots are kept
    start = time.thread_time()
    kernel.test(batch, bytearray(1))
    return (time.thread_time() - start) / kernel.lanes


def time_flint(bits: int) -> float | None:
    """Time one test by FLINT; None if python-flint is not installed."""
    try:
        import flint
    except ImportError:
        return None
    base = flint.fmpz_mod_ctx(random.Random(bits).getrandbits(bits) | 1 | 1 << (bits - 1))(3)
    start = time.thread_time()
    base ** (1 << FLINT_SQUARINGS)
    return (time.thread_time() - start) * bits / FLINT_SQUARINGS


def main() -> None:
    lengths = [int(digits) for digits in sys.argv[1:]] or [300, 1000, 2000, 3600, 5000]
    names = list(kernels.available())
    print("digits  " + "".join(f"{name + ', ms':>14}{'ratio':>7}" for name in [*names, "FLINT"]))
    for digits in lengths:
        bits = int(digits * 3.3219281)
        chosen = kernels.choose(bits).name
        times: dict[str, float | None] = {}
        for name in names:
            kernel = kernels.available()[name]
            too_long = name == "ifma" and bits > 106_000
            times[name] = None if too_long else full_test(kernel, bits) if digits <= 2000 else kernel.time_test(bits)
        times["FLINT"] = time_flint(bits)
        line = f"{digits:6,}  "
        for name, seconds in times.items():
            mark = "*" if name == chosen else " "
            ratio = "" if seconds is None else f"{times['gmpy2'] / seconds:.2f}"
            line += f"{'-' if seconds is None else f'{seconds * 1e3:.2f}':>13}{mark}{ratio:>7}"
        print(line)
    primes = int(gmpy2.mpz(664_579 - 2))
    for digits in (1000, 3600, 10_000):
        base = random.Random(digits).getrandbits(int(digits * 3.3219281)) | 1
        start = time.thread_time()
        if extension.is_built():
            extension.strike(base, 1, 3, 10_000_000, bytearray(200_000), bytearray(1))
            print(f"sieve, {digits:,} digits: {(time.thread_time() - start) / primes * 1e9:.0f} ns a prime below 10^7")


if __name__ == "__main__":
    main()
