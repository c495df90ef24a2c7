"""MIDI by mido's own reading of what we wrote."""

import io

import mido
import pretty_midi
from support.published import DIGITS

from primesong.score.midi import write_midi, write_performance
from primesong.song import compose


def test_the_opening_bytes_are_the_standards():
    data = write_midi(compose(31415926).melody)
    assert data[:14] == bytes.fromhex("4d546864 00000006 0001 0002 01e0")  # MThd, length 6, format 1, 2 tracks, 480
    assert data[14:18] == b"MTrk"


def test_the_conductor_says_what_the_song_is(midi_file, melody):
    conductor = midi_file.tracks[0]
    kinds = {message.type: message for message in reversed(conductor)}
    assert kinds["track_name"].name == "femtoGPT"
    assert kinds["set_tempo"].tempo == 1_000_000
    assert (kinds["time_signature"].numerator, kinds["time_signature"].denominator) == (4, 4)
    assert kinds["key_signature"].key == "D"
    assert kinds["text"].text == melody.record.to_text()
    markers, tick = [], 0
    for message in conductor:
        tick += message.time
        if message.type == "marker":
            markers.append((message.text, tick))
    assert markers[:2] == [("avartan 1", 0), ("avartan 11", 10 * 16 * 120)]
    assert len(markers) == 23
    assert tick == DIGITS * 120


def test_every_note_is_one_matra_with_its_sargam(midi_file, melody):
    track = midi_file.tracks[1]
    assert track.name == "Harmonium, Sa = D3"
    assert [message.program for message in track if message.type == "program_change"] == [20]
    lyrics = [message.text for message in track if message.type == "lyrics"]
    assert lyrics == [pitch.letter for pitch in melody.pitches]
    midi = pretty_midi.PrettyMIDI(io.BytesIO(write_midi(melody)))
    notes = midi.instruments[0].notes
    assert [note.pitch for note in notes] == melody.midi_notes
    assert all(abs(note.start - 0.25 * index) < 1e-6 for index, note in enumerate(notes))
    assert all(abs(note.end - note.start - 0.25) < 1e-6 for note in notes)


def test_gently_velocities_follow_the_tala_and_notes_end_before_the_next(melody):
    _, harmonium = mido.MidiFile(file=io.BytesIO(write_midi(melody, gentle=True))).tracks
    tick, onsets, velocities, ends = 0, [], [], []
    for event in harmonium:
        tick += event.time
        if event.type == "note_on":
            onsets.append(tick)
            velocities.append(event.velocity)
        elif event.type == "note_off":
            ends.append(tick)
    assert onsets == [120 * place for place in range(3600)]
    assert ends == [onset + 114 for onset in onsets]
    assert velocities == [96, 80, 80, 80, 84, 80, 80, 80, 72, 80, 80, 80, 84, 80, 80, 80] * 225


def test_composing_twice_gives_the_same_bytes(melody):
    assert write_midi(melody) == write_midi(melody)


def test_titles_are_ascii():
    data = write_midi(compose(123, title="राग ♯").melody)
    assert mido.MidiFile(file=io.BytesIO(data)).tracks[0].name == "??? #"


def test_a_performance_has_its_own_times():
    data = write_performance([(50, 7.0), (62, 7.25), (50, 7.25), (55, 9.0)])
    midi = pretty_midi.PrettyMIDI(io.BytesIO(data))
    notes = [(note.pitch, round(note.start, 2), round(note.end, 2)) for note in midi.instruments[0].notes]
    assert sorted(notes, key=lambda note: note[1]) == [
        (50, 0.0, 0.25), (62, 0.25, 0.28), (50, 0.28, 0.78), (55, 2.0, 2.5),
    ]  # fmt: skip
