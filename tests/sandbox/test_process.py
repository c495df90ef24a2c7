"""Hostile programs are stopped at every level that promises it, the user's files and the network are out of reach, and
nothing is left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from support import isolation
from support.isolation import PYTHON, attempt, require_level, run_at
from support.processes import children_of, is_alive, wait_until
from support.published import PROGRAM_SHA256

from primesong.errors import PrimesongError
from primesong.sandbox import launch
from primesong.sandbox.levels import LEVELS
from primesong.sandbox.process import find_level
from primesong.sandbox.quota import MIB, Quota

FORKS = """
import os
while True:
    os.fork()
"""
FILLS_MEMORY = """
hoard = []
while True:
    hoard.append(bytearray(1 << 20))
"""
FILLS_ONE_FILE = """
with open("big", "wb") as file:
    while True:
        file.write(bytes(1 << 16))
"""
FILLS_MANY_FILES = """
import time
for number in range(10_000):
    with open(f"big{number}", "wb") as file:
        file.write(bytes(1 << 18))
    time.sleep(0.002)
time.sleep(60)
"""
FILLS_UNSEEN = """
import os, time
os.close(1)
os.close(2)
for number in range(10_000):
    with open(f"big{number}", "wb") as file:
        file.write(bytes(1 << 18))
    time.sleep(0.002)
time.sleep(60)
"""
FILLS_UNNAMED = """
import os, time
files = []
for number in range(50):
    files.append(os.open("big", os.O_RDWR | os.O_CREAT))
    os.unlink("big")
    for _ in range(4):
        os.write(files[-1], bytes(1 << 18))
    time.sleep(0.01)
time.sleep(60)
"""
FILLS_MAPPED = """
import ctypes, os, time
libc = ctypes.CDLL(None)
for number in range(200):
    file = os.open("big", os.O_RDWR | os.O_CREAT)
    os.unlink("big")
    os.write(file, bytes(1 << 18))
    libc.mmap(None, 4096, 1, 2, file, 0)
    os.close(file)
    time.sleep(0.01)
time.sleep(60)
"""
RESERVES = """
import ctypes, os, time
libc = ctypes.CDLL(None, use_errno=True)
file = os.open("big", os.O_RDWR | os.O_CREAT)
done = libc.fallocate(file, 1, ctypes.c_long(0), ctypes.c_long(256 << 20))
if done:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
time.sleep(60)
"""
FILLS_WITH_NAMES = """
import os
for number in range(1_000_000):
    os.close(os.open(f"{number:0250}", os.O_CREAT | os.O_WRONLY))
"""
HIDES = """
import os
os.mkdir("hidden", 0o300)
os.chmod("hidden", 0o300)
"""
DIGS_FOLDERS = """
import os
while True:
    os.mkdir("d")
    os.chdir("d")
"""
SPINS = "while True: pass\n"
SLEEPS = "import time\nwhile True: time.sleep(1)\n"
IGNORES = """
import signal, time
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
while True:
    try: time.sleep(1)
    except BaseException: pass
"""
IGNORES_AND_SPINS = IGNORES.replace("time.sleep(1)", "sum(range(1000))")
CHATTERS = "while True: print('sa re ga ma ' * 1000)\n"
KILLS = """
import os, signal
os.kill(os.getppid(), signal.SIGKILL)
"""
SHARES = """
import os
handles = [os.memfd_create(str(number)) for number in range(40)]
"""
RAISES_LIMITS = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
"""

NOT_PERMITTED = "PermissionError: [Errno 1] Operation not permitted"
NO_SPACE = "OSError: [Errno 28] No space left on device"
NOT_SUPPORTED = "OSError: [Errno 95] Operation not supported"
TOO_LARGE = "OSError: [Errno 27] File too large"
SMALL = {"disk": 4 * MIB}

