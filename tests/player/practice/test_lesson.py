"""A lesson: what is right, wrong and missed, waiting and in tempo, once and in a loop."""

import pytest

from primesong.player.practice.lesson import Lesson, Tally
from primesong.song import compose


@pytest.fixture
def melody():
    """A song of twenty notes: two avartans."""
    return compose(27182818284590452353).melody


def test_in_wait_mode_it_waits(melody):
    lesson = Lesson(melody, 0, 3)
    two, seven, one = melody.midi_notes[:3]
    assert [lesson.strike(note) for note in (two, two, 127, seven, one, one)] == [True, False, False, True, True, False]
    assert lesson.over
    assert (lesson.digits, lesson.total) == ("271", Tally(3, 2, 0))
    assert lesson.by_digit["7"] == Tally(1, 2, 0)
    assert str(lesson.total) == "3 right, 2 wrong, 0 missed"


def test_a_loop_is_never_over(melody):
    lesson = Lesson(melody, 16, 20, loops=True)
    for _ in range(3):
        assert all(lesson.strike(note) for note in melody.midi_notes[16:])
    assert not lesson.over
    assert lesson.by_avartan == {1: Tally(12, 0, 0)}


def test_in_tempo_a_press_belongs_to_the_nearest_onset(melody):
    lesson = Lesson(melody, 0, 5)
    notes = melody.midi_notes
    assert lesson.strike_at(notes[0], -2.0)  # before the beginning
    assert not lesson.strike_at(notes[0], 0.2)  # a second time
    assert lesson.strike_at(notes[1], 0.7)  # early
    lesson.let_pass(1.2)
    assert lesson.strike_at(notes[2], 2.4)  # late
    lesson.let_pass(4.6)
    assert lesson.over
    assert lesson.total == Tally(3, 1, 2)
    assert not lesson.strike_at(notes[4], 4.6)
