"""A recording transcribed: each note has a probability, and each view knows how often it is wrong."""

import numpy as np
import pytest
from support import channel

from primesong.errors import SongError
from primesong.number.payload import pack
from primesong.primes.plan import find_prime
from primesong.sargam.raga import NAT_BHAIRAV
from primesong.song import compose
from primesong.sound.render.rendering import RenderOptions, render
from primesong.sound.transcribe.signal import condition
from primesong.sound.transcribe.views import MOST_VIEWS, transcribe, views


def truth(melody):
    return np.searchsorted(NAT_BHAIRAV.heights, melody.setting.mapping.to_semitones(melody.played_digits))


def test_a_transcription_gives_each_note_a_probability(sound, short):
    heard = transcribe([sound], channel.RATE)
    notes = [NAT_BHAIRAV.heights.index(height) for height in short.setting.mapping.to_semitones(short.number_digits)]
    assert heard.notes[: len(notes)].tolist() == notes
    assert np.exp(heard.log_probabilities).sum(axis=1) == pytest.approx(1)
    assert heard.edges[: len(notes)] == pytest.approx(np.arange(len(notes)) / 4, abs=0.04)


@pytest.mark.parametrize("program", [b"import this\n", b"print('Hello, world!')\n"])
def test_a_gentle_song_is_transcribed_without_its_ringing_and_in_its_octaves(program):
    """Of its rarest notes there are five; the last one rings on in the room after its matra."""
    melody = compose(find_prime(pack(program))).melody
    heard = transcribe(render(melody, RenderOptions(expression="gentle")).blocks, 44_100)
    assert heard.midi_notes == melody.midi_notes


def test_in_noise_each_view_knows_its_errors_and_waveforms_have_fewer(sound, short):
    signal = condition([channel.white(-21)(sound)], channel.RATE)
    heard = {view.view: view for view in views(signal)}
    wrong = {name: (view.notes[: len(short.number_digits)] != truth(short)).sum() for name, view in heard.items()}
    whole = "0% to 100% of each slot"
    expected = (1 - heard[whole].confidence[: len(short.number_digits)]).sum()
    assert 0 < wrong[whole] < 0.05 * len(short.number_digits)
    assert wrong[whole] / 4 < expected < wrong[whole] * 4
    assert wrong["waveforms that repeat"] < wrong[whole] / 2


def test_a_rendering_that_does_not_repeat_has_no_view_by_waveforms(sound):
    signal = condition([channel.wow(0.005, 0.5)(sound)], channel.RATE)
    assert "waveforms that repeat" not in [view.view for view in views(signal)]


def test_progress_ends_before_or_at_the_whole(sound):
    done = []
    transcribe([sound], channel.RATE, done.append)
    assert done == sorted(done)
    assert 0.5 < done[-1] <= 1
    assert len(done) <= MOST_VIEWS


def test_a_beat_without_notes_is_not_a_song():
    clicks = np.zeros(30 * channel.RATE, np.float32)
    clicks[:: channel.RATE // 4] = 1
    with pytest.raises(SongError, match="no song found"):
        transcribe([clicks], channel.RATE)
