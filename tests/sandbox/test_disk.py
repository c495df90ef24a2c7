"""A program's folder is measured and removed, whatever is in it."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from primesong.sandbox.disk import make_folder, measure_folder, measure_mount, measure_unnamed

MIB = 1 << 20

#: Makes a folder of each kind that is hard to remove: one that may not be listed, and one too deep for a path.
DIGS = """
import os
os.mkdir("hidden", 0o300)
open("hidden/file", "w").write("sa")
for _ in range(1_050):
    os.mkdir("deeper", 0o700)
    os.chdir("deeper")
"""


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_goes_with_all_that_was_dug_in_it(scratch):
    with make_folder() as folder:
        subprocess.run([sys.executable, "-c", DIGS], cwd=folder, check=True)
    assert list(scratch.iterdir()) == []


def test_a_folder_goes_for_a_user_who_may_not_list_it(tool, scratch):
    """In a user namespace as somebody who is not root, for whom modes hold."""
    unshare = [tool("unshare"), "--user", "--map-user=1000", "--map-group=1000"]
    if subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode:
        pytest.skip("unshare cannot make a user namespace here")
    code = (
        "import os, subprocess, sys\nfrom primesong.sandbox.disk import make_folder, measure_folder\n"
        f"with make_folder() as folder:\n"
        f"    subprocess.run([sys.executable, '-c', {DIGS!r}], cwd=folder, check=True)\n"
        "    print(measure_folder(folder / 'hidden', 1000), os.getuid())\n"
    )
    done = subprocess.run(
        [*unshare, sys.executable, "-c", code], env=os.environ | {"TMPDIR": str(scratch)}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "1001 1000\n", "what may not be listed counts as more than the limit"
    assert list(scratch.iterdir()) == []


def test_names_blocks_and_sparse_files_count(scratch):
    folder = scratch / "song"
    folder.mkdir()
    assert measure_folder(folder, MIB) == 0
    for number in range(10):
        (folder / f"empty{number}").touch()
    assert measure_folder(folder, MIB) == 10 * 4096
    (folder / "inner").mkdir()
    with (folder / "inner" / "sparse").open("wb") as file:
        file.truncate(MIB)
    assert measure_folder(folder, 4 * MIB) == 11 * 4096 + MIB
    with (folder / "reserved").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, MIB)
        file.truncate(0)
        if sys.platform == "linux":
            subprocess.run(["fallocate", "--keep-size", "--length", "2M", folder / "reserved"], check=True)
    assert measure_folder(folder, 9 * MIB) >= 11 * 4096 + 3 * MIB, "blocks beyond a file's end count"
    (folder / "link").symlink_to("/")
    assert measure_folder(folder, 9 * MIB) < 4 * MIB, "a link is not followed"


def test_measuring_stops_above_the_limit(scratch):
    for number in range(100):
        (scratch / f"empty{number}").touch()
    assert measure_folder(scratch, 8192) == 3 * 4096


@pytest.mark.parametrize("keep", ["handle", "mapping"])
def test_a_file_without_a_name_counts(scratch, keep):
    program = f"""
import ctypes, mmap, os
file = os.open("gone", os.O_RDWR | os.O_CREAT)
os.unlink("gone")
os.write(file, bytes(1 << 20))
if {keep!r} == "mapping":
    mapping = ctypes.CDLL(None).mmap(None, 4096, 1, 2, file, 0)
    os.close(file)
print("made", flush=True)
input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=scratch, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline() == b"made\n"
        size = measure_unnamed(child.pid, scratch, 5 * MIB)
        child.communicate(b"\n")
    at_least, at_most = {"handle": (MIB, 2 * MIB), "mapping": (5 * MIB + 1, 6 * MIB)}[keep]
    assert at_least <= size <= at_most, "what is only mapped may be of any size"
    assert measure_unnamed(child.pid, scratch, MIB) == 0


def test_a_process_that_hides_its_files_counts_as_full_unless_it_has_ended(scratch, monkeypatch):
    """The system shows nobody but root the files of a process that is ending, or that nobody has waited for."""

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with subprocess.Popen(["sleep", "60"]) as child:
        assert measure_unnamed(child.pid, scratch, MIB) == MIB + 1
        with monkeypatch.context() as ending:  # it still runs, but has given its memory back
            ending.setattr(Path, "read_text", lambda path, encoding: "0 0 0 0 0 0 0\n")
            assert measure_unnamed(child.pid, scratch, MIB) == 0
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert measure_unnamed(child.pid, scratch, MIB) == 0


def test_a_mount_counts_blocks_and_names(tool, scratch):
    code = (
        "from pathlib import Path; from primesong.sandbox.disk import measure_mount as measure\n"
        "before = measure(Path('/mnt'))\nfor number in range(5): Path(f'/mnt/{number}').touch()\n"
        "Path('/mnt/0').write_bytes(bytes(1 << 20))\nprint(measure(Path('/mnt')) - before)"
    )
    done = subprocess.run(
        [tool("bwrap"), "--dev-bind", "/", "/", "--tmpfs", "/mnt", sys.executable, "-c", code],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) == MIB + 5 * 4096
    assert measure_mount(scratch / "gone") == 0
