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

#: A number without small factors, at which one test takes minutes.
LONG = next(n for n in range(2**250_000 + 1, 2**250_001, 2) if gmpy2.gcd(n, gmpy2.primorial(2000)) == 1)

#: A number N for which 2^35,000 divides N - 1, and nothing shows soon that it is composite.
SHAPED = (3**60_000 >> 35_000 << 35_000) + 1


def test_the_result_comes_back() -> None:
    assert apart.compute(gmpy2.powmod, 3, gmpy2.mpz(10**30), 10**20 + 39) == pow(3, 10**30, 10**20 + 39)


def test_a_long_number_is_tested_as_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LONG_BITS", 100)
    assert is_probable_prime(2**127 - 1)
    assert not is_probable_prime(2**129 - 1)


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
                    "power": 35_000,
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
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 130
    assert not Path(f"/proc/{child}").exists()
