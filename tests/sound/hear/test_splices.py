"""Recordings that were stopped, cut, spliced or begun late, and songs heard twice: the program, or what is missing."""

import re

import numpy as np
import pytest
from support import channel
from support.channel import splice
from support.minute import PROGRAM, hear

from primesong.errors import DamagedError, SongError
from primesong.sound.hear import live
from primesong.sound.hear.splices import list_splices

END = 445 / 4


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([(0, 40), 1.25, (40, 113)], [r"a pause of 5 matras before note 161 \(avartan 11, matra 1\) was left out"]),
        ([(0, 30.1), 1.3, (30.1, 70), 0.83, (70, 113)], ["before note 12[12] ", "before note 28[0-2] "]),
        ([(0, 52.1), (49, 113)], [r"12 notes too many before note (19\d|20\d) "]),
        ([(1.1, 113)], ["the first 4 notes were not heard"]),
    ],
    ids=["pause", "two pauses", "a part twice", "begun late"],
)
def test_a_recording_that_was_stopped_or_cut_gives_the_song(parts, told, sound, short):
    found = hear(splice(sound, *parts))
    assert found.melody.played_digits == short.number_digits
    for sentence in told:
        assert any(re.search(sentence, str(remark)) for remark in found.remarks)


def test_a_pause_in_noise_is_located_by_the_beat(sound, short):
    assert hear(channel.pink(5)(splice(sound, (0, 40.1), 1.3, (40.1, 113)))).melody.played_digits == short.number_digits


@pytest.mark.parametrize(
    ("parts", "missing"),
    [([(0, 50), (50.5, 113)], range(200, 204)), ([(0, END - 2.5)], range(435, 445))],
    ids=["two notes cut out", "the last ten"],
)
def test_missing_notes_are_restored(parts, missing, sound, short):
    found = hear(splice(sound, *parts))
    assert found.melody.played_digits == short.number_digits
    assert found.corrections
    assert all(change.place in missing and not change.heard for change in found.corrections)


def test_a_second_hearing_gives_what_the_first_lacked(sound, short):
    """Joined in the middle; then the song is played again, but only in part."""
    late = splice(sound, (50, 113), 0.6, (0, 60))
    assert hear(late).melody.played_digits == short.number_digits
    reports = [*live.follow(iter(np.array_split(late, 7)), channel.RATE)]
    assert "joined late" in str(reports[0])
    assert reports[0].tempo == pytest.approx(60, abs=0.1)
    between = reports[4]
    assert (between.length, between.missing[-1]) == (445, 27)
    assert reports[-1].missing == ()
    assert reports[-1].program == PROGRAM


def test_two_recordings_that_overlap_give_the_song(sound, short):
    found = hear(splice(sound, (48, 113)), splice(sound, (0, 60)))
    assert found.melody.played_digits == short.number_digits
    assert found.recording == 1


def test_the_error_for_a_cut_recording_names_the_place(sound):
    with pytest.raises(DamagedError, match=r"cut at note 20\d \(avartan 13, .* 40 of the song's 445 notes") as error:
        hear(splice(sound, (0, 50.1), (60, 113)), effort=1)
    assert PROGRAM.startswith(error.value.beginning)
    assert error.value.beginning


def test_the_error_for_a_part_from_the_middle_says_that_its_beginning_is_missing(sound):
    with pytest.raises(SongError, match=r"or its beginning is missing: no gzip header was heard in 2") as error:
        hear(splice(sound, (30, 90)), effort=2)
    assert error.value.command == "transcribe"


def rows_of(digits):
    """Log-probabilities of digits that are certain; of a dot nothing is known."""
    rows = np.full((len(digits), 10), -np.log(10))
    for place, digit in enumerate(digits):
        if digit != ".":
            rows[place] = -20.0
            rows[place, int(digit)] = 0.0
    return rows


def read(rows):
    return "".join("." if not np.ptp(row) else str(row.argmax()) for row in rows)


@pytest.mark.parametrize(
    ("slots", "moved", "length", "way"),
    [
        ("012...345.", [], 6, ("012345", 0)),
        ("01234345678", [5], 9, ("012345678", -2)),
        ("01235678", [4], 9, ("0123.5678", 1)),
    ],
)
def test_the_ways_to_splice_hold_the_right_one(slots, moved, length, way):
    found = [(read(one.rows), one.edit) for one in list_splices(rows_of(slots), np.array(moved, int), length)]
    assert way in found


def test_without_a_hint_at_the_place_there_is_one_way():
    assert len(list(list_splices(rows_of("0123456"), np.array([], int), 9))) == 1
    assert not list(list_splices(rows_of("..."), np.array([], int), 9))
