"""`primesong help`: the help of a command, and the limits."""

import pytest
from support.command import run

from primesong.cli.table import COMMANDS
from primesong.limits import Limits


def test_help_is_the_overview():
    assert run("help").stdout == run("--help").stdout


@pytest.mark.parametrize("command", ["compose", "verify"])
def test_help_of_a_command_is_its_own(command):
    assert run("help", command).stdout == run(command, "--help").stdout


def test_help_lists_every_limit():
    lines = run("help", "limits").stdout.decode().splitlines()
    assert [line.split()[0] for line in lines[3:]] == list(Limits._fields)
    assert "  program           1M  bytes of program" in lines
    assert "  sound          21600  seconds of sound" in lines


def test_an_unknown_topic_is_refused():
    done = run("help", "ragas")
    assert done.returncode == 2
    assert all(name in done.stderr.decode() for name in (*COMMANDS, "limits"))
