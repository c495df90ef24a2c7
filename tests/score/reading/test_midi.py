"""MIDI as other programs and keyboards make it, and damaged containers."""

import math
import random
from dataclasses import replace

import mido
import pytest
from support import players
from support.players import save_midi
from support.songs import TINY, recover

from primesong.actions.decode import repair
from primesong.errors import SongError
from primesong.repair.identify import find_song
from primesong.repair.song import repair_song
from primesong.sargam.remarks import Fact, Remark
from primesong.score.midi import write_midi, write_notes
from primesong.score.reading.midi import read_midi, reread_midi
from primesong.song import compose


@pytest.fixture(scope="module")
def plain(tiny):
    """The tiny song as bare notes: one track, no record."""
    return write_notes(tiny.melody.midi_notes, 60)


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
    found, record = recover(read_midi(save_midi(file)))
    assert record is None
    assert (found.played_digits, found.setting.tonic) == (melody.played_digits, 53)


def test_a_note_on_without_velocity_is_a_note_off(melody, midi_file):
    track = mido.MidiTrack(
        mido.Message("note_on", note=message.note, velocity=0, time=message.time)
        if message.type == "note_off"
        else message.copy()
        for message in messages(midi_file)
    )  # fmt: skip
    file = mido.MidiFile(type=1, ticks_per_beat=480)
    file.tracks.append(track)
    assert recover(read_midi(save_midi(file)))[0].played_digits == melody.played_digits


@pytest.mark.parametrize(
    "data", [b"", b"MThd", b"MThd\0\0\0\6\0\1\0\2\1\xe0MTrk", b"RIFF....", write_midi(compose(12345).melody)[:-9]]
)
def test_what_is_no_midi_file_is_named(data):
    with pytest.raises(SongError, match="damaged"):
        read_midi(data)


def test_a_file_without_notes_has_no_lines():
    assert read_midi(bytes.fromhex("4d546864 00000006 0000 0001 0060 4d54726b 00000004 00ff2f00")) == []


def read(data):
    """Read a file as `load` does."""
    song = find_song(read_midi(data), reread_midi(data))
    assert song.program == TINY
    return list(song.remarks)


TRACK = 14


def test_a_file_in_riff_is_read(plain):
    data = b"data" + len(plain).to_bytes(4, "little") + plain
    assert read(b"RIFF" + (4 + len(data)).to_bytes(4, "little") + b"RMID" + data) == []


@pytest.mark.parametrize("wrong", [-500, -1, 1, 400, 2**31])
def test_a_wrong_length_of_a_track_is_remarked(plain, wrong):
    length = int.from_bytes(plain[TRACK + 4 : TRACK + 8], "big")
    data = plain[: TRACK + 4] + (length + wrong).to_bytes(4, "big") + plain[TRACK + 8 :]
    assert read(data) == [Remark(Fact.WRONG_LENGTH, 1)]


def test_a_track_that_is_cut_off_is_refused(plain):
    with pytest.raises(SongError, match="chunk at byte 15 ends too soon"):
        read_midi(plain[:-4])
    length = int.from_bytes(plain[TRACK + 4 : TRACK + 8], "big")
    assert read(plain[: TRACK + 4] + (length - 4).to_bytes(4, "big") + plain[TRACK + 8 : -4]) == []


@pytest.mark.parametrize(("said", "remarks"), [(0, 1), (1, 0), (2, 1), (9, 1)])
def test_a_wrong_number_of_tracks_is_remarked(plain, said, remarks):
    data = plain[:10] + said.to_bytes(2, "big") + plain[12:]
    assert read(data) == [Remark(Fact.WRONG_COUNT, 1)] * remarks


def test_bytes_after_the_last_track_are_passed_over(plain):
    assert read(plain + bytes(40)) == []


