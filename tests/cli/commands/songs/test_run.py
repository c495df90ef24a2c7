"""`run`: it shows and asks, runs nothing without consent, shows what the program says, and tells how it ended."""

import hashlib
import io
import json
import re
import signal
import subprocess
import sys

import pytest
from support.isolation import PYTHON, require_level
from support.published import PROGRAM_SHA256
from support.songs import encode
from support.terminal import Terminal

from primesong.cli.main import main
from primesong.number.digits import to_digits
from primesong.sandbox.levels import LEVELS
from primesong.sandbox.process import find_level

#: A program that is stopped, by each of the command's limits: its arguments, and what is said.
STOPPED = {
    "--cpu": ("while True: pass", "1", "it used up 1 s of processor time"),
    "--time": ("import time\nwhile True: time.sleep(1)", "1", "it ran for 1 s"),
    "--output": ("while True: print('sa re ga ma ' * 1000)", "1", "it printed more than 1 MiB"),
    "--memory": ("hoard = [bytearray(1 << 20) for _ in range(1 << 20)]", "128", "it used up the memory it may use"),
    "--disk": ("open('big', 'wb').write(bytes(9 << 20))", "4", "(a file of its grew too large|it used up the space for "
               "files|its files took more than 4 MiB)"),
}  # fmt: skip

ESCAPES = r"""
import sys
sys.stdout.buffer.write(b"\x1b]0;gone\x07\x1b[2J\xc2\x9b31m\xe2\x80\xae\x08\x0d sa\n")
"""

TRAINS = """
import time
names = open("input.txt").read().split()
for step in range({end}):
    print(f"step {{step + 1:4d}} / {end:4d} | loss {{3 - step / 200:.4f}}")
    time.sleep({pause})
for number, name in enumerate([names[0], "zyx" + chr(27), names[0], ""], start=1):
    print(f"sample {{number:2d}}: {{name}}")
"""


def song_of(program, folder):
    """Put a program into a song."""
    path = folder / "song.txt"
    path.write_text(to_digits(encode(program.encode())))
    return path


def sha256_of(program):
    return hashlib.sha256(program.encode()).hexdigest()


@pytest.fixture
def run(tmp_path, capsys):
    """Run a program out of its song, as a script would: exit code, standard output and standard error."""

    def run(program, *arguments):
        words = ["run", str(song_of(program, tmp_path)), "--yes", "--sha256", sha256_of(program), *map(str, arguments)]
        code = main(words)
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("option", STOPPED)
def test_a_program_is_stopped_and_the_option_named(run, option):
    program, value, said = STOPPED[option]
    code, _, complaint = run(program, "--quiet", option, value)
    assert code == 1
    beginning = "primesong: the program (was stopped: |failed with exit code 1, because )"
    assert re.fullmatch(rf"{beginning}{said}.*; {option} raises that limit\n", complaint)


def test_a_program_that_fails_is_told_apart_from_one_that_is_stopped(run):
    code, output, complaint = run("import os\nprint('ran', flush=True)\nos._exit(125)", "--quiet")
    assert (code, output) == (1, "ran\n")
    assert complaint == "primesong: the program failed with exit code 125 (its last words: ran)\n"


def test_limits_may_be_as_large_as_anybody_likes(run):
    huge = 9_999_999_999_999_999_999
    code, output, _ = run("print('ran')", "--cpu", huge, "--memory", huge, "--time", huge, "--disk", 9_999_999_999_999)
    assert (code, output) == (0, "ran\n")


