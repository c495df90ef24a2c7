"""The command line: a module for each group of commands; each parses, calls one function and prints.

Data goes to standard output, progress and faults to standard error, progress only on a terminal. Exit codes: 0 done,
1 the data is wrong, 2 wrong usage, 3 something optional is missing, 130 interrupted.
"""

import argparse
import errno
import os
import sys
from collections.abc import Sequence

from primesong import __version__
from primesong.cli.commands import compose, encode, export, listen, play, prove, qr, read, run, studio
from primesong.errors import MissingError, PrimesongError
from primesong.files import atomic

#: What the options that a hint can name do about it, as the hint names them.
_OPTIONS = {
    "cpu": "--cpu raises that limit",
    "depth": "--depth chooses another",
    "disk": "--disk raises that limit",
    "effort": "--effort SECONDS tries longer",
    "force": "--force replaces it",
    "kernel": "--kernel chooses another",
    "memory": "--memory raises that limit",
    "minify": "without --minify it is encoded as it is",
    "output": "--output raises that limit",
    "python": "--python chooses another",
    "resume": "--resume goes on from it",
    "sample_pitch": "--sample-pitch sets it",
    "silent": "--silent shows the song without sound",
    "synth": "--synth harmonium needs nothing else",
    "time": "--time raises that limit",
    "yes": "--yes goes on anyway",
}

#: What the commands that a hint can name do about it.
_COMMANDS = {
    "compose": "makes a song of a program",
    "decode": "may repair it",
    "encode": "finds it",
    "transcribe": "writes down what was heard",
}

#: What the system reports when it takes no more data.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give its exit code."""
    for name in ("stdin", "stdout", "stderr"):  # Python has none where the shell closed it
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r+", encoding="utf-8"))  # noqa: PTH123, SIM115
    options = _parser().parse_args(arguments)
    try:
        code: int = options.command(options)
        sys.stdout.flush()
    except MissingError as error:
        return _complain(_explain(error), 3)
    except PrimesongError as error:
        return _complain(_explain(error), 1)
    except BrokenPipeError:
        _write_no_more()  # whoever read us has had enough
        return 0
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _write_no_more()
        return _complain(f"standard output cannot be written: {atomic.reason(error)}", 1)
    except KeyboardInterrupt as interruption:
        return _complain(str(interruption) or "interrupted; nothing was written", 130)
    return code


def _write_no_more() -> None:
    """Let go of standard output, which would be written to once more at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explain(error: PrimesongError) -> str:
    """Add to an error's text what its hints mean on the command line."""
    advice = [str(error)]
    if error.limit:
        advice.append(f"--limit {error.limit}=N raises it")
    if error.option:
        advice.append(_OPTIONS[error.option])
    if error.command:
        advice.append(f"primesong {error.command} {_COMMANDS[error.command]}")
    if isinstance(error, MissingError) and error.extra:
        advice.append(f"pip install 'primesong[{error.extra}]'")
    return "; ".join(advice)


def _complain(fault: Exception | str, code: int) -> int:
    from primesong.sargam.setting import printable

    print(f"primesong: {printable(' '.join(str(fault).split()))}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="primesong",
        description="A program becomes a prime number, the prime a song in sargam, and the song the program again.",
        epilog="examples:\n"
        "  primesong compose                      the published GPT's song, all its files, in this folder\n"
        "  primesong compose hello.py -o hello    a program's own song\n"
        "  primesong decode femtogpt.mid          the program inside, on standard output\n"
        "  primesong play                         the song, heard and seen, while the program types itself out\n"
        "  primesong verify femtogpt.musicxml     every check of a song\n"
        "  primesong run femtogpt                 the program at work, in a sandbox, after you were asked\n"
        "  primesong studio                       the player in the browser\n"
        "  primesong export page femtogpt -o song.html    a page that plays it, to send to a friend\n"
        "  primesong render femtogpt --synth fluidsynth -o song.wav",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"primesong {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (compose, encode, export, read, listen, play, prove, qr, run, studio):
        module.add_commands(commands)
    return parser
