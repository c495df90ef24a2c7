"""Melody to sound by sampling a harmonium.

Each pitch that occurs, at most ten, is made once and the notes are joined, so that a song of any length is a matter of
copying. A note begins and ends with a raised-cosine fade, so that no border between notes clicks; played legato it
lasts into the next one, and the two cross at equal power. Low notes stand a little to the left, high ones to the right,
as their reeds do.

Sound is float32 within ±1 or int16, shape (frames, channels).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.melody import Melody
from primesong.sound.pitch import frequency
from primesong.sound.recording import DEFAULT_SAMPLE_RATE, FULL_SCALE, Rendering, Samples, to_float
from primesong.sound.render.instrument import Instrument
from primesong.sound.render.loudness import gain_for, true_peak, typical_places

#: Left and right: reeds have places in the stereo picture.
CHANNELS = 2

#: In seconds: how long a note takes to rise and to die away.
_FADE_SECONDS = 0.012

#: In seconds: how long a note lasts into the next when played legato.
_LEGATO_SECONDS = 0.03

#: How many notes are joined at a time.
_MATRAS_PER_BLOCK = 64

#: In radians from the middle: where the outermost of the song's notes stand.
_WIDTH = 0.3

#: Half of the seventeen semitones that the song's notes span.
_WIDEST_SEMITONES = 8.5


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
