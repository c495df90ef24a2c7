"""Compute in a process of its own what takes long inside GMP, which does not hear Ctrl-C: the process can be ended.

Functions and values go there and come back pickled, so that a function must be one that a module defines.
"""

import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import TypeVar

#: Length in bits above which a test of a number takes longer than starting a process, a few tenths of a second.
LONG_BITS = 20_000

Result = TypeVar("Result")

#: What the process runs: a function and its arguments come from standard input, its result goes to standard output.
_PROGRAM = """
import pickle, sys
function, arguments = pickle.load(sys.stdin.buffer)
sys.stdout.buffer.write(pickle.dumps(function(*arguments)))
"""


def compute(function: Callable[..., Result], *arguments: object) -> Result:
    """Call a function in a process of its own and return its result; Ctrl-C ends the process."""
    request = pickle.dumps((function, arguments))
    command = [sys.executable, "-c", _PROGRAM]
    result: Result = pickle.loads(subprocess.run(command, input=request, stdout=subprocess.PIPE, check=True).stdout)
    return result
