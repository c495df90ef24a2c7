"""The command `export`, as a user meets it."""

import base64
import gzip
import json
import re
import sys

import pytest

from primesong.actions.load import load
from primesong.cli.main import main
from primesong.sargam.tuning import JUST


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with a song of 42 digits."""
    (tmp_path / "number.txt").write_text("314159265358979323846264338327950288419716")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_page_is_written_and_read_back(folder, capsys):
    options = ("--tonic", "E3", "--tempo", "drut", "--tala", "rupak", "--tuning", "just", "--script", "bengali")
    assert main(["export", "number.txt", "-o", "song.html", "--title", "π & <pi>", *options]) == 0
    assert capsys.readouterr() == ("song.html\n", "160 matras a minute, drut\n")
    melody = load("song.html").melody
    assert (melody.setting.tonic, melody.setting.tempo, melody.setting.tala.name, melody.setting.title) == (
        52,
        40.0,
        "rupak",
        "π & <pi>",
    )
    assert melody.setting.tuning == JUST
    assert main(["export", "song.html", "-o", "again.html", "--script", "bengali"]) == 0
    assert (folder / "again.html").read_bytes() == (folder / "song.html").read_bytes()


def test_a_page_goes_to_standard_output(folder, capsysbinary):
    assert main(["export", "number.txt", "-o", "-", "--quiet"]) == 0
    page, complaints = capsysbinary.readouterr()
    assert page.startswith(b"<!DOCTYPE html>")
    assert page.endswith(b"</html>\n")
    assert complaints == b""


def test_staves_for_other_tonics_are_engraved_too(folder, capsys):
    assert main(["export", "number.txt", "-o", "song.html", "--staves", "E3,45"]) == 0
    packed = re.search('id="primesong-document">([^<]+)<', (folder / "song.html").read_text())[1]
    scores = json.loads(gzip.decompress(base64.b64decode(packed)))["scores"]
    assert {tonic: len(score["places"]) for tonic, score in scores.items()} == {"45": 42, "50": 42, "52": 42}
    with pytest.raises(SystemExit, match="2"):
        main(["export", "number.txt", "-o", "song.html", "--staves", "E3,X9"])
    assert "“X9” is not a tonic" in capsys.readouterr().err


def test_a_page_that_exists_is_kept(folder, capsys):
    (folder / "song.html").write_text("mine")
    assert main(["export", "number.txt", "-o", "song.html"]) == 1
    assert capsys.readouterr().err == "primesong: song.html exists and was kept; --force replaces it\n"
    assert (folder / "song.html").read_text() == "mine"
    assert main(["export", "number.txt", "-o", "song.html", "--force"]) == 0


def test_what_cannot_be_is_said_in_a_sentence(folder, capsys, monkeypatch):
    (folder / "long.txt").write_text("7" * 20_001)
    assert main(["export", "long.txt", "-o", "song.html"]) == 1
    assert capsys.readouterr().err == "primesong: the song has 20,001 notes; a page plays up to 20,000\n"
    monkeypatch.setitem(sys.modules, "verovio", None)
    assert main(["export", "number.txt", "-o", "song.html"]) == 3
    assert "pip install " in capsys.readouterr().err
    assert sorted(path.name for path in folder.iterdir()) == ["long.txt", "number.txt"]
    with pytest.raises(SystemExit, match="2"):
        main(["export", "page", "number.txt", "-o", "song.html"])
