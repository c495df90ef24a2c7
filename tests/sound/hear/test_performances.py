"""Parts that are played again: found, chosen and left out; and songs read from players who make mistakes."""

from dataclasses import replace

import numpy as np
from support import players
from support.minute import PROGRAM, hear

from primesong.sound.hear.performances import Return, choose_returns, find_returns, leave_out

NOTES = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4, 3, 3, 8, 3, 2, 7, 9, 5])


def play_again(place, count):
    """The notes, of which some before a place are played again from it on; and where there is a pause."""
    notes = np.concatenate([NOTES[:place], NOTES[place - count : place], NOTES[place:]])
    paused = np.zeros(len(notes), bool)
    paused[place] = True
    return notes, paused


def test_a_part_that_is_played_again_is_found_and_left_out():
    notes, paused = play_again(20, 6)
    found = find_returns(notes, paused)
    assert found == [Return(20, 6)]
    assert leave_out(np.eye(10)[notes], found).argmax(axis=1).tolist() == NOTES.tolist()


def test_a_short_part_is_played_again_only_after_a_pause():
    notes, paused = play_again(20, 2)
    assert find_returns(notes, paused) == [Return(20, 2)]
    assert find_returns(notes, np.zeros(len(notes), bool)) == []


def test_a_wrong_note_in_a_long_part_does_not_hide_it():
    notes, paused = play_again(20, 10)
    notes[14] = (notes[14] + 1) % 10
    assert Return(20, 10) in find_returns(notes, paused)


def test_as_many_parts_are_left_out_as_make_the_song_s_length():
    long, short, other = Return(100, 12), Return(200, 6), Return(50, 20)
    ways = list(choose_returns([other, long, short], 318, 300))
    assert ways[0] == (other,)
    assert (long, short) in ways
    assert all(abs(318 - 300 - sum(one.notes for one in way)) <= 4 for way in ways)


def test_a_player_who_goes_back_three_times_is_read(short):
    player = replace(players.STEADY, returns=3)
    assert hear(players.sound_harmonium(players.perform(short, player, seed=4))).program == PROGRAM
