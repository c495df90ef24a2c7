"""Melody to sound by sampling a harmonium.

Each pitch that occurs, at most ten, is made once and the notes are joined, so that a song of any length is a matter of
copying. A note comes from the nearest of the soundfont's zones, which are tuned, level and looped without a seam, or
from one recording, resampled (soxr) for each pitch, cut from where it has settled. It begins and ends with a
raised-cosine fade, so that no border between notes clicks; played legato it lasts into the next one, and the two
cross. Low notes stand a little to the left, high ones to the right, as their reeds do.

Sound is float32 within ±1 or int16, shape (frames, channels); an instrument makes one channel, shape (frames,).
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import soxr
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.resources import default_soundfont
from primesong.sargam.melody import Melody
from primesong.sound.pitch import find_pitch, frequency
from primesong.sound.recording import DEFAULT_SAMPLE_RATE, FULL_SCALE, Recording, Rendering, Samples, to_float
from primesong.sound.render.loudness import gain_for, true_peak, typical_places
from primesong.sound.render.soundfont import Zone, read_soundfont

CHANNELS = 2

#: In seconds: how long a note takes to rise and to die away.
_FADE_SECONDS = 0.012

#: In seconds: how long a note lasts into the next when played legato.
_LEGATO_SECONDS = 0.03

#: In seconds: the crossfade where a recording is joined to itself.
_LOOP_FADE_SECONDS = 0.1

#: As a ratio to a recording's usual level: from there on the reed speaks.
_SPEAKING_LEVEL = 0.7

#: The percentile of a recording's levels that counts as its usual level.
_USUAL_PERCENTILE = 75

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

#: How many notes are joined at a time.
_MATRAS_PER_BLOCK = 64

#: In radians from the middle: where the outermost of the song's notes stand.
_WIDTH = 0.3

#: Half of the seventeen semitones that the song's notes span.
_WIDEST_SEMITONES = 8.5

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
        The recording is too short, or no pitch is found in it.
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


@dataclass(frozen=True, slots=True)
class Voice:
    """A melody's notes, made and leveled, ready to be joined.

    Parameters
    ----------
    digits : str
        The notes in order.
    notes : dict of str to ndarray, shape (frames, channels)
        The sound of each digit.
    matra : float
        Frames a matra.
    overlap : int
        Frames that each note lasts into the next.
    peak : float
        The level, also between samples, that the notes stay below.
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

    def join(self, first: int, last: int) -> Samples:
        """Join the notes from place `first` to before `last`, each cut to reach exactly to the next one's onset, or
        `overlap` frames beyond it."""
        matras = range(first, last + 1)
        onsets = [round(place * self.matra) for place in matras]
        slots = zip(self.digits[first:last], pairwise(onsets), strict=True)
        block = np.concatenate([self.notes[digit][: end - start] for digit, (start, end) in slots])
        if self.overlap:
            for place in matras[:-1]:
                if place:
                    start = onsets[place - first] - onsets[0]
                    block[start : start + self.overlap] += self.notes[self.digits[place - 1]][-self.overlap :]
            if last == len(self.digits):  # the last note has no next one to last into
                fall = _rise(self.overlap)[::-1, None]
                block[len(block) - self.overlap :] = (block[len(block) - self.overlap :] * fall).astype(block.dtype)
        return block


