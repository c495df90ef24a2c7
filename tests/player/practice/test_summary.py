"""How a lesson went, in lines."""

from primesong.player.practice.lesson import Lesson
from primesong.player.practice.summary import draw_mistakes, summarize
from primesong.song import compose


def test_mistakes_are_named_and_drawn():
    melody = compose(27182818284590452353).melody
    lesson = Lesson(melody, 0, 20)
    for note in melody.midi_notes[:16]:
        lesson.strike(note)
    for note in (0, 0, 0, *melody.midi_notes[16:17]):
        lesson.strike(note)
    total, *swaras, where, picture = summarize(lesson)
    assert total == "17 right, 3 wrong, 0 missed"
    assert len(swaras) == len(set(melody.played_digits[:17]))
    name = melody.setting.mapping.pitch(melody.played_digits[16]).name
    assert f"  {name:12} " in "\n".join(swaras)
    assert where == "mistakes in avartan 2"
    assert picture == draw_mistakes(lesson) == "·▆"


def test_mistakes_in_several_avartans_are_named_in_the_plural():
    melody = compose(27182818284590452353).melody
    lesson = Lesson(melody, 0, 20)
    for note in (0, *melody.midi_notes[:16], 0, *melody.midi_notes[16:]):
        lesson.strike(note)
    *_, where, _ = summarize(lesson)
    assert where == "mistakes in avartans 1, 2"


def test_without_mistakes_there_is_no_picture():
    lesson = Lesson(compose(2718).melody, 0, 4)
    assert list(summarize(lesson)) == ["0 right, 0 wrong, 0 missed"]
