"""Simulated people who play a melody on a keyboard: what they do to time, touch and notes. Seeded, so that it repeats.

Input: a melody. Output: `Stroke`s, a key held from one time to another, in seconds; rendered as sound, ndarray, shape
(frames,), float32, at `RATE`, or written as MIDI.
"""

import io
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import mido
import numpy as np
import soundfile
from support.channel import RATE, Sound

from primesong.sargam.melody import Melody
from primesong.sound.pitch import frequency
from primesong.sound.render.instrument import default_zones, play_zones

#: Over how many notes a player's tempo is remembered.
MEMORY = 32

#: How many notes an avartan has.
AVARTAN = 16

#: In seconds: how long a key is up, at least, before it is struck again.
LIFTED = 0.03

#: In seconds: how long a sampled reed takes to rise and to die away.
FADE = 0.012

#: Ticks of a quarter note, at mido's default of half a second.
TICKS = 960


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key that is struck and held: times in seconds, a MIDI note, and a velocity from 1 to 127."""

    onset: float
    end: float
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Player:
    """What a person does to a melody.

    Attributes
    ----------
    wander : float
        The standard deviation of the tempo's logarithm, a slow random walk that returns to its mean.
    jitter : float
        The standard deviation of each onset, in seconds.
    held : (float, float)
        For how much of a note its key is held.
    legato : float
        The share of notes held a little into the next.
    touch : float
        The range of loudness, in decibels.
    breath : float
        The share of avartans after which there is a breath of 0.2 to 1 s.
    faster : float
        How many times as fast the end is as the beginning.
    kan : float
        The share of notes before which a grace note of 30 to 70 ms sounds, from a neighboring pitch.
    wrong, missed, doubled : float
        Shares of the notes.
    returns : int
        How often the player stops and plays the avartan again from its beginning.
    slow : float
        How many times as long each note is.
    """

    wander: float = 0.0
    jitter: float = 0.0
    held: tuple[float, float] = (1.0, 1.0)
    legato: float = 0.0
    touch: float = 0.0
    breath: float = 0.0
    faster: float = 1.0
    kan: float = 0.0
    wrong: float = 0.0
    missed: float = 0.0
    doubled: float = 0.0
    returns: int = 0
    slow: float = 1.0


#: A good player: 5 % wander, 20 ms jitter, a human touch, breaths.
STEADY = Player(wander=0.05, jitter=0.02, held=(0.6, 1.0), legato=0.1, touch=10, breath=0.1)

#: One who is less sure of the time.
FREE = replace(STEADY, wander=0.10, jitter=0.03)


def perform(melody: Melody, player: Player, seed: int = 1) -> list[Stroke]:
    """Play a melody as a person would."""
    random = np.random.default_rng(seed)
    setting = melody.setting
    pitches = [setting.tonic + height for height in setting.mapping.to_semitones(melody.played_digits)]
    scale = sorted(set(pitches))
    played = list(_choose_notes(pitches, scale, player, random))
    lengths = setting.matra_seconds * player.slow * _draw_tempo(len(played), player, random)
    pauses = [_draw_pause(place, stopped, player, random) for place, _, stopped in played]
    onsets = 0.5 + np.concatenate([[0], np.cumsum(lengths)]) + np.cumsum([*pauses, 0])
    jittered = onsets + player.jitter * random.standard_normal(len(onsets))
    # a hand strikes one key after the other
    jittered[1:] = np.maximum(jittered[1:], jittered[:-1] + 0.3 * np.append(lengths, lengths[-1:])[: len(onsets) - 1])
    return list(_hold_keys([pitch for _, pitch, _ in played], scale, jittered, lengths, player, random))


def _choose_notes(
    pitches: Sequence[int], scale: Sequence[int], player: Player, random: np.random.Generator
) -> Iterator[tuple[int, int, bool]]:
    """Yield the notes that are played: the place in the melody, the pitch, and whether the player stops before it."""
    stops = set(random.choice(np.arange(1, len(pitches)), player.returns, replace=False).tolist())
    for place, pitch in enumerate(pitches):
        if place in stops:
            for again in range(place - place % AVARTAN, place):
                yield again, pitches[again], again % AVARTAN == 0
        if random.random() < player.missed:
            continue
        sounded = int(random.choice([other for other in scale if other != pitch]))
        yield place, sounded if random.random() < player.wrong else pitch, False
        if random.random() < player.doubled:
            yield place, pitch, False


def _draw_tempo(count: int, player: Player, random: np.random.Generator) -> np.ndarray:
    """Return how many times as long as usual each note is."""
    keep = 1 - 1 / MEMORY
    steps = random.standard_normal(count) * player.wander * np.sqrt(1 - keep**2)
    walk = np.zeros(count)
    walk[0] = player.wander * random.standard_normal()
    for note in range(1, count):
        walk[note] = keep * walk[note - 1] + steps[note]
    return np.exp(walk) * player.faster ** (0.5 - np.arange(count) / count)


def _draw_pause(place: int, stopped: bool, player: Player, random: np.random.Generator) -> float:
    """Return how long the player waits before a note, in seconds."""
    breathes = place and place % AVARTAN == 0 and random.random() < player.breath
    return float(random.uniform(0.2, 1.0)) if breathes or stopped else 0.0


def _hold_keys(
    pitches: Sequence[int],
    scale: Sequence[int],
    onsets: np.ndarray,
    lengths: np.ndarray,
    player: Player,
    random: np.random.Generator,
) -> Iterator[Stroke]:
    """Yield each key with the times at which it goes down and up, and its grace note before it."""
    for note, (onset, following) in enumerate(pairwise(onsets)):
        velocity = round(100 * 10 ** (random.uniform(-player.touch, 0) / 40))
        held = random.uniform(1.0, 1.15) if random.random() < player.legato else random.uniform(*player.held)
        end = onset + held * min(lengths[note], following - onset)
        if note + 1 < len(pitches) and pitches[note + 1] == pitches[note]:
            end = min(end, following - LIFTED)
        if note and random.random() < player.kan:
            beside = scale.index(pitches[note]) + (-1 if pitches[note] == scale[-1] or random.random() < 0.5 else 1)
            length = random.uniform(0.03, 0.07)
            yield Stroke(onset - length, onset, scale[max(beside, 0)], velocity)
        yield Stroke(onset, end, pitches[note], velocity)


def sound_harmonium(strokes: Sequence[Stroke]) -> Sound:
    """Render strokes by the project's own sampled reeds."""
    instrument = play_zones(default_zones(), RATE)
    longest = round(max(one.end - one.onset for one in strokes) * RATE) + 1
    reeds = {pitch: instrument(frequency(pitch), longest) for pitch in {one.pitch for one in strokes}}
    sound = np.zeros(round((max(one.end for one in strokes) + 0.5) * RATE), np.float32)
    rise = (0.5 - 0.5 * np.cos(np.pi * np.arange(round(FADE * RATE)) / round(FADE * RATE))).astype(np.float32)
    for one in strokes:
        start, length = round(one.onset * RATE), max(round((one.end - one.onset) * RATE), 2 * len(rise))
        note = reeds[one.pitch][:length] * np.float32((one.velocity / 100) ** 2)
        note[: len(rise)] *= rise
        note[len(note) - len(rise) :] *= rise[::-1]
        sound[start : start + len(note)] += note[: len(sound) - start]
    return sound / np.abs(sound).max()


