from dataclasses import replace

import pytest
from support.songs import load_bytes, recover

from primesong.actions.arrange import arrange
from primesong.errors import PrimesongError
from primesong.sargam.melody import cut
from primesong.sargam.tala import TALAS
from primesong.score.reading.sargam import read_sargam
from primesong.score.text import write_number, write_sargam
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


def test_a_number_is_its_digits_alone(short):
    coda = replace(short, coda_digits="123")
    assert write_number(coda) == f"{short.number_digits}\n".encode()
    assert load_bytes(write_number(coda), "short.txt").melody.number_digits == short.number_digits


def test_an_excerpt_is_not_the_songs_number(short):
    with pytest.raises(PrimesongError, match="an excerpt's digits are not the song's number"):
        write_number(cut(short, 1, 2))
