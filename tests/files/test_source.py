"""Sources: opened once, their kind told once."""

import tracemalloc

import pytest
from support.songs import write_notation

from primesong.actions.decode import load
from primesong.errors import PrimesongError, SongError
from primesong.files.kinds import BHATKHANDE, FLAC, MIDI, MP3, MUSICXML, MXL, NOTATION, NUMBER, PROGRAM, QR, SARGAM, WAV
from primesong.files.source import open_source, source_of_bytes, tell_kind
from primesong.limits import DEFAULT_LIMITS, Limits


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"MThd....", "song.txt", MIDI),
        (b"PK\x03\x04....", "song", MXL),
        (b"\x89PNG\r\n\x1a\n", "x.mid", QR),
        (b"RIFF....WAVE", "song.mid", WAV),
        (b"fLaC....", "song", FLAC),
        (b"ID3.....", "song", MP3),
        (b"\xff\xfb\x90\x00", "song", MP3),
        (b"\xef\xbb\xbf  <!DOCTYPE html><html>", "song", BHATKHANDE),
        (b"\n <HTML>", "song", BHATKHANDE),
        (b"<?xml version='1.0'?><score-partwise/>", "song", MUSICXML),
        ("\ufeff<?xml".encode("utf-16-le"), "song", MUSICXML),
        (b"31415926", "song.mid", NUMBER),
        (b"0x1f8b08", "song", NUMBER),
        (b"1 234\n567,890", "song", NUMBER),
        (b"S R G m P", "song", SARGAM),
        (b"print('sa')", "hello.py", PROGRAM),
        (b"print('sa')", "hello.sargam", SARGAM),
        (b"\x00\x01\x02", "hello.mid", MIDI),
        (b"\x00\x01\x02", "hello.bin", PROGRAM),
    ],
)
def test_a_kind_is_told_by_content_first_and_by_suffix_second(data, name, kind):
    assert tell_kind(data, name) is kind
    assert source_of_bytes(data, name).kind is kind


@pytest.mark.parametrize("kind", NOTATION, ids=lambda kind: kind.name)
def test_what_is_written_is_told(kind, short):
    assert tell_kind(write_notation(short, kind), "song") is kind


def test_a_recording_on_the_disk_stays_there(tmp_path):
    path = tmp_path / "long.wav"
    path.write_bytes(b"RIFF" + bytes(1000))
    with open_source(path, Limits(file=100)) as source:
        assert source.kind is WAV
        assert source.stream().read(4) == source.stream().read(4) == b"RIFF"
        with pytest.raises(TypeError, match="recording"):
            _ = source.data


def test_sources_have_a_name_and_a_title(tmp_path):
    path = tmp_path / "sur.mid"
    path.write_bytes(b"MThd")
    assert (open_source(path).name, open_source(path).title) == (str(path), "sur")
    assert (open_source("femtogpt").title, open_source("femtogpt").kind) == ("femtoGPT", NUMBER)
    assert source_of_bytes(b"12", "-").title == "-"


def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path):
    with pytest.raises(PrimesongError, match=r"none\.mid cannot be read: no such file"):
        open_source(tmp_path / "none.mid")
    (tmp_path / "empty.mid").write_bytes(b"")
    with pytest.raises(PrimesongError, match=r"empty\.mid is empty"):
        open_source(tmp_path / "empty.mid")
    (tmp_path / "large.txt").write_bytes(b"1" * 101)
    with pytest.raises(PrimesongError, match=r"large\.txt has more than 100 bytes") as caught:
        open_source(tmp_path / "large.txt", Limits(file=100))
    assert caught.value.limit == "file"


def test_too_large_a_text_is_refused_before_it_is_read(tmp_path):
    with (tmp_path / "zeros").open("wb") as file:
        file.truncate(320 << 20)
    tracemalloc.start()
    with pytest.raises(SongError, match="zeros has more than 67,108,864 bytes of text") as refusal:
        open_source(tmp_path / "zeros")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refusal.value.limit == "text"
    assert peak < 1 << 20


def test_a_number_from_windows_powershell_is_read():
    assert tell_kind("31415926\r\n".encode("utf-16"), "n.txt") is NUMBER
    assert tell_kind("print(1)\r\n".encode("utf-16"), "hello.py") is PROGRAM


def test_a_number_in_place_of_a_file_is_named_without_its_digits():
    opened = open_source("7" * 5_000)
    assert (opened.name, opened.title, opened.kind) == ("your number", "number", NUMBER)
    with pytest.raises(PrimesongError, match="the number has more than 100 digits") as caught:
        load("7" * 5_000, DEFAULT_LIMITS._replace(digits=100))
    assert "777" not in str(caught.value)
