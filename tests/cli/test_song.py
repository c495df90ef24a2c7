"""Every command that takes a song takes a program and a number."""

import pytest
from support.command import run
from support.greeting import PROGRAM

from primesong.actions.decode import load

#: The commands, with what else each needs.
COMMANDS = {
    "compose": ("-o", "song.mid"),
    "play": ("--silent", "--speed", "4", "--end", "1"),
    "verify": (),
    "notes": (),
    "render": ("-o", "song.wav"),
    "export": ("-o", "song.html"),
    "qr": ("-o", "song.png"),
    "prove": ("-o", "song.json"),
}

each_command = pytest.mark.parametrize("command", COMMANDS)


@each_command
def test_a_program_is_taken(hello, command):
    done = run(command, "hello.py", *COMMANDS[command], cwd=hello.parent)
    assert done.returncode == 0, done.stderr
    said = "" if command == "compose" else "primesong: hello.py is a program; its song is made first\n"
    assert done.stderr.decode() == said


@each_command
def test_a_number_is_taken(tmp_path, command):
    done = run(command, "1000003", *COMMANDS[command], cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1 if command == "verify" else 0, b"")


def test_a_long_number_is_taken(tmp_path, song):
    assert run("decode", song.digits, cwd=tmp_path).stdout == song.program


def test_a_file_comes_before_a_number(tmp_path):
    (tmp_path / "17").write_text("3141592653")
    assert b"1,000,003" not in run("notes", "17", cwd=tmp_path).stdout
    assert "10 digits" in run("verify", "17", cwd=tmp_path).stdout.decode()
    assert "2 digits" in run("verify", "19", cwd=tmp_path).stdout.decode()


def test_a_program_is_not_decoded_and_a_broken_song_is_not_a_program(hello, tmp_path):
    assert b"hello.py holds neither a number nor a song" in run("decode", "hello.py", cwd=tmp_path).stderr
    (tmp_path / "broken").write_bytes(b"\x00\xff" + PROGRAM)
    for command in ("verify", "notes", "run"):
        done = run(command, "broken", cwd=tmp_path)
        assert done.returncode == 1
        assert b"broken holds neither a number nor a song" in done.stderr


def test_python_takes_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load("1_000_003").digits == "1000003"
