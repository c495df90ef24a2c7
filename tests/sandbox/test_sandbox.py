"""Hostile programs, put into songs and run: each is stopped, the user is told how, and nothing is left behind."""

import hashlib
import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from support.published import PROGRAM_SHA256

from primesong.errors import MissingError, PrimesongError
from primesong.number.digits import to_digits
from primesong.sandbox import confine
from primesong.sandbox.levels import LEVELS, find_python, strongest
from primesong.sandbox.process import Limits, execute
from primesong.sandbox.reach import read_reach
from primesong.sandbox.training import Training
from primesong.song import encode

MIB = 1 << 20
PYTHON = find_python()

FORKS = """
import os, time
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
DIGS_FOLDERS = """
import os, time
while True:
    os.mkdir("d", 0o000 if os.getuid() == 0 else 0o700)
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
ESCAPES = r"""
import sys
sys.stdout.buffer.write(b"\x1b]0;gone\x07\x1b[2J\xc2\x9b31m\xe2\x80\xae\x08\x0d sa\n")
"""
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

#: name: program, limits, what its ending or its last words say, the indices of the levels that promise to stop it.
HOSTILE = {
    "forks without end": (FORKS, {}, "not permitted", 3),
    "fills memory": (FILLS_MEMORY, {"memory": 128 * MIB}, "MemoryError", 4),
    "fills one file": (FILLS_ONE_FILE, {"disk": 4 * MIB}, "File too large|No space left|files took more", 4),
    "fills many files": (FILLS_MANY_FILES, {"disk": 4 * MIB}, "No space left|files took more", 4),
    "digs folders": (DIGS_FOLDERS, {"disk": MIB, "cpu": 1}, "No space left|files took more|too long|denied|used up", 4),
    "spins for ever": (SPINS, {"cpu": 1}, "used up 1 s of processor time; --cpu", 4),
    "sleeps for ever": (SLEEPS, {"wall": 1}, "ran for 1 s; --time", 4),
    "ignores every signal": (IGNORES, {"wall": 1}, "ran for 1 s; --time", 4),
    "ignores signals and spins": (IGNORES_AND_SPINS, {"cpu": 1}, "used up 1 s of processor time", 4),
    "prints without end": (CHATTERS, {"output": MIB}, "printed more than 1 MiB; --output", 4),
    "kills its parent": (KILLS, {}, "not permitted", 3),
    "hides memory in files": (SHARES, {}, "not permitted", 3),
    "raises its limits": (RAISES_LIMITS, {}, "not permitted|not allowed to raise", 3),
}


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path, monkeypatch):
    """Give the sandbox a temporary folder of its own, and look into it afterwards."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    yield
    assert list(scratch.iterdir()) == []


def level(index):
    found = LEVELS.index(strongest(PYTHON))
    if found > index:
        pytest.skip(f"{LEVELS[index].name} takes no hold here; install bubblewrap and libseccomp2")
    return LEVELS[index]


def lines_of(program, index=0, **limits):
    """Run a program; give its ending and its lines."""
    limits = Limits(**({"cpu": 20, "wall": 30, "memory": 512 * MIB, "disk": 8 * MIB, "output": 4 * MIB} | limits))
    lines = []
    ending = execute(program.encode(), PYTHON, level(index), limits, files={"input.txt": b"anna\n"}, show=lines.append)
    return ending, lines


def song_of(program, folder):
    """Put a program into a song."""
    path = folder / "song.txt"
    path.write_text(to_digits(encode(program.encode())))
    return path


def run(program, folder, *arguments):
    """Run a program out of its song by the command, as a script would."""
    sha256 = hashlib.sha256(program.encode()).hexdigest()
    words = ["run", str(song_of(program, folder)), "--yes", "--sha256", sha256, *arguments]
    return subprocess.run(
        [sys.executable, "-m", "primesong", *words], capture_output=True, text=True, check=False, timeout=120
    )


PROMISED = [(name, index) for name, (_, _, _, levels) in HOSTILE.items() for index in range(levels)]


@pytest.mark.parametrize(("name", "index"), PROMISED, ids=[f"{name}-{LEVELS[index].name}" for name, index in PROMISED])
def test_every_level_stops_what_it_promises_to_stop(name, index):
    program, limits, message, _ = HOSTILE[name]
    ending, lines = lines_of(program, index, **limits)
    assert ending.code != 0
    assert any(words in (ending.stopped or lines[-1]) for words in message.split("|")), (ending, lines[-1:])


FLAGS = {"cpu": ("--cpu", 1), "wall": ("--time", 1), "memory": ("--memory", MIB), "disk": ("--disk", MIB),
         "output": ("--output", MIB)}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_song_is_stopped_and_the_user_told(name, tmp_path):
    program, limits, message, _ = HOSTILE[name]
    flags = [part for limit, value in limits.items() for part in (FLAGS[limit][0], str(value // FLAGS[limit][1]))]
    done = run(program, tmp_path, "--quiet", *flags)
    assert done.returncode == 1
    assert done.stderr.startswith(("primesong: the program was stopped: it ", "primesong: the program failed"))
    assert any(words in done.stderr for words in message.split("|")), done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("index", [0, 1])
def test_the_users_files_are_out_of_reach(tmp_path, index):
    secret = tmp_path / "diary.txt"
    secret.write_text("the secret word is kedar")
    for place in (str(secret), "/etc/passwd", "/etc/hostname", f"/proc/{os.getpid()}/environ"):
        ending, lines = lines_of(f"print(open({place!r}).read())", index)
        assert ending.code == 1
        assert "kedar" not in "\n".join(lines)
        assert any(words in lines[-1] for words in ("No such file", "Permission denied", "not permitted")), lines
    attempts = (
        f"open({str(tmp_path / 'mine')!r}, 'w')",
        f"os.unlink({str(secret)!r})",
        f"os.chmod({str(secret)!r}, 0)",
        "open('/usr/bin/mine', 'w')",
        "open('/dev/shm/mine', 'w')",
        "open('/mine', 'w')",
        f"os.listdir({str(tmp_path)!r})",
    )
    for attempt in attempts:
        ending, lines = lines_of(f"import os\n{attempt}", index)
        assert ending.code == 1, attempt
    assert secret.read_text() == "the secret word is kedar"
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_network_is_out_of_reach(index):
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]

        def listen():
            try:
                heard.append(server.accept())
            except TimeoutError:
                return

        for program in (
            f"import socket; socket.create_connection(('127.0.0.1', {port}))",
            f"import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}/')",
            "import socket; socket.socketpair()",
            "import socket; socket.socket(socket.AF_UNIX)",
        ):
            listener = threading.Thread(target=listen)
            listener.start()
            ending, lines = lines_of(program, index)
            listener.join()
            assert ending.code == 1
            assert "Operation not permitted" in lines[-1]
    assert heard == []


@pytest.mark.parametrize("index", range(4))
def test_a_program_starts_with_nothing(index, monkeypatch):
    monkeypatch.setenv("PRIMESONG_SECRET", "kedar")
    handle = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(handle, True)
    program = """
