"""Melody to sound by FluidSynth and a soundfont (pyfluidsynth), streamed, in stereo.

The first melodic instrument asked for is General MIDI's Reed Organ. FluidSynth plays softly (gain 0.2, a peak of 0.04
of full scale), so a sample of the song's own notes is played first and the gain set from it. Tunings are pitch bends,
set for each note. After the last note its release is written out to the end.
"""

import contextlib
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primesong.errors import MissingError, SongError
from primesong.sargam.melody import Melody
from primesong.sound.file import Rendering
from primesong.sound.render.loudness import PEAK_CEILING, gain_for, true_peak, typical_places

SAMPLE_RATE = 44_100
RELEASE_SECONDS = 2.0

_REED_ORGAN = 20
_BEND_SEMITONES = 12
_VELOCITY = 80
_PROBE_GAIN = 0.2
_LARGEST_GAIN = 10.0  # FluidSynth's own limit
_PEAK_MARGIN = 1.12  # a decibel, for what the sample of notes did not reach
_CHANNELS = 2


def render(melody: Melody, soundfont: Path, sample_rate: int = SAMPLE_RATE) -> Rendering:
    """Render a melody with a soundfont, at the level of `loudness`.

    Raises `MissingError` without the FluidSynth library; `SongError` if the file is no soundfont.
    """
    library = _library()
    digits, matra = melody.played_digits, melody.setting.matra_seconds * sample_rate
    keys = {
        digit: (melody.setting.tonic + semitones, _bend(melody.setting.tuning.offset(semitones)))
        for digit in set(digits)
        for semitones in [melody.setting.mapping.pitch(digit).semitones]
    }
    with _synth(library, soundfont, sample_rate, _PROBE_GAIN) as synth:
        typical = [keys[digits[place]] for place in typical_places(len(digits))]
        probe = np.concatenate(list(_play(synth, typical, matra))).astype(np.float32) / np.float32(32768)
    reached = true_peak(probe)
    gain = min(_PROBE_GAIN * gain_for(probe, sample_rate, reached), _LARGEST_GAIN)
    peak = min(10 ** (PEAK_CEILING / 20), _PEAK_MARGIN * reached * gain / _PROBE_GAIN)

    def blocks() -> Iterator[NDArray[np.int16]]:
        with _synth(library, soundfont, sample_rate, gain) as synth:
            yield from _play(synth, (keys[digit] for digit in digits), matra)
            yield _sound(synth, round(RELEASE_SECONDS * sample_rate))

    frames = round(len(digits) * matra) + round(RELEASE_SECONDS * sample_rate)
    return Rendering(blocks(), frames, _CHANNELS, sample_rate, peak)


def _play(synth: Any, keys: Iterable[tuple[int, int]], matra: float) -> Iterator[NDArray[np.int16]]:
    """Play notes (MIDI note, bend) one after the other and give what sounds, note by note."""
    for place, (note, bend) in enumerate(keys):
        synth.pitch_bend(0, bend)
        synth.noteon(0, note, _VELOCITY)
        yield _sound(synth, round((place + 1) * matra) - round(place * matra))
        synth.noteoff(0, note)


def _bend(cents: float) -> int:
    """Give the pitch bend, -8192 to 8191, of so many cents. Raises `SongError`."""
    bend = round(cents / (100 * _BEND_SEMITONES) * 8192)
    if not -8192 <= bend <= 8191:
        raise SongError(f"the tuning lies {cents:g} cents from equal temperament; FluidSynth is bent up to 1200")
    return bend


def _set_up(synth: Any) -> None:
    """Choose the reed organ, and how far a pitch bend reaches (registered parameter 0)."""
    synth.program_change(0, _REED_ORGAN)
    for control, value in ((101, 0), (100, 0), (6, _BEND_SEMITONES), (38, 0)):
        synth.cc(0, control, value)


def _sound(synth: Any, frames: int) -> NDArray[np.int16]:
    return np.asarray(synth.get_samples(frames), dtype=np.int16).reshape(-1, _CHANNELS)


@contextlib.contextmanager
def _synth(library: ModuleType, soundfont: Path, sample_rate: int, gain: float) -> Iterator[Any]:
    """Open a synthesiser with a soundfont's reed organ on channel 1. Raises `SongError` if it is no soundfont."""
    synth = library.Synth(gain=float(gain), samplerate=float(sample_rate))
    try:
        loaded = synth.sfload(str(soundfont))
        if loaded == -1:
            raise SongError(f"{soundfont} is no soundfont that FluidSynth can load; it wants an .sf2 or .sf3 file")
        _set_up(synth)
        yield synth
    finally:
        synth.delete()


def _library() -> ModuleType:
    """Import pyfluidsynth, which looks for the FluidSynth library as it is imported. Raises `MissingError`."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # under CI its import prints where it found the library
            import fluidsynth
    except (ImportError, OSError) as error:
        raise MissingError(
            "the FluidSynth library is not installed: install libfluidsynth3 (Debian, Ubuntu: apt install "
            "libfluidsynth3; macOS: brew install fluid-synth; Windows: choco install fluidsynth), "
            "or use --synth harmonium"
        ) from error
    library: ModuleType = fluidsynth
    return library
