"""What the tests of the commands share: the published song's files, a program, and a folder where no search begins."""

from pathlib import Path

import pytest
from support.command import run
from support.greeting import PROGRAM

from primesong.actions import prove
from primesong.primes import plan


@pytest.fixture(scope="session")
def composed(tmp_path_factory) -> Path:
    """The folder of the published song's files, all but its sound, composed by the command."""
    folder = tmp_path_factory.mktemp("composed") / "song"
    kinds = ("mid", "musicxml", "mxl", "sargam")
    done = run("compose", "-o", folder, "--format", ",".join(kinds))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().split() == [str(folder / f"femtogpt.{kind}") for kind in kinds]
    return folder


@pytest.fixture
def hello(tmp_path) -> Path:
    """The file of a small program."""
    path = tmp_path / "hello.py"
    path.write_bytes(PROGRAM)
    return path


@pytest.fixture
def never_searched(hello, monkeypatch):
    """Work in the program's folder, where no search and no proof may begin."""

    def search(*given, **how):
        raise AssertionError("it was begun")

    monkeypatch.chdir(hello.parent)
    monkeypatch.setattr(plan, "find", search)
    monkeypatch.setattr(prove, "prove_by_curves", search)
