"""Files are written whole or not at all, and only what may be replaced is replaced."""

import contextlib
import itertools
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from primesong.errors import PrimesongError
from primesong.files import atomic, temporary
from primesong.files.atomic import check_targets, whole_files, write_whole


def parts(folder):
    """List the temporary files in a folder and below it."""
    return [path for path in folder.rglob(".*") if path.name.endswith(".part")]


@pytest.fixture
def folder(tmp_path):
    """A folder in which nothing temporary may be left."""
    yield tmp_path
    assert parts(tmp_path) == []


def test_a_file_that_exists_is_kept_unless_it_may_be_replaced(folder):
    target = folder / "song.mid"
    target.write_bytes(b"old")
    with pytest.raises(PrimesongError, match=r"song\.mid exists and was kept") as caught:
        write_whole(target, b"new", force=False)
    assert caught.value.option == "force"
    assert target.read_bytes() == b"old"
    write_whole(target, b"new", force=True)
    assert target.read_bytes() == b"new"


def test_a_file_that_fails_leaves_the_old_one(folder):
    target = folder / "song.mid"
    target.write_bytes(b"old")

    def fail():
        with whole_files([target], force=True) as [path]:
            path.write_bytes(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert target.read_bytes() == b"old"


def write_interrupted(targets, line):
    """Write files, with Ctrl-C before a line that is run in the modules of files; return whether there was one."""
    lines = 0

    def trace(frame, event, argument):
        nonlocal lines
        lines += event == "line"
        if event == "line" and lines == line:
            signal.raise_signal(signal.SIGINT)
        return trace if Path(frame.f_code.co_filename).parent == Path(atomic.__file__).parent else None

    before, traced = signal.signal(signal.SIGINT, signal.default_int_handler), sys.gettrace()
    sys.settrace(trace)
    try:
        with contextlib.suppress(KeyboardInterrupt), whole_files(targets, force=True) as paths:
            for path in paths:
                path.write_bytes(b"new")
    finally:
        sys.settrace(traced)
        signal.signal(signal.SIGINT, before)
    return lines >= line


def test_interrupted_at_any_line_it_leaves_all_old_or_all_new(tmp_path):
    states = set()
    for line in itertools.count(1):
        folder = tmp_path / str(line)
        folder.mkdir()
        targets = [folder / "song.mid", folder / "new" / "song.mxl"]
        targets[0].write_bytes(b"old")
        is_interrupted = write_interrupted(targets, line)
        found = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        assert found in ({targets[0]: b"old"}, dict.fromkeys(targets, b"new")), line
        assert parts(folder) == [], line
        states.add(len(found))
        if not is_interrupted:
            break
    assert line > 100
    assert states == {1, 2}


def test_files_have_the_users_mode_and_are_private_before(folder):
    before = os.umask(0o027)
    try:
        with whole_files([folder / "new" / "song.mid"], force=False) as [path]:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            [hidden] = folder.iterdir()
            assert stat.S_IMODE(hidden.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "new").stat().st_mode) == 0o750
        assert stat.S_IMODE((folder / "new" / "song.mid").stat().st_mode) == 0o640
    finally:
        os.umask(before)


def test_a_file_that_came_to_be_meanwhile_is_kept(folder):
    target = folder / "song.mid"

    def write():
        with whole_files([target], force=False) as [path]:
            path.write_bytes(b"later")
            target.write_bytes(b"sooner")

    with pytest.raises(PrimesongError, match=r"song\.mid exists and was kept"):
        write()
    assert target.read_bytes() == b"sooner"


def test_a_file_system_without_links_will_do(folder, monkeypatch):
    def link(*given, **how):
        raise PermissionError(1, "not permitted")

    monkeypatch.setattr(os, "link", link)
    write_whole(folder / "song.mid", b"new", force=False)
    assert (folder / "song.mid").read_bytes() == b"new"


def test_a_file_that_comes_to_be_between_look_and_move_is_kept(folder, monkeypatch):
    """The move itself refuses to replace; several files are put in place together or not at all."""
    first, second = folder / "song.mid", folder / "song.sargam"
    looked = []

    def check(targets, force):
        check_targets(targets, force)
        looked.append(targets)
        if len(looked) == 2:
            second.write_bytes(b"another program's")

    monkeypatch.setattr(atomic, "check_targets", check)

    def write():
        with whole_files([first, second], force=False) as paths:
            for path in paths:
                path.write_bytes(b"ours")

    with pytest.raises(PrimesongError, match=r"song\.sargam exists and was kept"):
        write()
    assert second.read_bytes() == b"another program's"
    assert not first.exists()


