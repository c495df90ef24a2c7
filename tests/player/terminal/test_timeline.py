import pytest

from primesong.actions.arrange import arrange
from primesong.player.terminal.timeline import make_timeline
from primesong.repair.coda import add_coda
from primesong.sargam.melody import cut
from primesong.sargam.tala import TALAS
from primesong.song import compose


def test_each_note_is_described(melody):
    line = make_timeline(melody)
    moment = line.moment(180)  # digit 181, the "0:45"
    assert (moment.seconds, moment.avartan, moment.matra, moment.mark) == (45.0, 12, 5, "2")
    assert (moment.digit, moment.pitch) == (melody.played_digits[180], melody.pitches[180])
    assert (line.text(179), len(line.text(180))) == ("", 1)
    assert (line.notes, line.avartans) == (3600, 225)
    assert line.moment(0).mark == "×"
    assert line.moment(3599).certain == 1495


def test_times_are_the_melodys_own():
    melody = arrange(compose(31415926), tempo=30, tala=TALAS["rupak"]).melody
    line = make_timeline(melody)
    assert [line.moment(place).seconds for place in range(3)] == [0, 0.5, 1.0]
    assert [line.moment(place).mark for place in range(8)] == ["0", "", "", "1", "", "2", "", "0"]
    assert line.avartans == 2


def test_the_song_bytes_are_those_that_are_certain(melody, song):
    line = make_timeline(melody)
    assert line.data == song.number.to_bytes(1495, "big")


def test_an_excerpt_from_the_beginning_tells_the_same(melody):
    whole, part = make_timeline(melody), make_timeline(cut(melody, 1, 30))
    for place in range(480):
        assert part.moment(place) == whole.moment(place)
        assert part.text(place) == whole.text(place)
    assert part.data == whole.data[: part.moment(479).certain]


def test_an_excerpt_from_the_middle_tells_nothing(melody):
    line = make_timeline(cut(melody, 20, 22))
    assert line.moment(0).avartan == 20
    assert line.moment(47).certain == 0
    assert line.data == b""
    assert line.text(47) == ""


@pytest.mark.parametrize("place", [-1, 3600])
def test_there_is_no_note_beyond_the_song(melody, place):
    with pytest.raises(IndexError, match="the notes' places are 0 to 3,599"):
        make_timeline(melody).moment(place)


def test_a_coda_ends_the_song_but_tells_nothing(song):
    ended = make_timeline(add_coda(song, 0.05).melody)
    plain = make_timeline(song.melody)
    assert ended.notes == 3793
    assert [ended.moment(place).coda for place in (0, 3599, 3600, 3779)] == [0, 0, 1, 180]
    assert all(ended.moment(place) == plain.moment(place) for place in range(3570, 3600))
    last = plain.moment(3599)
    assert {(ended.moment(place).certain, ended.moment(place).unpacked) for place in range(3600, 3793)} == {
        (last.certain, last.unpacked)
    }
    assert ended.text(3779) == plain.text(3599)
    assert ended.data == plain.data
