"""Long computations in a process of their own: their results, and that Ctrl-C ends them."""

import json
import signal
import subprocess
import time
from pathlib import Path

import gmpy2
import pytest
from support.command import PRIMESONG

from primesong.primes import apart
from primesong.primes.primality import is_probable_prime

#: All primes that GMP divides by before it tests a number of this length.
SMALL_PRIMES = gmpy2.primorial(300_000)

#: A number without small factors, at which one test takes minutes.
LONG = next(n for n in range(2**250_000 + 1, 2**250_001, 2) if gmpy2.gcd(n, SMALL_PRIMES) == 1)

#: The power of two in a number of 100,001 bits: as long as a proof by it needs, and no longer.
POWER = 32_000

#: A number N without small factors for which 2^POWER divides N - 1: to check a proof of it takes many seconds.
SHAPED = next(n for n in range(2**100_000 + 1, 2**100_001, 2**POWER) if gmpy2.gcd(n, SMALL_PRIMES) == 1)


def test_the_result_comes_back() -> None:
    assert apart.compute(gmpy2.powmod, 3, gmpy2.mpz(10**30), 10**20 + 39) == pow(3, 10**30, 10**20 + 39)


def test_a_long_number_is_tested_as_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LONG_BITS", 100)
    assert is_probable_prime(2**127 - 1)
    assert not is_probable_prime(2**129 - 1)


def measure_ticks(process: str) -> int:
    """Return the processor time that a process has taken, in hundredths of a second."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11])


def wait_for_end(process: str) -> bool:
    """Tell whether a process ends within some seconds, waited for by its parent or not."""
    status = Path(f"/proc/{process}/stat")
    for _ in range(100):
        try:
            if status.read_text().rpartition(")")[2].split()[0] in "XZ":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("command", "content"),
    [
        ("verify", hex(LONG)),
        (
            "certificate",
            json.dumps(
                {
                    "format": "primesong certificate 1",
                    "theorem": "power of two",
                    "number": hex(SHAPED),
                    "power": POWER,
                    "witness": 3,
                }
            ),
        ),
    ],
)
def test_ctrl_c_ends_a_long_test(command: str, content: str, tmp_path: Path) -> None:
    (tmp_path / "input").write_text(content)
    with subprocess.Popen([*PRIMESONG, command, str(tmp_path / "input")], stderr=subprocess.PIPE) as running:
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
        while not (child := children.read_text().strip()):
            assert running.poll() is None
            time.sleep(0.05)
        while measure_ticks(child) < 10:  # until then it is still being started
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 130
    assert wait_for_end(child)
