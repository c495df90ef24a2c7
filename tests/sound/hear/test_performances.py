"""Parts that are played again: found, chosen and left out; and songs read from players who make mistakes."""

from dataclasses import replace

import numpy as np
from support import channel, players
from support.minute import PROGRAM, hear

from primesong.sound.hear.performances import Return, choose_returns, leave_out, weigh_returns
from primesong.sound.transcribe.transcription import Transcription

NOTES = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4, 3, 3, 8, 3, 2, 7, 9, 5]


def play_again(place, count, stopped=True):
    """The notes, of which some before a place are played again from it on; and where there is a pause."""
    notes = NOTES[:place] + NOTES[place - count : place] + NOTES[place:]
    return notes, np.arange(len(notes)) == (place if stopped else -1)


def find_returns(notes, paused):
    """The likeliest parts that are played again."""
    return max(choose_returns(weigh_returns(be_sure(notes), paused)))[1]


def be_sure(notes):
    """Log-probabilities of notes that are heard well."""
    return np.log(np.where(np.eye(10)[notes] > 0, 0.991, 0.001))


def test_a_part_that_is_played_again_is_found():
    assert find_returns(*play_again(20, 6)) == (Return(20, 6),)


def test_a_song_that_is_played_once_has_no_such_part():
    assert find_returns(NOTES, np.arange(len(NOTES)) % 4 == 0) == ()


def test_a_short_part_is_played_again_only_after_a_pause():
    assert find_returns(*play_again(20, 2)) == (Return(20, 2),)
    assert find_returns(*play_again(20, 2, stopped=False)) == ()
    assert find_returns(*play_again(20, 6, stopped=False)) == (Return(20, 6),)


def test_a_wrong_note_in_a_part_does_not_hide_it():
    notes, paused = play_again(20, 10)
    notes[14] = (notes[14] + 1) % 10
    assert find_returns(notes, paused) == (Return(20, 10),)


def test_a_missing_note_or_one_too_many_in_a_part_does_not_hide_it():
    notes, paused = play_again(20, 10)
    fewer = notes[:14] + notes[15:]
    assert find_returns(fewer, np.roll(paused, -1)[:-1]) == (Return(19, 9),)
    more = [*notes[:14], 0, *notes[14:]]
    assert find_returns(more, np.roll(np.append(paused, False), 1)) == (Return(21, 11),)


def test_a_part_is_played_a_third_time():
    notes, paused = play_again(20, 6)
    again = notes[:26] + NOTES[14:20] + notes[26:]
    paused = np.isin(np.arange(len(again)), [20, 26])
    assert find_returns(again, paused) == (Return(20, 6), Return(26, 6))


def test_for_each_number_of_notes_the_likeliest_parts_are_chosen():
    gains = np.full((60, 65), -np.inf)
    gains[20, 6], gains[30, 6], gains[40, 2], gains[50, 1] = 5.0, 3.0, 4.0, -1.0
    ways = {sum(one.notes for one in returns): (score, returns) for score, returns in choose_returns(gains)}
    assert ways == {
        0: (0.0, ()),
        2: (4.0, (Return(40, 2),)),
        6: (5.0, (Return(20, 6),)),
        8: (9.0, (Return(20, 6), Return(40, 2))),
        12: (8.0, (Return(20, 6), Return(30, 6))),
        14: (12.0, (Return(20, 6), Return(30, 6), Return(40, 2))),
    }


def test_parts_that_overlap_are_not_both_left_out():
    gains = np.full((60, 65), -np.inf)
    gains[20, 6], gains[24, 6] = 5.0, 3.0
    assert max(choose_returns(gains)) == (5.0, (Return(20, 6),))


def test_what_is_left_out_is_the_first_time():
    notes, _ = play_again(20, 6)
    view = Transcription(
        be_sure([0, *notes]), np.arange(len(notes) + 2.0), 147.0, 1, len(notes) + 1, "", performed=True
    )
    view = replace(view, edits=np.stack([view.times, -view.times], axis=1))
    left = leave_out(view, [Return(20, 6)], 1)
    assert left.notes.tolist() == [0, *NOTES]
    assert (left.first, left.last) == (1, len(NOTES) + 1)
    assert left.times.tolist() == [*range(15), *range(21, len(notes) + 1)]
    assert left.edits.tolist() == [[time, -time] for time in left.times]


def test_a_player_who_goes_back_three_times_is_read(short):
    player = replace(players.STEADY, returns=3)
    assert hear(players.sound_harmonium(players.perform(short, player, seed=4))).program == PROGRAM


def test_a_player_who_goes_back_five_times_in_a_room_is_read(short):
    player = replace(players.STEADY, returns=5)
    heard = hear(channel.room(0.6)(players.sound_harmonium(players.perform(short, player, seed=2))))
    assert heard.program == PROGRAM
