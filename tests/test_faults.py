"""Killed at any moment, interrupted, out of space, without the right to write, twice at once: files old or whole, one
sentence, nothing left behind.

`make fuzz` asks for 200 kills by `PRIMESONG_KILLS`, and for a tenth as many interrupts and pairs.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from support.command import PRIMESONG, Running, spawn
from support.files import umask
from support.warm import start

KILLS = int(os.environ.get("PRIMESONG_KILLS", "20"))

COMPOSE = ["compose", "number.txt", "--as", "number", "--format", "mid,sargam,html", "--tuning", "just", "--force"]
NAMES = ["number.html", "number.mid", "number.sargam", "number.scl"]

#: For each number n that it reads, runs the command in a process that kills itself at the nth time that it does
#: something to a file; writes that process's exit code.
KILLED_AT = """
import os, signal, sys
import primesong.cli.commands.songs.compose
from primesong.cli.main import main
def hook(event, arguments):
    global left
    if event in ("os.rename", "os.chmod", "os.mkdir", "os.remove", "os.rmdir"):
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
for line in sys.stdin:
    child = os.fork()
    if not child:
        left = int(line)
        sys.addaudithook(hook)
        sys.stdout = open(os.devnull, "w")
        os._exit(main())
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "number.txt").write_text("31415926535" * 100)
    return tmp_path


@pytest.fixture
def new(folder):
    """What the files are when they are new, and how long it takes to make them."""
    for _ in range(2):  # the first time, what all processes are forked from is started too
        shutil.rmtree(folder / "made", ignore_errors=True)
        started = time.monotonic()
        assert spawn(*COMPOSE, "-o", "made", cwd=folder).returncode == 0
        seconds = time.monotonic() - started
    made = contents(folder / "made")
    assert sorted(made) == NAMES
    shutil.rmtree(folder / "made")
    return made, seconds


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name in NAMES}


def parts(folder):
    return [path.name for path in folder.iterdir() if path.name.endswith(".part")]


def kill_after(seconds, *words, cwd):
    """Start the command and kill it; return the exit code."""
    child = start(*words, cwd=cwd)
    time.sleep(seconds)
    child.kill()
    return child.wait()


def test_killed_at_any_moment_it_leaves_old_files_or_whole_new_ones(folder, new):
    made, seconds = new
    old = dict.fromkeys(made, b"old")
    rng = random.Random(5)
    killed = 0
    for _ in range(KILLS):
        for name, content in old.items():
            (folder / name).write_bytes(content)
        code = kill_after(rng.uniform(0, 1.05) * seconds, *COMPOSE, cwd=folder)
        found = contents(folder)
        assert sorted(found) == NAMES
        for name, content in found.items():
            assert content in (old[name], made[name]), name
        assert code == -signal.SIGKILL or (code, found) == (0, made)
        killed += code == -signal.SIGKILL
    assert spawn(*COMPOSE, cwd=folder).returncode == 0
    assert parts(folder) == [], "what killed ones left is taken away by the next"
    assert killed, "not one of them was quick enough"


