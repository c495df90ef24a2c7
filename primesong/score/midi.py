"""Melody to Standard MIDI File (mido). The reverse is `reading.midi`.

Format 1, 480 ticks a beat, a beat of four matras. The first track is the conductor: title, the song's record as a text
event, tempo, time, key, a marker at every tenth avartan and at each part of a coda. The second is the harmonium:
channel 1, General MIDI program 21 (Reed Organ; 20 counted from zero), one lyric a note. Text is ASCII: Rosegarden stops
at anything else. A tuning other than equal temperament is pitch bends, to 0.02 cents. A tanpura has two channels, one
for each string's tuning, a tabla the drums' channel.
"""

import io
import math
from collections.abc import Sequence
from itertools import cycle, product

import mido

from primesong.errors import SongError
from primesong.repair.coda import list_parts
from primesong.sargam.accompaniment import (
    SOLO,
    STRINGS,
    Accompaniment,
    matras_per_pluck,
    string_cents,
    strings,
    strokes,
)
from primesong.sargam.melody import Melody
from primesong.sargam.setting import MATRAS_PER_BEAT, Setting
from primesong.sargam.swara import tonic_name
from primesong.sargam.tala import GATE

#: Divides by every tala's bols, and is what most programs write.
TICKS_PER_BEAT = 480

#: In ticks: how long a matra is.
TICKS_PER_MATRA = TICKS_PER_BEAT // MATRAS_PER_BEAT

#: At MIDI's default tempo of 120 beats a minute.
_TICKS_PER_SECOND = 2 * TICKS_PER_BEAT

#: How far apart the notes of a line are that somebody played, at least, in seconds: two at once would be a chord.
_APART_SECONDS = 0.03

#: How long a note that somebody played is held, if no other comes, in seconds.
_HELD_SECONDS = 0.5

#: In avartans: how far apart markers are, close enough to find a place by.
AVARTANS_PER_MARKER = 10

#: General MIDI's program for the harmonium, counted from 0.
REED_ORGAN = 20

#: General MIDI's program for the tanpura, counted from 0.
SITAR = 104

#: Of MIDI's 127: where all notes are played alike.
_VELOCITY = 80

#: The channel of the drums, counted from 0, as all channels here.
DRUMS = 9

#: The channels of the tanpura's strings: of those tuned to Sa, of the other.
TANPURA_CHANNELS = (1, 2)

#: General MIDI's bongos and congas for the tabla's strokes.
DRUM_KEYS = {"na": 60, "tin": 61, "tu": 63, "ti": 62, "ge": 64, "ka": 65}

#: How long a stroke's note is held; drums die away by themselves.
_STROKE_TICKS = 40

#: The melody's volume, of MIDI's 127.
_VOLUME = 100

#: In semitones: how far a pitch bend reaches, which every instrument assumes by default.
BEND_SEMITONES = 2

#: MIDI's largest pitch bend is one less than this; the lowest is its negative.
_BEND_STEPS = 8192


def write_midi(melody: Melody, accompaniment: Accompaniment = SOLO, *, gentle: bool = False) -> bytes:
    """Write a melody, and who plays along, as a MIDI file, its notes alike or accented by the tala. The reverse of
    `read_midi`.

    Raises
    ------
    PrimesongError
        If the tuning lies out of a pitch bend's reach, or a tabla is to play and the tala has no theka.
    """
    tracks = [_conduct(melody), _play_harmonium(melody, gentle)]
    if accompaniment.tanpura is not None:
        tracks.append(_play_tanpura(melody, accompaniment.tanpura))
    if accompaniment.tabla is not None:
        tracks.append(_play_tabla(melody, accompaniment.tabla))
    return _save(1, tracks)


def write_notes(midi_notes: Sequence[int], tempo: float) -> bytes:
    """Write bare notes, one a matra, as a MIDI file of one track, without a record. The reverse of `read_midi`.

    Parameters
    ----------
    midi_notes : sequence of int
    tempo : float
        In beats of four matras a minute.
    """
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(tempo))])
    track.append(mido.Message("program_change", channel=0, program=REED_ORGAN))
    for note in midi_notes:
        track += _sound(note)
    return _save(0, [track])


