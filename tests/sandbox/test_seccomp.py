"""The filter answers each system call as it should, on every machine, and its numbers are the kernel's."""

import errno
import platform
import re
import struct
from pathlib import Path

import pytest

from primesong.sandbox.calls import ABSENT, ALLOWED
from primesong.sandbox.seccomp import make_filter, read_calls

#: A machine's number in audit.h and the column of its calls.
MACHINES = {"x86_64": (0xC000003E, 1), "aarch64": (0xC00000B7, 2), "riscv64": (0xC00000F3, 2)}

ALLOWED_ANSWER = 0x7FFF0000
KILLED = 0x80000000

#: Linux's headers, of the package linux-libc-dev.
HEADERS = {
    1: ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"),
    2: ("/usr/include/asm-generic/unistd.h",),
}

#: Calls that take a program out of its sandbox, or outlive it: their numbers on x86-64 and in the generic table.
FORBIDDEN = {
    "fork": (57, None), "vfork": (58, None), "clone": (56, 220), "execveat": (322, 281), "kill": (62, 129),
    "tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272), "setsid": (112, 157),
    "setpgid": (109, 154), "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200),
    "sendto": (44, 206), "sendmsg": (46, 211), "io_setup": (206, 0), "setrlimit": (160, 164), "unshare": (272, 97),
    "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "chown": (92, None), "fchown": (93, 55),
    "fchownat": (260, 54), "utimensat": (280, 88), "mknod": (133, None), "mknodat": (259, 33),
    "memfd_create": (319, 279), "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    "add_key": (248, 217), "keyctl": (250, 219), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "fanotify_init": (300, 262), "inotify_init1": (294, 26),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "init_module": (175, 105), "reboot": (169, 142),
    "truncate": (76, 45), "personality": (135, 92), "setuid": (105, 146), "setgid": (106, 144), "capset": (126, 91),
    "sched_setaffinity": (203, 122), "setpriority": (141, 140), "ioprio_set": (251, 30), "syslog": (103, 116),
    "splice": (275, 76), "vmsplice": (278, 75), "seccomp": (317, 277),
}  # fmt: skip

#: Calls that old kernels do not have, with the same number everywhere.
NEW = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "open_tree": 428, "move_mount": 429, "fsopen": 430,
    "pidfd_open": 434, "clone3": 435, "openat2": 437, "pidfd_getfd": 438, "process_madvise": 440,
    "mount_setattr": 442, "quotactl_fd": 443, "landlock_create_ruleset": 444, "memfd_secret": 447, "fchmodat2": 452,
    "setxattrat": 463, "getxattrat": 464, "file_getattr": 468, "file_setattr": 469, "not yet made": 600,
}  # fmt: skip


def answer(program, number, *arguments, machine=0xC000003E):
    """Run a filter as the kernel does, by linux/bpf_common.h; return its answer to a call."""
    values = [value & (1 << 64) - 1 for value in arguments] + [0] * (6 - len(arguments))
    data = struct.pack("<IIQ6Q", number, machine, 0, *values)
    instructions = list(struct.iter_unpack("<HBBI", program))
    place = loaded = 0
    while True:
        code, if_true, if_false, operand = instructions[place]
        place += 1
        match code:
            case 0x20:  # BPF_LD | BPF_W | BPF_ABS
                (loaded,) = struct.unpack_from("<I", data, operand)
            case 0x54:  # BPF_ALU | BPF_AND | BPF_K
                loaded &= operand
            case 0x15:  # BPF_JMP | BPF_JEQ | BPF_K
                place += if_true if loaded == operand else if_false
            case 0x35:  # BPF_JMP | BPF_JGE | BPF_K
                place += if_true if loaded >= operand else if_false
            case 0x06:  # BPF_RET | BPF_K
                return operand
            case _:
                raise ValueError(f"no instruction {code:#x}")


def refused(code):
    """Return the answer that refuses a call with an error."""
    return 0x00050000 | code


@pytest.fixture(params=MACHINES)
def machine(request):
    """Return a function that asks the filter of a machine, and the column of its calls."""
    number, column = MACHINES[request.param]
    program = make_filter(request.param)
    return lambda call, *arguments: answer(program, call, *arguments, machine=number), column


def test_what_leads_out_is_refused(machine):
    ask, column = machine
    for name, numbers in FORBIDDEN.items():
        if (number := numbers[column - 1]) is not None:
            assert ask(number) == refused(errno.EPERM), name


def test_new_calls_are_answered_as_by_an_old_kernel(machine):
    ask, _ = machine
    for name, number in NEW.items():
        assert ask(number) == refused(errno.ENOSYS), name


def test_what_python_needs_is_allowed(machine):
    ask, column = machine
    numbers = read_calls(ALLOWED, column)
    for name in ("read", "write", "openat", "mmap", "execve", "exit_group", "futex", "getrandom", "newfstatat"):
        assert ask(numbers[name], 0, 0, 0) == ALLOWED_ANSWER, name


