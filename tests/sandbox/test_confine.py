"""The last step before a program: what cannot be put in force is said, and nothing runs."""

import importlib.util
import json
import os
import resource
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from primesong.sandbox import interpreter

CONFINE = Path(interpreter.__file__).with_name("confine.py")
SETTINGS = {"limits": {}, "parent": None, "landlock": None, "filter": None, "keeps_status": False}


@pytest.fixture
def confine():
    spec = importlib.util.spec_from_file_location("confine", CONFINE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(settings, command, before=None):
    """Run the step; return what it wrote to its status and the command's output."""
    reading, writing = os.pipe()
    words = [sys.executable, "-I", "-S", "-B", CONFINE, json.dumps(SETTINGS | settings | {"status": writing}), *command]
    done = subprocess.run(words, pass_fds=[writing], capture_output=True, text=True, check=False, preexec_fn=before)
    os.close(writing)
    with open(reading, encoding="utf-8") as file:  # noqa: PTH123 - a handle
        return file.read(), done.stdout


@pytest.mark.parametrize(
    ("settings", "command", "fault"),
    [
        ({}, ["/no/such/command"], "No such file or directory"),
        ({"parent": 1}, ["/bin/echo", "ran"], "the process that started it has ended"),
        ({"filter": "00" * 8}, ["/bin/echo", "ran"], "Invalid argument"),
        ({"limits": {"RLIMIT_NOTHING": [1, 1]}}, ["/bin/echo", "ran"], "RLIMIT_NOTHING"),
        ({"limits": {"RLIMIT_AS": [1 << 70, 1 << 70]}}, ["/bin/echo", "ran"], "too large"),
    ],
)
def test_what_cannot_be_put_in_force_is_said_and_nothing_runs(settings, command, fault):
    status, output = run(settings, command)
    assert fault in json.loads(status)["fault"]
    assert output == ""


def test_a_command_that_begins_has_no_fault():
    assert run({"parent": os.getpid(), "limits": {"RLIMIT_CORE": [0, 0]}}, ["/bin/echo", "ran"]) == ("", "ran\n")


def test_a_lower_limit_that_is_in_force_stays():
    def lower():
        resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))

    show = [sys.executable, "-c", "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE))"]
    assert run({"limits": {"RLIMIT_NOFILE": [64, 64]}}, show, lower) == ("", "(32, 32)\n")


@pytest.mark.parametrize(
    ("version", "rights", "size"),
    [(1, 13, 8), (2, 14, 8), (3, 15, 8), (4, 15, 16), (5, 16, 16), (6, 16, 24), (9, 16, 24)],
)
def test_older_kernels_are_asked_for_what_they_know(confine, monkeypatch, tmp_path, version, rights, size):
    """The rights of each version of Landlock's interface are those of the kernel's documentation."""
    asked, rules = [], []

    def answer(function, call, *arguments):
        if call == 444 and arguments[2] == 1:  # landlock_create_ruleset, asked for its version
            return version
        if call == 444:
            asked.append(arguments[0])
            return os.open("/dev/null", os.O_RDONLY)
        if call == 445:  # landlock_add_rule
            rules.append(struct.unpack("=Qi", arguments[2])[0])
        return 0

    monkeypatch.setattr(confine, "_call", answer)
    (tmp_path / "file").touch()
    confine._restrict_files(type("", (), {"syscall": None}), [str(tmp_path / "file")], [str(tmp_path)])
    fields = (f"={len(asked[0]) // 8}Q", asked[0])
    assert len(asked[0]) == size
    assert struct.unpack(*fields)[0] == (1 << rights) - 1
    assert struct.unpack(*fields)[1:] == (3, 3)[: size // 8 - 1], "both TCP rights; abstract sockets and signals"
    assert rules == [0b101, (1 << rights) - 1], "a file is executed and read; a folder allows everything known"