import os, sys
print("kedar" in str(os.environ), sys.flags.isolated, sys.flags.no_site, sys.dont_write_bytecode)
print(sorted(os.listdir(".")), repr(sys.stdin.read()), open("input.txt").read())
print([number for number in range(3, 64) if os.path.exists(f"/proc/self/fd/{number}") and os.isatty(number)])
open("mine.txt", "w").write("sa")
print(open("mine.txt").read())
"""
    ending, lines = lines_of(program, index)
    os.close(handle)
    assert ending.code == 0
    assert ending.stopped is None
    assert lines == ["False 1 1 True", "['input.txt', 'program.py'] '' anna", "", "[]", "sa"]


def test_a_level_that_cannot_be_put_in_force_runs_nothing(monkeypatch):
    monkeypatch.setattr("primesong.sandbox.levels.filter_program", lambda: "00" * 8)
    with pytest.raises(PrimesongError, match="could not be put in force, so the program was not run"):
        lines_of("print('ran')", 2)


def test_confine_says_what_it_cannot_do():
    done = subprocess.run([sys.executable, confine.__file__, "{}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (confine.FAILED, "")
    assert done.stderr.startswith("the sandbox cannot be put in force")


def test_weaker_levels_are_found_by_trying(monkeypatch):
    strongest.cache_clear()
    monkeypatch.setattr("primesong.sandbox.levels.shutil.which", lambda name: None)
    weaker = strongest(PYTHON)
    strongest.cache_clear()
    assert weaker in LEVELS[1:]
    monkeypatch.setattr("primesong.sandbox.levels.filter_program", lambda: None)
    assert strongest(PYTHON) == LEVELS[-1]
    strongest.cache_clear()


@pytest.mark.parametrize(
    ("words", "level_name", "user"),
    [(["--map-user=1000", "--map-group=1000"], LEVELS[0].name, "65534"), (["--map-root-user"], LEVELS[1].name, "0")],
    ids=["a normal user has bubblewrap", "without user namespaces there is Landlock"],
)
def test_other_users_and_systems(tmp_path, tool, words, level_name, user):
    """In a user namespace of its own: as somebody who is not root; and where no further namespace may be made."""
    unshare = [tool("unshare"), "--user", *words]
    if subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode:
        pytest.skip("unshare makes no user namespace here")
    program = "import os; print(os.getuid())"
    sha256 = hashlib.sha256(program.encode()).hexdigest()
    none = "" if "--map-user=1000" in words else "echo 0 > /proc/sys/user/max_user_namespaces && "
    command = f"{none}exec {sys.executable} -m primesong run {song_of(program, tmp_path)} --yes --sha256 {sha256}"
    done = subprocess.run([*unshare, "sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{user}\n"), done.stderr
    assert f"sandbox   {level_name}: no network" in done.stderr


def test_isolation_can_be_required(tmp_path):
    program = "print('dha')"
    done = run(program, tmp_path, "--require-isolation")
    if strongest(PYTHON) == LEVELS[0]:
        assert (done.returncode, done.stdout) == (0, "dha\n")
        assert "sandbox   bubblewrap: no network, none of your files" in done.stderr
    sha256 = hashlib.sha256(program.encode()).hexdigest()
    words = ["run", str(tmp_path / "song.txt"), "--yes", "--sha256", sha256, "--require-isolation"]
    refused = subprocess.run(
        [sys.executable, "-m", "primesong", *words], capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": "/nowhere"},
    )  # fmt: skip
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "not bubblewrap; the program was not run" in refused.stderr


def test_nothing_runs_without_consent(tmp_path):
    path = song_of("print('ran')", tmp_path)
    words = [sys.executable, "-m", "primesong", "run", str(path)]
    for more, message in (
        ([], "there is no terminal to ask on; --yes with --sha256"),
        (["--yes"], "--yes runs nothing without --sha256"),
        (["--yes", "--sha256", PROGRAM_SHA256], "not the one given; it was not run"),
        (["--python", "/bin/false"], "is no Python that runs"),
        (["--plot", "x.gif"], "pictures are saved as png, svg"),
        (["--input", str(tmp_path / "none.txt")], "none.txt cannot be read"),
    ):
        done = subprocess.run([*words, *more], input="y\n", capture_output=True, text=True, check=False)
        assert done.returncode in (1, 3), more
        assert done.stdout == ""
        assert message in done.stderr


class Terminal:
    """The command on a terminal: what it has shown, and keys for it."""

    def __init__(self, *arguments):
        self.master, slave = pty.openpty()
        self.shown = ""
        self.child = subprocess.Popen(
            [sys.executable, "-m", "primesong", *map(str, arguments)], stdin=slave, stdout=slave, stderr=slave,
            env=os.environ | {"TERM": "xterm", "COLUMNS": "100", "LINES": "40"},
        )  # fmt: skip
        os.close(slave)

    def read(self, until):
        """Read until a text has been shown, or, with None, to the end."""
        deadline = time.monotonic() + 60
        while until is None or until not in self.shown:
            assert time.monotonic() < deadline, self.shown
            if select.select([self.master], [], [], 0.2)[0]:
                try:
                    self.shown += os.read(self.master, 65536).decode("utf-8", "replace")
                except OSError:
                    return

    def type(self, keys):
        os.write(self.master, keys.encode())

    def end(self):
        self.read(None)
        os.close(self.master)
        return self.child.wait()


def test_it_shows_and_asks(tmp_path):
    program = "import os, socket  # \x1b[2J\nprint(eval('6 * 7'), open)\n"
    path = song_of(program, tmp_path)
    terminal = Terminal("run", path)
    terminal.read("ource: ")
    for part in ("bytes", hashlib.sha256(program.encode()).hexdigest(),
                 "imports   os, socket", "files: os, open", "network: socket", "code: eval"):  # fmt: skip
        assert part in terminal.shown
    terminal.type("s\n")
    terminal.read("print(eval(")
    terminal.type("n\n")
    assert terminal.end() == 1
    assert "the program was not run" in terminal.shown
    assert "42" not in terminal.shown
    assert "\x1b[2J" not in terminal.shown
    consenting = Terminal("run", path)
    consenting.read("ource: ")
    consenting.type("yes\n")
    assert consenting.end() == 0
    assert "42" in consenting.shown


def test_a_program_cannot_steer_the_terminal(tmp_path):
    terminal = Terminal("run", song_of(ESCAPES, tmp_path))
    terminal.read("ource: ")
    before = len(terminal.shown)
    terminal.type("y\n")
    assert terminal.end() == 0
    for steering in ("\x1b]0;", "\x07", "\x1b[2J", "\u202e", "\x9b", "\x08"):
        assert steering not in terminal.shown[before:]
    assert "sa" in terminal.shown[before:]
    piped = run(ESCAPES, tmp_path)
    assert piped.returncode == 0
    assert piped.stdout.isprintable() or set(piped.stdout) <= set("\ufffd\n ]0;gone[2J31m sa")


TRAINS = """
import time
names = open("input.txt").read().split()
for step in range({end}):
    print(f"step {{step + 1:4d}} / {end:4d} | loss {{3 - step / 200:.4f}}")
    time.sleep({pause})
