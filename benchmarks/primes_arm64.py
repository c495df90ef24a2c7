"""An estimate of the ARM kernel's speed: instructions of one squaring, counted by qemu, beside GMP's.

    python benchmarks/primes_arm64.py                       fft2 at 1,000, 3,600 and 10,000 digits: two minutes
    python benchmarks/primes_arm64.py --gmp libgmp.so.10    and GMP for arm64, such as that in gmpy2's wheel:
    pip download gmpy2 --no-deps --only-binary=:all: --platform manylinux2014_aarch64 && unzip gmpy2-*.whl

It needs gcc-aarch64-linux-gnu and qemu-user. Instructions are not time: they say nothing of how many a processor
executes at once. Two lengths of the exponent are run, and their difference counted, so that nothing else is.
"""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

import gmpy2

from primesong.primes import kernel
from primesong.primes.kernel.extension import pack
from primesong.primes.kernel.transform import choose_transform

SOURCE = Path(__file__).parents[1] / "tests" / "support" / "kernel.c"
COMPILER = ["aarch64-linux-gnu-gcc", "-O3", "-Wno-unused-function"]
QEMU = ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu", "-singlestep", "-d", "exec,nochain", "-D", "/dev/stderr"]
POWM = """
#include <stdlib.h>
typedef struct { int allocated, size; unsigned long *limbs; } mpz_t[1];
void __gmpz_init(mpz_t), __gmpz_ui_pow_ui(mpz_t, unsigned long, unsigned long);
void __gmpz_sub_ui(mpz_t, mpz_t, unsigned long), __gmpz_fdiv_q_ui(mpz_t, mpz_t, unsigned long);
void __gmpz_powm(mpz_t, mpz_t, mpz_t, mpz_t);
int main(int count, char **words) {
    mpz_t modulus, base, exponent, power;
    __gmpz_init(modulus), __gmpz_init(base), __gmpz_init(exponent), __gmpz_init(power);
    __gmpz_ui_pow_ui(modulus, 2, atol(words[1])), __gmpz_sub_ui(modulus, modulus, 1);
    __gmpz_fdiv_q_ui(base, modulus, 3), __gmpz_ui_pow_ui(exponent, 2, atol(words[2]));
    __gmpz_powm(power, base, exponent, modulus);
}
"""


def count(program: Path, *words: str, given: bytes = b"") -> int:
    """Count the instructions that a program executes."""
    command = [*QEMU, str(program), *words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, bufsize=1 << 20
    ) as running:
        assert running.stdin
        assert running.stderr
        running.stdin.write(given)
        running.stdin.close()
        return sum(line.startswith(b"Trace") for line in running.stderr)


def request(bits: int, squarings: int) -> bytes:
    shape = choose_transform(bits)
    numbers = [(gmpy2.mpz(1) << bits) - 1 - 2 * i for i in range(9)]
    numbers = [number for number in numbers if gmpy2.gcd(number, shape.radix) == 1][:2]
    inverses = [shape.invert(number) for number in numbers]
    packed = [pack(each, shape.size) for each in (numbers, inverses, [number // 3 for number in numbers])]
    words = f"ladder fft2 {shape.length} {shape.word_bits} {len(shape.radices)} {shape.size} {squarings} 0\n"
    return b"".join([words.encode(), shape.radices, shape.roots, *packed])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gmp", type=Path, help="libgmp for arm64")
    options = parser.parse_args()
    if missing := [tool for tool in (COMPILER[0], QEMU[0]) if shutil.which(tool) is None]:
        print("not installed:", ", ".join(missing))
        return
    with tempfile.TemporaryDirectory() as folder:
        ours, peer = Path(folder, "kernel"), Path(folder, "gmp")
        include = f"-I{Path(kernel.__file__).parent / 'native'}"
        subprocess.run([*COMPILER, "-static", include, str(SOURCE), "-o", str(ours)], check=True)
        if options.gmp:
            library = options.gmp.resolve()
            peer.with_suffix(".c").write_text(POWM)
            link = [f"-Wl,-rpath,{library.parent}", "-Wl,--allow-shlib-undefined"]
            subprocess.run([*COMPILER, f"{peer}.c", str(library), *link, "-o", str(peer)], check=True)
        print("digits     fft2, a number      GMP   ratio")
        for digits in (1_000, 3_600, 10_000):
            bits = int(digits * 3.3219281)
            fft2 = (count(ours, given=request(bits, 3)) - count(ours, given=request(bits, 1))) // 4  # two numbers
            line = f"{digits:6,} {fft2:18,}"
            if options.gmp:
                gmp = (count(peer, str(bits), "6") - count(peer, str(bits), "4")) // 2
                line += f" {gmp:8,} {gmp / fft2:7.2f}"
            print(line, flush=True)


if __name__ == "__main__":
    main()
