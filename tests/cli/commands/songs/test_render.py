"""`primesong render`: sound written, or nothing."""

import signal
import subprocess
import time

from support.command import PRIMESONG


def test_interrupting_leaves_nothing_behind(tmp_path):
    (tmp_path / "long.txt").write_text("31415926535" * 20_000)
    child = subprocess.Popen(
        [*PRIMESONG, "render", "long.txt", "-o", "long.wav"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size for path in tmp_path.glob("*.part")) and time.monotonic() < deadline:
        time.sleep(0.005)
    child.send_signal(signal.SIGINT)
    _, complaint = child.communicate(timeout=60)
    assert (child.returncode, complaint) == (130, b"primesong: interrupted; nothing was written\n")
    assert [path.name for path in tmp_path.iterdir()] == ["long.txt"]
