"""Captions of a recording, at the times at which its notes are heard."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
from support.songs import encode, write_sound

from primesong.actions.transcribe import save_transcription, transcribe
from primesong.score.captions import caption_melody
from primesong.song import compose
from primesong.sound.file import read_recording
from primesong.sound.hear.captions import caption_heard

PROGRAM = b"".join(b"print(%d)\n" % (place * 7919) for place in range(9))


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """A song that begins after 1.7 seconds of silence."""
    path = tmp_path_factory.mktemp("captions") / "song.wav"
    song = compose(encode(PROGRAM), tempo=60.0)
    write_sound(song.melody, path)
    recording = read_recording(path)
    silence = np.zeros((int(1.7 * recording.sample_rate), recording.samples.shape[1]), "float32")
    soundfile.write(path, np.concatenate([silence, recording.samples]), recording.sample_rate)
    return song, transcribe(path)


def test_a_recording_has_the_captions_of_its_song(heard, tmp_path):
    song, transcription = heard
    expected, found = caption_melody(song.melody), caption_heard(transcription)
    assert [(one.sargam, one.program) for one in found] == [(one.sargam, one.program) for one in expected]
    assert [one.begin for one in found] == pytest.approx([one.begin + 1.7 for one in expected], abs=0.05)
    save_transcription(transcription, tmp_path / "song.vtt")
    assert (tmp_path / "song.vtt").read_text("utf-8").startswith("WEBVTT\n\n00:00:01.")


def test_a_song_that_begins_at_once_has_no_times_before_it(heard):
    """Its grid begins a little before the recording, by what is not known of an onset."""
    _, transcription = heard
    edges = transcription.edges - transcription.edges[transcription.extent.start] - 0.001
    assert caption_heard(replace(transcription, edges=edges))[0].begin == 0.0