#: name: program, limits, and for each level that promises to stop it, how: at which limit, or with which last words.
#: Under bubblewrap files lie in a file system of that size, and are measured as elsewhere; either may come first.
HOSTILE = {
    "forks without end": (FORKS, {}, [NOT_PERMITTED] * 3),
    "fills memory": (FILLS_MEMORY, {"memory": 128 * MIB}, ["MemoryError"] * 4),
    "fills one file": (FILLS_ONE_FILE, SMALL, [f"{TOO_LARGE}|disk"] * 4),
    "fills many files": (FILLS_MANY_FILES, SMALL, [f"{NO_SPACE}|disk", *["disk"] * 3]),
    "fills many files unseen": (FILLS_UNSEEN, SMALL, ["|disk", *["disk"] * 3]),
    "fills files without names": (FILLS_UNNAMED, SMALL, [f"{NO_SPACE}|disk", *["disk"] * 3]),
    "fills files that are only mapped": (FILLS_MAPPED, SMALL, [f"{NO_SPACE}|disk", *["disk"] * 3]),
    "reserves space beyond a file's end": (RESERVES, SMALL, [*[NOT_SUPPORTED] * 3, "disk"]),
    "fills the disk with names": (FILLS_WITH_NAMES, SMALL, ["disk"] * 4),
    "hides a folder": (HIDES, {}, [f"{NOT_PERMITTED}: 'hidden'"] * 3),
    "digs folders": (DIGS_FOLDERS, {"disk": MIB}, ["disk"] * 4),
    "spins for ever": (SPINS, {"cpu": 1}, ["cpu"] * 4),
    "sleeps for ever": (SLEEPS, {"time": 1}, ["time"] * 4),
    "ignores every signal": (IGNORES, {"time": 1}, ["time"] * 4),
    "ignores signals and spins": (IGNORES_AND_SPINS, {"cpu": 1}, ["cpu"] * 4),
    "prints without end": (CHATTERS, {"output": MIB}, ["output"] * 4),
    "kills its parent": (KILLS, {}, [NOT_PERMITTED] * 3),
    "hides memory in files": (SHARES, {}, [NOT_PERMITTED] * 3),
    "raises its limits": (RAISES_LIMITS, {}, ["ValueError: not allowed to raise maximum limit"] * 3),
}
PROMISED = [(name, index) for name, (_, _, ends) in HOSTILE.items() for index in range(len(ends))]


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path, monkeypatch):
    """Give the sandbox a temporary folder of its own, and look into it afterwards."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    yield
    assert list(scratch.iterdir()) == []


@pytest.fixture
def unshare(tool):
    """The words that run a command in a user namespace of its own."""
    words = [tool("unshare"), "--user"]
    if subprocess.run([*words, "true"], check=False, capture_output=True).returncode:
        pytest.skip("unshare cannot make a user namespace here")
    return words


@pytest.mark.parametrize(("name", "index"), PROMISED, ids=[f"{name}-{LEVELS[index].name}" for name, index in PROMISED])
def test_every_level_stops_what_it_promises_to_stop(name, index):
    program, limits, ends = HOSTILE[name]
    ending, lines = run_at(index, program, **limits)
    assert is_stopped(ends[index], ending.code, ending.limit, lines), (ending, lines[-1:])


def is_stopped(end, code, limit, lines):
    """Tell whether a program ended with a fault, at a limit or with the last words it should."""
    if "|" in end:
        return any(is_stopped(one, code, limit, lines) for one in end.split("|"))
    if end in ("cpu", "time", "disk", "output"):
        return code != 0 and limit == end
    return code == 1 and limit in (None, "disk") and lines[-1:] == ([end] if end else [])


#: Runs programs of standard input at three levels and writes down how they ended.
RUNNER = """
import json, os, sys
from support.isolation import run_at
ends = []
for program, limits in json.load(sys.stdin):
    for index in range(3):
        ending, lines = run_at(index, program, **limits)
        ends.append([ending.code, ending.limit, lines])
