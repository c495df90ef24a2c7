"""The last step before an untrusted program: this process gives up its rights, and then becomes the program.

Run as `python -I -S -B confine.py SETTINGS COMMAND...`, with nothing but the standard library. SETTINGS is JSON:

- `limits`: names in `resource`, and the soft and the hard limit of each; lower limits that are in force stay.
- `parent`: the process to die with, or null where the system has no such thing.
- `landlock`: null, or `readable` and `writable`, lists of paths; nothing else can be opened then.
- `filter`: null, or a seccomp program in hexadecimal.
- `status`: a file handle. What cannot be put in force is written to it as JSON, and nothing is run. It is closed when
  the command begins, or kept open for it if `keeps_status`.

Sources: landlock(7), seccomp(2), prctl(2), setrlimit(2).
"""

import ctypes
import json
import os
import resource
import signal
import struct
import sys
from typing import Any

#: prctl(2): get this signal when the parent ends.
_PR_SET_PDEATHSIG = 1

#: prctl(2): filter system calls.
_PR_SET_SECCOMP = 22

#: prctl(2): gain no rights by running a program, without which the system takes no filter from a normal user.
_PR_SET_NO_NEW_PRIVS = 38

#: seccomp(2): the filter is a program.
_SECCOMP_MODE_FILTER = 2

#: The number of Landlock's system call that makes a set of rules, the same on every machine.
_CREATE_RULESET = 444

#: The number of its call that adds a rule.
_ADD_RULE = 445

#: The number of its call that puts the rules in force.
_RESTRICT_SELF = 446

#: The flag with which `_CREATE_RULESET` returns the interface's version.
_ASK_FOR_VERSION = 1

#: The kind of rule that is about a file, or about everything under a folder.
_RULE_PATH_BENEATH = 1

#: Landlock's right to run a file.
_EXECUTE = 1 << 0

#: Landlock's right to open a file for writing.
_WRITE_FILE = 1 << 1

#: Landlock's right to open a file for reading.
_READ_FILE = 1 << 2

#: Landlock's right to list a folder.
_READ_DIR = 1 << 3

#: Landlock's right to cut a file.
_TRUNCATE = 1 << 14

#: The rights that a file, which is not a folder, can have.
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

#: How many rights on files each version of Landlock's interface knows, from version 1 on.
_RIGHTS = (13, 14, 15, 15, 16)

#: The version of Landlock's interface from which it refuses to bind and to connect TCP ports.
_SINCE_NETWORK = 4

#: These two rights as a mask.
_NETWORK = 3

#: The version from which it refuses signals and abstract sockets to processes outside.
_SINCE_SCOPE = 6

#: These two as a mask.
_SCOPE = 3


def main(settings: str, *command: str) -> None:
    """Put everything in force, then become the command."""
    wanted = json.loads(settings)
    try:
        _confine(wanted)
        os.set_inheritable(wanted["status"], wanted["keeps_status"])
        os.execve(command[0], command, {})
    except (OSError, ValueError, OverflowError, AttributeError) as error:
        os.write(wanted["status"], json.dumps({"fault": str(error)}).encode() + b"\n")


def _confine(wanted: dict[str, Any]) -> None:
    for name, (soft, hard) in wanted["limits"].items():
        _limit(getattr(resource, name), soft, hard)
    libc = ctypes.CDLL(None, use_errno=True)
    if wanted["parent"] is not None:
        _call(libc.prctl, _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != wanted["parent"]:
            raise OSError("the process that started it has ended")
    if wanted["landlock"] is not None or wanted["filter"] is not None:
        _call(libc.prctl, _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if wanted["landlock"] is not None:
        _restrict_files(libc, **wanted["landlock"])
    if wanted["filter"] is not None:
        _restrict_calls(libc, bytes.fromhex(wanted["filter"]))


def _limit(kind: int, soft: int, hard: int) -> None:
    """Set a limit, unless a lower one is in force."""
    _, highest = resource.getrlimit(kind)
    if highest != resource.RLIM_INFINITY:
        hard = min(hard, highest)
    resource.setrlimit(kind, (min(soft, hard), hard))


def _restrict_files(libc: ctypes.CDLL, readable: list[str], writable: list[str]) -> None:
    """Let nothing be opened but what lies under these paths, and no TCP port; keep signals and sockets to ourselves."""
    version = _call(libc.syscall, _CREATE_RULESET, None, 0, _ASK_FOR_VERSION)
    rights = (1 << _RIGHTS[min(version, len(_RIGHTS)) - 1]) - 1
    fields = [rights]
    if version >= _SINCE_NETWORK:
        fields.append(_NETWORK)
    if version >= _SINCE_SCOPE:
        fields.append(_SCOPE)
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = _call(libc.syscall, _CREATE_RULESET, attributes, len(attributes), 0)
    for paths, allowed in ((readable, _EXECUTE | _READ_FILE | _READ_DIR), (writable, rights)):
        for path in filter(os.path.exists, paths):
            _allow(libc, ruleset, path, allowed & rights)
    _call(libc.syscall, _RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    """Add a rule: a file, or everything under a folder, has these rights."""
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not os.path.isdir(path):  # noqa: PTH112 - pathlib is not loaded
        rights &= _OF_FILES
    _call(libc.syscall, _ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", rights, handle), 0)
    os.close(handle)


def _restrict_calls(libc: ctypes.CDLL, program: bytes) -> None:
    """Put a filter of system calls in force."""
    instructions = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(instructions))
    _call(libc.prctl, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0)


def _call(function: "ctypes._NamedFuncPointer", *arguments: "int | bytes | None") -> int:
    """Call into the C library, with whole numbers as C longs. Raises `OSError` if it returns -1."""
    result: int = function(*(ctypes.c_long(each) if isinstance(each, int) else each for each in arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


if __name__ == "__main__":
    main(*sys.argv[1:])
