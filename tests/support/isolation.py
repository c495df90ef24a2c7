"""Run programs in the sandbox, for tests: an ending and the lines that a program printed."""

import pytest

from primesong.sandbox.interpreter import find_python
from primesong.sandbox.levels import LEVELS
from primesong.sandbox.process import execute, find_level
from primesong.sandbox.quota import MIB, Quota

PYTHON = find_python()

#: What a program may use if a test says nothing else.
QUOTA = {"cpu": 20, "time": 30, "memory": 512 * MIB, "disk": 8 * MIB, "output": 4 * MIB}


def require_level(index):
    """Return a level; skip the test where it does not work."""
    if LEVELS.index(find_level(PYTHON)) > index:
        pytest.skip(f"{LEVELS[index].name} does not work here; install bubblewrap, on Linux 5.13 or later")
    return LEVELS[index]


def run_at(index, program, **quota):
    """Run a program under a level; return its ending and its lines."""
    lines = []
    files = {"input.txt": b"anna\n"}
    ending = execute(
        program.encode(), PYTHON, require_level(index), Quota(**(QUOTA | quota)), files=files, show=lines.append
    )
    return ending, lines


def attempt(*attempts):
    """Return a program that tries each of some expressions and prints for each "done" or the error's name."""
    return f"""
import errno, os
for attempt in {attempts!r}:
    try:
        exec(attempt)
        print("done", attempt)
    except OSError as error:
        print(errno.errorcode.get(error.errno, error.errno), attempt)
"""
