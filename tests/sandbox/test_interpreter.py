"""The Python that runs a program is found, or named where it is missing."""

import subprocess
import sys
from pathlib import Path

import pytest

from primesong.errors import MissingError
from primesong.sandbox.interpreter import find_python


@pytest.mark.parametrize("name", ["no-such-python", "/bin/false", "/bin/true"])
def test_a_python_that_does_not_run_is_named(name):
    with pytest.raises(MissingError, match=f"{name} does not run as a Python") as caught:
        find_python(name)
    assert caught.value.option == "python"


def test_a_python_needs_its_library():
    python = find_python()
    stdlib = subprocess.run(
        [python.executable, "-c", "import os; print(os.__file__)"], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert python.executable == Path(sys.executable).resolve()
    assert any(Path(stdlib).is_relative_to(path) for path in python.needs)
