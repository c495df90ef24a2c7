"""`help`: a command's help, or the limits for reading."""

import argparse

from primesong.cli.options import shorten
from primesong.cli.parser import make_overview, make_parser
from primesong.cli.table import COMMANDS
from primesong.limits import DEFAULT_LIMITS, UNITS

EXAMPLES = ("", "compose", "limits")

#: The name of the page that lists the limits.
_LIMITS = "limits"

#: What stands above the list of limits.
_HEAD = """Limits protect against files built to exhaust memory or time. --limit NAME=VALUE changes one; it may be
repeated. K, M and G stand for powers of 1,024. A bare value, as in --limit 2M, sets the limit named program.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    topics = (*COMMANDS, _LIMITS)
    parser.add_argument("topic", nargs="?", choices=topics, metavar="TOPIC", help="a command, or limits")


def run(options: argparse.Namespace) -> int:
    """Print the help."""
    if options.topic is None:
        make_overview().print_help()
    elif options.topic == _LIMITS:
        print(_HEAD)
        for name, value in DEFAULT_LIMITS._asdict().items():
            print(f"  {name:9}{shorten(value):>11}  {UNITS[name]}")
    else:
        make_parser(options.topic).print_help()
    return 0
