"""Melody to Standard MIDI File (mido), and back (`smf`).

Written: format 1, 480 ticks a beat, a beat of four matras. The first track is the conductor: title, the song's record
as a text event, tempo, time, key, a marker at every tenth avartan. The second is the harmonium: channel 1, General
MIDI program 21 (Reed Organ; 20 counted from zero), one lyric a note. Text is ASCII: Rosegarden stops at anything else.
A tuning other than equal temperament is pitch bends, to 0.02 cents. A tanpura has two channels, one for each string's
tuning, a tabla the drums' channel.
Read: any file; every channel of every track in which no two notes begin together is offered as a line of notes.
"""

import io
from collections import defaultdict
from collections.abc import Sequence

import mido

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sargam.accompaniment import SOLO, Accompaniment, matras_per_pluck, string_cents, strings, strokes
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes, Record
from primesong.sargam.setting import MATRAS_PER_BEAT
from primesong.sargam.swara import key_name, tonic_name
from primesong.score.smf import META, read_events

TICKS_PER_BEAT = 480
TICKS_PER_MATRA = TICKS_PER_BEAT // MATRAS_PER_BEAT
REED_ORGAN = 20
AVARTANS_PER_MARKER = 10
BEND_SEMITONES = 2  # what every instrument assumes if it is not told

_VELOCITY = 80
_DRUMS = 9
_TANPURA_CHANNELS = (1, 2)  # of the strings tuned to Sa, of the other
_SITAR = 104
_STROKE_TICKS = 40
#: General MIDI's bongos and congas for the strokes of `theka`.
_DRUM_KEYS = {"na": 60, "tin": 61, "tu": 63, "ti": 62, "ge": 64, "ka": 65}
_MOST_LINES = 32
_NOTE_ON, _TEXT = 0x90, 0x01


def write_midi(melody: Melody, accompaniment: Accompaniment = SOLO) -> bytes:
    """Write a melody, and what accompanies it, as a MIDI file. The reverse of `read_midi`."""
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    file.tracks += [_conductor(melody), _harmonium(melody)]
    if accompaniment.tanpura is not None:
        file.tracks.append(_tanpura(melody, accompaniment.tanpura))
    if accompaniment.tabla is not None:
        file.tracks.append(_tabla(melody, accompaniment.tabla))
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def write_notes(midi_notes: Sequence[int], tempo: float) -> bytes:
    """Write bare notes, one a matra, as a MIDI file of one track: no song is claimed to be in them, and what they hold
    is for the reader to find. `tempo` is in beats a minute. The reverse of `read_midi`."""
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(tempo))])
    track.append(mido.Message("program_change", channel=0, program=REED_ORGAN))
    for note in midi_notes:
        track.append(mido.Message("note_on", channel=0, note=note, velocity=_VELOCITY))
        track.append(mido.Message("note_off", channel=0, note=note, velocity=0, time=TICKS_PER_MATRA))
    out = io.BytesIO()
    mido.MidiFile(type=0, ticks_per_beat=TICKS_PER_BEAT, tracks=[track]).save(file=out)
    return out.getvalue()


def _conductor(melody: Melody) -> mido.MidiTrack:
    matras = melody.setting.tala.matras
    numerator, denominator = melody.setting.tala.time_signature
    track = mido.MidiTrack()
    track += [
        mido.MetaMessage("track_name", name=_ascii(melody.setting.title)),
        mido.MetaMessage("text", text=melody.record.to_text()),
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(melody.setting.tempo)),
        mido.MetaMessage("time_signature", numerator=numerator, denominator=denominator),
        mido.MetaMessage("key_signature", key=_ascii(key_name(melody.setting.tonic))),
    ]
    avartans = -(-len(melody.played_digits) // matras)
    step = AVARTANS_PER_MARKER * matras * TICKS_PER_MATRA
    for avartan in range(0, avartans, AVARTANS_PER_MARKER):
        track.append(
            mido.MetaMessage(
                "marker",
                text=f"{melody.setting.tala.cycle} {avartan + melody.first_avartan}",
                time=step if avartan else 0,
            )
        )
    rest = avartans * matras * TICKS_PER_MATRA - (avartans - 1) // AVARTANS_PER_MARKER * step
    track.append(mido.MetaMessage("end_of_track", time=rest))
    return track


def _harmonium(melody: Melody) -> mido.MidiTrack:
    lyrics = {digit: melody.setting.mapping.pitch(digit).letter for digit in melody.setting.mapping.ranking}
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name=f"Harmonium, Sa = {_ascii(tonic_name(melody.setting.tonic))}"))
    track.append(mido.Message("program_change", channel=0, program=REED_ORGAN))
    bends = {
        digit: _bend(melody.setting.tuning.offset(melody.setting.mapping.pitch(digit).semitones)) for digit in lyrics
    }
    bent = 0
    if any(bends.values()):
        track += _bend_range(0)
    sounded = {
        digit: _note(lyrics[digit], melody.setting.tonic + melody.setting.mapping.pitch(digit).semitones)
        for digit in lyrics
    }
    for digit in melody.played_digits:
        if bends[digit] != bent:
            bent = bends[digit]
            track.append(mido.Message("pitchwheel", channel=0, pitch=bent))
        track += sounded[digit]
    return track


def _note(lyric: str, note: int) -> list[mido.Message]:
    """Make a note's three events, which stand in the track as often as the note does: making them anew each time
    would take longer than all the rest."""
    return [
        mido.MetaMessage("lyrics", text=lyric),
        mido.Message("note_on", channel=0, note=note, velocity=_VELOCITY),
        mido.Message("note_off", channel=0, note=note, velocity=0, time=TICKS_PER_MATRA),
    ]


