"""What sounds the keys of a harmonium: its own reeds, or one recording of a note.

A note comes from the nearest of the soundfont's zones, which are tuned, level and looped without a seam, or from one
recording, resampled (soxr) for each pitch, cut from where it has settled.

Sound is float32 within ±1; an instrument makes one channel, shape (frames,).
"""

import functools
from collections.abc import Callable, Sequence

import numpy as np
import soxr
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.resources import default_soundfont
from primesong.sound.pitch import find_pitch, frequency, is_chord
from primesong.sound.recording import DEFAULT_SAMPLE_RATE, Recording
from primesong.sound.render.soundfont import Zone, read_soundfont

#: In seconds: the crossfade where a recording is joined to itself.
_LOOP_FADE_SECONDS = 0.1

#: As a ratio to a recording's sustained level: from there on the reed speaks.
_SPEAKING_LEVEL = 0.7

#: The percentile of a recording's levels that is its sustained level: a quarter of it may be louder, as an attack is.
_SUSTAINED_PERCENTILE = 75

#: In seconds: a reed starts up to 20 cents flat, and has settled by then.
_SETTLING_SECONDS = 0.3

#: In seconds: what is played of a recording at the default tempo, and what its pitch is found in.
_TUNED_SECONDS = 1.0

#: How many such stretches of a recording are held against each other at most.
_MOST_TUNED = 10

#: As a ratio to the loudest stretch: below it, a note has died away, and its pitch says nothing.
_FADED_LEVEL = 0.25

#: In semitones, octaves apart: how far a recording's stretches may be from each other if they are one note.
_MOST_STRAY = 0.6

#: In seconds: the window in which a recording's level is measured.
_LEVEL_SECONDS = 0.02

#: In seconds: a recording shorter than this cannot be told from a click.
_SHORTEST_SECONDS = 0.1

#: (pitch in Hz, frames) -> the sound of a held key, shape (frames,).
Instrument = Callable[[float, int], NDArray[np.float32]]


@functools.cache
def default_zones() -> tuple[Zone, ...]:
    """Return the reeds of the project's own harmonium."""
    return read_soundfont(default_soundfont().read_bytes())


def play_zones(zones: Sequence[Zone], sample_rate: int = DEFAULT_SAMPLE_RATE) -> Instrument:
    """Make an instrument that plays each pitch from the zone recorded nearest to its key."""

    def sound(pitch: float, length: int) -> NDArray[np.float32]:
        key = round(69 + 12 * np.log2(pitch / 440))
        zone = min(zones, key=lambda zone: abs(zone.root - key))
        rate = zone.sample_rate * pitch / frequency(zone.root)
        return _resample(np.resize(zone.loop, _count_needed(length, rate, sample_rate)), rate, sample_rate, length)

    return sound


def play_recording(
    recording: Recording, pitch: float | None = None, sample_rate: int = DEFAULT_SAMPLE_RATE
) -> Instrument:
    """Make an instrument that plays each pitch from one recording of one note.

    Parameters
    ----------
    recording : Recording
    pitch : float, optional
        Its pitch in Hz; found by default.
    sample_rate : int
        In Hz, of what is played.

    Raises
    ------
    SongError
        If the recording is too short, or no pitch is found in it.
    """
    if len(recording.samples) < _SHORTEST_SECONDS * recording.sample_rate:
        raise SongError(f"the recording is shorter than {_SHORTEST_SECONDS:g} s; expected a note of a second or more")
    steady = _cut_steady_part(recording)
    recorded = pitch or _find_one_pitch(steady, recording.sample_rate)

    def sound(pitch: float, length: int) -> NDArray[np.float32]:
        rate = recording.sample_rate * pitch / recorded
        extended = _extend(steady, _count_needed(length, rate, sample_rate), rate)
        return _resample(extended, rate, sample_rate, length)

    return sound


def _count_needed(length: int, rate: float, sample_rate: int) -> int:
    """Count the frames at one rate that become `length` frames at another."""
    return int(np.ceil((length + 1) * rate / sample_rate))


def _resample(samples: NDArray[np.float32], rate: float, sample_rate: int, length: int) -> NDArray[np.float32]:
    """Resample to exactly `length` frames."""
    note = soxr.resample(samples, rate, sample_rate, quality="VHQ")[:length]
    return np.asarray(np.pad(note, (0, length - len(note))), dtype=np.float32)


def _cut_steady_part(recording: Recording) -> NDArray[np.float32]:
    """Cut off the beginning, where the level still rises and the reed, which starts flat, settles at its pitch, and
    take away the offset that a sound card has added."""
    mono, rate = recording.mono, recording.sample_rate
    mono = np.asarray(mono - mono.mean(dtype=np.float64), np.float32)
    size = int(_LEVEL_SECONDS * rate)
    count = len(mono) // size
    levels = np.sqrt((mono[: count * size].reshape(count, size) ** 2).mean(axis=1))
    speaking = int(np.argmax(levels >= _SPEAKING_LEVEL * np.percentile(levels, _SUSTAINED_PERCENTILE))) * size
    settled = speaking + int(_SETTLING_SECONDS * rate)
    return mono[settled if len(mono) - settled >= _TUNED_SECONDS * rate else speaking :]


def _find_one_pitch(steady: NDArray[np.float32], rate: int) -> float:
    """Find the pitch that a recording has from the beginning to the end. Raises `SongError` if it has several."""
    size = int(_TUNED_SECONDS * rate)
    starts = range(size, len(steady) - size + 1, size)[: _MOST_TUNED - 1]
    windows = [steady[:size], *(steady[start : start + size] for start in starts)]
    levels = [float(np.abs(window).mean()) for window in windows]
    heard = [window for window, level in zip(windows, levels, strict=True) if level >= _FADED_LEVEL * max(levels)]
    if is_chord(heard[0], rate):
        raise SongError("the recording holds several notes at once; expected one sustained note")
    pitches = [find_pitch(window, rate) for window in heard]
    steps = 12 * np.log2(np.array(pitches) / pitches[0])
    if np.abs(steps - 12 * np.rint(steps / 12)).max() > _MOST_STRAY:
        named = ", ".join(f"{pitch:.0f}" for pitch in pitches[:4])
        raise SongError(f"the recording holds several notes ({named} Hz); expected one sustained note")
    return pitches[0]


def _extend(samples: NDArray[np.float32], length: int, rate: float) -> NDArray[np.float32]:
    """Make a recording last at least `length` frames by joining it to itself with crossfades of equal power."""
    fade = min(int(_LOOP_FADE_SECONDS * rate), len(samples) // 2)
    rise = np.sin(0.5 * np.pi * np.arange(fade) / max(fade, 1)).astype(np.float32)
    extended = samples
    while len(extended) < length:
        seam = extended[len(extended) - fade :] * rise[::-1] + samples[:fade] * rise
        extended = np.concatenate([extended[: len(extended) - fade], seam, samples[fade:]])
    return extended[:length]