def test_what_others_hold_is_not_swept_away(folder):
    with whole_files([folder / "song.mid"], force=True) as [first]:
        [held] = parts(folder)
        with whole_files([folder / "song.mid"], force=True) as [second]:
            assert held.exists()
            second.write_bytes(b"second")
        first.write_bytes(b"first")
    assert (folder / "song.mid").read_bytes() == b"first"


def leave_behind(folder, name):
    """Let a process that writes a file be killed; return what it left behind."""
    code = (
        "import os; from pathlib import Path; from primesong.files.atomic import whole_files\n"
        f"with whole_files([Path({str(folder / name)!r})], force=True): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    [left] = parts(folder)
    return left


@pytest.mark.parametrize("name", ["song.mid", "new/song.mid"])
def test_what_a_killed_process_left_goes_with_the_next(folder, name):
    left = leave_behind(folder, name)
    write_whole(folder / "other.mid", b"other", force=False)
    assert left.exists(), "it was another file's"
    write_whole(folder / name, b"new", force=False)
    assert (folder / name).read_bytes() == b"new"
    assert not left.exists()


def test_only_what_is_like_ours_is_swept_away(tmp_path):
    left = leave_behind(tmp_path, "song.mid")
    name = left.name
    left.unlink()
    target = tmp_path / "song.mid"

    def try_beside(make):
        make(left)
        write_whole(target, b"new", force=True)
        assert os.path.lexists(left)

    try_beside(lambda path: path.symlink_to("diary"))
    left.unlink()
    try_beside(os.mkfifo)
    left.unlink()
    try_beside(lambda path: path.touch(0o640) or path.chmod(0o640))
    left.unlink()
    try_beside(lambda path: path.mkdir(0o750) or path.chmod(0o750))
    (left / "chapter").write_text("mine")
    write_whole(target, b"new", force=True)
    assert (left / "chapter").read_text() == "mine"
    for theirs in (".song.mid.abcd1234.part", ".song.mid.download.part", name.replace(".part", ".part2"), f"{name}s"):
        (tmp_path / theirs).touch(0o600)
        write_whole(target, b"new", force=True)
        assert (tmp_path / theirs).exists(), theirs


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_another_user_is_not_swept_away(tmp_path):
    left = leave_behind(tmp_path, "song.mid")
    os.chown(left, 65534, 65534)
    write_whole(tmp_path / "song.mid", b"new", force=True)
    assert left.exists()


def test_a_link_in_the_temporary_files_place_is_not_followed(folder):
    """In a folder that another user may write to."""
    victim = folder / "victim"
    victim.write_bytes(b"secret")
    victim.chmod(0o600)

    def write():
        with whole_files([folder / "song.csv"], force=False) as [path]:
            [part] = parts(folder)
            part.unlink()
            part.symlink_to(victim)
            path.write_bytes(b"notes")

    with pytest.raises(PrimesongError, match=r"\.part was replaced by another program; nothing was written"):
        write()
    assert victim.read_bytes() == b"secret"
    assert stat.S_IMODE(victim.stat().st_mode) == 0o600
    assert not (folder / "song.csv").exists()


def test_a_link_stays_and_its_file_is_written(folder):
    (folder / "archive").mkdir()
    link, file = folder / "song.mid", folder / "archive" / "real.mid"
    link.symlink_to("archive/real.mid")
    write_whole(link, b"first", force=False)
    with pytest.raises(PrimesongError, match=r"song\.mid exists and was kept"):
        write_whole(link, b"second", force=False)
    write_whole(link, b"third", force=True)
    assert link.is_symlink()
    assert file.read_bytes() == b"third"


@pytest.mark.parametrize("force", [False, True])
def test_a_pipe_is_written_to_and_stays(folder, force):
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, b"sa re ga", force)
    reader.join()
    assert read == [b"sa re ga"]
    assert pipe.is_fifo()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device")