json.dump([os.getuid(), ends], sys.stdout)
"""


def test_a_normal_user_has_the_same_promises(unshare, tmp_path):
    """In a user namespace as somebody who is not root, for whom modes of files and numbers of processes hold."""
    chosen = ["forks without end", "fills the disk with names", "fills files that are only mapped", "hides a folder"]
    programs = [HOSTILE[name][:2] for name in chosen]
    paths = os.pathsep.join([str(Path(__file__).parent.parent), *sys.path])
    done = subprocess.run(
        [*unshare, "--map-user=1000", "--map-group=1000", sys.executable, "-c", RUNNER], capture_output=True,
        input=json.dumps(programs), text=True, check=True, env=os.environ | {"PYTHONPATH": paths},
    )  # fmt: skip
    user, ends = json.loads(done.stdout)
    assert user == 1000
    for place, end in enumerate(ends):
        assert is_stopped(HOSTILE[chosen[place // 3]][2][place % 3], *end), (chosen[place // 3], end)


@pytest.mark.parametrize("index", [0, 1])
def test_the_users_files_are_out_of_reach(tmp_path, index):
    secret = tmp_path / "diary.txt"
    secret.write_text("the secret word is kedar")
    places = (secret, "/etc/passwd", "/etc/hostname", f"/proc/{os.getpid()}/environ")
    attempts = (
        *(f"print(open({str(place)!r}).read())" for place in places),
        f"open({str(tmp_path / 'mine')!r}, 'w')",
        f"os.unlink({str(secret)!r})",
        f"os.rename({str(secret)!r}, 'diary')",
        f"os.link({str(secret)!r}, 'diary')",
        f"os.chmod({str(secret)!r}, 0)",
        f"os.utime({str(secret)!r})",
        f"os.truncate({str(secret)!r}, 0)",
        f"os.setxattr({str(secret)!r}, 'user.word', b'kedar')",
        f"os.getxattr({str(secret)!r}, 'user.word')",
        f"os.listdir({str(tmp_path)!r})",
        "open('/usr/bin/mine', 'w')",
        "os.open('/usr/bin/env', os.O_RDONLY | os.O_TRUNC)",
        "open('/dev/shm/mine', 'w')",
        "open('/mine', 'w')",
        "open('/proc/sys/kernel/core_pattern', 'r+')",
        "open('/proc/1/mem', 'r+b')",
        "open('/proc/sysrq-trigger', 'w')",
    )
    ending, lines = run_at(index, attempt(*attempts))
    assert ending.code == 0
    assert [line.partition(" ")[2] for line in lines] == list(attempts), "no attempt printed anything else"
    refusals = {line.partition(" ")[0] for line in lines}
    assert refusals <= {"ENOENT", "EACCES", "EPERM", "EROFS", "EXDEV", "ENOTSUP"}, lines
    assert secret.read_text() == "the secret word is kedar"
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("index", [0, 1, 2])
def test_other_processes_are_out_of_reach(index):
    with subprocess.Popen(["sleep", "60"]) as victim:
        ending, lines = run_at(
            index,
            "import ctypes, fcntl, signal\n"
            "def call(*words):\n"
            "    if ctypes.CDLL(None, use_errno=True).syscall(*words) < 0:\n"
            "        raise OSError(ctypes.get_errno(), '')\n"
            + attempt(
                "os.fork()",
                "os.setsid()",
                f"os.kill({victim.pid}, 9)",
                "fcntl.fcntl(0, 10, signal.SIGKILL)",  # F_SETSIG
                f"fcntl.fcntl(0, fcntl.F_SETOWN, {victim.pid})",
                f"os.setpriority(os.PRIO_PROCESS, {victim.pid}, 19)",
                f"os.sched_setaffinity({victim.pid}, [0])",
                f"os.pidfd_open({victim.pid})",
                "call(425, 8, 0)",  # io_uring_setup
                "call(435, 0, 0)",  # clone3
                "call(463, -100, b'input.txt', 0, b'user.word', 0, 0)",  # setxattrat
                "call(469, -100, b'input.txt', 0, 0, 0)",  # file_setattr
            ),
        )
        assert victim.poll() is None
        victim.kill()
    assert ending.code == 0
    assert [line.partition(" ")[0] for line in lines] == ["EPERM"] * 7 + ["ENOSYS"] * 5


@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_network_is_out_of_reach(index):
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        done = threading.Event()

        def listen():
            while not done.is_set():
                try:
                    heard.append(server.accept())
                except TimeoutError:
                    continue

        listener = threading.Thread(target=listen)
        listener.start()
        ending, lines = run_at(
            index,
            "import socket, urllib.request\n"
            + attempt(
                f"socket.create_connection(('127.0.0.1', {port}))",
                f"urllib.request.build_opener().open('http://127.0.0.1:{port}/')",
                "socket.socketpair()",
                "socket.socket(socket.AF_UNIX)",
                "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
            ).replace(
                "except OSError as error:", "except OSError as error:\n        error = getattr(error, 'reason', error)"
            ),
        )
        done.set()
        listener.join()
    assert ending.code == 0
    assert [line.partition(" ")[0] for line in lines] == ["EPERM"] * 5
    assert heard == []


def test_bubblewraps_own_process_is_confined_too():
    """What takes over process 1 from inside gains nothing: it has the same filter and the same limits."""
    ending, lines = run_at(
        0,
        "for name in ('status', 'limits'):\n"
        "    print(*(line for line in open(f'/proc/1/{name}') if line.startswith(('Seccomp:', 'Max address'))))",
        memory=256 * MIB,
    )
    assert ending.code == 0
    assert "Seccomp:\t2" in lines
    assert any(line.split()[3:5] == [str(256 * MIB)] * 2 for line in lines if line.startswith("Max address space"))


@pytest.mark.parametrize("version", [1, 2])
def test_no_file_is_emptied_where_landlock_knows_no_truncation(tmp_path, monkeypatch, version):
    """On Linux 5.13 to 6.1: the kernel is asked for what it would be asked for there."""
    require_level(1)
    confine = Path(launch.CONFINE).read_text()
    asked = "_call(libc.syscall, _CREATE_RULESET, None, 0, _ASK_FOR_VERSION)"
    assert asked in confine
    (tmp_path / "confine.py").write_text(confine.replace(asked, str(version)))
    monkeypatch.setattr(launch, "CONFINE", str(tmp_path / "confine.py"))
    diary, library = tmp_path / "diary", tmp_path / "library"
    for path in (diary, library):
        path.write_text("kedar")
    monkeypatch.setattr(isolation, "PYTHON", PYTHON._replace(needs=(*PYTHON.needs, library)))
    ending, lines = run_at(
        1,
        attempt(
            f"print(open({str(library)!r}).read())",
            *(f"os.truncate({str(path)!r}, 0)" for path in (diary, library)),
            *(f"os.open({str(path)!r}, os.O_TRUNC)" for path in (diary, library)),
            *(f"open({str(path)!r}, 'w')" for path in (diary, library)),
            "open('mine', 'w').truncate(0)",
        ),
    )
    assert ending.code == 0
    assert [line.partition(" ")[0] for line in lines] == ["kedar", "done", *["EPERM"] * 4, *["EACCES"] * 2, "done"]
    assert (diary.read_text(), library.read_text()) == ("kedar", "kedar")


@pytest.mark.parametrize("index", range(4))
def test_a_program_starts_with_nothing(index, monkeypatch):
    monkeypatch.setenv("PRIMESONG_SECRET", "kedar")
    handle = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(handle, True)
    program = """