def sound_tones(
    strokes: Sequence[Stroke], weaken: float = 0.8, rise: float = 0.01, octave: int = 0, below: float = 0.0
) -> Sound:
    """Render strokes as tones of eight partials, each weaker than the one below it by this ratio, that rise within this
    time; one pitch, the `octave`, has the partials of its lower octave too, `below` times as strong."""
    sound = np.zeros(round((strokes[-1].end + 1) * RATE), np.float32)
    for one in strokes:
        seconds = np.arange(round((one.end - one.onset) * RATE)) / RATE
        phase = 2 * np.pi * frequency(one.pitch) * seconds
        tone = sum(weaken**partial * np.sin(partial * phase) for partial in range(1, 9))
        if one.pitch == octave:
            tone += below * sum(weaken**partial * np.sin(partial * phase / 2) for partial in range(1, 17, 2))
        tone *= (one.velocity / 100) * np.minimum(1, np.minimum(seconds / rise, (seconds[-1] - seconds) / FADE))
        start = round(one.onset * RATE)
        sound[start : start + len(tone)] += tone.astype(np.float32)
    return sound / np.abs(sound).max()


def sound_soundfont(strokes: Sequence[Stroke], program: int, soundfont: Path) -> Sound:
    """Render strokes by FluidSynth from the command line, with an instrument of General MIDI."""
    with tempfile.TemporaryDirectory() as folder:
        midi, wav = Path(folder) / "song.mid", Path(folder) / "song.wav"
        write_midi(strokes, program).save(midi)
        command = ["fluidsynth", "-ni", "-g", "0.5", "-r", str(RATE), "-F", str(wav), str(soundfont), str(midi)]
        subprocess.run(command, check=True, capture_output=True)
        sound = soundfile.read(wav, dtype="float32", always_2d=True)[0].mean(axis=1)
    return sound / np.abs(sound).max()


def write_midi(strokes: Sequence[Stroke], program: int = 20) -> mido.MidiFile:
    """Write strokes as a keyboard records them."""
    events = [(one.end, 0, mido.Message("note_off", note=one.pitch)) for one in strokes]
    events += [(one.onset, 1, mido.Message("note_on", note=one.pitch, velocity=one.velocity)) for one in strokes]
    track = mido.MidiTrack([mido.Message("program_change", program=program)])
    now = 0
    for seconds, _, message in sorted(events, key=lambda event: event[:2]):
        ticks = round(seconds * 2 * TICKS)
        track.append(message.copy(time=ticks - now))
        now = ticks
    return mido.MidiFile(ticks_per_beat=TICKS, tracks=[track])


def save_midi(file: mido.MidiFile) -> bytes:
    """Return a MIDI file's bytes."""
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()