def test_extended_attributes_and_reserved_space_are_absent(machine):
    ask, column = machine
    for name, number in read_calls(ABSENT, column).items():
        assert ask(number) == refused(errno.EOPNOTSUPP), name


@pytest.mark.parametrize(
    ("name", "arguments", "allowed"),
    [
        ("prctl", (15,), True),  # PR_SET_NAME
        ("prctl", (1, 0), False),  # PR_SET_PDEATHSIG
        ("prctl", (4, 0), False),  # PR_SET_DUMPABLE
        ("prctl", (22, 2), False),  # PR_SET_SECCOMP
        ("prctl", (1 + (1 << 32),), False),
        ("fcntl", (0, 2), True),  # F_SETFD
        ("fcntl", (0, 7), True),  # F_SETLKW
        ("fcntl", (0, 1030), True),  # F_DUPFD_CLOEXEC
        ("fcntl", (0, 8), False),  # F_SETOWN
        ("fcntl", (0, 10), False),  # F_SETSIG
        ("fcntl", (0, 15), False),  # F_SETOWN_EX
        ("fcntl", (0, 1024), False),  # F_SETLEASE
        ("fcntl", (0, 8 + (1 << 32)), False),
        ("ioctl", (0, 0x5401), True),  # TCGETS
        ("ioctl", (0, 0x5412), False),  # TIOCSTI
        ("ioctl", (0, 0x40086602), False),  # FS_IOC_SETFLAGS
        ("ioctl", (0, 0x8901), False),  # FIOSETOWN
        ("ioctl", (0, 0x40049409), False),  # FICLONE
        ("openat", (-100, 0, 0o100 | 0o1000 | 1), True),  # O_CREAT | O_TRUNC | O_WRONLY
        ("openat", (-100, 0, 0o2000000), True),  # O_RDONLY | O_CLOEXEC
        ("openat", (-100, 0, 0o1000), False),  # O_RDONLY | O_TRUNC
        ("openat", (-100, 0, 0o1003), False),
        ("mkdirat", (-100, 0, 0o777), True),
        ("mkdirat", (-100, 0, 0o700), True),
        ("mkdirat", (-100, 0, 0o300), False),
        ("mkdirat", (-100, 0, 0), False),
        ("umask", (0o077,), True),
        ("umask", (0o477,), False),
        ("prlimit64", (0, 7, 0, 0x7FFF0000), True),  # asked for
        ("prlimit64", (0, 7, 0x7FFF0000, 0), False),  # set
        ("prlimit64", (0, 7, 1 << 32, 0), False),  # set, by a pointer whose lower half is zero
    ],
)
def test_some_calls_are_allowed_with_some_arguments_only(machine, name, arguments, allowed):
    ask, column = machine
    expected = ALLOWED_ANSWER if allowed else refused(errno.EPERM)
    assert ask(read_calls(ALLOWED, column)[name], *arguments) == expected


def test_old_names_of_calls_have_the_same_conditions():
    program, numbers = make_filter("x86_64"), read_calls(ALLOWED, 1)
    assert answer(program, numbers["open"], 0, 0o1000) == refused(errno.EPERM)
    assert answer(program, numbers["open"], 0, 0o1001) == ALLOWED_ANSWER
    assert answer(program, numbers["mkdir"], 0, 0o300) == refused(errno.EPERM)
    assert answer(program, numbers["mkdir"], 0, 0o755) == ALLOWED_ANSWER


def test_another_machines_calls_end_the_process():
    """A 64-bit process can make 32-bit calls, whose numbers mean something else."""
    program = make_filter("x86_64")
    assert answer(program, 0, machine=0x40000003) == KILLED  # AUDIT_ARCH_I386
    x32 = 0x40000000
    assert answer(program, x32 | 0) == answer(program, x32 | 41) == refused(errno.ENOSYS)


def test_an_unknown_machine_has_no_filter(monkeypatch):
    assert make_filter("vax") is None
    monkeypatch.setattr("sys.platform", "darwin")
    assert make_filter("x86_64") is None


@pytest.mark.parametrize("column", HEADERS)
def test_the_numbers_are_the_kernels(column):
    paths = [Path(path) for path in HEADERS[column] if Path(path).exists()]
    if not paths:
        pytest.skip("Linux's headers are not installed (linux-libc-dev)" if column == 2 else "not an x86-64 machine")
    text = paths[0].read_text()
    defined = {name: number for _, name, number in re.findall(r"#define __NR(3264)?_(\w+)\s+(\d+)", text)}
    defined["newfstatat"] = defined.get("newfstatat", defined.get("fstatat"))
    for name, number in (read_calls(ALLOWED, column) | read_calls(ABSENT, column)).items():
        assert defined[name] == str(number), name
    for name, numbers in FORBIDDEN.items():
        if numbers[column - 1] is not None:
            assert defined[name] == str(numbers[column - 1]), name
    for name in set(NEW) & set(defined):
        assert defined[name] == str(NEW[name]), name


def test_this_machine_has_a_filter():
    assert (make_filter() is not None) == (platform.machine() in {*MACHINES, "loongarch64"})