def _tanpura(melody: Melody, level: float) -> mido.MidiTrack:
    """Pluck the strings in turn, each sounding for four plucks; those that are no Sa on a channel of their own, since a
    bend tunes a whole channel."""
    track = _accompanist("Tanpura", _TANPURA_CHANNELS, level)
    four = strings(melody)
    for channel, semitones in zip(_TANPURA_CHANNELS, (0, four[0]), strict=True):
        track += [mido.Message("program_change", channel=channel, program=_SITAR), *_bend_range(channel)]
        bend = _bend(string_cents(semitones) - 100 * semitones)
        track.append(mido.Message("pitchwheel", channel=channel, pitch=bend))
    step = matras_per_pluck(melody)
    events = []
    for place, matra in enumerate(range(0, len(melody.played_digits), step)):
        string = place % 4
        message = {"channel": _TANPURA_CHANNELS[string == 0], "note": melody.setting.tonic + four[string]}
        until = min(matra + step * (1 if string == 1 else 4 - (string == 2)), len(melody.played_digits))
        events.append((matra * TICKS_PER_MATRA, mido.Message("note_on", velocity=_VELOCITY, **message)))
        events.append((until * TICKS_PER_MATRA, mido.Message("note_off", velocity=0, **message)))
    return _timed(track, events)


def _tabla(melody: Melody, level: float) -> mido.MidiTrack:
    """Play the theka, avartan after avartan, on General MIDI's congas and bongos."""
    track = _accompanist("Tabla", (_DRUMS,), level)
    theka = [
        (round(stroke.matra * TICKS_PER_MATRA), _DRUM_KEYS[kind])
        for stroke in strokes(melody)
        for _, kind in stroke.hands
    ]
    end, avartan = len(melody.played_digits) * TICKS_PER_MATRA, melody.setting.tala.matras * TICKS_PER_MATRA
    events = []
    for start in range(0, end, avartan):
        for tick, key in theka:
            if start + tick < end:
                message = {"channel": _DRUMS, "note": key}
                events.append((start + tick, mido.Message("note_on", velocity=_VELOCITY, **message)))
                events.append((start + tick + _STROKE_TICKS, mido.Message("note_off", velocity=0, **message)))
    return _timed(track, events)


def _accompanist(name: str, channels: tuple[int, ...], level: float) -> mido.MidiTrack:
    """Begin an accompanist's track: its name, and its level as channel volume, 40 dB a decade (MMA RP-010), where the
    melody has 100."""
    volume = max(1, min(127, round(100 * 10 ** (level / 40))))
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name=name))
    track += [mido.Message("control_change", channel=channel, control=7, value=volume) for channel in channels]
    return track


def _timed(track: mido.MidiTrack, events: list[tuple[int, mido.Message]]) -> mido.MidiTrack:
    """Add events at their ticks, notes that end before notes that begin."""
    now = 0
    for tick, message in sorted(events, key=lambda event: (event[0], event[1].type == "note_on")):
        track.append(message.copy(time=tick - now))
        now = tick
    return track


def _bend_range(channel: int) -> list[mido.Message]:
    """Set how far a pitch bend reaches: registered parameter 0 (MIDI 1.0)."""
    controls = ((101, 0), (100, 0), (6, BEND_SEMITONES), (38, 0))
    return [mido.Message("control_change", channel=channel, control=number, value=value) for number, value in controls]


def _bend(cents: float) -> int:
    """Give the pitch bend of so many cents. Raises `SongError`."""
    bend = round(cents / (100 * BEND_SEMITONES) * 8192)
    if not -8192 <= bend <= 8191:
        raise SongError(
            f"the tuning lies {cents:g} cents from equal temperament; MIDI is bent up to {BEND_SEMITONES * 100}"
        )
    return bend


def read_midi(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read the lines of single notes in a MIDI file, the longest first. The reverse of `write_midi`.

    Raises `SongError` if the bytes are no MIDI file. Note lengths, velocities, tempo and drums are ignored.
    """
    record = None
    lines: dict[tuple[int, int], _Line] = defaultdict(_Line)
    for track, tick, status, body in read_events(data, limits):
        if tick > limits.ticks:
            limits.check("ticks", tick, f"the MIDI file's track {track}")
        if status & 0xF0 == _NOTE_ON and status & 0x0F != _DRUMS and body[1]:
            lines[track, status & 0x0F].add(tick, min(body[0], 127))
        elif status == META and body[0] == _TEXT and record is None:
            record = Record.from_text(body[1:].decode("latin-1"))
    single = [(line.notes, f"track {track}, channel {channel + 1}")
              for (track, channel), line in lines.items() if line.single]  # fmt: skip
    single.sort(key=lambda line: -len(line[0]))
    return [Notes(list(notes), source, record) for notes, source in single[:_MOST_LINES]]


class _Line:
    """The notes of one channel of one track, a byte a note, as long as no two of them begin together."""

    def __init__(self) -> None:
        self.notes = bytearray()
        self.single = True
        self._last = -1

    def add(self, tick: int, note: int) -> None:
        """Take in the beginning of a note."""
        if tick == self._last:
            self.single = False
            self.notes.clear()
        elif self.single:
            self.notes.append(note)
        self._last = tick


def _ascii(text: str) -> str:
    return text.replace("♯", "#").replace("♭", "b").encode("ascii", "replace").decode("ascii")
