import subprocess
import sys
import unicodedata

import pytest
from support.published import DIGITS, PROGRAM_SHA256

from primesong.errors import MissingError
from primesong.files.kinds import PDF
from primesong.files.save import SaveOptions, write_bytes, write_files
from primesong.sargam.melody import cut
from primesong.score.engraving.pages import set_pages
from primesong.score.musicxml import write_musicxml
from primesong.song import Song, compose


@pytest.fixture(scope="module")
def pages(song):
    """The whole song as one PDF, in roman and digits."""
    return write_bytes(song, PDF)


def engrave(song, folder):
    """Write a song as pages of every kind, in Devanagari; return the files by their names."""
    folder.mkdir()
    targets = [folder / f"song{suffix}" for suffix in (".svg", ".png", ".pdf")]
    return {path.name: path.read_bytes() for path in write_files(song, targets, SaveOptions(scripts=("devanagari",)))}


def text_of(tool, pdf, *options):
    return subprocess.run([tool("pdftotext"), *options, "-", "-"], input=pdf, capture_output=True, check=True).stdout


def test_the_title_page_says_what_is_true(tool, pages):
    text = text_of(tool, pages, "-l", "1", "-layout").decode()
    for words in ("femtoGPT", "3,600 digits", "komal Dha", "390", "swaras of Nat Bhairav", "tintal (225 avartans)",
                  PROGRAM_SHA256):  # fmt: skip
        assert words in text


def test_every_note_is_engraved(tool, pages):
    text = unicodedata.normalize("NFC", text_of(tool, pages, "-f", "2").decode())
    counted = {sung: text.count(sung) for sung in ("Ṡ", "Ġ", "Ṇ")}
    assert counted == {"Ṡ": 375, "Ġ": 344, "Ṇ": 320}


@pytest.mark.parametrize(("script", "avartans"), [("devanagari", 1), ("roman", 2)])
def test_every_system_has_as_many_avartans(song, script, avartans):
    pages = set_pages(write_musicxml(cut(song.melody, 1, 24), (script,)))
    systems = [system.count('class="measure"') for page in pages for system in page.split('class="system"')[1:]]
    assert sum(systems) == 24
    assert set(systems[1:-1]) == {avartans}
    assert max(systems[0], systems[-1]) <= avartans


def test_a_qr_reader_reads_the_number_from_the_page(tool, pages, song, tmp_path):
    (tmp_path / "song.pdf").write_bytes(pages)
    subprocess.run(
        [tool("pdftoppm"), "-png", "-r", "150", "-l", "1", "-singlefile", tmp_path / "song.pdf", tmp_path / "page"],
        check=True,
    )
    read = subprocess.run(
        [tool("zbarimg"), "-q", "--raw", tmp_path / "page.png"], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert len(read) == DIGITS
    assert read == song.digits


def test_pages_are_files_and_the_same_every_time(song, tmp_path):
    excerpt = Song(cut(song.melody, 224))
    files = engrave(excerpt, tmp_path / "one")
    assert list(files) == ["song-1.svg", "song-2.svg", "song-1.png", "song-2.png", "song.pdf"]
    assert files == engrave(excerpt, tmp_path / "two")
    assert files["song-1.png"].startswith(b"\x89PNG")
    assert files["song-2.svg"].startswith(b"<svg")


def test_a_number_too_long_for_a_code_has_pages_all_the_same(tool):
    pdf = write_bytes(Song(cut(compose(10**7_100 + 7).melody, 1, 2)), PDF)
    assert "an excerpt" in text_of(tool, pdf, "-l", "1").decode()


@pytest.mark.parametrize("package", ["verovio", "typst"])
def test_what_is_missing_is_named(monkeypatch, song, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingError, match=f"engraving needs {package.capitalize()}") as caught:
        write_bytes(Song(cut(song.melody, 1, 1)), PDF)
    assert caught.value.extra == "engraving"
