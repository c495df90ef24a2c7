"""How far a long computation has come, kept in a file of its own until it is done.

No file is replaced or deleted that this run has not read or written, unless it may be replaced; and a state that cannot
be written costs nothing but the possibility to resume.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path

from primesong.errors import PrimesongError
from primesong.files.atomic import whole_files, write_whole
from primesong.files.source import read_bytes
from primesong.limits import DEFAULT_LIMITS, Limits


class _AttemptError(Exception):
    """Ends an attempt at writing before anything is replaced."""


class StateFile:
    """A file that keeps the state of a computation.

    Parameters
    ----------
    path : Path
        The file.
    resume : bool
        Whether the computation resumes from the state in the file.
    force : bool
        Whether another computation's state may be replaced.
    warn : callable
        Gets a sentence when the state cannot be saved, once.
    limits : Limits
        How much is read.

    Attributes
    ----------
    text : str or None
        The state to go on from; None to begin.
    saved : bool
        Whether the file is this computation's.

    Raises
    ------
    PrimesongError
        If the file exists and may not be replaced, is not a regular file, or cannot be read.
    """

    def __init__(
        self, path: Path, resume: bool, force: bool, warn: Callable[[str], None], limits: Limits = DEFAULT_LIMITS
    ) -> None:
        if path.exists() and not path.is_file():
            raise PrimesongError(f"{path} is not a regular file: a state needs a file of its own")
        if path.exists() and not (resume or force):
            raise PrimesongError(f"{path} exists and was kept", option="resume_or_force")
        self.path = path
        self.saved = resume
        self.text = read_bytes(path, limits).decode("utf-8", "replace") if resume else None
        self._warn: Callable[[str], None] | None = warn

    def check_writable(self) -> None:
        """Check that the file can be written. Raises `PrimesongError`."""
        with contextlib.suppress(_AttemptError), whole_files([self.path], force=True):
            raise _AttemptError

    def save(self, text: str) -> None:
        """Write the state; if that fails, warn once and go on, since what is computed is worth more."""
        try:
            write_whole(self.path, text.encode(), force=True)
        except PrimesongError as error:
            if self._warn is not None:
                self._warn(f"{error}; it goes on without being saved")
            self._warn = None
        else:
            self.saved = True

    def remove(self) -> None:
        """Delete the state of a computation that is done."""
        if self.saved:
            self.path.unlink(missing_ok=True)