def write_performance(notes: Sequence[tuple[int, float]]) -> bytes:
    """Write a line of notes as they were played, each until the next one begins, as a MIDI file. The reverse of
    `read_midi`.

    Parameters
    ----------
    notes : sequence of (int, float)
        MIDI notes, and when they were played, in seconds.
    """
    begins: list[float] = []
    for _, played in notes:
        begins.append(max(played - notes[0][1], begins[-1] + _APART_SECONDS if begins else 0))
    events = []
    for (note, _), begin, end in zip(notes, begins, [*begins[1:], math.inf], strict=True):
        for name, seconds in (("note_on", begin), ("note_off", min(begin + _HELD_SECONDS, end))):
            message = mido.Message(name, channel=0, note=note, velocity=_VELOCITY)
            events.append((round(seconds * _TICKS_PER_SECOND), message))
    track = mido.MidiTrack([mido.Message("program_change", channel=0, program=REED_ORGAN)])
    return _save(0, [_add_at_ticks(track, events)])


def _save(kind: int, tracks: list[mido.MidiTrack]) -> bytes:
    out = io.BytesIO()
    mido.MidiFile(type=kind, ticks_per_beat=TICKS_PER_BEAT, tracks=tracks).save(file=out)
    return out.getvalue()


def _conduct(melody: Melody) -> mido.MidiTrack:
    """Write the conductor's track."""
    setting, tala = melody.setting, melody.setting.tala
    numerator, denominator = tala.time_signature
    track = mido.MidiTrack()
    track += [
        mido.MetaMessage("track_name", name=_ascii(setting.title)),
        mido.MetaMessage("text", text=melody.record.to_text()),
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(setting.tempo)),
        mido.MetaMessage("time_signature", numerator=numerator, denominator=denominator),
        mido.MetaMessage("key_signature", key=_ascii(setting.key.major)),
    ]
    avartans = -(-len(melody.played_digits) // tala.matras)
    markers = [
        *((number * tala.matras, f"{tala.cycle} {number + melody.first_avartan}")
          for number in range(0, avartans, AVARTANS_PER_MARKER)),
        *list_parts(melody).items(),
    ]  # fmt: skip
    events = [(matra * TICKS_PER_MATRA, mido.MetaMessage("marker", text=text)) for matra, text in markers]
    end = mido.MetaMessage("end_of_track")
    return _add_at_ticks(track, [*events, (avartans * tala.matras * TICKS_PER_MATRA, end)])


def _play_harmonium(melody: Melody, gentle: bool) -> mido.MidiTrack:
    """Write the melody's track. Gently, a note is as loud as the tala has it, and ends a little before the next."""
    setting = melody.setting
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name=f"Harmonium, Sa = {_ascii(tonic_name(setting.tonic))}"))
    track.append(mido.Message("program_change", channel=0, program=REED_ORGAN))
    bends = _find_bends(setting)
    if any(bends.values()):
        track += _set_bend_range(0)
    # a note's events stand in the track as often as the note does: making them again would take longer than all else
    velocities = [accent.velocity for accent in setting.tala.accents] if gentle else [_VELOCITY]
    held = round(GATE * TICKS_PER_MATRA) if gentle else TICKS_PER_MATRA
    sounds = {each: _sing(setting, *each, held) for each in product(bends, set(velocities))}
    bent = 0
    for digit, velocity in zip(melody.played_digits, cycle(velocities), strict=False):
        if bends[digit] != bent:
            bent = bends[digit]
            track.append(mido.Message("pitchwheel", channel=0, pitch=bent))
        track += sounds[digit, velocity]
    first = next(place for place, event in enumerate(track) if event.type == "lyrics")
    track[first] = track[first].copy(time=0)  # no note comes before it
    return track


def _find_bends(setting: Setting) -> dict[str, int]:
    """Return each digit's pitch bend."""
    ranking = setting.mapping.ranking
    return {digit: _bend(setting.tuning.offset(setting.mapping.pitch(digit).semitones)) for digit in ranking}


def _sing(setting: Setting, digit: str, velocity: int, held: int) -> list[mido.Message]:
    """Make a digit's events, after the rest of the matra before: its lyric, and its note."""
    pitch = setting.mapping.pitch(digit)
    lyric = mido.MetaMessage("lyrics", text=pitch.letter, time=TICKS_PER_MATRA - held)
    return [lyric, *_sound(setting.tonic + pitch.semitones, velocity, held)]


def _sound(note: int, velocity: int = _VELOCITY, held: int = TICKS_PER_MATRA) -> list[mido.Message]:
    """Make a note that is held for some ticks."""
    return [
        mido.Message("note_on", channel=0, note=note, velocity=velocity),
        mido.Message("note_off", channel=0, note=note, velocity=0, time=held),
    ]