@pytest.mark.parametrize(
    "message", ["f1 05", "f2 05 06", "f3 05", "f4", "f5", "f6", "f8", "f9", "fa", "fb", "fc", "fd", "fe"]
)
def test_messages_of_a_cable_are_left_out(plain, message):
    """They do not change the running status."""
    head = TRACK + 8
    stray = b"\0" + bytes.fromhex(message)
    notes = bytes.fromhex("00 90 3c 40  78 3c 00") + stray + bytes.fromhex("00 3e 40  78 3e 00")
    track = b"MTrk" + len(notes).to_bytes(4, "big") + notes
    assert [list(line.midi_notes) for line in read_midi(plain[:TRACK] + track)] == [[60, 62]]
    length = int.from_bytes(plain[TRACK + 4 : head], "big") + len(stray)
    data = plain[: TRACK + 4] + length.to_bytes(4, "big") + stray + plain[head:]
    assert read(data) == [Remark(Fact.STRAY_MESSAGES, 1)]


def play(*notes, channels=1, tracks=1):
    """Make a file of (onset, length, pitch, channel, track) in ticks; of what is left out, the first."""
    events = [[] for _ in range(tracks)]
    for onset, length, pitch, channel, track in notes:
        events[track] += [(onset, 1, pitch, channel), (onset + length, 0, pitch, channel)]
    file = mido.MidiFile(type=1, ticks_per_beat=480)
    for each in events:
        now, track = 0, mido.MidiTrack()
        for tick, on, pitch, channel in sorted(each):
            kind = "note_on" if on else "note_off"
            track.append(mido.Message(kind, note=pitch, channel=channel, velocity=64 * on, time=tick - now))
            now = tick
        file.tracks.append(track)
    return save_midi(file)


def place(tiny, channel=0, track=0):
    """Return the tiny song's notes one after the other, 120 ticks each."""
    for matra, pitch in enumerate(tiny.melody.midi_notes):
        yield (
            120 * matra,
            110,
            pitch,
            channel(matra) if callable(channel) else channel,
            track(matra) if callable(track) else track,
        )


