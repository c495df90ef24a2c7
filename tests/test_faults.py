"""Killed at any moment, out of space, without the right to write, twice at once: files old or whole, one sentence."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

import pytest

KILLS = int(os.environ.get("PRIMESONG_KILLS", "20"))

COMPOSE = [sys.executable, "-m", "primesong", "compose", "number.txt", "--format", "mid,sargam", "--force"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "number.txt").write_text("31415926535" * 300)
    return tmp_path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".mid", ".sargam")}


def test_killed_at_any_moment_it_leaves_old_files_or_whole_new_ones(folder):
    started = time.monotonic()
    subprocess.run(COMPOSE, cwd=folder, check=True, capture_output=True)
    seconds = time.monotonic() - started
    new = contents(folder)
    assert len(new) == 2
    old = dict.fromkeys(new, b"old")
    rng = random.Random(5)
    for _ in range(KILLS):
        for name, content in old.items():
            (folder / name).write_bytes(content)
        child = subprocess.Popen(COMPOSE, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.3, 1.05) * seconds)
        child.send_signal(signal.SIGKILL)
        child.wait()
        for name, content in contents(folder).items():
            assert content in (old[name], new[name]), name


@pytest.mark.parametrize("form", ["mid", "sargam", "wav"])
def test_a_full_disk_gives_one_sentence(folder, form):
    (folder / f"number.{form}").write_bytes(b"old")
    done = subprocess.run(
        [*COMPOSE, "--format", form], cwd=folder, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )  # fmt: skip
    assert done.returncode == 1
    assert "cannot be written: " in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(path.name for path in folder.iterdir()) == sorted(["number.txt", f"number.{form}"])
    assert (folder / f"number.{form}").read_bytes() == b"old"


def test_a_folder_that_cannot_be_written_to_gives_one_sentence(folder):
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        pytest.skip("bubblewrap is not installed")
    done = subprocess.run(
        [bwrap, "--bind", "/", "/", "--ro-bind", str(folder), str(folder), "--chdir", str(folder), *COMPOSE],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.endswith("cannot be written: read-only file system\n")
    assert done.stderr.count("\n") == 1


def test_two_at_once_do_not_mix(folder):
    commands = [COMPOSE, [*COMPOSE, "--tonic", "C#3"]]
    wanted = []
    for command in commands:
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        wanted.append(contents(folder))
    for _ in range(3):
        both = [subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) for command in commands]
        assert [child.wait() for child in both] == [0, 0]
        for name, content in contents(folder).items():
            assert content in (wanted[0][name], wanted[1][name])
        assert not list(folder.glob(".*.part"))
