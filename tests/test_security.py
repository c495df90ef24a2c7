"""SECURITY.md names tests that exist, in the files that it names."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
SECURITY = (ROOT / "SECURITY.md").read_text("utf-8")


def test_every_promise_names_tests_that_exist():
    """A name without a file stands in the file named before it in the same cell, or above it in the same table."""
    file, found = "", 0
    for path, name in re.findall(r"`(tests/[\w/]+\.py)?(?:::(test_\w+))?`", SECURITY):
        file = path or file
        if not file:
            continue
        text = (ROOT / file).read_text("utf-8")
        if name:
            found += 1
            assert f"def {name}(" in text, f"{file}::{name}"
    assert found >= 60


def test_every_promise_has_a_test():
    rows = [line.strip("|").split("|") for line in SECURITY.splitlines() if line.startswith("| ")]
    promises = [(cells[0].strip(), cells[-1]) for cells in rows if len(cells) == 2 and cells[0].strip() != "promise"]
    assert len(promises) >= 30
    for promise, tests in promises:
        assert re.search(r"test_\w+|fixture", tests), promise
