"""`completion`: a script by which a shell completes commands, options and names (shtab)."""

import argparse

from primesong.cli.parser import make_tree
from primesong.errors import MissingError

EXAMPLES = (
    "bash > ~/.local/share/bash-completion/completions/primesong",
    "zsh > ~/.zfunc/_primesong",
    "fish > ~/.config/fish/completions/primesong.fish",
)

#: What stands in the help for a file.
_FILES = ("FILE", "FOLDER", "FILE.gz", "FILE or FOLDER")

#: The arguments that are a file.
_SOURCES = ("source", "song", "program", "number", "recording")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell")


def run(options: argparse.Namespace) -> int:
    """Print the script."""
    try:
        import shtab
    except ImportError as error:
        raise MissingError("completion scripts are made by shtab", extra="completion") from error
    parser, commands = make_tree()
    for action in (action for command in commands.values() for action in command._actions):
        if action.metavar in _FILES or action.dest in _SOURCES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    print(shtab.complete(parser, options.shell))
    return 0
