"""MIDI by mido's own reading of what we wrote, and ours of what other programs make of it."""

import io
import random

import mido
import pretty_midi
import pytest
from support.published import DIGITS

from primesong.errors import SongError
from primesong.repair.identify import recover
from primesong.score.midi import read_midi, write_midi
from primesong.song import compose


def saved(file):
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def written(melody):
    return mido.MidiFile(file=io.BytesIO(write_midi(melody)))


def test_the_opening_bytes_are_the_standards():
    data = write_midi(compose(31415926).melody)
    assert data[:14] == bytes.fromhex("4d546864 00000006 0001 0002 01e0")  # MThd, length 6, format 1, 2 tracks, 480
    assert data[14:18] == b"MTrk"


def test_the_conductor_says_what_the_song_is(written, melody):
    conductor = written.tracks[0]
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


def test_every_note_is_one_matra_with_its_sargam(written, melody):
    track = written.tracks[1]
    assert track.name == "Harmonium, Sa = D3"
    assert [message.program for message in track if message.type == "program_change"] == [20]
    lyrics = [message.text for message in track if message.type == "lyrics"]
    assert lyrics == [pitch.letter for pitch in melody.pitches]
    midi = pretty_midi.PrettyMIDI(io.BytesIO(write_midi(melody)))
    notes = midi.instruments[0].notes
    assert [note.pitch for note in notes] == melody.midi_notes
    assert all(abs(note.start - 0.25 * index) < 1e-6 for index, note in enumerate(notes))
    assert all(abs(note.end - note.start - 0.25) < 1e-6 for note in notes)


def test_composing_twice_gives_the_same_bytes(melody):
    assert write_midi(melody) == write_midi(melody)


def test_titles_are_ascii():
    data = write_midi(compose(123, title="राग ♯").melody)
    assert mido.MidiFile(file=io.BytesIO(data)).tracks[0].name == "??? #"


def messages(file):
    return [message for message in file.tracks[1] if not message.is_meta]


def test_the_song_survives_what_a_sequencer_does_to_it(melody):
    """Metadata stripped, transposed, slower, one track, velocities, other channels, short and overlapping notes."""
    rng = random.Random(4)
    events = []
    for index, note in enumerate(melody.midi_notes):
        start = index * 97
        events.append((start, 1, mido.Message("note_on", channel=3, note=note + 3, velocity=rng.randrange(1, 128))))
        events.append((start + rng.choice((5, 60, 140)), 0, mido.Message("note_off", channel=3, note=note + 3)))
        events.append((start, 2, mido.Message("note_on", channel=9, note=38, velocity=90)))  # drums
        if index % 4 == 0:
            for chord_note in (38, 45):
                events.append((start, 3, mido.Message("note_on", channel=5, note=chord_note, velocity=50)))
        if index % 16 == 0:
            events.append((start, 3, mido.Message("note_on", channel=6, note=26, velocity=50)))
            events.append((start, 3, mido.Message("control_change", channel=3, control=7, value=rng.randrange(128))))
    events.sort(key=lambda event: event[:2])
    track, last = mido.MidiTrack(), 0
    for tick, _, message in events:
        track.append(message.copy(time=tick - last))
        last = tick
    file = mido.MidiFile(type=0, ticks_per_beat=96)
    file.tracks.append(track)
    found, record = recover(read_midi(saved(file)))
    assert record is None
    assert (found.played_digits, found.setting.tonic) == (melody.played_digits, 53)


def test_a_note_on_without_velocity_is_a_note_off(melody, written):
    track = mido.MidiTrack(
        mido.Message("note_on", note=message.note, velocity=0, time=message.time)
        if message.type == "note_off"
        else message.copy()
        for message in messages(written)
    )  # fmt: skip
    file = mido.MidiFile(type=1, ticks_per_beat=480)
    file.tracks.append(track)
    assert recover(read_midi(saved(file)))[0].played_digits == melody.played_digits


@pytest.mark.parametrize(
    "data", [b"", b"MThd", b"MThd\0\0\0\6\0\1\0\2\1\xe0MTrk", b"RIFF....", write_midi(compose(12345).melody)[:-9]]
)
def test_what_is_no_midi_file_is_named(data):
    with pytest.raises(SongError, match="damaged"):
        read_midi(data)


def test_a_file_without_notes_has_no_lines():
    assert read_midi(bytes.fromhex("4d546864 00000006 0000 0001 0060 4d54726b 00000004 00ff2f00")) == []
