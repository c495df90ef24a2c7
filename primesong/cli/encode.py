"""`encode`: program to prime."""

import argparse
from typing import Any

from primesong import formats
from primesong.cli.options import add_command, add_quiet
from primesong.cli.progress import working


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    parser = add_command(
        commands,
        "encode",
        _encode,
        "find the prime that holds a program; print it in decimal",
        "hello.py > hello.txt",
        "- < hello.py",
    )
    parser.add_argument("program", help="any file, or - for standard input")
    add_quiet(parser)


def _encode(options: argparse.Namespace) -> int:
    from primesong.number.digits import to_digits

    print(to_digits(prime_of(formats.read_bytes(options.program), options)))
    return 0


def prime_of(program: bytes, options: argparse.Namespace) -> int:
    """Find a program's prime."""
    from primesong.song import encode

    with working(options, "searching for the prime"):
        return encode(program)
