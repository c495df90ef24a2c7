import pytest
from support.songs import recover

from primesong.actions.arrange import arrange
from primesong.sargam.tala import TALAS
from primesong.score.reading.sargam import read_sargam
from primesong.score.text import write_sargam
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


@pytest.mark.parametrize("tala", TALAS.values(), ids=list(TALAS))
def test_every_tala_comes_back(melody, song, tala):
    arranged = arrange(song, tala=tala, tonic=61).melody
    assert recover(read_sargam(write_sargam(arranged)))[0] == arranged
