"""The compiled kernels on other machines: built by cross compilers, run by emulators, called as the extension is."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from primesong.primes import kernel

#: The program that holds the kernels alone.
SOURCE = Path(__file__).with_name("kernel.c")


@dataclass(frozen=True, slots=True)
class Machine:
    """A kind of machine: its compiler, its emulator, and the kernels by transforms that it has."""

    name: str
    compiler: tuple[str, ...]
    emulator: tuple[str, ...]
    lanes: dict[str, int]

    def find_missing(self) -> str | None:
        """Return the first of the tools that is not installed."""
        return next((tool for tool in (self.compiler[0], self.emulator[0]) if shutil.which(tool) is None), None)

    def build(self, folder: Path) -> Path:
        """Build the kernels as a program."""
        program = folder / f"kernel-{self.name}.exe"
        headers = Path(kernel.__file__).parent / "native"
        options = ["-O3", "-Wall", "-Werror", "-Wno-unused-function", "-static", f"-I{headers}"]
        subprocess.run([*self.compiler, *options, str(SOURCE), "-o", str(program)], check=True)
        return program

    @contextlib.contextmanager
    def run(self, folder: Path) -> Iterator["Extension"]:
        """Run that program; yield what calls it."""
        command = [*self.emulator, str(self.build(folder))]
        quiet = {
            **os.environ,
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
            "WINEPREFIX": str(folder / "wine"),
        }
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=quiet) as running:
            yield Extension(running, self.lanes)
            running.communicate(timeout=60)
        assert running.returncode == 0


@dataclass(frozen=True, slots=True)
class Extension:
    """What `kernel.extension.compiled` can do, by a program of another machine."""

    running: "subprocess.Popen[bytes]"
    lanes: dict[str, int]

    def kernels(self) -> dict[str, int]:
        """Return the kernels and their lanes."""
        return self.lanes

    def transform_ladder(
        self, name: str, moduli: bytes, reciprocals: bytes, residues: bytes, length: int, word_bits: int,
        radices: bytes, roots: bytes, high: int, low: int, stop: bytearray,
    ) -> bytes:  # fmt: skip
        """Follow the bits from `high` - 1 down to `low`."""
        given = b"".join((radices, roots, moduli, reciprocals, residues))
        size = len(moduli) // self.lanes[name]
        return self._ask(len(moduli), given, "ladder", name, length, word_bits, len(radices), size, high, low)

    def strike(self, base: bytes, exponent: int, first: int, last: int, marks: bytearray, stop: bytearray) -> bool:
        """Mark what small primes divide."""
        marks[:] = self._ask(len(marks), base, "strike", len(base), exponent, first, last, len(marks))
        return True

    def _ask(self, length: int, given: bytes, *words: object) -> bytes:
        """Send a request, and read an answer of a length in bytes."""
        assert self.running.stdin
        assert self.running.stdout
        self.running.stdin.write(" ".join(map(str, words)).encode() + b"\n" + given)
        self.running.stdin.flush()
        answer = self.running.stdout.read(length)
        assert len(answer) == length, f"the program ended with {self.running.poll()}"
        return answer


ARM64 = Machine("arm64", ("aarch64-linux-gnu-gcc",), ("qemu-aarch64",), {"fft2": 2})
WINDOWS = Machine(
    "windows", ("x86_64-w64-mingw32-gcc", "-Wa,-muse-unaligned-vector-move"), ("wine",), {"fft8": 8, "fft4": 4}
)
