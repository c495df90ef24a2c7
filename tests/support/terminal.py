"""The command on a terminal: what it has shown, and keys for it."""

import os
import pty
import select
import time

from support.command import PATIENCE
from support.warm import start


class Terminal:
    """A process of the command on a terminal of 100 columns and 40 rows."""

    def __init__(self, *arguments: object, cwd: str | os.PathLike[str] = ".") -> None:
        self.master, slave = pty.openpty()
        self.shown = ""
        self.child = start(
            *arguments,
            cwd=cwd,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            environment=os.environ | {"TERM": "xterm", "COLUMNS": "100", "LINES": "40"},
        )
        os.close(slave)

    def read(self, until: str | None) -> None:
        """Read until a text has been shown, or, with None, to the end."""
        deadline = time.monotonic() + PATIENCE
        while until is None or until not in self.shown:
            assert time.monotonic() < deadline, self.shown
            if select.select([self.master], [], [], 0.2)[0]:
                try:
                    self.shown += os.read(self.master, 65536).decode("utf-8", "replace")
                except OSError:  # the process has closed its end
                    return

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def end(self) -> int:
        """Read to the end; return the exit code."""
        self.read(None)
        os.close(self.master)
        return self.child.wait()


def run_on_a_terminal(*arguments: object, cwd: str | os.PathLike[str], keys: str = "") -> tuple[str, int]:
    """Run the command on a terminal, with keys typed; return what it showed and its exit code."""
    terminal = Terminal(*arguments, cwd=cwd)
    terminal.type(keys)
    code = terminal.end()
    return terminal.shown, code