for number, name in enumerate([names[0], "zyx" + chr(27), names[0], ""], start=1):
    print(f"sample {{number:2d}}: {{name}}")
"""


def test_training_is_a_curve_and_ctrl_c_says_how_far_it_came(tmp_path):
    terminal = Terminal("run", song_of(TRAINS.format(end=500, pause=0.1), tmp_path), "--log", tmp_path / "loss.json")
    terminal.read("ource: ")
    terminal.type("y\n")
    terminal.read("of 500, mean loss of the last 50: 2.9")
    terminal.child.send_signal(signal.SIGINT)
    assert terminal.end() == 130, terminal.shown[-900:]
    assert any("\u2800" < character <= "\u28ff" for character in terminal.shown), "a curve is drawn"
    assert "interrupted after step " in terminal.shown
    log = json.loads((tmp_path / "loss.json").read_text())
    assert log["steps"] == 500
    assert 1 <= len(log["losses"]) < 500
    assert log["losses"][0] == 3.0


def test_names_are_told_apart_and_kept(tmp_path):
    done = run(
        TRAINS.format(end=60, pause=0), tmp_path, "--log", str(tmp_path / "l.json"), "--plot", str(tmp_path / "l.png")
    )
    assert done.returncode == 0
    assert "2 different ones: 1 of them stand in the list of 5,163 that it learned from, 1 are new" in done.stderr
    assert "known     aaron\n" in done.stderr
    assert "\x1b" not in done.stderr
    log = json.loads((tmp_path / "l.json").read_text())
    assert (log["in_the_list"], log["new"], log["names"]) == (["aaron"], ["zyx\x1b"], ["aaron", "zyx\x1b", "aaron", ""])
    assert (tmp_path / "l.png").read_bytes().startswith(b"\x89PNG")


def test_losses_are_read_only_where_they_are_losses():
    training = Training()
    lines = ("step    1 /  500 | loss 3.5", "step 2 / 500 | loss nan", "loss 2", "step 2 / 500 | loss 2.5 ", "ga")
    assert [training.read(line) for line in lines] == [True, False, False, True, False]
    assert (training.losses, training.steps, training.recent, training.last_words) == ([3.5, 2.5], 500, 3.0, "ga")


def test_a_runner_that_is_killed_takes_its_program_along(tmp_path):
    for index in range(3):
        code = (
            "import sys; from primesong.sandbox.levels import *; from primesong.sandbox.process import *\n"
            f"execute(b'import time, os\\nprint(os.getpid(), flush=True)\\nwhile 1: time.sleep(.1)', find_python(), "
            f"LEVELS[{LEVELS.index(level(index))}], Limits(wall=60), files={{}}, "
            "show=lambda line: print(line, flush=True))"
        )
        runner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=tmp_path)
        assert runner.stdout.readline().strip().isdigit()
        inside = children_of(runner.pid)
        assert inside
        runner.kill()
        runner.communicate(timeout=60)
        deadline = time.monotonic() + 20
        while any(alive(process) for process in inside) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not any(alive(process) for process in inside)
    for folder in (tmp_path / "scratch").iterdir():  # a runner that is killed can clear nothing away
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def children_of(process):
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children_of(child)]
    return found


def alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("program", "imports", "leads"),
    [
        (b"print(1)", (), {}),
        (b"import os.path, math\nfrom urllib import request", ("os.path", "math", "urllib"),
         {"files": ("os",), "network": ("urllib",), "processes": ("os",)}),
        (b"().__class__.__subclasses__()", (), {"hidden code": ("__subclasses__",)}),
        (b"def f():\n  import socket\n  exec(open('x'))", ("socket",),
         {"files": ("open",), "network": ("socket",), "hidden code": ("exec",)}),
    ],
)  # fmt: skip
def test_what_a_program_reaches_for(program, imports, leads):
    reach = read_reach(program)
    assert (reach.imports, reach.leads, reach.fault) == (imports, leads, None)


@pytest.mark.parametrize(
    "program", [b"print(", b"\x00", b"\xff\xfe", b"(" * 10_000, b"-" * 100_000 + b"1", b"# coding: moo"]
)
def test_what_is_no_python_is_said_to_be_none(program):
    assert read_reach(program).fault


def test_a_python_that_is_missing_is_named():
    with pytest.raises(MissingError, match="no-such-python is no Python that runs; name one with --python"):
        find_python("no-such-python")


def test_limits_are_above_zero():
    with pytest.raises(ValueError, match="above 0"):
        Limits(cpu=0)
