"""Melody to sound by sampling a harmonium.

Each pitch that occurs, at most ten, is made once and the notes are joined: a song of any length is then a matter of
copying. A note comes from the nearest of the soundfont's zones, tuned and level and looped without a seam, or from one
recording, resampled (soxr) for each pitch, cut from where it has settled. It begins and ends with a raised-cosine
fade, so that no note border clicks; under a legato hand it lasts into the next one, and the two cross. Low notes stand
a little to the left, high ones to the right, as their reeds do.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import soxr
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.sargam.melody import Melody
from primesong.sound.file import Recording, Rendering, Samples
from primesong.sound.pitch import find_pitch, frequency
from primesong.sound.render.loudness import gain_for, true_peak, typical_places
from primesong.sound.render.soundfont import Zone

SAMPLE_RATE = 44_100
CHANNELS = 2

_FADE_IN_SECONDS, _FADE_OUT_SECONDS = 0.012, 0.012
_LEGATO_SECONDS = 0.03  # how long a note lasts into the next
_LOOP_FADE_SECONDS = 0.1
_SPEAKING_LEVEL = 0.7  # of the recording's usual level: from there on the reed speaks
_SETTLING_SECONDS = 0.3  # the built-in reed starts 20 cents flat and has settled by then
_TUNED_SECONDS = 1.0  # what is played of the recording at usual tempi, and tuned by
_LEVEL_SECONDS = 0.02
_SHORTEST_SECONDS = 0.1
_MATRAS_PER_BLOCK = 64
_WIDTH = 0.3  # radians from the middle of the outermost of the song's notes
_WIDEST_SEMITONES = 8.5  # half of the song's seventeen

Make = Callable[[float, int], NDArray[np.float32]]  # (Hz, frames) -> the sound of a held key, mono


def from_zones(zones: Sequence[Zone], sample_rate: int = SAMPLE_RATE) -> Make:
    """Play each pitch from the zone recorded nearest to its key."""

    def make(pitch: float, length: int) -> NDArray[np.float32]:
        key = round(69 + 12 * np.log2(pitch / 440))
        zone = min(zones, key=lambda zone: abs(zone.root - key))
        rate = zone.sample_rate * pitch / frequency(zone.root)
        turn = zone.samples[zone.start : zone.end].astype(np.float32) / np.float32(32768)
        return _resampled(np.resize(turn, _needed(length, rate, sample_rate)), rate, sample_rate, length)

    return make


def from_recording(recording: Recording, pitch: float | None = None, sample_rate: int = SAMPLE_RATE) -> Make:
    """Play each pitch from one recording of one note, of `pitch` Hz or found.

    Raises `SongError` if the recording is too short or has no pitch.
    """
    if len(recording.samples) < _SHORTEST_SECONDS * recording.sample_rate:
        raise SongError(f"the recording is shorter than {_SHORTEST_SECONDS:g} s; a note of a second or more is wanted")
    steady = _steady_part(recording)
    recorded = pitch or find_pitch(steady[: int(_TUNED_SECONDS * recording.sample_rate)], recording.sample_rate)

    def make(pitch: float, length: int) -> NDArray[np.float32]:
        rate = recording.sample_rate * pitch / recorded
        return _resampled(_extend(steady, _needed(length, rate, sample_rate), rate), rate, sample_rate, length)

    return make


@dataclass(frozen=True, slots=True)
class Voice:
    """A melody's notes, made and levelled, ready to be joined.

    notes : digit -> samples (frames, channels); matra : frames a matra, a fraction perhaps; overlap : frames that each
    note lasts into the next; peak : the level between samples that they stay below.
    """

    digits: str
    notes: dict[str, Samples]
    matra: float
    overlap: int
    peak: float

    @property
    def frames(self) -> int:
        """How many frames all of it takes."""
        return round(len(self.digits) * self.matra)

    def joined(self, first: int, last: int) -> Samples:
        """Join the notes from place `first` to that before `last`, each cut to reach exactly to the next one's onset,
        or `overlap` frames beyond it."""
        matras = range(first, last + 1)
        onsets = [round(place * self.matra) for place in matras]
        slots = zip(self.digits[first:last], pairwise(onsets), strict=True)
        block = np.concatenate([self.notes[digit][: end - start] for digit, (start, end) in slots])
        if self.overlap:
            for place in matras[:-1]:
                if place:
                    start = onsets[place - first] - onsets[0]
                    block[start : start + self.overlap] += self.notes[self.digits[place - 1]][-self.overlap :]
        return block


def voice(
    melody: Melody, make: Make, sample_rate: int = SAMPLE_RATE, *, legato: bool = False, exact: bool = False
) -> Voice:
    """Make a melody's notes by `make`, in stereo, at the level of `loudness`: in int16, or, if they are to be mixed or
    written `exact`, in float32."""
    matra = melody.setting.matra_seconds * sample_rate
    length = int(np.ceil(matra))
    overlap = min(int(_LEGATO_SECONDS * sample_rate), length // 4) if legato else 0
    notes = {}
    for digit in sorted(set(melody.played_digits)):
        semitones = melody.setting.mapping.pitch(digit).semitones
        note = make(frequency(melody.setting.tonic) * 2 ** (melody.setting.cents(digit) / 1200), length + overlap)
        angle = np.pi / 4 + _WIDTH * np.clip((semitones - _WIDEST_SEMITONES + 1) / _WIDEST_SEMITONES, -1, 1)
        notes[digit] = _faded(note, sample_rate, overlap)[:, None] * np.array(
            [np.cos(angle), np.sin(angle)], np.float32
        )
    digits = melody.played_digits
    typical = np.concatenate([notes[digits[place]] for place in typical_places(len(digits))])
    loudest = max(true_peak(note) for note in notes.values())
    gain = gain_for(typical, sample_rate, loudest)
    levelled: dict[str, Samples] = {
        digit: (note * gain).astype(np.float32) if exact else np.rint(note * gain * 32767).astype(np.int16)
        for digit, note in notes.items()
    }
    return Voice(digits, levelled, matra, overlap, gain * loudest)


def render(
    melody: Melody, make: Make, sample_rate: int = SAMPLE_RATE, *, legato: bool = False, exact: bool = False
) -> Rendering:
    """Render a melody from its first note to its last, in blocks; the options are those of `voice`."""
    made = voice(melody, make, sample_rate, legato=legato, exact=exact)
    return Rendering(_blocks(made), made.frames, CHANNELS, sample_rate, made.peak)


def _blocks(made: Voice) -> Iterator[Samples]:
    for first in range(0, len(made.digits), _MATRAS_PER_BLOCK):
        yield made.joined(first, min(first + _MATRAS_PER_BLOCK, len(made.digits)))


def _needed(length: int, rate: float, sample_rate: int) -> int:
    """Count the frames at one rate that give `length` frames at another."""
    return int(np.ceil((length + 1) * rate / sample_rate))


def _resampled(samples: NDArray[np.float32], rate: float, sample_rate: int, length: int) -> NDArray[np.float32]:
    """Resample to exactly `length` frames."""
    note = soxr.resample(samples, rate, sample_rate, quality="VHQ")[:length]
    return np.asarray(np.pad(note, (0, length - len(note))), dtype=np.float32)


def _faded(note: NDArray[np.float32], sample_rate: int, overlap: int) -> NDArray[np.float32]:
    """Let a note rise and die away; with an overlap, over just that, so that two notes' fades sum to 1."""
    length = len(note) - overlap
    fade_in = overlap or min(int(_FADE_IN_SECONDS * sample_rate), length // 2)
    fade_out = overlap or min(int(_FADE_OUT_SECONDS * sample_rate), length // 2)
    note = note.copy()
    note[:fade_in] *= _rise(fade_in)
    note[len(note) - fade_out :] *= _rise(fade_out)[::-1]
    return note


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
