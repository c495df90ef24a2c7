"""The front end's own checks: types, lint and the tests of what is pure in it, by the tools of its language."""

import shutil
import subprocess
from pathlib import Path

import pytest

WEB = Path(__file__).parent / "web"
MODULES = ("../../../primesong/page/web", "../../../primesong/player/studio/web", ".")


@pytest.mark.parametrize("arguments", [
    ("npm", "exec", "--offline", "tsc"),
    ("npm", "exec", "--offline", "--", "biome", "check", "--error-on-warnings", *MODULES),
    ("node", "--test"),
], ids=["types", "style", "tests"])  # fmt: skip
def test_the_front_end_holds(arguments):
    if shutil.which("npm") is None or not (WEB / "node_modules").is_dir():
        pytest.skip("npm is not installed, or make test has not set up its checks")
    done = subprocess.run(arguments, cwd=WEB, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lock_file_names_no_host():
    lock = (WEB / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
