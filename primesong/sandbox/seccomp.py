"""The filter of system calls: a program for the kernel's filter machine (classic BPF), as bytes.

Every call that is not in the table of `calls` is refused, and some are allowed with certain arguments only. A call that
old kernels do not have is refused as they refuse it, so that libraries fall back on what they used before. Sources:
seccomp(2), and Linux's uapi/linux/seccomp.h, bpf_common.h and audit.h.
"""

import errno
import platform
import struct
import sys
from collections.abc import Iterable
from typing import NamedTuple

from primesong.sandbox.calls import ABSENT, ALLOWED

#: A machine's name in `platform.machine`: its number in audit.h, and the column of its calls' numbers.
_MACHINES = {
    "x86_64": (0xC000003E, 1),
    "aarch64": (0xC00000B7, 2),
    "riscv64": (0xC00000F3, 2),
    "loongarch64": (0xC0000102, 2),
}

#: From Linux 5.1 on, new calls have the same number on every machine, and libraries do without them if need be.
_FIRST_NEW_CALL = 424

# The filter machine's instructions: what each does with its operand `k`, and how far it jumps ahead.

#: Load the 32 bits at the offset `k` of the call's data.
_LOAD = 0x20
#: Keep the bits that are set in `k`.
_AND = 0x54
#: Jump by `jt` if what was loaded equals `k`, else by `jf`.
_JUMP_IF_EQUAL = 0x15
#: Jump by `jt` if what was loaded is at least `k`, else by `jf`.
_JUMP_IF_AT_LEAST = 0x35
#: End with the answer `k`.
_RETURN = 0x06

#: The answer that lets a call through.
_ALLOW = 0x7FFF0000
#: The answer that ends the process.
_KILL = 0x80000000
#: The answer that refuses a call, with an error number in its lowest 16 bits.
_ERROR = 0x00050000

#: In bytes from the start of the call's data (`struct seccomp_data`): where its number is.
_NUMBER_AT = 0

#: In bytes from there: where the machine's number is.
_MACHINE_AT = 4

#: In bytes from there: where its six arguments begin, of 8 bytes each.
_ARGUMENTS_AT = 16


class Instruction(NamedTuple):
    """One instruction, in the order of the kernel's `struct sock_filter`."""

    code: int
    jt: int
    jf: int
    k: int


class Condition(NamedTuple):
    """What an argument must be: its lower 32 bits, or its upper ones, masked, are one of some values."""

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF
    upper: bool = False


#: How a file may be opened: for reading, for writing or both, and emptied only if it is opened for writing.
_OPENING = (0, 1, 2, 0o1001, 0o1002)

#: The flags that say so: O_ACCMODE and O_TRUNC.
_OPENING_MASK = 0o1003

#: The owner of a folder may list it, write in it and enter it, so that its files can be counted and removed.
_OWNER = 0o700

#: The calls that are allowed only with certain arguments.
_CONDITIONS: dict[str, tuple[Condition, ...]] = {
    # PR_SET_NAME and PR_GET_NAME; not how the process dies with its parent, or what can be seen of it
    "prctl": (Condition(0, (15, 16)),),
    # F_DUPFD to F_SETLKW, F_DUPFD_CLOEXEC; not who is sent a signal
    "fcntl": (Condition(1, (0, 1, 2, 3, 4, 5, 6, 7, 1030)),),
    # TCGETS, TIOCGWINSZ, FIONREAD, FIONCLEX, FIOCLEX, FIONBIO; not a file's attributes, or a terminal's input
    "ioctl": (Condition(1, (0x5401, 0x5413, 0x541B, 0x5450, 0x5451, 0x5421)),),
    "open": (Condition(1, _OPENING, _OPENING_MASK),),
    "openat": (Condition(2, _OPENING, _OPENING_MASK),),
    "mkdir": (Condition(1, (_OWNER,), _OWNER),),
    "mkdirat": (Condition(2, (_OWNER,), _OWNER),),
    "umask": (Condition(0, (0,), _OWNER),),
    # the new limits are a null pointer: limits are asked for and not set
    "prlimit64": (Condition(2, (0,)), Condition(2, (0,), upper=True)),
}


def make_filter(machine: str | None = None) -> bytes | None:
    """Make the filter for a machine; None if its calls' numbers are not known here.

    Parameters
    ----------
    machine : str, optional
        Its name as in `platform.machine`; by default this machine.
    """
    if sys.platform != "linux" or (machine or platform.machine()) not in _MACHINES:
        return None
    number, column = _MACHINES[machine or platform.machine()]
    program = [Instruction(_LOAD, 0, 0, _MACHINE_AT), Instruction(_JUMP_IF_EQUAL, 1, 0, number), _answer(_KILL)]
    program += [Instruction(_LOAD, 0, 0, _NUMBER_AT)]
    for name, call in read_calls(ALLOWED, column).items():
        program += _answer_call(call, _ALLOW, _CONDITIONS.get(name, ()))
    for call in read_calls(ABSENT, column).values():
        program += _answer_call(call, _ERROR | errno.EOPNOTSUPP)
    program += [Instruction(_JUMP_IF_AT_LEAST, 0, 1, _FIRST_NEW_CALL), _answer(_ERROR | errno.ENOSYS), _REFUSE]
    return b"".join(struct.pack("=HBBI", *each) for each in program)


def read_calls(table: str, column: int) -> dict[str, int]:
    """Read the numbers in a column of a table of calls, by name; those that the machine does not have are left out."""
    rows = [entry.split() for entry in table.split(",")]
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}


def _answer(answer: int) -> Instruction:
    return Instruction(_RETURN, 0, 0, answer)


#: The answer to a call that is not in the table.
_REFUSE = _answer(_ERROR | errno.EPERM)


def _answer_call(number: int, answer: int, conditions: Iterable[Condition] = ()) -> list[Instruction]:
    """Answer one call if it meets all conditions; skip all this for every other call."""
    body = [instruction for condition in conditions for instruction in _require(condition)]
    body.append(_answer(answer))
    return [Instruction(_JUMP_IF_EQUAL, 0, len(body), number), *body]


def _require(condition: Condition) -> list[Instruction]:
    """Refuse the call unless a condition is met."""
    offset = _ARGUMENTS_AT + 8 * condition.argument + 4 * condition.upper
    ahead = range(len(condition.values), 0, -1)
    tests = [Instruction(_JUMP_IF_EQUAL, jump, 0, value) for jump, value in zip(ahead, condition.values, strict=True)]
    return [Instruction(_LOAD, 0, 0, offset), Instruction(_AND, 0, 0, condition.mask), *tests, _REFUSE]
