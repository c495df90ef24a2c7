"""What the README shows is what happens: its commands are run in order, in one folder, and their output compared."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")

BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
EXAMPLES = [
    (command, shown)
    for block in BLOCKS
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder where the command `primesong` is the one under test."""
    folder = tmp_path_factory.mktemp("readme")
    command = folder / "bin" / "primesong"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m primesong "$@"\n')
    command.chmod(0o755)
    return folder


@pytest.mark.parametrize(("command", "shown"), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_a_command_shows_what_the_readme_shows(folder, command, shown):
    environment = os.environ | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == shown


def test_the_readmes_python_runs():
    results = doctest.DocTestRunner().run(
        doctest.DocTestParser().get_doctest(README, {}, "README.md", "README.md", 0), out=lambda text: None
    )
    assert results.attempted >= 4
    assert results.failed == 0


def test_the_readmes_test_command_is_the_one_that_ci_calls():
    ci = (Path(__file__).parent.parent / ".ci" / "run").read_text()
    assert "```sh\nmake test\n```" in README
    assert ci.rstrip().endswith("\nmake test")


def test_the_readme_has_enough_to_run():
    assert len(EXAMPLES) >= 10
