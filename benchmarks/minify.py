"""How much shorter `encode --minify` makes programs than python-minifier and zopfli do.

    python benchmarks/minify.py                  the corpus, with the default effort: about three minutes
    python benchmarks/minify.py --effort 30 a.py b.py

Payloads in bytes, packed by the same zopfli: of the program as it is; as python-minifier shortens it by default; by the
shortest of eight settings of its options (global names renamed, statements joined, literals hoisted); and of
`primesong.number.minify`. Each result is run, and must print what the program prints.
"""

import argparse
import itertools
import statistics
import subprocess
import sys
import time
from pathlib import Path

import python_minifier

from primesong.number.minify.minify import DEFAULT_EFFORT, minify
from primesong.number.payload import pack

CORPUS = Path(__file__).parent / "corpus"


def size(source: bytes) -> int:
    return len(pack(source, "zopfli"))


def run_best(program: bytes) -> int:
    """Return the shortest payload of python-minifier's settings."""
    return min(
        size(
            python_minifier.minify(
                program, rename_globals=renamed, prefer_single_line=joined, hoist_literals=hoisted
            ).encode()
        )
        for renamed, joined, hoisted in itertools.product((False, True), repeat=3)
    )


def run(program: bytes) -> bytes:
    done = subprocess.run([sys.executable, "-I", "-"], input=program, capture_output=True, check=True, timeout=60)
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*", type=Path, default=sorted(CORPUS.glob("*.py")))
    parser.add_argument("--effort", type=float, default=DEFAULT_EFFORT, help="seconds of search for each program")
    options = parser.parse_args()
    print("program            source  packed  default  best of 8  primesong  of default  of best  seconds  same output")
    ratios = []
    for path in options.programs:
        program = path.read_bytes()
        default, best = size(python_minifier.minify(program).encode()), run_best(program)
        start = time.process_time()
        shorter = minify(program, options.effort)
        seconds, ours = time.process_time() - start, size(shorter)
        same = run(program) == run(shorter)
        ratios.append((ours / default, ours / best))
        print(
            f"{path.stem:18} {len(program):6,} {size(program):7,} {default:8,} {best:10,} {ours:10,} "
            f"{ours / default:11.3f} {ours / best:8.3f} {seconds:8.1f}  {'yes' if same else 'NO'}",
            flush=True,
        )
    of_default, of_best = zip(*ratios, strict=True)
    print(f"{'mean':55} {statistics.mean(of_default):11.3f} {statistics.mean(of_best):8.3f}")
    print(f"{'largest':55} {max(of_default):11.3f} {max(of_best):8.3f}")


if __name__ == "__main__":
    main()
