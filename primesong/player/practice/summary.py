"""How a lesson went, as lines of text: in numbers, by swara, and as a picture by avartan."""

from collections.abc import Iterator

from primesong.player.practice.lesson import Lesson, Tally
from primesong.words import inflect

#: From no mistake to as many as notes, as heights.
_BARS = "·▁▂▃▄▅▆▇█"


def summarize(lesson: Lesson) -> Iterator[str]:
    """Yield the lines of a summary."""
    melody, first = lesson.melody, lesson.melody.first_avartan
    yield str(lesson.total)
    for digit in sorted(lesson.by_digit, key=lambda one: melody.setting.mapping.pitch(one).semitones):
        yield f"  {melody.setting.mapping.pitch(digit).name:12} {lesson.by_digit[digit]}"
    spoiled = [first + avartan for avartan, tally in sorted(lesson.by_avartan.items()) if tally.wrong + tally.missed]
    if spoiled:
        cycle = melody.setting.tala.cycle
        yield f"mistakes in {inflect(len(spoiled), cycle, cycle + 's')} {', '.join(map(str, spoiled))}"
        yield draw_mistakes(lesson)


def draw_mistakes(lesson: Lesson) -> str:
    """Draw a bar for each avartan, as high as the share of its notes that were wrong or missed."""
    return "".join(_draw_bar(tally) for _, tally in sorted(lesson.by_avartan.items()))


def _draw_bar(tally: Tally) -> str:
    mistakes = tally.wrong + tally.missed
    share = mistakes / (mistakes + tally.right)
    return _BARS[-(-round(share * 1000) * (len(_BARS) - 1) // 1000)]
