import re
import subprocess

import pytest
from support.songs import decode, recover

from primesong.actions.decode import load
from primesong.errors import SongError
from primesong.sargam.melody import cut
from primesong.sargam.record import Notes
from primesong.sargam.script import SCRIPT_NAMES, verse
from primesong.sargam.tala import TALAS
from primesong.score.bhatkhande.page import read_page, write_page
from primesong.score.reading.sargam import read_sargam
from primesong.score.text import write_sargam
from primesong.song import compose

PAIRS = [(write_page, read_page), (write_sargam, read_sargam)]


@pytest.mark.parametrize(("write", "read"), PAIRS)
@pytest.mark.parametrize("script", SCRIPT_NAMES)
def test_the_song_comes_back_in_every_script(song, script, write, read):
    for scripts in ((script,), (script, "digit", "letters")):
        assert recover(read(write(song.melody, scripts)))[0] == song.melody


@pytest.mark.parametrize("script", SCRIPT_NAMES)
def test_without_a_record_the_notes_are_enough(song, script):
    lines = read_page(write_page(song.melody, (script,)))
    found, _ = recover([Notes(line.midi_notes, line.source) for line in lines])
    assert found.number_digits == song.digits


def test_a_page_has_vibhags_marks_and_numbers():
    melody = compose(3141592653589793238, title="<b>pi</b>").melody.arrange(tala=TALAS["jhaptal"])
    page = write_page(melody, ("roman", "digit")).decode()
    assert "<h1>&lt;b&gt;pi&lt;/b&gt;</h1>" in page
    row = (
        '<section id="avartan-1"><h2>1</h2><div><p style="grid-column:span 2" data-mark="×"><span><b>S</b><i lang=en>3'
    )
    assert row in page
    assert page.count("<section ") == 3
    assert page.count("data-mark=") == 12
    assert '<section id="theka">' in page
    assert "--matras:10;--half:5" in page
    assert "http" not in page
    assert recover(read_page(page.encode()))[0] == melody


@pytest.mark.parametrize("script", ["devanagari", "bengali", "gurmukhi"])
def test_a_page_draws_the_marks_that_fonts_lack_and_keeps_them_in_the_text(song, script):
    page = write_page(cut(song.melody, 1, 1), (script,)).decode()
    main = page[page.index("<main") :]
    words = verse(song.mapping, script)
    assert main.count("<u class=line>\u0952</u>") == 1
    assert main.count("<u class=dot>\u0323</u>") == 4
    assert re.sub("<u [^>]*>|</u>", "", main).count(f"<b>{words['4']}</b>") == 1


def test_a_page_explains_itself(song):
    page = write_page(song.melody).decode()
    assert '<html lang="en">' in page
    assert '<main lang="hi"' in page
    assert "<i lang=hi-Latn>" in page
    assert "use the swaras of Nat Bhairav" in page
    assert "<dt>3</dt><dd>सा</dd>" in page
    assert 'id="avartan-225"' in page
    assert "prefers-color-scheme:dark" in page


def test_a_line_without_a_tala_has_no_theka(song):
    page = write_page(song.arrange(tala="none").melody).decode()
    assert "theka" not in page
    assert 'id="line-225"' in page


def test_verses_are_remarks_under_the_first():
    text = write_sargam(compose(3141592653589793238).melody, ("devanagari", "digit")).decode()
    assert text.splitlines()[4:6] == [
        "    1 | सा रे  ध॒  रे  | प  सां ग  नि | प  सा प  म  | सां गं  सां सा",
        "#     | 3  1  4  1  | 5  9  2  6  | 5  3  5  8  | 9  7  9  3",
    ]


def test_an_excerpt_says_what_is_missing(song, tmp_path):
    short = cut(song.melody, 3, 5)
    assert len(short.number_digits) == 48
    for name, write in (("short.html", write_page), ("short.sargam", write_sargam)):
        (tmp_path / name).write_bytes(write(short))
        found = load(tmp_path / name)
        assert found.melody == short
        with pytest.raises(SongError.__base__, match="excerpt, avartan 3 to 5 of 225: 3,552 of the song's 3,600 notes"):
            decode(found)


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (0, 3, "avartan 0 does not exist: with the tala tintal, the song's are 1 to 225"),
        (1, 226, "avartan 226 does not exist: with the tala tintal, the song's are 1 to 225"),
        (226, None, "avartan 226 does not exist"),
        (5, 4, "the excerpt begins at avartan 5, after its end, avartan 4"),
    ],
)
def test_what_is_no_excerpt_is_named(song, start, end, message):
    with pytest.raises(SongError.__base__, match=message):
        cut(song.melody, start, end)
    with pytest.raises(SongError.__base__, match="is an excerpt already"):
        cut(cut(song.melody, 1, 2), 1, 1)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<html><b>S</b><b>X</b>", "note 2: “X” is not a swara"),
        (b"<html>\xff", "not UTF-8: byte 7 is 0xff"),
    ],
)
def test_damage_is_named(data, message):
    with pytest.raises(SongError, match=message):
        read_page(data)


def test_a_browser_prints_the_page(tool, tmp_path, melody):
    (tmp_path / "song.html").write_bytes(write_page(cut(melody, 1, 12), SCRIPT_NAMES))
    subprocess.run(
        [tool("chromium"), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile",
         "--no-pdf-header-footer", f"--print-to-pdf={tmp_path}/song.pdf", f"file://{tmp_path}/song.html"],
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    text = subprocess.run(
        [tool("pdftotext"), tmp_path / "song.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    fonts = subprocess.run([tool("pdffonts"), tmp_path / "song.pdf"], capture_output=True, text=True, check=True).stdout
    assert "femtoGPT" in text
    for font in ("Devanagari", "Bengali", "Gurmukhi"):
        assert font in fonts
