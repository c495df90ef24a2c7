"""Sa, and the ten notes above it, of instruments that hide an octave."""

import numpy as np
import pytest
from support import channel, players
from support.songs import encode

from primesong.song import compose
from primesong.sound.transcribe.hands.notes import find_notes
from primesong.sound.transcribe.signal import condition
from primesong.sound.transcribe.tonic import may_be_song

PROGRAM = b"print('sa re ga ma pa dha ni sa')"

#: Ni above Sa = D3, which stands an octave above 'Ni.
NI = 61


@pytest.mark.parametrize("below", [0.0, 0.3, 0.6])
def test_a_note_that_sounds_like_its_lower_octave_is_told_from_it(below):
    melody = compose(encode(PROGRAM)).melody
    strokes = players.perform(melody, players.STEADY)
    found = find_notes(condition([players.sound_tones(strokes, octave=NI, below=below)], channel.RATE))
    heights = [found.tonic.raga.heights[note] for note in found.notes.pitches]
    assert heights == melody.setting.mapping.to_semitones(melody.played_digits)


@pytest.mark.parametrize(
    ("counts", "song"),
    [
        ([100] * 10, True),
        ([1000] * 9 + [10], False),
        ([8, 6, 9, 3, 7, 6, 5, 8, 7, 0], True),  # as rare as this by chance
        ([1] * 9, False),
        ([0] * 10, False),
    ],
)
def test_a_song_has_ten_notes(counts, song):
    assert may_be_song(np.repeat(np.arange(len(counts)), counts)) == song