def test_a_device_is_written_to_and_stays(folder):
    device = folder / "null"
    os.mknod(device, 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    link = folder / "link"
    link.symlink_to(device)
    for target in (device, link):
        write_whole(target, b"sa re ga", force=True)
    assert device.is_char_device()
    assert link.is_symlink()
    full = folder / "full"
    os.mknod(full, 0o600 | stat.S_IFCHR, os.makedev(1, 7))
    with pytest.raises(PrimesongError, match="full cannot be written: no space left on device"):
        write_whole(full, b"sa re ga", force=True)
    disk = folder / "disk"
    os.mknod(disk, 0o600 | stat.S_IFBLK, os.makedev(7, 250))
    with pytest.raises(PrimesongError, match="disk is a disk; name a file"):
        write_whole(disk, b"sa re ga", force=True)


def test_a_dash_is_standard_output(folder, capfdbinary):
    write_whole(Path("-"), b"sa \xff", force=False)
    assert capfdbinary.readouterr().out == b"sa \xff"
    assert not Path("-").exists()


def test_a_terminal_is_not_written_to(folder):
    """What a stranger's file says could steer it."""
    master, slave = os.openpty()
    with pytest.raises(PrimesongError, match="is a terminal; name a file"):
        write_whole(Path(os.ttyname(slave)), b"\x1b[2J", force=True)
    os.close(slave)
    os.close(master)


@pytest.mark.parametrize("length", [200, 238, 239, 255])
def test_a_name_may_be_as_long_as_the_system_allows(folder, length):
    target = folder / ("s" * (length - 4) + ".mid")
    write_whole(target, b"old", force=False)
    write_whole(target, b"new", force=True)
    assert target.read_bytes() == b"new"


def test_a_name_that_is_too_long_is_named(folder):
    target = folder / ("s" * 256)
    with pytest.raises(PrimesongError, match="ss cannot be written: file name too long"):
        write_whole(target, b"new", force=False)


def test_a_folder_is_named_as_one(folder):
    with pytest.raises(PrimesongError, match="is a folder; name a file"):
        write_whole(folder, b"new", force=True)


def test_a_folder_that_is_held_is_waited_for_but_not_for_ever(folder, monkeypatch):
    monkeypatch.setattr(temporary, "PATIENCE", 0.05)
    fcntl = pytest.importorskip("fcntl")
    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(PrimesongError, match="is locked by another process; nothing was written"):
        write_whole(folder / "x.txt", b"x", force=True)
    os.close(handle)
    write_whole(folder / "x.txt", b"x", force=True)
    assert (folder / "x.txt").read_text() == "x"


def test_nested_folders_that_are_missing_are_made_with_their_files(folder):
    targets = [folder / "a" / "b" / "x.txt", folder / "a" / "c" / "y.txt", folder / "z.txt"]
    with whole_files(targets, force=False) as paths:
        for path, target in zip(paths, targets, strict=True):
            path.write_text(target.name)
        assert not (folder / "a").exists()
    assert [target.read_text() for target in targets] == ["x.txt", "y.txt", "z.txt"]
    with pytest.raises(ZeroDivisionError), whole_files([folder / "d" / "x.txt"], force=False):
        raise ZeroDivisionError
    assert not (folder / "d").exists()


def test_a_folder_that_came_to_be_meanwhile_gets_the_files(folder):
    with whole_files([folder / "a" / "x.txt"], force=False) as [path]:
        path.write_text("x")
        (folder / "a").mkdir()
        (folder / "a" / "y.txt").write_text("y")
    assert sorted(path.name for path in (folder / "a").iterdir()) == ["x.txt", "y.txt"]


def test_a_fault_names_the_file_or_all_of_them(folder):
    targets = [folder / "song.mid", folder / "song.wav"]
    with (
        pytest.raises(PrimesongError, match=r"/song\.mid, .*/song\.wav cannot be written: no space left on device"),
        whole_files(targets, force=False),
    ):
        raise OSError(28, "No space left on device")
    with (
        pytest.raises(PrimesongError, match=r"^[^ ]*/song\.wav cannot be written: no space left on device"),
        whole_files(targets, force=False) as paths,
    ):
        raise OSError(28, "No space left on device", str(paths[1]))
