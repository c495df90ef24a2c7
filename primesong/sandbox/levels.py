"""How well a stranger's program can be locked in on this machine, found out by trying, strongest first.

A seccomp filter (libseccomp, through pyseccomp) takes away the system calls for sockets, new processes, other
processes and rights on files; Landlock takes away files and TCP ports; bubblewrap takes away everything but the
system's own programs, read-only. The filter is a list of what is forbidden: a program is to run undisturbed by it.
"""

import errno
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from primesong.errors import MissingError
from primesong.sandbox import confine


@dataclass(frozen=True, slots=True)
class Level:
    """A way of locking in: its name, what of the system's it needs, and what it keeps away, for people."""

    name: str
    bubblewrap: bool
    landlock: bool
    seccomp: bool
    promise: str


LEVELS = (
    Level(
        "bubblewrap", True, False, True,
        "no network, none of your files, a read-only system, one process",
    ),
    Level(
        "Landlock and seccomp", False, True, True,
        "no network, files of the system and of Python readable, nothing but a temporary folder writable, one process",
    ),
    Level(
        "seccomp", False, False, True,
        "no network, one process; BUT YOUR FILES CAN BE READ, AND WRITTEN TO",
    ),
    Level(
        "limits only", False, False, False,
        "time, memory and size of files are limited; BUT YOUR FILES AND THE NETWORK ARE WITHIN REACH",
    ),
)  # fmt: skip

#: Where the program and its files lie inside bubblewrap.
INSIDE = Path("/song")

#: What is forbidden, answered with "operation not permitted".
_FORBIDDEN = """
    socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg io_uring_setup
    fork vfork clone setsid setpgid kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_send_signal
    ptrace process_vm_readv process_vm_writev process_madvise kcmp setpriority sched_setaffinity sched_setscheduler
    setrlimit unshare setns mount umount2 pivot_root chroot fsopen fsmount move_mount open_tree mount_setattr
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat setxattr lsetxattr fsetxattr removexattr
    lremovexattr fremovexattr utime utimes utimensat futimesat mknod mknodat
    memfd_create memfd_secret shmget shmat msgget semget mq_open add_key request_key keyctl
    bpf perf_event_open userfaultfd fanotify_init inotify_init inotify_init1 open_by_handle_at name_to_handle_at
    init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff syslog acct quotactl
    settimeofday clock_settime adjtimex clock_adjtime sethostname setdomainname personality iopl ioperm
    setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset
"""


class Python(NamedTuple):
    """A Python to run the program: its executable, and the paths that it needs to read."""

    executable: Path
    needs: tuple[Path, ...]


def find_python(name: str | None = None) -> Python:
    """Find a Python by name or path, by default the one that runs now. Raises `MissingError`."""
    found = (shutil.which(name) or name) if name else os.path.realpath(sys.executable)
    question = (
        "import sys, sysconfig\nprint(sys.base_prefix, *map(sysconfig.get_path, ('stdlib', 'platstdlib')), sep='\\n')"
    )
    words = [found, "-I", "-S", "-B", "-c", question]
    try:
        answer = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60, env={})
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise MissingError(f"{found} is no Python that runs; name one with --python") from error
    executable = Path(found).resolve()
    prefix, *libraries = map(Path, answer.stdout.splitlines())
    beside = sorted([*executable.parent.glob("lib*.so*"), *prefix.glob("lib/libpython*.so*")])
    return Python(executable, (executable, *dict.fromkeys(libraries), *beside))


def readable(python: Python) -> list[Path]:
    """List what a program must be able to read: the system's programs and libraries, and its Python."""
    system = [Path(name) for name in ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache")]
    return [path for path in (*system, *python.needs) if path.exists()]


def bubblewrap(python: Python, disk: int) -> list[str]:
    """Give the words that put a command into bubblewrap, with `disk` bytes to write to; files are bound after them."""
    words = [shutil.which("bwrap") or "bwrap", "--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534"]
    words += ["--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL", "--hostname", "song"]
    for path in readable(python):
        if path.is_symlink() and path.parent == Path("/"):
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_relative_to("/usr") and path != Path("/usr"):
            continue
        else:
            words += ["--ro-bind", str(path), str(path)]
    words += ["--proc", "/proc", "--dev", "/dev", "--size", str(disk), "--tmpfs", str(INSIDE), "--chdir", str(INSIDE)]
    return words


#: The words after the files: everything that bubblewrap made in memory is closed, but for the program's own folder.
BUBBLEWRAP_END = ("--remount-ro", "/dev", "--remount-ro", "/")


@functools.cache
def filter_program() -> str | None:
    """Make the seccomp filter as hexadecimal BPF instructions for this machine; None where there is no libseccomp."""
    try:
        import pyseccomp as seccomp

        rules = seccomp.SyscallFilter(seccomp.ALLOW)
    except (ImportError, RuntimeError, OSError):
        return None
    refuse = seccomp.ERRNO(errno.EPERM)
    for name in _FORBIDDEN.split():
        try:
            number = seccomp.resolve_syscall(seccomp.system_arch(), name)
        except ValueError:
            continue
        if number >= 0:
            rules.add_rule(refuse, number)
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(refuse, "prlimit64", seccomp.Arg(2, seccomp.NE, 0))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read().hex()


@functools.cache
def strongest(python: Python) -> Level:
    """Find the strongest level that takes hold here, by running nothing at all under each."""
    return next(level for level in LEVELS if _takes_hold(level, python))


def _takes_hold(level: Level, python: Python) -> bool:
    if level == LEVELS[-1]:
        return True
    if (level.seccomp and filter_program() is None) or (level.bubblewrap and not shutil.which("bwrap")):
        return False
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "program.py").write_bytes(b"")
        words = command(level, python, Path(folder), ["program.py"], limits={}, disk=1 << 20)
        done = subprocess.run(
            words, cwd=folder, env={}, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60
        )
    return done.returncode == 0


def command(
    level: Level, python: Python, folder: Path, files: list[str], *, limits: dict[str, tuple[int, int]], disk: int
) -> list[str]:
    """Give the whole command that runs program.py, one of the `files` in `folder`, under a level."""
    settings = {
        "limits": limits,
        "parent": None if level.bubblewrap else os.getpid(),
        "readable": [str(path) for path in readable(python)] + ["/dev/null", "/dev/urandom"]
        if level.landlock
        else None,
        "writable": [str(folder)],
        "filter": filter_program() if level.seccomp else None,
    }
    flags = [str(python.executable), "-I", "-S", "-B"]
    run = [*flags, "-u", str((INSIDE if level.bubblewrap else folder) / "program.py")]
    if not level.bubblewrap:
        return [*flags, confine.__file__, json.dumps(settings), *run]
    words = bubblewrap(python, disk)
    for name in files:
        words += ["--ro-bind", str(folder / name), str(INSIDE / name)]
    words += ["--ro-bind", confine.__file__, "/confine.py", *BUBBLEWRAP_END]
    return [*words, *flags, "/confine.py", json.dumps(settings), *run]
