"""The parsers of `primesong` and of each command, from the table and from the commands' modules.

Help, completion scripts, manual pages and the documentation's command reference are all made from them.
"""

import argparse
import importlib
from types import ModuleType

from primesong import __version__
from primesong.cli.table import COMMANDS

#: In characters: no usage is as long.
_ONE_LINE = 1_000

#: What stands below the overview.
_EXAMPLES = """examples:
  primesong compose                        the published GPT's song, as four files
  primesong compose hello.py -o hello.mid  the song of your own program
  primesong play                           hear and see the published song
  primesong decode femtogpt.mid            print the program inside
  primesong verify femtogpt.musicxml       check everything about a song
  primesong run femtogpt                   run the program in a sandbox
  primesong studio                         open the player in the browser
  primesong export femtogpt -o song.html   a web page that plays it"""


class _Overview(argparse.RawDescriptionHelpFormatter):
    """Leave room for the longest command; before Python 3.13 argparse forgets that they are indented."""

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        self._action_max_length = max(self._action_max_length, max(map(len, COMMANDS)) + 2 * self._indent_increment)


def load_command(name: str) -> ModuleType:
    """Import a command's module, which has `EXAMPLES`, `add_arguments` and `run`."""
    return importlib.import_module(f"primesong.cli.commands.{COMMANDS[name][0]}")


def make_parser(name: str) -> argparse.ArgumentParser:
    """Return the parser of a command, whose module is imported."""
    parser = argparse.ArgumentParser(prog=f"primesong {name}")
    _fill(parser, name)
    return parser


def make_overview() -> argparse.ArgumentParser:
    """Return the parser of `primesong` itself, which knows the commands' names and summaries and nothing else."""
    return _make_overview()[0]


def make_tree() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """Return the parser of `primesong` and those of all its commands, which it holds."""
    parser, commands = _make_overview()
    for name, command in commands.items():
        command.prog = f"primesong {name}"
        _fill(command, name)
        command.add_argument("-h", "--help", action="help", help="show this help and exit")
    return parser, commands


def _make_overview() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    parser = argparse.ArgumentParser(
        prog="primesong",
        description="A program becomes a prime number, the prime a song in sargam (Indian note names), and the song "
        "the program again.",
        epilog=_EXAMPLES,
        formatter_class=_Overview,
    )
    parser.add_argument("--version", action="version", version=f"primesong {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    return parser, {name: commands.add_parser(name, help=text, add_help=False) for name, (_, text) in COMMANDS.items()}


def _fill(parser: argparse.ArgumentParser, name: str) -> None:
    """Add a command's summary, arguments and examples to its parser."""
    module = load_command(name)
    _, summary = COMMANDS[name]
    parser.description = summary[0].upper() + summary[1:] + "."
    parser.epilog = "examples:\n" + "\n".join(f"  primesong {name} {words}".rstrip() for words in module.EXAMPLES)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.set_defaults(complain=parser.error)
    module.add_arguments(parser)
    parser.usage = _shorten_usage(parser)


def _shorten_usage(parser: argparse.ArgumentParser) -> str:
    """Return a usage on one line: what must be given, and that there are options."""
    formatter = argparse.HelpFormatter("%(prog)s [options]", width=_ONE_LINE)
    needed = [action for action in parser._actions if action.required or not action.option_strings]
    formatter.add_usage(None, needed, [], prefix="")
    return formatter.format_help().strip()
