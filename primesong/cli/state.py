"""How far a long computation has come, kept in a file of its own until it is done.

No file is replaced or taken away but one that this run has read or written, unless --force says so; and one that cannot
be written costs no more than the resuming.
"""

import argparse
import contextlib
import sys
from pathlib import Path

from primesong.cli.terminal import shown
from primesong.errors import PrimesongError
from primesong.files import atomic


class _TriedError(Exception):
    """Ends an attempt at writing before anything is replaced."""


class StateFile:
    """A file for the state, with the command's --resume and --force. saved : whether it holds this computation's."""

    def __init__(self, path: Path, options: argparse.Namespace) -> None:
        """Raises `PrimesongError` if the file exists, and neither is to be resumed nor may be replaced; or is none."""
        if path.exists() and not path.is_file():
            raise PrimesongError(f"{path} is no regular file: a state needs one of its own")
        if path.exists() and not (options.resume or options.force):
            raise PrimesongError(f"{path} exists and was kept: --resume goes on from it, --force begins anew")
        self.path, self.saved, self._failed = path, bool(options.resume), False

    def attempt(self) -> None:
        """See whether the file could be written. Raises `PrimesongError`."""
        with contextlib.suppress(_TriedError), atomic.whole_files([self.path], force=True):
            raise _TriedError

    def save(self, text: str) -> None:
        """Write the state; if that fails, say so once on standard error, for what is computed is worth more."""
        from primesong.sargam.setting import printable

        try:
            atomic.write_whole(self.path, text)
        except PrimesongError as error:
            if not self._failed:
                print(f"primesong: {printable(str(error))}; it goes on without being saved", file=sys.stderr)
            self._failed = True
        else:
            self.saved = True

    def remove(self) -> None:
        """Take the state away, if there is one of this computation's: it is done."""
        if self.saved:
            self.path.unlink(missing_ok=True)

    def interrupted(self) -> KeyboardInterrupt:
        """Give the interruption that tells what is kept."""
        if not self.saved:
            return KeyboardInterrupt()
        return KeyboardInterrupt(f"interrupted; {shown(self.path)} keeps how far it came, and --resume goes on")
