"""The command `primesong`: find the command in the table, parse its options, run it.

Data goes to standard output, progress and errors to standard error, progress only on a terminal. Exit codes: 0 done,
1 the data is wrong, 2 wrong usage, 3 something optional is missing, 130 interrupted.
"""

import difflib
import errno
import os
import signal
import sys
from collections.abc import Sequence, Set
from pathlib import Path

from primesong.cli.hints import explain
from primesong.cli.parser import load_command, make_overview, make_parser
from primesong.cli.table import COMMANDS
from primesong.cli.terminal import prepare_streams
from primesong.errors import MissingError, PrimesongError
from primesong.files.placed import PLACED
from primesong.words import describe_error, inflect

#: What the system reports when it takes no more data.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    prepare_streams()
    before = set(PLACED)
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] not in COMMANDS:
        _answer_without_command(words)
    try:
        code = run_command(words[0], words[1:])
        if arguments is None:  # this is all that the process does: Ctrl-C has nothing left to interrupt
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        return code
    except MissingError as error:
        return _complain(explain(error), 3)
    except PrimesongError as error:
        return _complain(explain(error), 1)
    except BrokenPipeError:
        _stop_writing()  # whoever read the output has had enough
        return 0
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _stop_writing()
        return _complain(f"standard output cannot be written: {describe_error(error)}", 1)
    except KeyboardInterrupt as interruption:
        return _complain(str(interruption) or _describe_interruption(before), 130)


def run_command(name: str, words: Sequence[str]) -> int:
    """Parse a command's options and run it; return its exit code."""
    options = make_parser(name).parse_args(words)
    code: int = load_command(name).run(options)
    sys.stdout.flush()
    return code


def _answer_without_command(words: Sequence[str]) -> None:
    """Print the help or the version, or say that there is no such command; then exit."""
    overview = make_overview()
    if not words or words[0].startswith("-"):
        overview.parse_args(words or ["--help"])
    close = difflib.get_close_matches(words[0], COMMANDS, n=1)
    expected = f"did you mean {close[0]}?" if close else "primesong --help lists them"
    overview.error(f"“{words[0]}” is not a command; {expected}")


def _describe_interruption(before: Set[Path]) -> str:
    """Say how many files were written, besides those that were before, when the command was interrupted."""
    written = sum(path.exists() for path in PLACED - before)
    already = inflect(
        written, "interrupted, but {} file was written already", "interrupted, but {} files were written already"
    )
    return already if written else "interrupted; nothing was written"


def _stop_writing() -> None:
    """Let go of standard output, which Python would write to once more at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str, code: int) -> int:
    print(f"primesong: {text}", file=sys.stderr)
    return code