def _play_tanpura(melody: Melody, level: float) -> mido.MidiTrack:
    """Pluck the strings in turn, each sounding until its key is plucked again; those not tuned to Sa on a channel of
    their own, since a bend tunes a whole channel."""
    track = _seat("Tanpura", TANPURA_CHANNELS, level)
    tuned = strings(melody)
    for channel, semitones in zip(TANPURA_CHANNELS, (0, tuned[0]), strict=True):
        track += [mido.Message("program_change", channel=channel, program=SITAR), *_set_bend_range(channel)]
        bend = _bend(string_cents(semitones) - 100 * semitones)
        track.append(mido.Message("pitchwheel", channel=channel, pitch=bend))
    step, end = matras_per_pluck(melody), len(melody.played_digits)
    events = []
    for place, matra in enumerate(range(0, end, step)):
        string = place % STRINGS
        # the second and the third string are one key: the second ends where the third begins, the third a pluck early
        plucks = {1: 1, 2: 3}.get(string, STRINGS)
        until = min(matra + step * plucks, end)
        message = {"channel": TANPURA_CHANNELS[string == 0], "note": melody.setting.tonic + tuned[string]}
        events.append((matra * TICKS_PER_MATRA, mido.Message("note_on", velocity=_VELOCITY, **message)))
        events.append((until * TICKS_PER_MATRA, mido.Message("note_off", velocity=0, **message)))
    return _add_at_ticks(track, events)


def _play_tabla(melody: Melody, level: float) -> mido.MidiTrack:
    """Play the theka, avartan after avartan, on General MIDI's congas and bongos."""
    track = _seat("Tabla", (DRUMS,), level)
    theka = [(round(stroke.matra * TICKS_PER_MATRA), DRUM_KEYS[kind])
             for stroke in strokes(melody) for _, kind in stroke.hands]  # fmt: skip
    end, avartan = len(melody.played_digits) * TICKS_PER_MATRA, melody.setting.tala.matras * TICKS_PER_MATRA
    events = []
    for start in range(0, end, avartan):
        for tick, key in theka:
            if start + tick < end:
                message = {"channel": DRUMS, "note": key}
                events.append((start + tick, mido.Message("note_on", velocity=_VELOCITY, **message)))
                events.append((start + tick + _STROKE_TICKS, mido.Message("note_off", velocity=0, **message)))
    return _add_at_ticks(track, events)


def scale_volume(level: float) -> int:
    """Return the channel volume of a level in decibels relative to the melody, 40 dB a decade (MMA RP-010)."""
    return max(1, min(127, round(_VOLUME * 10 ** (level / 40))))


def _seat(name: str, channels: tuple[int, ...], level: float) -> mido.MidiTrack:
    """Begin an accompanist's track: its name, and its level relative to the melody as channel volume."""
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name=name))
    track += [
        mido.Message("control_change", channel=channel, control=7, value=scale_volume(level)) for channel in channels
    ]
    return track


def _add_at_ticks(track: mido.MidiTrack, events: list[tuple[int, mido.Message]]) -> mido.MidiTrack:
    """Add events at their ticks, notes that end before notes that begin."""
    now = 0
    for tick, message in sorted(events, key=lambda event: (event[0], event[1].type == "note_on")):
        track.append(message.copy(time=tick - now))
        now = tick
    return track


def _set_bend_range(channel: int) -> list[mido.Message]:
    """Set how far a pitch bend reaches: registered parameter 0 (MIDI 1.0)."""
    controls = ((101, 0), (100, 0), (6, BEND_SEMITONES), (38, 0))
    return [mido.Message("control_change", channel=channel, control=number, value=value) for number, value in controls]


def _bend(cents: float) -> int:
    """Return the pitch bend of a number of cents. Raises `SongError`."""
    bend = round(cents / (100 * BEND_SEMITONES) * _BEND_STEPS)
    if not -_BEND_STEPS <= bend < _BEND_STEPS:
        raise SongError(
            f"the tuning lies {cents:g} cents from equal temperament; MIDI bends up to {BEND_SEMITONES * 100}"
        )
    return bend


def _ascii(text: str) -> str:
    return text.replace("♯", "#").replace("♭", "b").encode("ascii", "replace").decode("ascii")