def test_killed_at_any_moment_it_leaves_no_new_folder_or_a_whole_one(folder, new):
    made, seconds = new
    rng = random.Random(6)
    for _ in range(KILLS // 4):
        kill_after(rng.uniform(0, 1.05) * seconds, *COMPOSE, "-o", "made", cwd=folder)
        assert not (folder / "made").exists() or contents(folder / "made") == made
        shutil.rmtree(folder / "made", ignore_errors=True)
    assert spawn(*COMPOSE, "-o", "made", cwd=folder).returncode == 0
    assert parts(folder) == []
    assert (folder / "made").stat().st_mode & 0o777 == 0o777 & ~umask()


def test_killed_at_each_thing_it_does_to_a_file(folder, new):
    """Not at random: before each change of mode, each move, each removal. Only between moves are old and new mixed."""
    made, _ = new
    old = dict.fromkeys(made, b"old")
    mixed = code = 0
    words = [sys.executable, "-c", KILLED_AT, *COMPOSE]
    with subprocess.Popen(words, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        for step in range(40):
            for name, content in old.items():
                (folder / name).write_bytes(content)
            starter.stdin.write(f"{step}\n")
            starter.stdin.flush()
            code = int(starter.stdout.readline())
            found = contents(folder)
            assert all(content in (old[name], made[name]) for name, content in found.items())
            mixed += found not in (old, made)
            if code == 0:
                break
            assert code == -signal.SIGKILL
        starter.stdin.close()
    assert code == 0
    assert step >= 2 * len(made), "a change of mode and a move for each file"
    assert mixed == len(made) - 1
    assert parts(folder) == []


def test_interrupted_at_any_moment_it_says_so_and_leaves_nothing_behind(folder, new):
    made, seconds = new
    old = dict.fromkeys(made, b"old")
    rng = random.Random(7)
    for _ in range(max(5, KILLS // 10)):
        for name, content in old.items():
            (folder / name).write_bytes(content)
        running = Running(*COMPOSE, cwd=folder)
        deadline = time.monotonic() + 60
        while not parts(folder) and running.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.6) * seconds)
        running.process.send_signal(signal.SIGINT)
        done = running.end()
        complaint = done.stderr.decode()
        found = contents(folder)
        assert parts(folder) == []
        if done.returncode == 0:
            assert (found, complaint) == (made, "")
        else:
            assert done.returncode in (130, -signal.SIGINT)  # the latter while the interpreter ends
            assert found in (old, made)
            told = "; nothing was written" if found == old else f", but {len(made)} files were written already"
            assert complaint in ("", f"primesong: interrupted{told}\n")


def test_two_at_once_do_not_mix(folder):
    """Whoever moves its files last has all of them there."""
    commands = [COMPOSE, [*COMPOSE, "--tonic", "C#3", "--tuning", "gandhar"]]
    wanted = []
    for command in commands:
        assert spawn(*command, cwd=folder).returncode == 0
        wanted.append(contents(folder))
    assert all(wanted[0][name] != wanted[1][name] for name in NAMES)
    for round_ in range(max(3, KILLS // 10)):
        place = f"made{round_}" if round_ % 2 else "."
        both = [running.end() for running in [Running(*command, "-o", place, cwd=folder) for command in commands]]
        assert [(done.returncode, done.stderr) for done in both] == [(0, b""), (0, b"")]
        assert contents(folder / place) in wanted
        assert parts(folder) == parts(folder / place) == []


#: Every command that writes a file: its words, and the file.
WRITERS = {
    "compose": (["compose", "number.txt", "--as", "number", "--format", "mid"], "number.mid"),
    "compose text": (["compose", "number.txt", "--as", "number", "--format", "sargam"], "number.sargam"),
    "compose sound": (["compose", "number.txt", "--as", "number", "--format", "wav"], "number.wav"),
    "compose a score": (["compose", "number.txt", "--as", "number", "--format", "mxl"], "number.mxl"),
    "render": (["render", "number.txt", "-o", "number.flac"], "number.flac"),
    "render mp3": (["render", "number.txt", "-o", "number.mp3"], "number.mp3"),
    "decode": (["decode", "femtogpt", "-o", "gpt.py", "--limit", "program=4M"], "gpt.py"),
    "qr": (["qr", "femtogpt", "-o", "code.png"], "code.png"),
    "notes": (["notes", "femtogpt", "--plot", "notes.svg"], "notes.svg"),
    "encode": (["encode", "number.txt", "--provable", "--quiet"], "number.certificate.json"),
}


def refused(done, folder, before):
    """See that a command that could not write said so in one sentence and left everything as it was."""
    said = done.stderr.decode()
    assert done.returncode == 1, said
    assert said.startswith("primesong: ")
    assert "cannot be written: " in said
    assert said.count("\n") == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_gives_one_sentence(folder, name):
    words, target = WRITERS[name]
    (folder / target).write_bytes(b"old")
    (folder / "number.txt").write_text("31415926535" * (100 if name != "encode" else 4))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    refused(spawn(*words, "--force", cwd=folder, most_bytes=100), folder, before)


def test_a_disk_that_is_really_full(folder, tool):
    """On a file system in memory of 64 KiB."""
    command = " ".join([*PRIMESONG, "compose", "femtogpt", "-o", "/full/song", "--format", "mid,wav"])
    done = subprocess.run(
        [tool("bwrap"), "--dev-bind", "/", "/", "--size", "65536", "--tmpfs", "/full", "sh", "-c",
         f"{command}; echo $?; ls -A /full"],
        capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    assert done.stdout == "1\n", "nothing lies in the folder"
    assert "cannot be written: " in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_output_that_is_full_gives_one_sentence(folder):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [*PRIMESONG, "decode", "femtogpt"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (
        1, "primesong: standard output cannot be written: no space left on device\n"
    )  # fmt: skip


@pytest.mark.parametrize("name", ["compose", "compose sound", "decode", "qr"])
def test_a_folder_that_cannot_be_written_to_gives_one_sentence(folder, name, tool):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    words = [*PRIMESONG, *WRITERS[name][0]]
    done = subprocess.run(
        [tool("bwrap"), "--bind", "/", "/", "--ro-bind", str(folder), str(folder), "--chdir", str(folder), *words],
        capture_output=True, check=False,
    )  # fmt: skip
    refused(done, folder, before)
    assert done.stderr.endswith(b"cannot be written: read-only file system\n")
