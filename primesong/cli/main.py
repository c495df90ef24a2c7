"""The command `primesong`: find the command in the table, parse its options, run it.

Data goes to standard output, progress and errors to standard error, progress only on a terminal. Exit codes: 0 done,
1 the data is wrong, 2 wrong usage, 3 something optional is missing, 130 interrupted.
"""

import argparse
import errno
import importlib
import os
import sys
from collections.abc import Sequence

from primesong import __version__
from primesong.cli.hints import explain
from primesong.cli.table import COMMANDS
from primesong.errors import MissingError, PrimesongError
from primesong.words import describe_error

#: What the system reports when it takes no more data.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

_EXAMPLES = """examples:
  primesong compose                      the published GPT's song, all its files, in this folder
  primesong compose hello.py -o hello    the song of your own program
  primesong play                         the song, heard and seen, while the program types itself out
  primesong decode femtogpt.mid          the program inside, on standard output
  primesong verify femtogpt.musicxml     every check of a song
  primesong run femtogpt                 the program at work, in a sandbox, after it asked you
  primesong studio                       the player in the browser
  primesong export page femtogpt -o song.html    a page that plays it, to send to a friend"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    for name in ("stdin", "stdout", "stderr"):  # Python has none where the shell closed it
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r+", encoding="utf-8"))  # noqa: PTH123, SIM115
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] not in COMMANDS:
        make_overview().parse_args(words or ["--help"])
    try:
        return run_command(words[0], words[1:])
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
        return _complain(str(interruption) or "interrupted; nothing was written", 130)


def run_command(name: str, words: Sequence[str]) -> int:
    """Parse a command's options and run it; return its exit code."""
    module = importlib.import_module(f"primesong.cli.commands.{name}")
    summary = COMMANDS[name]
    parser = argparse.ArgumentParser(
        prog=f"primesong {name}",
        description=summary[0].upper() + summary[1:] + ".",
        epilog="examples:\n" + "\n".join(f"  primesong {name} {example}".rstrip() for example in module.EXAMPLES),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(complain=parser.error)
    module.add_arguments(parser)
    code: int = module.run(parser.parse_args(words))
    sys.stdout.flush()
    return code


def make_overview() -> argparse.ArgumentParser:
    """Return the parser of `primesong` itself, which knows the commands' names and summaries and nothing else."""
    parser = argparse.ArgumentParser(
        prog="primesong",
        description="A program becomes a prime number, the prime a song in sargam, and the song the program again.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"primesong {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        commands.add_parser(name, help=summary, add_help=False)
    return parser


def _stop_writing() -> None:
    """Let go of standard output, which Python would write to once more at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str, code: int) -> int:
    print(f"primesong: {text}", file=sys.stderr)
    return code