import os, sys
print("kedar" in str(os.environ), sys.flags.isolated, sys.flags.no_site, sys.dont_write_bytecode)
print(sorted(os.listdir(".")), repr(sys.stdin.read()), open("input.txt").read())
opened = []
for number in range(3, 64):
    try: os.fstat(number)
    except OSError: continue
    opened.append(number)
print(opened)
open("mine.txt", "w").write("sa")
print(open("mine.txt").read())
"""
    ending, lines = run_at(index, program)
    os.close(handle)
    assert (ending.code, ending.limit) == (0, None)
    assert lines == ["False 1 1 True", "['input.txt', 'program.py'] '' anna", "", "[]", "sa"]


@pytest.mark.parametrize("index", range(4))
def test_the_standard_library_works(index):
    """What is not forbidden works as outside: files, folders, time, random numbers, databases, processes' own facts."""
    program = """
import decimal, fcntl, hashlib, json, mmap, os, pathlib, random, re, secrets, shutil, signal, sqlite3, tempfile, time
pathlib.Path("a/b").mkdir(parents=True)
pathlib.Path("a/b/c.txt").write_text("sa re ga")
shutil.copyfile("a/b/c.txt", "d.txt")
os.rename("d.txt", "f.txt"); os.symlink("f.txt", "g"); os.link("f.txt", "h")
with tempfile.TemporaryDirectory(dir=".") as folder, tempfile.TemporaryFile(dir=folder) as file:
    file.write(b"ma"); file.truncate(1); fcntl.lockf(file, fcntl.LOCK_EX)
    print(len(mmap.mmap(file.fileno(), 1)))
with sqlite3.connect("db") as db:
    db.execute("create table t (x)"); db.execute("insert into t values (7)")
    print(db.execute("select x from t").fetchall())
signal.signal(signal.SIGALRM, lambda *_: print("alarm")); signal.setitimer(signal.ITIMER_REAL, 0.01); time.sleep(0.05)
print(len(secrets.token_bytes(8)), os.getpid() > 0, os.cpu_count() > 0, time.time() > 0, os.umask(0o077) >= 0)
print(shutil.disk_usage(".").total > 0, sorted(os.listdir("a/b")))
shutil.rmtree("a")
"""
    ending, lines = run_at(index, program)
    assert ending.code == 0, lines
    assert lines == ["1", "[(7,)]", "alarm", "8 True True True True", "True ['c.txt']"]


@pytest.mark.parametrize("index", range(3))
@pytest.mark.parametrize("code", [3, 125, 128 + 24, 128 + 9])
def test_a_program_ends_with_any_exit_code(index, code):
    """None of them is taken for a failure of the sandbox, or for a limit."""
    ending, lines = run_at(index, f"import os\nprint('ran', flush=True)\nos._exit({code})")
    assert (ending.code, ending.limit, lines) == (code, None, ["ran"])


