"""Any file becomes a song, and a number is never taken for a program in silence."""

import io
import zipfile

import pytest
from support.command import run
from support.songs import encode

from primesong.actions.compose import compose
from primesong.actions.decode import decode
from primesong.errors import SongError
from primesong.files.source import source_of_bytes
from primesong.limits import Limits
from primesong.sargam.remarks import Fact, Remark
from primesong.score.bhatkhande.page import write_page
from primesong.score.musicxml import write_musicxml

PROGRAM = b"print('sa re ga')"


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("__main__.py", PROGRAM)
    return out.getvalue()


#: Programs that look like something else.
PROGRAMS = {
    "x.php": b"<?php echo 'sa re ga'; ?>",
    "game.html": b"<!doctype html><title>Sa</title><script>alert('sa')</script><b>not a swara</b>",
    "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><circle r='1'/></svg>",
    "data.xml": b"<?xml version='1.0'?><data/>",
    "app.zip": archive(),
    "app.pyz": b"#!/usr/bin/env python3\n" + archive(),
    "utf16.py": "print('सा')".encode("utf-16"),
    "utf16.ps1": "Write-Host 1".encode("utf-16-le"),
    "binary": bytes(range(256)),
    "nul.txt": b"a\0b",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_any_file_becomes_a_song_and_comes_back(tmp_path, name):
    (tmp_path / name).write_bytes(PROGRAMS[name])
    done = run("compose", name, "-o", "song.mid", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert run("decode", "song.mid", cwd=tmp_path).stdout == PROGRAMS[name]


def test_what_looked_like_a_song_is_said(tmp_path):
    (tmp_path / "x.php").write_bytes(PROGRAMS["x.php"])
    done = run("compose", "x.php", "-o", "song.mid", cwd=tmp_path)
    sentence = "primesong: the file was read as a program, because it holds no song; --as chooses\n"
    assert done.stderr.decode() == sentence
    done = run("compose", "x.php", "--as", "program", "-o", "again.mid", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("name", ["song.musicxml", "song.html", "song.xml"])
def test_a_damaged_song_is_not_made_a_program(name):
    melody = compose(encode(PROGRAM)).melody
    data = (write_page if name.endswith("html") else write_musicxml)(melody)
    damaged = data.replace(b"<b>", b"<b>X", 3).replace(b"</part>", b"")
    with pytest.raises(SongError) as caught:
        compose(source_of_bytes(damaged, name))
    assert caught.value.option == "as_program"


def test_a_damaged_midi_file_keeps_its_error():
    with pytest.raises(SongError, match="MIDI"):
        compose(source_of_bytes(b"MThd", "song.mid"))


def test_a_program_with_a_number_in_it_is_a_program_and_that_is_said(tmp_path):
    number = encode(PROGRAM)
    text = f"p = {number}\nprint(p.to_bytes(99, 'big'))\n".encode()
    song = compose(source_of_bytes(text, "prime.py"))
    assert (song.program, song.remarks) == (text, (Remark(Fact.AS_PROGRAM),))
    assert compose(source_of_bytes(text, "prime.py"), read_as="number").program == PROGRAM
    (tmp_path / "prime.py").write_bytes(text)
    done = run("compose", "prime.py", "-o", "song.mid", cwd=tmp_path)
    assert done.stderr.decode().endswith("it also holds a number that holds a program; --as chooses\n")
    done = run("decode", "prime.py", cwd=tmp_path)
    assert (done.stdout, done.stderr) == (PROGRAM, b"primesong: the number that stands among other text was read\n")


def test_a_number_that_holds_no_program_may_be_a_program_of_digits():
    song = compose(source_of_bytes(b"31415926535", "pi.txt"))
    assert (song.digits, song.remarks) == ("31415926535", (Remark(Fact.AS_NUMBER),))
    assert compose(source_of_bytes(b"31415926535", "pi.txt"), read_as="program").program == b"31415926535"
    assert compose(source_of_bytes(str(encode(PROGRAM)).encode(), "n.txt")).remarks == ()


def test_a_page_with_a_number_is_decoded():
    page = f"<html><body><p>My prime: {encode(PROGRAM)}</p></body></html>".encode()
    assert decode(source_of_bytes(page, "page.html")).program == PROGRAM


def test_two_numbers_are_not_chosen_from():
    text = f"{encode(PROGRAM)}\n\nand {encode(b'print(1)')}\n".encode()
    with pytest.raises(SongError, match="2 different numbers"):
        decode(source_of_bytes(text, "README.md"))


def test_without_a_number_there_is_none():
    with pytest.raises(SongError, match="is not a number, and no number that holds a program was found in it"):
        compose(source_of_bytes(PROGRAM, "hello.py"), read_as="number")
    with pytest.raises(ValueError, match="read_as must be program or number, got 'song'"):
        compose(17, read_as="song")
    with pytest.raises(SongError, match="more than 5 bytes"):
        compose(source_of_bytes(PROGRAM, "hello.py", Limits(file=5)), read_as="program")
