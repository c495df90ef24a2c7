from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primesong.player.terminal.transport import SPEEDS, Transport

SONG = Transport(notes=70, matras=16)


def test_time_passes():
    assert SONG.advance(1.5).position == 1.5
    assert SONG.advance(1.5).place == 1
    assert replace(SONG, playing=False).advance(9) == replace(SONG, playing=False)


def test_it_stops_at_the_end_and_begins_anew():
    end = SONG.advance(71)
    assert (end.position, end.playing, end.ended, end.place) == (70, False, True, 69)
    assert end.toggle() == SONG


def test_pause_keeps_the_place():
    paused = SONG.advance(3.25).toggle()
    assert paused.advance(100).position == 3.25
    assert paused.toggle().advance(1).position == 4.25


def test_it_seeks_by_avartan():
    middle = replace(SONG, position=35.5)
    assert middle.go_back().position == 32
    assert middle.go_back().go_back().position == 16
    assert middle.go_forward().position == 48
    assert middle.go_forward().go_forward().go_forward().position == 64
    assert middle.go_to_first().go_back().position == 0
    assert middle.go_to_last().position == 64
    assert SONG.advance(99).go_back().position == 64


def test_speed_goes_in_steps_within_its_bounds():
    assert [SONG.speed_up().speed, SONG.slow_down().speed] == [1.25, 0.75]
    fastest = slowest = SONG
    for _ in range(20):
        fastest, slowest = fastest.speed_up(2.5), slowest.slow_down(0.3)
    assert (fastest.speed, slowest.speed) == (2, 0.5)
    assert replace(SONG, speed=1.1).speed_up().speed == 1.25
    assert (SPEEDS[0], SPEEDS[-1]) == (0.25, 4)


def test_one_avartan_is_looped():
    looped = replace(SONG, position=20).toggle_loop()
    assert looped.loop == (16, 32)
    assert looped.advance(11.5).position == 31.5
    assert looped.advance(12.5).position == 16.5
    assert looped.advance(12.5 + 160).position == 16.5
    assert looped.toggle_loop().loop is None


def test_the_last_avartan_may_be_short():
    looped = replace(SONG, position=66).toggle_loop()
    assert looped.loop == (64, 70)
    assert looped.advance(4.5).position == 64.5


def test_a_loop_goes_from_the_mark_to_here():
    marked = replace(SONG, position=40).set_mark()
    assert replace(marked, position=60).repeat_from_mark().loop == (32, 64)
    assert replace(marked, position=5).repeat_from_mark().loop == (0, 48)
    assert SONG.repeat_from_mark().loop == (0, 16)


def test_seeking_out_of_a_loop_ends_it():
    looped = SONG.repeat(1, 2)
    assert looped.position == 16
    assert looped.go_forward().loop == (16, 48)
    assert looped.go_forward().go_forward().loop is None
    assert looped.go_back().loop is None


@given(st.floats(0, 69.9), st.floats(0, 500), st.floats(0, 500))
def test_time_may_pass_in_pieces(position, one, other):
    for start in (replace(SONG, position=position), replace(SONG, position=position).toggle_loop()):
        assert start.advance(one).advance(other).position == pytest.approx(
            start.advance(one + other).position, abs=1e-6
        ) or (
            start.loop is not None  # just at the seam, one is at the end and the other at the beginning
            and abs(start.advance(one).advance(other).position - start.advance(one + other).position)
            == pytest.approx(start.loop[1] - start.loop[0], abs=1e-6)
        )


def test_bad_calls_are_refused():
    with pytest.raises(ValueError, match="between 0 and 70"):
        replace(SONG, position=71)
    with pytest.raises(ValueError, match="a loop lies between 0 and 70"):
        replace(SONG, loop=(5, 5))
