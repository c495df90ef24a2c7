"""Melody to Standard MIDI File, and back (mido).

Written: format 1, 480 ticks a beat, a beat of four matras. The first track is the conductor: title, the song's record
as a text event, tempo, time, key, a marker at every tenth avartan. The second is the harmonium: channel 1, General
MIDI program 21 (Reed Organ; 20 counted from zero), one lyric a note. Text is ASCII: Rosegarden stops at anything else.
Read: any file; every channel of every track in which no two notes begin together is offered as a line of notes.
"""

import io
from collections import defaultdict

import mido

from primesong.errors import SongError
from primesong.sargam.melody import MATRAS_PER_BEAT, Description, Melody, Notes
from primesong.sargam.swara import key_name, tonic_name

TICKS_PER_BEAT = 480
TICKS_PER_MATRA = TICKS_PER_BEAT // MATRAS_PER_BEAT
REED_ORGAN = 20
AVARTANS_PER_MARKER = 10

_VELOCITY = 80
_DRUMS = 9
_MOST_LINES = 32

#: How many tracks, and how many messages in all of them, are read.
TRACK_LIMIT, MESSAGE_LIMIT = 1_000, 50_000_000

#: The latest tick of a message: seventy years of song at our own pace.
TICK_LIMIT = 1 << 40

# What mido raises on bytes that are not what they should be.
_MIDO_ERRORS = (OSError, EOFError, ValueError, KeyError, IndexError, TypeError, AttributeError,
                mido.KeySignatureError)  # fmt: skip


def write_midi(melody: Melody) -> bytes:
    """Write a melody as a MIDI file. The reverse of `read_midi`."""
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    file.tracks += [_conductor(melody), _harmonium(melody)]
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def _conductor(melody: Melody) -> mido.MidiTrack:
    matras = melody.tala.matras
    numerator, denominator = melody.tala.time_signature
    track = mido.MidiTrack()
    track += [
        mido.MetaMessage("track_name", name=_ascii(melody.title)),
        mido.MetaMessage("text", text=melody.description.to_text()),
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(melody.tempo)),
        mido.MetaMessage("time_signature", numerator=numerator, denominator=denominator),
        mido.MetaMessage("key_signature", key=_ascii(key_name(melody.tonic))),
    ]
    avartans = -(-len(melody.digits) // matras)
    step = AVARTANS_PER_MARKER * matras * TICKS_PER_MATRA
    for avartan in range(0, avartans, AVARTANS_PER_MARKER):
        track.append(
            mido.MetaMessage(
                "marker", text=f"{melody.tala.cycle} {avartan + melody.first_avartan}", time=step if avartan else 0
            )
        )
    rest = avartans * matras * TICKS_PER_MATRA - (avartans - 1) // AVARTANS_PER_MARKER * step
    track.append(mido.MetaMessage("end_of_track", time=rest))
    return track


def _harmonium(melody: Melody) -> mido.MidiTrack:
    lyrics = {digit: melody.mapping.pitch(digit).letter for digit in melody.mapping.ranking}
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name=f"Harmonium, Sa = {_ascii(tonic_name(melody.tonic))}"))
    track.append(mido.Message("program_change", channel=0, program=REED_ORGAN))
    for digit, note in zip(melody.digits, melody.midi_notes, strict=True):
        track.append(mido.MetaMessage("lyrics", text=lyrics[digit]))
        track.append(mido.Message("note_on", channel=0, note=note, velocity=_VELOCITY))
        track.append(mido.Message("note_off", channel=0, note=note, velocity=0, time=TICKS_PER_MATRA))
    return track


def read_midi(data: bytes) -> list[Notes]:
    """Read the lines of single notes in a MIDI file, the longest first. The reverse of `write_midi`.

    Raises `SongError` if the bytes are no MIDI file. Note lengths, velocities, tempo and drums are ignored.
    """
    try:
        file = mido.MidiFile(file=io.BytesIO(data), clip=True)
    except _MIDO_ERRORS as error:
        raise SongError(f"the MIDI file is damaged: {error or 'it ends too soon'}") from error
    if len(file.tracks) > TRACK_LIMIT:
        raise SongError(f"the MIDI file has {len(file.tracks):,} tracks; at most {TRACK_LIMIT:,} are read")
    if (messages := sum(map(len, file.tracks))) > MESSAGE_LIMIT:
        raise SongError(f"the MIDI file has {messages:,} messages; at most {MESSAGE_LIMIT:,} are read")
    record = None
    lines = []
    for number, track in enumerate(file.tracks, start=1):
        channels: dict[int, list[tuple[int, int]]] = defaultdict(list)
        tick = 0
        for message in track:
            tick += message.time
            if tick > TICK_LIMIT:
                raise SongError(f"the MIDI file's track {number} lasts longer than {TICK_LIMIT:,} ticks")
            if message.type == "note_on" and message.velocity and message.channel != _DRUMS:
                channels[message.channel].append((tick, message.note))
            elif message.type == "text" and record is None:
                record = Description.from_text(message.text)
        lines += [(onsets, f"track {number}, channel {channel + 1}") for channel, onsets in channels.items()]
    single = [(onsets, source) for onsets, source in lines if len({tick for tick, _ in onsets}) == len(onsets)]
    single.sort(key=lambda line: -len(line[0]))
    return [Notes([note for _, note in onsets], source, record) for onsets, source in single[:_MOST_LINES]]


def _ascii(text: str) -> str:
    return text.replace("♯", "#").replace("♭", "b").encode("ascii", "replace").decode("ascii")
