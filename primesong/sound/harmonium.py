"""Melody to sound by sampling one recording of a harmonium.

The recording is resampled once for each pitch that occurs (soxr), at most ten times, and the notes are joined: a song
of any length is then a matter of copying. A note is cut from where the recording has come to speak, and begins and
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
from primesong.sound.pitch import frequency

SAMPLE_RATE = 44_100

_FADE_IN_SECONDS, _FADE_OUT_SECONDS = 0.012, 0.012
_LOOP_FADE_SECONDS = 0.1
_SPEAKING_LEVEL = 0.7  # of the recording's usual level: from there on the reed speaks
_LEVEL_SECONDS = 0.02
_SHORTEST_SECONDS = 0.1
_MATRAS_PER_BLOCK = 64


def render(melody: Melody, recording: Recording, pitch: float, sample_rate: int = SAMPLE_RATE) -> Rendering:
    """Render a melody from a recording of one note of `pitch` Hz, in mono, at the level of `loudness`.

    Raises `SongError` if the recording is too short.
    """
    if len(recording.samples) < _SHORTEST_SECONDS * recording.sample_rate:
        raise SongError(f"the recording is shorter than {_SHORTEST_SECONDS:g} s; a note of a second or more is wanted")
    matra = melody.matra_seconds * sample_rate
    length = int(np.ceil(matra))
    speaking = _from_where_it_speaks(recording)
    heights = {digit: melody.tonic + melody.mapping.pitch(digit).semitones for digit in set(melody.digits)}
    notes = {
        digit: _note(speaking, recording.sample_rate * frequency(midi_note) / pitch, sample_rate, length)
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


def _note(speaking: NDArray[np.float32], played_rate: float, sample_rate: int, length: int) -> NDArray[np.float32]:
    """Resample what was recorded, played at another rate, to one note of `length` frames with its fades."""
    needed = int(np.ceil((length + 1) * played_rate / sample_rate))
    note = soxr.resample(_extend(speaking, needed, played_rate), played_rate, sample_rate, quality="VHQ")[:length]
    note = np.pad(note, (0, length - len(note)))
    fade_in = min(int(_FADE_IN_SECONDS * sample_rate), length // 2)
    fade_out = min(int(_FADE_OUT_SECONDS * sample_rate), length // 2)
    note[:fade_in] *= _rise(fade_in)
    note[length - fade_out :] *= _rise(fade_out)[::-1]
    return np.asarray(note, dtype=np.float32)


def _rise(length: int) -> NDArray[np.float32]:
    """Give a raised-cosine rise from 0 to nearly 1."""
    return (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(length, 1))).astype(np.float32)


def _from_where_it_speaks(recording: Recording) -> NDArray[np.float32]:
    """Cut off the beginning, while the level still rises to the recording's usual level."""
    mono = recording.mono
    size = max(int(_LEVEL_SECONDS * recording.sample_rate), 1)
    count = len(mono) // size
    if count < 2:
        return mono
    levels = np.sqrt((mono[: count * size].reshape(count, size) ** 2).mean(axis=1))
    usual = np.percentile(levels, 75)
    return mono[int(np.argmax(levels >= _SPEAKING_LEVEL * usual)) * size :]


def _extend(samples: NDArray[np.float32], length: int, rate: float) -> NDArray[np.float32]:
    """Make a recording last at least `length` frames by joining it to itself with crossfades of equal power."""
    fade = min(int(_LOOP_FADE_SECONDS * rate), len(samples) // 2)
    extended = samples
    while len(extended) < length:
        rise = np.sin(0.5 * np.pi * np.arange(fade) / max(fade, 1)).astype(np.float32)
        seam = extended[len(extended) - fade :] * rise[::-1] + samples[:fade] * rise
        extended = np.concatenate([extended[: len(extended) - fade], seam, samples[fade:]])
    return extended[:length]
