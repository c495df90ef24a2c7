"""What can go wrong, told apart by who can mend it.

Wrong *data* (a file, a number, a song) raises a `PrimesongError`; its text is one whole sentence for the user.
A wrong *call* raises `ValueError` or `TypeError`, as everywhere in Python.
"""

from typing import Self


class PrimesongError(Exception):
    """The data is not what it should be. The command prints the text on one line and exits with 1."""

    def within(self, where: str) -> Self:
        """Give the same error, saying in which file it is."""
        return type(self)(f"{where}: {self}")


class NoProgramError(PrimesongError):
    """The number holds no program, or its gzip member is damaged."""


class TooLongError(NoProgramError):
    """The program is whole as far as it was unpacked, and longer than the limit."""


class DamagedError(NoProgramError):
    """The number held a program, but it cannot be recovered. beginning : what is known of the program's text; reached :
    how many of the number's digits are plausible."""

    def __init__(self, reason: str, beginning: bytes = b"", reached: int = 0) -> None:
        super().__init__(reason)
        self.beginning = beginning
        self.reached = reached

    def within(self, where: str) -> Self:
        """Give the same error, saying in which file it is."""
        return type(self)(f"{where}: {self}", self.beginning, self.reached)


class SongError(PrimesongError):
    """The file holds no song, or a note in it cannot be one of the song's ten pitches."""


class LostError(PrimesongError):
    """What a computation ran on was lost. What it had told of its progress still holds: it can be resumed."""


class MissingError(PrimesongError):
    """Something optional is not installed; the text says what to install. The command exits with 3."""
