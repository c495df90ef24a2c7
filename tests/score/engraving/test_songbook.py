"""The songbook: every note in every script, the tala at the head of each page."""

import subprocess
import unicodedata

import pytest

from primesong.files.kinds import SONGBOOK, kind_of_suffix
from primesong.sargam.melody import cut
from primesong.score.engraving.songbook import write_songbook


def read_pdf(tool, pdf, *options):
    command = [tool("pdftotext"), *options, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def test_every_note_is_written(tool, song):
    """Once in its row; each pitch once more, in the line of the mapping."""
    text = unicodedata.normalize("NFC", read_pdf(tool, write_songbook(song.melody, ("roman",))))
    assert {sung: text.count(sung) for sung in ("Ṡ", "Ġ", "Ṇ")} == {"Ṡ": 376, "Ġ": 345, "Ṇ": 321}


def test_the_tala_stands_at_the_head_of_every_page(tool, song):
    pages = read_pdf(tool, write_songbook(song.melody)).split("\f")[:-1]
    assert len(pages) > 5
    for number, page in enumerate(pages, start=1):
        assert page.count("dhin") == 6
        assert page.count("×") == 1
        assert f"femtoGPT · page {number} of {len(pages)}" in page


@pytest.mark.parametrize("tala", ["jhaptal", "dhamar", "none"])
def test_every_tala_has_a_songbook(tool, song, tala):
    text = read_pdf(tool, write_songbook(cut(song.arrange(tala=tala).melody, 1, 3), ("roman",)))
    assert "use the swaras of Nat Bhairav" in text


def test_it_is_a_kind_of_its_own(song, tmp_path):
    assert kind_of_suffix("song.songbook.pdf") is SONGBOOK
    assert kind_of_suffix("song.pdf") is not SONGBOOK
    [path] = song.arrange().save(tmp_path / "song.songbook.pdf", script="gurmukhi")
    assert path.read_bytes() == write_songbook(song.melody, ("gurmukhi",))
