"""The command `export`, as a user meets it."""

import base64
import gzip
import json
import re
import sys
from html import unescape

import av
import pytest
from PIL import Image
from support.command import interrupt_writing

from primesong.actions.decode import load
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


def test_a_page_for_the_web_has_a_picture_beside_it(folder, capsys):
    """Sites take the picture of a link from a server, by its absolute URL."""
    url = "https://example.org/songs/?a=1&b=2"
    assert main(["export", "number.txt", "-o", "my song.html", "--url", url]) == 0
    assert capsys.readouterr().out == "my song.html\nmy song.png\n"
    properties = dict(re.findall('<meta property="([^"]+)" content="([^"]*)">', (folder / "my song.html").read_text()))
    assert unescape(properties["og:url"]) == url
    assert properties["og:image"] == "https://example.org/songs/my%20song.png"
    with Image.open(folder / "my song.png") as picture:
        assert picture.size == (602, 602)  # 42 digits in rows of seven
    assert load("my song.html").digits == load("number.txt").digits
    assert main(["export", "number.txt", "-o", "my song.html", "--url", url]) == 1
    assert "exists and was kept" in capsys.readouterr().err


def test_what_cannot_be_is_said_in_a_sentence(folder, capsys, monkeypatch):
    (folder / "long.txt").write_text("7" * 20_001)
    assert main(["export", "long.txt", "-o", "song.html"]) == 1
    assert capsys.readouterr().err == "primesong: the song has 20,001 notes; a page plays up to 20,000\n"
    monkeypatch.setitem(sys.modules, "verovio", None)
    assert main(["export", "number.txt", "-o", "song.html"]) == 3
    assert "pip install " in capsys.readouterr().err
    assert sorted(path.name for path in folder.iterdir()) == ["long.txt", "number.txt"]
    with pytest.raises(SystemExit, match="2"):
        main(["export", "book", "number.txt", "-o", "song.html"])


def test_a_page_may_be_called_one(folder):
    assert main(["export", "number.txt", "-o", "song.html"]) == 0
    assert main(["export", "page", "number.txt", "-o", "same.html"]) == 0
    assert (folder / "same.html").read_bytes() == (folder / "song.html").read_bytes()


def test_a_video_is_written(folder, capsys):
    words = ("--aspect", "1:1", "--theme", "dark", "--script", "tamil", "--highlight", "0.5", "--tempo", "3840",
             "--expression", "gentle")  # fmt: skip
    assert main(["export", "video", "number.txt", "-o", "song.mp4", *words]) == 0
    assert capsys.readouterr().out == "song.mp4\n"
    with av.open(folder / "song.mp4") as video:
        assert [stream.type for stream in video.streams][:3] == ["video", "audio", "subtitle"]
        assert video.duration / av.time_base == pytest.approx(9.5, abs=0.2)
    assert main(["export", "video", "number.txt", "-o", "song.mp4"]) == 1
    assert capsys.readouterr().err == "primesong: song.mp4 exists and was kept; --force replaces it\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("number.txt", "-o", "song.mp4"), "a video is made by export video"),
        (("number.txt", "-o", "song.html", "--aspect", "1:1"), "a video is made by export video"),
        (("number.txt", "-o", "-", "--url", "https://example.org/"), "does not go with standard output"),
        (("number.txt", "-o", "song.html", "--url", "example.org"), "begins with https:// and a host"),
        (("video", "number.txt", "-o", "song.mp4", "--staves", "E3"), "--staves and --url go only with a page"),
        (
            ("video", "number.txt", "-o", "song.mp4", "--highlight", "9", "--start", "2"),
            "goes without --start and --end",
        ),
        (("video", "number.txt", "-o", "song.mp4", "--highlight", "-9"), "expected seconds"),
        (("video", "number.txt", "-o", "song.mp4", "--aspect", "4:3"), "invalid choice"),
        (("video", "number.txt", "-o", "song.mp4", "--expression", "concert"), "invalid choice"),
        (("number.txt", "-o", "song.html", "--expression", "gentle"), "a video is made by export video"),
    ],
)
def test_what_would_be_ignored_is_refused(folder, capsys, words, said):
    with pytest.raises(SystemExit, match="2"):
        main(["export", *words])
    assert said in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["number.txt"]


def test_without_the_extra_a_sentence_says_what_to_install(folder, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    assert main(["export", "video", "number.txt", "-o", "song.mp4"]) == 3
    assert capsys.readouterr().err.count("pip install") == 1
    assert [path.name for path in folder.iterdir()] == ["number.txt"]


def test_interrupting_a_video_leaves_nothing_behind(tmp_path):
    (tmp_path / "long.txt").write_text("31415926535" * 30)
    done = interrupt_writing("export", "video", "long.txt", "-o", "long.mp4", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (130, b"primesong: interrupted; nothing was written\n")
    assert [path.name for path in tmp_path.iterdir()] == ["long.txt"]