@pytest.mark.parametrize("index", range(4))
def test_limits_may_be_larger_than_the_system_can_hold(index):
    huge = 9_999_999_999_999 << 20
    ending, lines = run_at(index, "print('ran')", cpu=huge, time=huge, memory=huge, output=huge)
    assert (ending.code, lines) == (0, ["ran"])


@pytest.mark.parametrize("index", range(3))
def test_a_level_that_cannot_be_put_in_force_runs_nothing(monkeypatch, index):
    require_level(index)
    monkeypatch.setattr(launch, "make_filter", lambda: bytes(8))
    with pytest.raises(PrimesongError, match="could not be put in force, so the program was not run"):
        run_at(index, "open('/dev/full', 'w').write('ran')")


def test_a_program_that_is_shown_otherwise_than_it_runs_is_not_run():
    with pytest.raises(PrimesongError, match="only UTF-8 is run"):
        run_at(3, "# coding: unicode_escape\n# \\nprint('hidden')\n")


def test_weaker_levels_are_found_by_trying(monkeypatch, untried):
    monkeypatch.setattr("primesong.sandbox.process.shutil.which", lambda name: None)
    assert find_level(PYTHON) in LEVELS[1:]
    find_level.cache_clear()
    monkeypatch.setattr("primesong.sandbox.process.make_filter", lambda: None)
    assert find_level(PYTHON) == LEVELS[-1]


def test_macos_has_limits_only(monkeypatch, untried):
    """Without prctl, Landlock and seccomp, and without a limit of memory."""
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr("primesong.sandbox.process.shutil.which", lambda name: None)
    assert find_level(PYTHON) == LEVELS[-1]
    ending, lines = run_at(3, "import resource; print(resource.getrlimit(resource.RLIMIT_CPU)[0])", cpu=7)
    assert (ending.code, lines) == (0, ["7"])
    assert "RLIMIT_AS" not in Quota().process_limits()


#: Windows has none of these modules, and not all of these signals.
ON_WINDOWS = """
import asyncio, signal, sys  # asyncio has modules of its own for each system
for name in ("resource", "fcntl", "pwd", "grp", "termios"):
    sys.modules[name] = None
for name in ("SIGXCPU", "SIGKILL", "SIGHUP"):
    delattr(signal, name)
from primesong.cli.main import main
sys.platform = "win32"
sys.exit(main(sys.argv[1:]))
"""


def test_on_windows_one_sentence_says_that_nothing_is_run(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", ON_WINDOWS, "run", "femtogpt", "--yes", "--sha256", PROGRAM_SHA256], cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("primesong: programs run on Linux and macOS only")
    assert done.stderr.count("\n") == 1


#: Runs a program at a level and passes on what it prints; it hears SIGHUP, also where nohup started the tests.
EXECUTES = """
import signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from primesong.sandbox.interpreter import find_python
from primesong.sandbox.levels import LEVELS
from primesong.sandbox.process import execute
from primesong.sandbox.quota import Quota
python, level = find_python(), LEVELS[{index}]
execute({program!r}, python, level, Quota(time=60), files={{}}, show=lambda line: print(line, flush=True))
"""

#: Asks not to be ended with its parent, says that it runs, and goes on for a minute.
OUTLIVES = b"""
import ctypes, os, time
ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
print("runs", flush=True)
os.close(1); os.close(2)
time.sleep(60)
"""


def begin(index, folder):
    """Run a program in a runner of its own; return the runner and the processes that it started."""
    code = EXECUTES.format(program=OUTLIVES, index=LEVELS.index(require_level(index)))
    runner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=folder)
    assert runner.stdout.readline() == b"runs\n"
    return runner, descendants_of(runner.pid)


@pytest.mark.parametrize("index", range(3))
def test_a_runner_that_is_killed_takes_its_program_along(tmp_path, index):
    runner, inside = begin(index, tmp_path)
    assert inside
    runner.kill()
    runner.communicate(timeout=60)
    wait_until(lambda: not any(map(is_alive, inside)))
    for folder in (tmp_path / "scratch").iterdir():  # a runner that is killed can clear nothing away
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_runner_that_is_asked_to_end_clears_away(tmp_path, number):
    runner, inside = begin(3, tmp_path)
    runner.send_signal(number)
    runner.communicate(timeout=60)
    assert runner.returncode == 128 + number
    wait_until(lambda: not any(map(is_alive, inside)))


def descendants_of(process):
    return [each for child in children_of(process) for each in (child, *descendants_of(child))]
