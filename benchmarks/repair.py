"""How many wrong notes of a song can be repaired when it is not known which are wrong: fresh programs, seeded errors.

    python benchmarks/repair.py [--rates 0.001,0.003,0.005,0.01] [--seconds 120] [--seeds 1] [PROGRAM ...]

The programs are modules of primesong and of the standard library that the model was not made from, minified; and, among
the files named, any other. "repaired" means all digits right; the seconds are of processor time. The last columns:
songs whose notes were heard in noise of the strength at which one in a hundred is wrong, with true posteriors; and one
wrong note, blind.
"""

import argparse
import random
import sysconfig
import time
from pathlib import Path

import numpy as np

from primesong.errors import NoProgramError
from primesong.number.digits import to_digits
from primesong.number.minify.minify import minify
from primesong.number.payload import pack
from primesong.primes.plan import find_prime
from primesong.repair.posterior import repair
from primesong.repair.search.paths import blind_costs
from primesong.repair.search.sequential import search
from primesong.resources import asset

ROOT = Path(__file__).parent.parent
LIBRARY = Path(sysconfig.get_path("stdlib"))
FRESH = [
    ROOT / "assets" / "gpt.py",
    *(ROOT / "primesong" / name for name in ("primes/sieve.py", "sargam/tuning.py", "sandbox/reach.py")),
    *(LIBRARY / name for name in ("quopri.py", "filecmp.py", "zipapp.py", "tabnanny.py", "netrc.py")),
]
FIRST = 20  # the digits before are gzip's header, which is known


def songs(files: list[Path]) -> dict[str, str]:
    """The published number, and a number for each program."""
    numbers = {"femtogpt": asset("femtogpt.txt").read_text("ascii").strip()}
    for path in files:
        numbers[path.name] = to_digits(find_prime(pack(minify(path.read_bytes()), "zopfli")))
    return numbers


def damage(digits: str, rate: float, seed: str) -> tuple[str, int]:
    """Make each digit wrong at a rate; a rate of 0 makes one wrong."""
    chance = random.Random(seed)
    places = [place for place in range(FIRST, len(digits)) if chance.random() < rate]
    places = places if rate else [chance.randrange(FIRST, len(digits))]
    out = list(digits)
    for place in places:
        out[place] = chance.choice([digit for digit in "0123456789" if digit != digits[place]])
    return "".join(out), len(places)


def posteriors(digits: str, seed: int, rate: float = 0.01) -> tuple[np.ndarray, int]:
    """Log-probabilities of notes heard in white noise at which so many of the likeliest are wrong, and how many are."""
    right = np.array([int(digit) for digit in digits])
    noise = np.random.default_rng(seed).standard_normal((len(right), 10))
    least, most = 0.05, 5.0
    for _ in range(40):
        strength = (least + most) / 2
        heard = strength * noise + np.eye(10)[right]
        wrong = int((heard.argmax(axis=1) != right).sum())
        least, most = (strength, most) if wrong < rate * len(right) else (least, strength)
    heard /= strength**2
    return heard - np.logaddexp.reduce(heard, axis=1, keepdims=True), wrong


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*", type=Path)
    parser.add_argument("--rates", default="0,0.001,0.003,0.005,0.01")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seeds", type=int, default=1)
    options = parser.parse_args()
    rates = [float(rate) for rate in options.rates.split(",")]
    totals = dict.fromkeys([*rates, "soft"], 0)
    numbers = songs([*FRESH, *options.programs])
    print(f"{'song':14} digits  " + "  ".join(f"{f'{rate:.1%} wrong' if rate else 'one wrong':>20}" for rate in rates)
          + f"  {'posteriors, 1 %':>20}")  # fmt: skip
    for name, digits in numbers.items():
        for seed in range(options.seeds):
            cells = []
            for rate in rates:
                heard, wrong = damage(digits, rate, f"{name} {rate} {seed}")
                start = time.process_time()
                try:
                    repaired = search(blind_costs(heard), options.seconds).digits == digits
                except NoProgramError:
                    repaired = False
                totals[rate] += repaired
                cells.append(f"{wrong} {'repaired' if repaired else 'not'} {time.process_time() - start:.1f} s")
            heard_softly, wrong = posteriors(digits, seed)
            start = time.process_time()
            try:
                program = repair(heard_softly, options.seconds).digits[:-10] == digits[:-10]
            except NoProgramError:
                program = False
            totals["soft"] += program
            cells.append(f"{wrong} {'repaired' if program else 'not'} {time.process_time() - start:.1f} s")
            print(f"{name:14} {len(digits):6,}  " + "  ".join(f"{cell:>20}" for cell in cells), flush=True)
    count = len(numbers) * options.seeds
    print(f"{'repaired':14} {'':6}  " + "  ".join(f"{f'{total} of {count}':>20}" for total in totals.values()))


if __name__ == "__main__":
    main()
