"""Melody to sound by FluidSynth and a soundfont (pyfluidsynth), streamed, in stereo.

The first melodic instrument asked for is General MIDI's Reed Organ. FluidSynth plays softly (at its default gain the
peak is 0.04 of full scale), so some of the song's own notes are played first and the gain is set from them. Tunings are
pitch bends, set for each note. After the last note its release is written out to the end.
"""

import contextlib
import io
from collections.abc import Iterable, Iterator
from itertools import cycle
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from primesong.errors import MissingError, SongError
from primesong.sargam.melody import Melody
from primesong.sargam.setting import Setting
from primesong.sargam.tala import GATE
from primesong.sound.recording import DEFAULT_SAMPLE_RATE, Rendering, to_float
from primesong.sound.render.loudness import PEAK_CEILING, gain_for, to_ratio, true_peak, typical_places

#: In seconds: how long the last note's release is written.
RELEASE_SECONDS = 2.0

#: General MIDI's program, counted from 0.
_REED_ORGAN = 20

#: In semitones: how far a pitch bend reaches.
_BEND_SEMITONES = 12

#: MIDI's largest pitch bend is one less than this; the lowest is its negative.
_BEND_STEPS = 8192

#: Of MIDI's 127: all notes are played alike.
_VELOCITY = 80

#: FluidSynth's default gain, at which the level is measured.
_PROBE_GAIN = 0.2

#: FluidSynth's own limit.
_LARGEST_GAIN = 10.0

#: As a ratio, a decibel: what notes may reach beyond those that were measured.
_PEAK_MARGIN = 1.12

#: FluidSynth's room: its size, how much it damps, its width, its level.
_ROOM = (0.3, 0.4, 1.0, 1.0)

#: MIDI's controller of how much of a channel is heard in the room (MIDI 1.0, effects 1 depth).
_REVERBERATION = 91

#: Of MIDI's 127: how much of the channel is heard in the room; nearly all of it.
_SENT = 110

#: Left and right, as FluidSynth returns them.
_CHANNELS = 2


class _Key(NamedTuple):
    """A note that is played: its MIDI note, its pitch bend, its velocity."""

    note: int
    bend: int
    velocity: int


def render(
    melody: Melody, soundfont: Path, sample_rate: int = DEFAULT_SAMPLE_RATE, *, gentle: bool = False
) -> Rendering:
    """Render a melody with a soundfont, at the level of `loudness`.

    Parameters
    ----------
    melody : Melody
    soundfont : Path
        An .sf2 or .sf3 file.
    sample_rate : int
        In Hz.

    Raises
    ------
    MissingError
        If the FluidSynth library is not installed.
    SongError
        If the file is not a soundfont, or the tuning lies out of a pitch bend's reach.
    """
    library, gate = _load_library(), GATE if gentle else 1.0
    digits, matra = melody.played_digits, melody.setting.matra_seconds * sample_rate
    keys = {digit: _find_key(melody.setting, digit) for digit in set(digits)}
    velocities = [accent.velocity for accent in melody.setting.tala.accents] if gentle else [_VELOCITY]
    sounded = [_Key(*keys[digit], velocity) for digit, velocity in zip(digits, cycle(velocities), strict=False)]
    with _open_synth(library, soundfont, sample_rate, _PROBE_GAIN, gentle) as synth:
        typical = [sounded[place] for place in typical_places(len(digits))]
        probe = to_float(np.concatenate(list(_play(synth, typical, matra, gate))))
    reached = true_peak(probe)
    gain = min(_PROBE_GAIN * gain_for(probe, sample_rate, reached), _LARGEST_GAIN)
    peak = min(to_ratio(PEAK_CEILING), _PEAK_MARGIN * reached * gain / _PROBE_GAIN)
    release = round(RELEASE_SECONDS * sample_rate)

    def blocks() -> Iterator[NDArray[np.int16]]:
        with _open_synth(library, soundfont, sample_rate, gain, gentle) as synth:
            yield from _play(synth, sounded, matra, gate)
            yield _sound(synth, release)

    return Rendering(blocks(), round(len(digits) * matra) + release, _CHANNELS, sample_rate, peak)


def _find_key(setting: Setting, digit: str) -> tuple[int, int]:
    """Return a digit's MIDI note and its pitch bend."""
    semitones = setting.mapping.pitch(digit).semitones
    return setting.tonic + semitones, _bend(setting.tuning.offset(semitones))


def _bend(cents: float) -> int:
    """Return the pitch bend, -8192 to 8191, of a number of cents. Raises `SongError`."""
    bend = round(cents / (100 * _BEND_SEMITONES) * _BEND_STEPS)
    if not -_BEND_STEPS <= bend < _BEND_STEPS:
        raise SongError(
            f"the tuning lies {cents:g} cents from equal temperament; FluidSynth bends up to {100 * _BEND_SEMITONES}"
        )
    return bend


def _play(synth: Any, keys: Iterable[_Key], matra: float, gate: float) -> Iterator[NDArray[np.int16]]:
    """Play notes one after the other, each held for a share of its matra, and pass on what sounds, note by note."""
    for place, key in enumerate(keys):
        start, stop = round(place * matra), round((place + 1) * matra)
        held = round(gate * (stop - start))
        synth.pitch_bend(0, key.bend)
        synth.noteon(0, key.note, key.velocity)
        sound = [_sound(synth, held)]
        synth.noteoff(0, key.note)
        if held < stop - start:
            sound.append(_sound(synth, stop - start - held))
        yield np.concatenate(sound)


def _sound(synth: Any, frames: int) -> NDArray[np.int16]:
    return np.asarray(synth.get_samples(frames), dtype=np.int16).reshape(-1, _CHANNELS)


@contextlib.contextmanager
def _open_synth(library: ModuleType, soundfont: Path, sample_rate: int, gain: float, in_room: bool) -> Iterator[Any]:
    """Open a synthesizer with a soundfont's reed organ on channel 1, in a room or not. Raises `SongError`."""
    synth = library.Synth(gain=float(gain), samplerate=float(sample_rate))
    try:
        if synth.sfload(str(soundfont)) == -1:
            raise SongError(f"{soundfont} is not a soundfont that FluidSynth can load; expected an .sf2 or .sf3 file")
        synth.program_change(0, _REED_ORGAN)
        for control, value in ((101, 0), (100, 0), (6, _BEND_SEMITONES), (38, 0)):  # registered parameter 0: bend range
            synth.cc(0, control, value)
        if in_room:
            synth.set_reverb(*_ROOM)
            synth.cc(0, _REVERBERATION, _SENT)
        yield synth
    finally:
        synth.delete()


def _load_library() -> ModuleType:
    """Import pyfluidsynth, which looks for the FluidSynth library as it is imported. Raises `MissingError`."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # under CI its import prints where it found the library
            import fluidsynth
    except (ImportError, OSError) as error:
        raise MissingError(
            "the FluidSynth library is not installed: install libfluidsynth3 (Debian, Ubuntu: apt install "
            "libfluidsynth3; macOS: brew install fluid-synth; Windows: choco install fluidsynth), "
            "or render with the harmonium",
            option="synth",
        ) from error
    library: ModuleType = fluidsynth
    return library
