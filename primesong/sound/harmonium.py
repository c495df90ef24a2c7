"""Melody to sound by sampling one recording of a harmonium.

The recording is resampled once for each pitch that occurs (soxr), at most ten times, and the notes are joined: a song
of any length is then a matter of copying. A note is cut from where the recording has settled, and begins and
ends with a raised-cosine fade, so that no note border clicks.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import soxr
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.sargam.melody import Melody
from primesong.sound.audio import Recording, Rendering
from primesong.sound.loudness import gain_for, typical_places
from primesong.sound.pitch import find_pitch, frequency

SAMPLE_RATE = 44_100

_FADE_IN_SECONDS, _FADE_OUT_SECONDS = 0.012, 0.012
_LOOP_FADE_SECONDS = 0.1
_SPEAKING_LEVEL = 0.7  # of the recording's usual level: from there on the reed speaks
_SETTLING_SECONDS = 0.3  # the built-in reed starts 20 cents flat and has settled by then
_TUNED_SECONDS = 1.0  # what is played of the recording at usual tempi, and tuned by
_LEVEL_SECONDS = 0.02
_SHORTEST_SECONDS = 0.1
_MATRAS_PER_BLOCK = 64


def render(
    melody: Melody, recording: Recording, pitch: float | None = None, sample_rate: int = SAMPLE_RATE
) -> Rendering:
    """Render a melody from a recording of one note, of `pitch` Hz or found, in mono, at the level of `loudness`.

    Raises `SongError` if the recording is too short or has no pitch.
    """
    if len(recording.samples) < _SHORTEST_SECONDS * recording.sample_rate:
        raise SongError(f"the recording is shorter than {_SHORTEST_SECONDS:g} s; a note of a second or more is wanted")
    matra = melody.matra_seconds * sample_rate
    length = int(np.ceil(matra))
    steady = _steady_part(recording)
    if pitch is None:
        pitch = find_pitch(steady[: int(_TUNED_SECONDS * recording.sample_rate)], recording.sample_rate)
    heights = {digit: melody.tonic + melody.mapping.pitch(digit).semitones for digit in set(melody.digits)}
    notes = {
        digit: _note(steady, recording.sample_rate * frequency(midi_note) / pitch, sample_rate, length)
        for digit, midi_note in heights.items()
    }
    typical = np.concatenate([notes[melody.digits[place]] for place in typical_places(len(melody.digits))])
    gain = gain_for(typical[:, None], sample_rate)
    quantised = {digit: np.rint(note * gain * 32767).astype(np.int16)[:, None] for digit, note in notes.items()}
    frames = round(len(melody.digits) * matra)
    return Rendering(_blocks(melody.digits, quantised, matra), frames, 1, sample_rate)


def _blocks(digits: str, notes: dict[str, NDArray[np.int16]], matra: float) -> Iterator[NDArray[np.int16]]:
    """Join the notes, each cut to reach exactly to the next one's onset."""
    for first in range(0, len(digits), _MATRAS_PER_BLOCK):
        matras = range(first, min(first + _MATRAS_PER_BLOCK, len(digits)) + 1)
        onsets = [round(place * matra) for place in matras]
        slots = zip(digits[first:], pairwise(onsets), strict=False)
        yield np.concatenate([notes[digit][: end - start] for digit, (start, end) in slots])


def _note(steady: NDArray[np.float32], played_rate: float, sample_rate: int, length: int) -> NDArray[np.float32]:
    """Resample what was recorded, played at another rate, to one note of `length` frames with its fades."""
    needed = int(np.ceil((length + 1) * played_rate / sample_rate))
    note = soxr.resample(_extend(steady, needed, played_rate), played_rate, sample_rate, quality="VHQ")[:length]
    note = np.pad(note, (0, length - len(note)))
    fade_in = min(int(_FADE_IN_SECONDS * sample_rate), length // 2)
    fade_out = min(int(_FADE_OUT_SECONDS * sample_rate), length // 2)
    note[:fade_in] *= _rise(fade_in)
    note[length - fade_out :] *= _rise(fade_out)[::-1]
    return np.asarray(note, dtype=np.float32)


def _rise(length: int) -> NDArray[np.float32]:
    """Give a raised-cosine rise from 0 to nearly 1."""
    return (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(length, 1))).astype(np.float32)


def _steady_part(recording: Recording) -> NDArray[np.float32]:
    """Cut off the beginning, while the level still rises to the recording's usual level and the reed, which starts
    flat, settles at its pitch."""
    mono, rate = recording.mono, recording.sample_rate
    size = int(_LEVEL_SECONDS * rate)
    count = len(mono) // size
    levels = np.sqrt((mono[: count * size].reshape(count, size) ** 2).mean(axis=1))
    speaking = int(np.argmax(levels >= _SPEAKING_LEVEL * np.percentile(levels, 75))) * size
    settled = speaking + int(_SETTLING_SECONDS * rate)
    return mono[settled if len(mono) - settled >= _TUNED_SECONDS * rate else speaking :]


def _extend(samples: NDArray[np.float32], length: int, rate: float) -> NDArray[np.float32]:
    """Make a recording last at least `length` frames by joining it to itself with crossfades of equal power."""
    fade = min(int(_LOOP_FADE_SECONDS * rate), len(samples) // 2)
    extended = samples
    while len(extended) < length:
        rise = np.sin(0.5 * np.pi * np.arange(fade) / max(fade, 1)).astype(np.float32)
        seam = extended[len(extended) - fade :] * rise[::-1] + samples[:fade] * rise
        extended = np.concatenate([extended[: len(extended) - fade], seam, samples[fade:]])
    return extended[:length]
