"""Everything that sounds, as one line: what is tried, in which order, and how much of it."""

import random

import pytest

from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sargam.remarks import Fact, Remark
from primesong.score.reading import lines
from primesong.score.reading.lines import generate_lines
from primesong.score.reading.performance import Performance, Voice

FLUTE = Voice("flute", ("winds",))
HORN = Voice("horn", ("winds",))
DRUMS = Voice("drums", drums=True)


def perform(*notes, limits=DEFAULT_LIMITS):
    """Make a performance of (voice, onset, end, pitch)."""
    performance = Performance(limits)
    for voice, onset, end, pitch in notes:
        performance.add(voice, onset, end, pitch)
    return performance


def read(performance):
    return [(list(notes.midi_notes), notes.source) for notes in generate_lines(performance, None, {})]


def test_a_single_line_is_read_as_it_is_first():
    scale = [(FLUTE, 10 * place, 10 * place + 9, pitch) for place, pitch in enumerate((50, 52, 54, 55, 57))]
    assert read(perform(*scale)) == [([50, 52, 54, 55, 57], "flute")]


def test_all_voices_are_joined_before_each_is_read_alone():
    found = read(perform((FLUTE, 0, 9, 50), (HORN, 10, 19, 52), (FLUTE, 20, 29, 54), (DRUMS, 20, 29, 40)))
    assert found[0] == ([50, 52, 54], "flute, horn")
    assert ([50, 54], "flute") in found
    assert ([52], "horn") in found
    assert ([40], "drums") in found


def test_of_notes_that_begin_together_each_is_tried():
    chord = ((FLUTE, 0, 90, 50), (FLUTE, 0, 30, 62), (FLUTE, 0, 60, 57), (FLUTE, 100, 190, 52))
    assert {tuple(notes) for notes, _ in read(perform(*chord))} >= {(62, 52), (50, 52), (52,)}


def test_what_doubles_a_note_is_left_out():
    twice = perform((FLUTE, 0, 9, 50), (HORN, 0, 5, 50), (HORN, 10, 19, 52))
    first = next(generate_lines(twice, None, {}))
    assert (list(first.midi_notes), first.remarks) == ([50, 52], (Remark(Fact.JOINED, 2), Remark(Fact.UNISONS, 1)))


def test_what_is_wrong_with_the_file_is_remarked_too():
    first = next(generate_lines(perform((FLUTE, 0, 9, 50)), None, {Fact.WRONG_LENGTH: 3}))
    assert first.remarks == (Remark(Fact.WRONG_LENGTH, 3),)


def test_more_notes_than_are_kept_are_not_read():
    performance = perform(*((FLUTE, place, place + 1, 50) for place in range(12)), limits=Limits(digits=10))
    assert performance.is_full
    assert read(performance) == []
    assert read(Performance(DEFAULT_LIMITS)) == []


@pytest.mark.parametrize("voices", [1, 16, 1000])
def test_the_work_is_bounded(voices, monkeypatch):
    """Random notes and lengths on many voices can be read in any number of ways; few are tried."""
    monkeypatch.setattr(lines, "_MOST_WORK", 100_000)
    went = []
    counted = [lambda take, stage=stage: went.append(len(take.notes)) or stage(take) for stage in lines._STAGES]
    monkeypatch.setattr(lines, "_STAGES", tuple(counted))
    chance, now, notes = random.Random(voices), 0, []
    for _ in range(4000):
        now += chance.choice((0, 5, 10, 40, 90))
        voice = Voice(f"voice {chance.randrange(voices)}")
        notes.append((voice, now, now + chance.randrange(400), chance.randrange(40, 70)))
    assert read(perform(*notes))
    assert sum(went) < 4 * lines._MOST_WORK
