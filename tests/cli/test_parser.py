"""Wrong calls are answered in two lines, helps are short, and all parsers come from the one table."""

import re
import shlex

import pytest
from support.command import run

from primesong.cli.parser import load_command, make_parser, make_tree
from primesong.cli.table import COMMANDS

each_command = pytest.mark.parametrize("command", COMMANDS)


@each_command
def test_a_wrong_call_is_answered_by_one_line_of_usage_and_a_sentence(command):
    done = run(command, "--no-such-option")
    usage, sentence = done.stderr.decode().splitlines()
    assert (done.returncode, done.stdout) == (2, b"")
    assert usage.startswith(f"usage: primesong {command} [options]")
    assert sentence.startswith(f"primesong {command}: error: ")


@each_command
def test_a_help_has_one_line_of_usage_and_few_on_limits(command):
    text = make_parser(command).format_help()
    assert text.startswith(f"usage: primesong {command} [options]")
    assert text.splitlines()[1] == ""
    if "--limit" in text:
        assert (
            " ".join(text.split())
            .partition("--limit NAME=VALUE ")[2]
            .startswith("change a reading limit, such as digits=20M; primesong help limits lists them")
        )


@each_command
def test_the_examples_of_a_help_are_right_calls(command):
    for words in load_command(command).EXAMPLES:
        make_parser(command).parse_args(shlex.split(re.sub(r" ?[<>].*", "", words)))


def test_what_must_be_given_is_in_the_usage():
    assert make_parser("render").format_usage() == "usage: primesong render [options] -o FILE source\n"
    assert make_parser("decode").format_usage() == "usage: primesong decode [options] song [song ...]\n"


def test_the_tree_has_every_command_with_its_own_help():
    parser, commands = make_tree()
    assert list(commands) == list(COMMANDS)
    for name, command in commands.items():
        assert command.format_usage() == make_parser(name).format_usage()
        assert set(command._option_string_actions) == set(make_parser(name)._option_string_actions)
    assert parser.parse_args(["verify", "x", "--json"]).json is True
