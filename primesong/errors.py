"""What can go wrong, told apart by who can fix it.

Wrong *data* (a file, a number, a song) raises a `PrimesongError`: its text is one whole sentence for the user, and what
would help is a hint, kept as data. The command line turns a hint into a flag, the studio into a button, Python into an
argument; nothing below them writes `--flag`. A wrong *call* raises `ValueError` or `TypeError`, as usual in Python.
"""

#: True to type checkers; `typing` itself is slow to import, and every command imports this module.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Self

#: What helps in Python, of the options that a hint can name: arguments of the public functions.
_ARGUMENTS = {
    "as_program": 'read_as="program" makes a song of the file as it is',
    "effort": "a larger effort, in seconds, tries longer",
    "force": "force=True replaces it",
    "minify": "without minified=True it is encoded as it is",
    "sample_pitch": "sample_pitch sets it",
    "synth": 'synth="harmonium" needs nothing else',
}

#: What the verbs that a hint can name do about it: functions in Python, commands on the command line.
VERBS = {
    "compose": "makes a song of a program",
    "decode": "may repair it",
    "encode": "finds it, and its number can then be given in place of the program",
    "transcribe": "writes down the notes that were heard",
}


class PrimesongError(Exception):
    """The data is not what it should be. The command prints the text on one line and exits with 1.

    In Python, what the hints mean there is noted below the text of the traceback.

    Parameters
    ----------
    message : str
        What is wrong, where, and what would be right.
    limit : str, optional
        The name of the limit in `Limits` that was exceeded.
    option : str, optional
        The option of the same command or function that would help, such as "force".
    command : str, optional
        The verb that would help, such as "decode".
    """

    def __init__(
        self, message: str = "", *, limit: str | None = None, option: str | None = None, command: str | None = None
    ) -> None:
        super().__init__(message)
        self.limit = limit
        self.option = option
        self.command = command
        hints = (
            f"limits=primesong.Limits({limit}=N) allows more" if limit else "",
            _ARGUMENTS.get(option or ""),
            f"primesong.{command} {VERBS[command]}" if command in VERBS else "",
        )
        for hint in filter(None, hints):
            self.add_note(hint)

    def within(self, where: str) -> "Self":
        """Return the same error, with the file it is in before its text."""
        error = type(self).__new__(type(self))
        error.__dict__.update(self.__dict__)
        error.args = (f"{where}: {self}",)
        return error


class NoProgramError(PrimesongError):
    """The number holds no program, or its gzip member is damaged."""


class TooLongError(NoProgramError):
    """The program is intact as far as it was unpacked, and longer than the limit."""


class DamagedError(NoProgramError):
    """The number held a program, but it cannot be recovered.

    Attributes
    ----------
    beginning : bytes
        What is known of the program's text.
    reached : int
        How many of the number's digits are plausible.
    """

    def __init__(
        self, message: str = "", beginning: bytes = b"", reached: int = 0, *, option: str | None = None
    ) -> None:
        super().__init__(message, option=option)
        self.beginning = beginning
        self.reached = reached


class SongError(PrimesongError):
    """The file holds no song, or a note in it is not one of the song's ten pitches."""


class LostError(PrimesongError):
    """What a computation ran on was lost. The progress it reported still holds: it can be resumed."""


class MissingError(PrimesongError):
    """Something optional is not installed. The command exits with 3.

    Attributes
    ----------
    extra : str or None
        The extra of primesong that brings it, such as "audio"; None where the text says what to install.
    """

    def __init__(
        self, message: str = "", *, extra: str | None = None, option: str | None = None, command: str | None = None
    ) -> None:
        super().__init__(message, option=option, command=command)
        self.extra = extra
