"""`primesong practice`: a song that is played on a terminal, and what is said of it afterwards."""

import time

import pytest
from support.command import run
from support.songs import decode, encode
from support.terminal import Terminal

from primesong.actions.decode import load
from primesong.player.practice.hands import KEYS, list_notes
from primesong.song import compose

PROGRAM = b"print('sa')"


@pytest.fixture
def song(tmp_path):
    song = compose(encode(PROGRAM), title="My GPT")
    song.save(tmp_path / "song.mid")
    return song


def test_whoever_plays_it_all_has_played_the_program(song, tmp_path):
    notes = list_notes(song.melody)
    terminal = Terminal("practice", "song.mid", "-o", "played.mid", cwd=tmp_path)
    terminal.read("q finish")
    for note in song.melody.midi_notes:
        terminal.type(KEYS[notes.index(note)])
        time.sleep(0.02)
    assert terminal.end() == 0
    assert f"{len(song.digits)} right, 0 wrong, 0 missed" in terminal.shown
    assert "You have just played a GPT: your notes are its 11 bytes." in terminal.shown
    assert decode(load(tmp_path / "played.mid")) == PROGRAM


def test_without_a_terminal_it_says_what_it_needs(song, tmp_path):
    done = run("practice", "song.mid", cwd=tmp_path)
    assert done.returncode == 1
    assert b"practice needs a terminal" in done.stderr
