"""What is in a transcription, and how it is written as MIDI and as a table."""

import csv
from dataclasses import replace

import mido
import numpy as np
import pytest
from support.songs import write_sound

from primesong.cli.main import main
from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.raga import NAT_BHAIRAV
from primesong.sargam.setting import Setting
from primesong.sound.transcribe.transcription import Transcription


@pytest.fixture
def five():
    """Five slots of a quarter of a second: silence, three notes that are sure, silence."""
    probabilities = np.full((5, 10), 0.1)
    probabilities[1:4] = 0.01
    probabilities[[1, 2, 3], [1, 5, 9]] = 0.91
    return Transcription(np.log(probabilities), np.arange(6) / 4, 440.0, 1, 4, "a test")


def test_times_notes_and_probabilities_belong_together(five):
    assert five.times.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert five.notes[1:4].tolist() == [1, 5, 9]
    assert five.probabilities.sum(axis=1) == pytest.approx(1)
    assert five.confidence == pytest.approx([0.1, 0.91, 0.91, 0.91, 0.1])
    assert five.expected_errors == pytest.approx(0.27)
    assert (five.extent, five.count_notes(0, 3)) == (slice(1, 4), 2)
    assert five.unheard.tolist() == [True, False, False, False, True]


def test_key_and_tempo_are_measured(five):
    assert (five.tempo, five.tonic, five.cents) == (60, 69, pytest.approx(0))
    assert five.midi_notes == [69 + NAT_BHAIRAV.heights[note] for note in (1, 5, 9)]
    assert replace(five, tonic_hertz=440 * 2 ** (0.3 / 12)).cents == pytest.approx(30)


def test_tempo_is_finer_than_frames_and_no_breath_slows_it():
    lengths = np.tile([0.24, 0.24, 0.27], 20)
    lengths[30] += 1
    unsteady = Transcription(np.zeros((60, 10)), np.concatenate([[0], np.cumsum(lengths)]), 440.0, 0, 60, "a test")
    assert unsteady.tempo == pytest.approx(60, rel=0.001)


def test_slots_are_prepended(five):
    early = five.prepend(2)
    assert early.edges == pytest.approx(np.arange(-2, 6) / 4)
    assert (early.first, early.last, early.midi_notes) == (3, 6, five.midi_notes)
    assert early.unheard.tolist() == [True, True, *five.unheard]
    assert early.edits is None
    played = replace(five, edits=np.ones((len(five.times), 2))).prepend(2)
    assert played.edits.tolist() == [[np.inf] * 2] * 2 + [[1.0] * 2] * len(five.times)


def test_a_longer_slot_is_where_the_recording_was_stopped():
    edges = np.concatenate([np.arange(20), 19.4 + np.arange(1, 20)]) / 4
    stopped = Transcription(np.zeros((len(edges) - 1, 10)), edges, 440.0, 0, len(edges) - 1, "a test")
    assert stopped.moved.tolist() == [19]


def test_a_number_without_a_program_is_transcribed(tmp_path, capsys):
    """Random digits hold no program; their notes are written down all the same, as MIDI and as a table."""
    digits = "".join(map(str, np.random.default_rng(14).integers(1, 10, 160))) + "0123456789" * 16
    melody = Melody(digits, Setting(Mapping("3092854716")))
    path = tmp_path / "song.wav"
    write_sound(melody, path)
    assert main(["transcribe", str(path), "-o", str(tmp_path / "notes.mid"), "--quiet"]) == 0
    assert "320 notes, Sa 146.8 Hz, 240.00 matras a minute" in capsys.readouterr().out
    messages = [message for message in mido.MidiFile(tmp_path / "notes.mid") if message.type == "note_on"]
    assert [message.note for message in messages] == melody.midi_notes
    assert main(["transcribe", str(path), "-o", str(tmp_path / "notes.csv"), "--quiet"]) == 0
    rows = list(csv.DictReader((tmp_path / "notes.csv").read_text().splitlines()))
    assert [int(row["note"]) for row in rows] == melody.midi_notes
    assert [float(row["begin"]) for row in rows] == pytest.approx([place / 4 for place in range(320)], abs=0.02)
    probable = [sum(np.exp(float(row[f"{height:+d}"])) for height in NAT_BHAIRAV.heights) for row in rows]
    assert probable == pytest.approx([1] * 320, abs=0.01)


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("song.wav", "notes.txt", "expected a file name that ends in .mid, .csv, .srt, .vtt or .lrc"),
        ("notes.txt", "notes.mid", "is not a recording"),
        ("none.wav", "notes.mid", "no such file"),
    ],
)
def test_an_impossible_transcription_says_why(source, target, message, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("12345")
    assert main(["transcribe", str(tmp_path / source), "-o", str(tmp_path / target), "--quiet"]) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / target).exists() or target == "notes.txt"