def make_voice(
    melody: Melody,
    instrument: Instrument,
    sample_rate: int = DEFAULT_SAMPLE_RATE,
    *,
    legato: bool = False,
    exact: bool = False,
) -> Voice:
    """Make a melody's notes, in stereo, at the level of `loudness`.

    Parameters
    ----------
    melody : Melody
    instrument : Instrument
        What sounds a key.
    sample_rate : int
        In Hz; that of the instrument.
    legato : bool
        Whether each note lasts into the next.
    exact : bool
        Whether samples are float32, to be mixed or written with more than 16 bits, or int16.
    """
    digits, matra = melody.played_digits, melody.setting.matra_seconds * sample_rate
    overlap = min(int(_LEGATO_SECONDS * sample_rate), int(np.ceil(matra)) // 4) if legato else 0
    length = int(np.ceil(matra)) + overlap
    notes: dict[str, NDArray[np.float32]] = {}
    for digit in sorted(set(digits)):
        note = instrument(frequency(melody.setting.tonic) * 2 ** (melody.setting.cents(digit) / 1200), length)
        place = place_reed(melody.setting.mapping.pitch(digit).semitones)
        notes[digit] = _fade(note, sample_rate, overlap)[:, None] * place
    typical = _join_typical(digits, notes, matra, overlap)
    loudest = max(true_peak(note) for note in notes.values())
    gain = gain_for(typical, sample_rate, loudest)
    leveled: dict[str, Samples] = {digit: _level(note, gain, exact) for digit, note in notes.items()}
    return Voice(digits, leveled, matra, overlap, gain * loudest)


def render(
    melody: Melody,
    instrument: Instrument,
    sample_rate: int = DEFAULT_SAMPLE_RATE,
    *,
    legato: bool = False,
    exact: bool = False,
) -> Rendering:
    """Render a melody from its first note to its last, in blocks; the options are those of `make_voice`."""
    voice = make_voice(melody, instrument, sample_rate, legato=legato, exact=exact)
    return Rendering(_join_in_blocks(voice), voice.frames, CHANNELS, sample_rate, voice.peak)


def _join_typical(
    digits: str, notes: dict[str, NDArray[np.float32]], matra: float, overlap: int
) -> NDArray[np.float32]:
    """Join notes from all over a song, by which its loudness is measured."""
    chosen = "".join(digits[place] for place in typical_places(len(digits)))
    if overlap:
        return to_float(Voice(chosen, dict(notes), matra, overlap, 0.0).join(0, len(chosen)))
    return np.concatenate([notes[digit] for digit in chosen])


def _join_in_blocks(voice: Voice) -> Iterator[Samples]:
    for first in range(0, len(voice.digits), _MATRAS_PER_BLOCK):
        yield voice.join(first, min(first + _MATRAS_PER_BLOCK, len(voice.digits)))


def place_reed(semitones: int) -> NDArray[np.float32]:
    """Return the share of a note in each channel."""
    angle = np.pi / 4 + _WIDTH * np.clip((semitones - _WIDEST_SEMITONES + 1) / _WIDEST_SEMITONES, -1, 1)
    return np.array([np.cos(angle), np.sin(angle)], np.float32)


def _level(note: NDArray[np.float32], gain: float, exact: bool) -> Samples:
    """Bring a note to its level."""
    return (note * gain).astype(np.float32) if exact else np.rint(note * gain * (FULL_SCALE - 1)).astype(np.int16)


def _count_needed(length: int, rate: float, sample_rate: int) -> int:
    """Count the frames at one rate that become `length` frames at another."""
    return int(np.ceil((length + 1) * rate / sample_rate))


def _resample(samples: NDArray[np.float32], rate: float, sample_rate: int, length: int) -> NDArray[np.float32]:
    """Resample to exactly `length` frames."""
    note = soxr.resample(samples, rate, sample_rate, quality="VHQ")[:length]
    return np.asarray(np.pad(note, (0, length - len(note))), dtype=np.float32)


def _fade(note: NDArray[np.float32], sample_rate: int, overlap: int) -> NDArray[np.float32]:
    """Let a note rise and die away; with an overlap, over just that, so that the powers of two notes sum to 1."""
    fade = overlap or min(int(_FADE_SECONDS * sample_rate), len(note) // 2)
    rise = np.sqrt(_rise(fade)) if overlap else _rise(fade)
    note = note.copy()
    note[:fade] *= rise
    note[len(note) - fade :] *= rise[::-1]
    return note


def _rise(length: int) -> NDArray[np.float32]:
    """Return a raised-cosine rise from 0 to nearly 1."""
    return (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(length, 1))).astype(np.float32)


def _cut_steady_part(recording: Recording) -> NDArray[np.float32]:
    """Cut off the beginning, where the level still rises and the reed, which starts flat, settles at its pitch, and
    take away the offset that a sound card has added."""
    mono, rate = recording.mono, recording.sample_rate
    mono = np.asarray(mono - mono.mean(dtype=np.float64), np.float32)
    size = int(_LEVEL_SECONDS * rate)
    count = len(mono) // size
    levels = np.sqrt((mono[: count * size].reshape(count, size) ** 2).mean(axis=1))
    speaking = int(np.argmax(levels >= _SPEAKING_LEVEL * np.percentile(levels, _USUAL_PERCENTILE))) * size
    settled = speaking + int(_SETTLING_SECONDS * rate)
    return mono[settled if len(mono) - settled >= _TUNED_SECONDS * rate else speaking :]


def _find_one_pitch(steady: NDArray[np.float32], rate: int) -> float:
    """Find the pitch that a recording has from the beginning to the end. Raises `SongError` if it has several."""
    size = int(_TUNED_SECONDS * rate)
    windows = [steady[:size], *(steady[start : start + size] for start in range(size, len(steady) - size + 1, size))]
    loudest = max(float(np.abs(window).mean()) for window in windows)
    pitches = [
        find_pitch(window, rate) for window in windows[:_MOST_TUNED] if np.abs(window).mean() > loudest * _FADED_LEVEL
    ]
    steps = 12 * np.log2(np.array(pitches) / pitches[0])
    if np.abs(steps - 12 * np.rint(steps / 12)).max() > _MOST_STRAY:
        heard = ", ".join(f"{pitch:.0f}" for pitch in pitches[:4])
        raise SongError(f"the recording holds several notes ({heard} Hz); expected one sustained note")
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
