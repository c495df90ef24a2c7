"""The last step before a stranger's program: this process locks itself in and then becomes the program.

Run as `python -I -S -B confine.py SETTINGS COMMAND…` with nothing but the standard library. SETTINGS is JSON: `limits`,
from names of `resource` to numbers; `parent`, the process to die with; `readable` and `writable`, paths for Landlock,
or null to do without; `filter`, a seccomp program in hexadecimal, or null. What cannot be put in force ends with exit
code 125: nothing is run under less than was promised. Sources: landlock(7), seccomp(2), prctl(2), setrlimit(2).
"""

import ctypes
import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Sequence

FAILED = 125

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

# How many of the rights of files each version of Landlock's interface knows, as a mask.
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}


def main(settings: str, *command: str) -> None:
    """Put everything in force, then become the command."""
    wanted = json.loads(settings)
    for name, value in wanted["limits"].items():
        resource.setrlimit(getattr(resource, name), tuple(value))
    libc = ctypes.CDLL(None, use_errno=True)
    _call(libc.prctl, _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if wanted["parent"] not in (None, os.getppid()):
        raise OSError("the process that started it is gone")
    if wanted["readable"] is not None or wanted["filter"] is not None:
        _call(libc.prctl, _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if wanted["readable"] is not None:
        _restrict_files(libc, wanted["readable"], wanted["writable"])
    if wanted["filter"] is not None:
        program = bytes.fromhex(wanted["filter"])
        instructions = ctypes.create_string_buffer(program, len(program))
        header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(instructions))
        _call(libc.prctl, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0)
    os.execve(command[0], command, {})


def _restrict_files(libc: ctypes.CDLL, readable: Sequence[str], writable: Sequence[str]) -> None:
    """Let nothing be opened but what lies under these paths, and no TCP port; keep signals and sockets to ourselves."""
    version = _call(libc.syscall, _CREATE_RULESET, None, 0, 1)
    rights = _RIGHTS[min(version, 5)]
    network, scope = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    attributes = struct.pack("QQQ", rights, network, scope)[: 24 if version >= 6 else 16 if version >= 4 else 8]
    ruleset = _call(libc.syscall, _CREATE_RULESET, attributes, len(attributes), 0)
    for paths, allowed in ((readable, _EXECUTE | _READ_FILE | _READ_DIR), (writable, rights)):
        for path in filter(os.path.exists, paths):
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
            those = allowed if os.path.isdir(path) else allowed & _OF_FILES  # noqa: PTH112 - nothing more is loaded
            _call(libc.syscall, _ADD_RULE, ruleset, 1, struct.pack("=Qi", those & rights, handle), 0)
            os.close(handle)
    _call(libc.syscall, _RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _call(function: "ctypes._NamedFuncPointer", *arguments: "int | bytes | None") -> int:
    """Call into the C library; raise `OSError` where it says -1. Whole numbers go as C longs."""
    result: int = function(*(ctypes.c_long(each) if isinstance(each, int) else each for each in arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError, KeyError) as error:
        print(f"the sandbox cannot be put in force: {error}", file=sys.stderr)
        sys.exit(FAILED)
