"""Which part of a song a video shows."""

import pytest

from primesong.actions.decode import load
from primesong.number.unfolding import unfold
from primesong.video.options import VideoOptions, find_highlight


def test_a_highlight_begins_before_the_programs_first_character_and_ends_after_it(song):
    start, end = find_highlight(song, 40)
    assert end - start + 1 == 10
    assert (start - 1) * 4 < 45 < end * 4
    assert 45 - (start - 1) * 4 == pytest.approx(0.25 * 40, abs=4)
    assert unfold(song.digits).text(end * 16).startswith("s=")


def test_a_highlight_of_a_slower_song_has_fewer_avartans(song):
    start, end = find_highlight(song.arrange(tempo=30.0), 40)
    assert end - start + 1 == 5


def test_a_highlight_is_as_long_as_the_song_at_most(song):
    assert find_highlight(song, 10_000) == (1, 225)


def test_a_song_without_a_program_is_shown_from_its_beginning():
    assert find_highlight(load("31415926535897932384626433832795028841971693993751"), 8) == (1, 2)


def test_what_is_shown_keeps_the_numbers_of_its_avartans(song):
    assert VideoOptions().cut(song) is song.melody
    shown = VideoOptions(start=40, end=41).cut(song)
    assert (shown.first_avartan, shown.number_digits) == (40, song.digits[39 * 16 : 41 * 16])


@pytest.mark.parametrize("options", [{"highlight": 0}, {"highlight": 9, "end": 3}])
def test_what_contradicts_itself_is_refused(options):
    with pytest.raises(ValueError, match="highlight"):
        VideoOptions(**options)