@pytest.mark.parametrize(
    ("words", "index", "user"),
    [(["--map-user=1000", "--map-group=1000"], 0, "65534"), (["--map-root-user"], 1, "0")],
    ids=["a normal user has bubblewrap", "without user namespaces there is Landlock"],
)
def test_other_users_and_systems(tmp_path, tool, words, index, user):
    """In a user namespace of its own: as somebody who is not root; and where no further namespace may be made."""
    require_level(index)
    unshare = [tool("unshare"), "--user", *words]
    if subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode:
        pytest.skip("unshare cannot make a user namespace here")
    program = "import os; print(os.getuid())"
    none = "echo 0 > /proc/sys/user/max_user_namespaces && " if index else ""
    command = (
        f"{none}exec {sys.executable} -m primesong run {song_of(program, tmp_path)} --yes --sha256 {sha256_of(program)}"
    )
    done = subprocess.run([*unshare, "sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{user}\n"), done.stderr
    assert f"sandbox   {LEVELS[index].name}: {LEVELS[index].promise}\n" in done.stderr


def test_isolation_can_be_required(run, monkeypatch, untried):
    program = "print('dha')"
    if find_level(PYTHON) == LEVELS[0]:
        code, output, told = run(program, "--require-isolation")
        assert (code, output) == (0, "dha\n")
        assert "sandbox   bubblewrap: no network, none of your files" in told
    find_level.cache_clear()
    monkeypatch.setattr("primesong.sandbox.process.shutil.which", lambda name: None)
    code, output, complaint = run(program, "--require-isolation")
    assert (code, output) == (1, "")
    assert "not bubblewrap; the program was not run" in complaint


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 1, "there is no terminal to ask on; --yes with the program's --sha256"),
        (["--yes"], 1, "--yes needs --sha256"),
        (["--yes", "--sha256", PROGRAM_SHA256], 1, "not the one that was agreed to; it was not run"),
        (["--python", "/bin/false"], 3, "/bin/false does not run as a Python; --python chooses another"),
        (["--plot", "x.gif"], 1, "x.gif: expected a file name that ends in .png or .svg"),
        (["--input", "none.txt"], 1, "none.txt cannot be read"),
    ],
)
def test_nothing_runs_without_consent(tmp_path, capsys, monkeypatch, arguments, code, message):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert main(["run", str(song_of("print('ran')", tmp_path)), *arguments]) == code
    output, complaint = capsys.readouterr()
    assert output == ""
    assert message in complaint


def test_a_program_that_is_shown_otherwise_than_it_runs_is_refused(run):
    code, output, complaint = run("# coding: unicode_escape\n# \\nprint('hidden')\n")
    assert (code, output) == (1, "")
    assert "the program declares the encoding unicode_escape; only UTF-8 is run" in complaint


def test_it_shows_and_asks(tmp_path):
    program = "import os, socket  # \x1b[2J\rprint(eval('str(open)[:4] * 3'), open)\n"
    path = song_of(program, tmp_path)
    terminal = Terminal("run", path)
    terminal.read("ource: ")
    for part in (
        "bytes",
        sha256_of(program),
        "imports   os, socket",
        "files: os, open",
        "network: socket",
        "code: eval",
    ):
        assert part in terminal.shown
    terminal.type("s\n")
    terminal.read("print(eval(")
    assert "socket  # ⟨U+001B⟩[2J\r\nprint(eval(" in terminal.shown, (
        "a carriage return is shown as the line break it is"
    )
    terminal.type("n\n")
    assert terminal.end() == 1
    assert "the program was not run" in terminal.shown
    assert "<bui<bui<bui" not in terminal.shown
    assert "\x1b[2J" not in terminal.shown
    consenting = Terminal("run", path)
    consenting.read("ource: ")
    consenting.type("yes\n")
    assert consenting.end() == 0
    assert "<bui<bui<bui" in consenting.shown


def test_a_program_cannot_steer_the_terminal(tmp_path, run):
    terminal = Terminal("run", song_of(ESCAPES, tmp_path))
    terminal.read("ource: ")
    before = len(terminal.shown)
    terminal.type("y\n")
    assert terminal.end() == 0
    for steering in ("\x1b]0;", "\x07", "\x1b[2J", "\u202e", "\x9b", "\x08"):
        assert steering not in terminal.shown[before:]
    assert "sa" in terminal.shown[before:]
    code, output, _ = run(ESCAPES)
    assert code == 0
    assert output == "\ufffd]0;gone\ufffd\ufffd[2J\ufffd31m\ufffd\ufffd\ufffd sa\n"


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


def test_names_are_told_apart_and_kept(tmp_path, run):
    code, _, told = run(TRAINS.format(end=60, pause=0), "--log", tmp_path / "l.json", "--plot", tmp_path / "l.png")
    assert code == 0
    assert "names     2 different: 1 in the list of 5,163 that it learned from, 1 new" in told
    assert "known     aaron\n" in told
    assert "\x1b" not in told
    log = json.loads((tmp_path / "l.json").read_text())
    assert (log["in_the_list"], log["new"], log["names"]) == (["aaron"], ["zyx\x1b"], ["aaron", "zyx\x1b", "aaron", ""])
    assert (tmp_path / "l.png").read_bytes().startswith(b"\x89PNG")
