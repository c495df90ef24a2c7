"""A session of practice, with keys that are pressed at their times."""

from types import SimpleNamespace

import pytest

from primesong.player.practice.hands import KEYS, list_notes
from primesong.player.practice.lesson import Lesson, Tally
from primesong.player.practice.session import practice
from primesong.player.terminal.timeline import View, make_timeline
from primesong.player.terminal.transport import Transport
from primesong.song import compose


class Screen:
    """A screen whose keys are pressed at their times, and which keeps what it is shown."""

    size = (100, 30)

    def __init__(self, *presses):
        self.time, self.presses, self.frames = 0.0, list(presses), []

    def draw(self, rows):
        self.frames.append("\n".join("".join(span.text for span in row) for row in rows))

    def wait_for_keys(self, seconds):
        if seconds is not None and (not self.presses or self.presses[0][0] > self.time + seconds):
            self.time += seconds
            return []
        self.time, key = self.presses.pop(0)
        return [key]


@pytest.fixture
def melody():
    return compose(27182818284590452353, tempo=60.0).melody


def view_of(melody):
    return View(make_timeline(melody), Transport(20, 16))


def key_of(melody, place):
    return KEYS[list_notes(melody).index(melody.midi_notes[place])]


def test_the_song_waits(melody):
    lesson = Lesson(melody, 0, 4)
    keys = [key_of(melody, place) for place in (0, 1, 1, 2, 3)]
    screen = Screen(*((place / 3, key) for place, key in enumerate(keys)))
    sounded = []
    played = practice(view_of(melody), lesson, screen, sound=sounded.append, seconds=lambda: screen.time)
    assert sounded == [one.note for one in played]
    assert lesson.total == Tally(4, 1, 0)
    assert [round(one.begin, 3) for one in played] == [0.0, 0.333, 0.667, 1.0, 1.333]
    assert [one.note for one in played] == [melody.midi_notes[place] for place in (0, 1, 1, 2, 3)]
    assert "1 right, 0 wrong, 0 missed" in screen.frames[1]
    assert "digit 2 of 20" in screen.frames[1]
    assert "a 'N  s S  d R" in screen.frames[0]


def test_the_song_goes_on_in_tempo(melody):
    """Two seconds of eight matras, then a note each quarter of a second."""
    lesson = Lesson(melody, 0, 4)
    screen = Screen((2.05, key_of(melody, 0)), (2.45, key_of(melody, 2)))
    practice(view_of(melody), lesson, screen, matra=0.25, seconds=lambda: screen.time)
    assert lesson.total == Tally(2, 0, 2)
    assert screen.time == pytest.approx(2 + 3.5 * 0.25, abs=0.02)


def test_it_ends_when_it_is_told_to(melody):
    lesson = Lesson(melody, 0, 20)
    screen = Screen((0.1, key_of(melody, 0)), (0.2, "q"))
    assert len(practice(view_of(melody), lesson, screen, seconds=lambda: screen.time)) == 1
    assert lesson.digits == "2"


def test_a_midi_keyboard_plays(melody):
    lesson = Lesson(melody, 0, 2)
    messages = [SimpleNamespace(type="note_on", velocity=9, note=note) for note in melody.midi_notes[:2]]
    port = SimpleNamespace(iter_pending=lambda: [messages.pop(0)] if messages else [])
    practice(view_of(melody), lesson, Screen(), port=port, seconds=lambda: 0.0)
    assert lesson.over
