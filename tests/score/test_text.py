import pytest
from support.songs import recover

from primesong.actions.arrange import arrange
from primesong.errors import SongError
from primesong.sargam.tala import TALAS
from primesong.score.text import looks_like_sargam, read_sargam, write_sargam
from primesong.song import compose


def test_the_text_is_laid_out_by_vibhag():
    text = write_sargam(compose(3141592653589793238, title="pi").melody).decode()
    lines = text.splitlines()
    assert lines[0] == "# pi"
    assert lines[1] == "# Sa = D3, tintal, 240 matras a minute, ati-drut"
    assert lines[3:] == [
        "#       ×             2             0             3",
        "    1 | S  R  d  R  | P  S' G  N  | P  S  P  m  | S' G' S' S",
        "    2 | G  S  m",
    ]


def test_notes_are_read_in_any_layout():
    assert read_sargam(b"S R G m P d N S' G' 'N")[0].midi_notes == [50, 52, 54, 55, 57, 58, 61, 62, 66, 49]
    assert read_sargam(b"# a remark\n\n 1 |S|R|\n\t2 G")[0].midi_notes == [50, 52, 54]


@pytest.mark.parametrize("tala", TALAS.values(), ids=list(TALAS))
def test_every_tala_comes_back(melody, song, tala):
    arranged = arrange(song, tala=tala, tonic=61).melody
    assert recover(read_sargam(write_sargam(arranged)))[0] == arranged


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"S R\nG X", "line 2 of the sargam text: “X” is not a swara"),
        (b"S \xff", "not UTF-8: byte 3 is 0xff"),
        (b"S \x1b[31m", "“\\[31m” is not a swara"),
    ],
)
def test_damage_is_named(data, message):
    with pytest.raises(SongError, match=message):
        read_sargam(data)


@pytest.mark.parametrize(
    ("text", "verdict"), [("S R | G", True), ("# only\n", False), ("", False), ("S = 1", False), ("12", False)]
)
def test_sargam_is_told_from_other_text(text, verdict):
    assert looks_like_sargam(text) is verdict
