import re
import subprocess
import sys
import unicodedata
from itertools import pairwise

import pytest
from support.published import DIGITS, PROGRAM_SHA256

from primesong.errors import MissingError
from primesong.files.kinds import PDF
from primesong.files.save import SaveOptions, write_bytes, write_files
from primesong.sargam.melody import cut
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


def test_every_page_says_what_it_holds(tool, pages):
    text = text_of(tool, pages).decode()
    feet = re.findall(r"femtoGPT · avartans (\d+)–(\d+) · page (\d+) of (\d+)", text)
    ranges = [(int(first), int(last)) for first, last, _, _ in feet]
    assert ranges[0][0] == 1
    assert ranges[-1][1] == 225
    assert all(before[1] + 1 == after[0] for before, after in pairwise(ranges))
    assert [int(page) for _, _, page, _ in feet] == list(range(2, len(feet) + 2))
    assert {int(total) for *_, total in feet} == {len(feet) + 1}


def test_a_pdf_is_tagged_and_has_an_outline_and_an_author(tool, pages, tmp_path):
    (tmp_path / "song.pdf").write_bytes(pages)
    told = subprocess.run([tool("pdfinfo"), tmp_path / "song.pdf"], capture_output=True, check=True, text=True).stdout
    facts = dict(line.split(":", 1) for line in told.splitlines())
    assert facts["Tagged"].strip() == "yes"
    assert facts["Title"].strip() == "femtoGPT"
    assert facts["Author"].strip() == "primesong"
    html = [tool("pdftohtml"), "-xml", "-i", "-stdout", tmp_path / "song.pdf"]
    told = subprocess.run(html, capture_output=True, check=True, text=True).stdout
    outline = re.findall(r"<item[^>]*>([^<]*)</item>", told)
    assert outline == ["femtoGPT", *(f"Avartans {first}–{first + 24}" for first in range(1, 225, 25))]


def test_the_outline_of_an_excerpt_ends_with_it(tool, song, tmp_path):
    (tmp_path / "part.pdf").write_bytes(write_bytes(song.arrange(start=1, end=8), PDF))
    html = [tool("pdftohtml"), "-xml", "-i", "-stdout", tmp_path / "part.pdf"]
    told = subprocess.run(html, capture_output=True, check=True, text=True).stdout
    assert re.findall(r"<item[^>]*>([^<]*)</item>", told) == ["femtoGPT", "Avartans 1–8"]


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
