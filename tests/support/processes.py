"""Processes by their numbers, and what they come to in time. Linux only."""

import time
from collections.abc import Callable
from pathlib import Path

#: How many seconds may pass until something has happened, on a machine that is busy; as a rule it is tenths.
PATIENCE = 60.0


def wait_until(is_true: Callable[[], bool]) -> None:
    """Wait until something is true; it must become so."""
    end = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.02)


def children_of(process: int) -> list[int]:
    """Return the processes that a process has started and that are still there."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def is_alive(process: int) -> bool:
    """Whether a process is there, and more than an exit code."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
