"""`primesong prove`: certificates written, interrupted and resumed."""

import json
import signal
import subprocess
import time

import gmpy2
from support.command import PRIMESONG, run


def test_prove(tmp_path):
    number = gmpy2.next_prime(gmpy2.mpz(10) ** 320)
    (tmp_path / "large.txt").write_text(str(number))
    done = run("prove", "large.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"large.certificate.json\n"), done.stderr
    checked = run("certificate", tmp_path / "large.certificate.json")
    assert b"is prime: proved by elliptic curves in" in checked.stdout
    piped = run("prove", 2**89 - 1, "-o", "-", cwd=tmp_path)
    assert run("certificate", "-", stdin=piped.stdout).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["large.certificate.json", "large.txt"]
    damaged = (tmp_path / "large.certificate.json").read_text().replace('"0x1', '"0x2', 2)
    assert run("certificate", "-", stdin=damaged.encode()).returncode == 1
    other = run("verify", "femtogpt", "--proof", tmp_path / "large.certificate.json")
    assert other.returncode == 1
    assert b"the certificate is of another number" in other.stderr


def test_a_proof_interrupted_and_resumed(tmp_path):
    number = gmpy2.next_prime(gmpy2.mpz(10) ** 480)
    (tmp_path / "large.txt").write_text(str(number))
    proving = subprocess.Popen(
        [*PRIMESONG, "prove", "large.txt"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while not (tmp_path / "large.proof.json").exists() and proving.poll() is None:
        time.sleep(0.05)
    proving.send_signal(signal.SIGINT)
    out, complaint = proving.communicate(timeout=60)
    assert (proving.returncode, out) == (130, b"")
    assert complaint.splitlines()[-1] == (
        b"primesong: interrupted; large.proof.json keeps the progress, and --resume continues"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["large.proof.json", "large.txt"]
    assert number_of_steps(tmp_path / "large.proof.json") >= 1
    resumed = run("prove", "large.txt", "--resume", cwd=tmp_path)
    assert (resumed.returncode, resumed.stdout) == (0, b"large.certificate.json\n"), resumed.stderr
    assert run("certificate", tmp_path / "large.certificate.json").returncode == 0


def number_of_steps(path):
    return len(json.loads(path.read_text())["steps"])
