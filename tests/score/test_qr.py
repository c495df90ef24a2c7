import subprocess
import sys

import pytest

from primesong.actions.load import load
from primesong.errors import MissingError, PrimesongError, SongError
from primesong.score.qr import read_qr, write_qr


@pytest.mark.parametrize("payload", [False, True])
def test_a_picture_comes_back(song, tmp_path, payload):
    (tmp_path / "code.png").write_bytes(write_qr(song.payload if payload else song.digits, "png"))
    found = load(tmp_path / "code.png")
    assert found.program == song.program
    assert (found.digits == song.digits) is not payload


def test_another_reader_reads_the_number(tool, song, tmp_path):
    (tmp_path / "code.png").write_bytes(write_qr(song.digits, "png"))
    read = subprocess.run(
        [tool("zbarimg"), "-q", "--raw", tmp_path / "code.png"], capture_output=True, text=True, check=True
    ).stdout
    assert read.strip() == song.digits


def test_the_same_code_is_drawn_every_time(song):
    for kind in ("png", "svg"):
        assert write_qr(song.digits, kind) == write_qr(song.digits, kind)


@pytest.mark.parametrize(("content", "message"), [("7" * 7_090, "7,090"), (bytes(2_954), "2,954")])
def test_what_does_not_fit_is_refused(content, message):
    with pytest.raises(PrimesongError, match=message):
        write_qr(content, "png")
    assert read_qr(write_qr(content[1:], "png")) == (content[1:].encode() if isinstance(content, str) else content[1:])


def test_damage_is_named(song):
    blank = write_qr(song.digits, "png")[:3000]
    with pytest.raises(SongError, match="picture is damaged"):
        read_qr(blank)
    with pytest.raises(SongError, match="picture is damaged"):
        read_qr(b"\x89PNG\r\n\x1a\n")


def test_a_missing_reader_is_named(monkeypatch, song):
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    with pytest.raises(MissingError, match="zxing-cpp"):
        read_qr(write_qr(song.digits, "png"))