def test_a_melody_in_turn_on_channels_or_tracks_is_joined(tiny):
    notes = len(tiny.digits)
    assert read(play(*place(tiny, channel=lambda matra: 1 + matra % 8))) == [Remark(Fact.JOINED, 8)]
    assert read(play(*place(tiny, track=lambda matra: matra > notes // 2), tracks=2)) == [Remark(Fact.JOINED, 2)]


def test_a_melody_in_turn_beside_a_metronome_is_joined(tiny):
    beats = [(480 * beat, 60, 76, 15, 2) for beat in range(len(tiny.digits) // 4)]
    hands = place(tiny, track=lambda matra: matra // 16 % 2)
    assert read(play(*hands, *beats, tracks=3))[0].fact is Fact.JOINED


def test_a_melody_on_the_drums_channel_is_read_where_there_is_no_other(tiny):
    assert read(play(*place(tiny, channel=9))) == []


@pytest.mark.parametrize("octave", [-12, 12])
def test_a_melody_doubled_at_the_octave_is_read(tiny, octave):
    twice = [(onset, length, pitch + octave, 0, 0) for onset, length, pitch, *_ in place(tiny)]
    assert read(play(*place(tiny), *twice)) == [Remark(Fact.CHORDS, len(tiny.digits))]


def test_a_melody_over_a_drone_on_its_own_channel_is_read(tiny):
    end = 120 * len(tiny.digits)
    remarks = read(play((0, end, 38, 0, 0), (0, end, 45, 0, 0), *place(tiny)))
    assert [remark.fact for remark in remarks] in ([Fact.DRONES], [Fact.CHORDS])
    struck = [(onset, 1900, pitch, 0, 0) for onset in range(0, end, 1920) for pitch in (38, 57)]
    assert read(play(*struck, *place(tiny)))[0].fact is Fact.DRONES


def test_a_final_chord_a_keyswitch_and_a_count_in_are_left_out(tiny):
    later = [(onset + 480, length, pitch, 0, 0) for onset, length, pitch, *_ in place(tiny)]
    end = 120 * len(tiny.digits)
    chord = [(end, 480, pitch, 0, 0) for pitch in (38, 50, 57)]
    assert read(play(*place(tiny), *chord)) == [Remark(Fact.CHORDS, 3)]
    assert read(play((0, 10, 12, 0, 0), *later)) == [Remark(Fact.OUTSIDE, 1)]
    assert read(play(*((120 * beat, 60, 50, 0, 0) for beat in range(4)), *later)) == [Remark(Fact.COUNT_IN, 4)]


def perform(tiny, seed, *, kans=0.0, back=()):
    """Play the tiny song as a person does, in milliseconds: unevenly, each key held for 60 to 110 % of a note, with
    grace notes from the next pitch; before some notes the player stops, and goes back to the avartan's beginning."""
    chance, now = random.Random(seed), 500.0
    pitches = tiny.melody.midi_notes
    scale = sorted(set(pitches))
    order = []
    for place in range(len(pitches)):
        if place in back:
            order += [(again, again % 16 == 0) for again in range(place - place % 16, place)]
        order.append((place, False))
    for place, stopped in order:
        now += 900 * stopped + 300 * (place % 48 == 0)
        pitch, length = pitches[place], 250 * math.exp(0.1 * math.sin(now / 9000)) + chance.gauss(0, 20)
        if chance.random() < kans:
            kan = chance.randrange(30, 70)
            yield round(now) - kan, kan, scale[scale.index(pitch) - 1], 0, 0
        yield round(now), round(length * chance.uniform(0.6, 1.1)), pitch, 0, 0
        now += length


def test_grace_notes_of_a_player_are_left_out(tiny):
    remarks = read(play(*perform(tiny, 1, kans=0.1)))
    assert [remark.fact for remark in remarks] == [Fact.ORNAMENTS]
    assert 8 < remarks[0].count < 24


@pytest.mark.parametrize("back", [(20,), (41, 63), (12, 77, 94)])
def test_what_a_player_played_again_is_left_out(tiny, back):
    """Three notes or more, after a stop; the pauses between phrases are none."""
    assert read(play(*perform(tiny, 2, back=back))) == [Remark(Fact.REPEATED, sum(place % 16 for place in back))]


@pytest.mark.parametrize(("times", "pause"), [(2, 0), (3, 960)])
def test_a_song_that_is_there_several_times_is_read_once(tiny, times, pause):
    """As a loop, or with its repetition written out."""
    size, notes = len(tiny.digits), list(place(tiny))
    later = [(onset + time * (120 * size + pause), *rest) for time in range(times) for onset, *rest in notes]
    assert read(play(*later)) == [Remark(Fact.REPEATED, (times - 1) * size)]


def test_a_player_of_two_hands_on_two_channels_is_read(tiny):
    """With the pedal held, keys overlapping, grace notes, and going back."""
    notes = list(perform(tiny, 3, kans=0.05, back=(45, 109)))
    hands = [(onset, 700, pitch, pitch < 57, 0) for onset, _, pitch, *_ in notes]
    assert {remark.fact for remark in read(play(*hands))} >= {Fact.JOINED, Fact.ORNAMENTS, Fact.REPEATED}


def test_a_wrong_note_among_ornaments_and_repeats_is_corrected(tiny):
    notes = list(perform(tiny, 4, kans=0.05, back=(45,)))
    place = next(place for place, note in enumerate(notes) if note[0] > 25_000 and note[1] > 100)
    onset, length, pitch, *rest = notes[place]
    notes[place] = (onset, length, 50 if pitch != 50 else 57, *rest)
    data = play(*notes)
    song = find_song(read_midi(data), reread_midi(data))
    repaired = repair_song(song, 30)
    assert (repaired.program, len(repaired.corrections)) == (TINY, 1)
    assert {remark.fact for remark in repaired.remarks} == {Fact.ORNAMENTS, Fact.REPEATED}


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_a_free_player_with_ornaments_mistakes_and_returns_is_read(seed, short_song):
    """10 % wander, 30 ms jitter, a kan before two notes in a hundred, one wrong in five hundred, three returns."""
    player = replace(players.FREE, kan=0.02, wrong=0.002, returns=3)
    data = save_midi(players.write_midi(players.perform(short_song.melody, player, seed)))
    assert repair(find_song(read_midi(data), reread_midi(data))).program == short_song.program
