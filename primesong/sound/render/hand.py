"""Melody to the sound of a harmonium under a hand: joined notes, accents, bellows, breath; any stretch of it.

A finger holds each note until the next is down, and lifts first where the next is the same note or begins an avartan: a
repeated note is struck again, and between lines the player breathes. A reed speaks in some hundredths of a second, and
is flat until it has settled. The notes that begin a vibhag are louder or softer, as the tala has it; the bellows swell
once in an avartan. No two notes are alike: each begins at another place in the reed's vibration, a little louder or
softer, early or late. What varies is drawn from a fixed seed, so that the same melody is the same sound.

Input: a melody and an instrument. Output: float32, shape (frames, channels), at no particular level.
"""

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from primesong.sargam.melody import Melody
from primesong.sound.pitch import frequency
from primesong.sound.render.harmonium import CHANNELS, place_reed
from primesong.sound.render.instrument import Instrument

#: In seconds: how long a note takes to speak, and how long the one before it takes to die away.
_JOINING_SECONDS = 0.04

#: As a share of that: how long no key is down where a finger is lifted.
_LIFTED_SHARE = 0.375

#: As a share of a matra: no joining, and no lifting, takes longer.
_LONGEST_SHARE = 0.25

#: In seconds: how long the last note takes to die away.
_ENDING_SECONDS = 0.25

#: As a share of its pitch: how flat a reed begins; 20 cents.
_FLATNESS = 0.0115

#: In seconds: how fast it settles.
_SETTLING_SECONDS = 0.03

#: In settling times: how long its beginning is followed. What is left is a ten-thousandth of it.
_SETTLED = 9

#: How many places in a reed's vibration a note may begin at, and over how many seconds they are spread.
_BEGINNINGS = 8
_SPREAD_SECONDS = 0.5

#: How many times a reed's beginning is oversampled, to be read between its samples.
_OVERSAMPLING = 8

#: In decibels, up and down: how much the level of notes varies.
_LEVEL_VARIES = 0.5

#: In seconds, early and late: how much their onsets vary; a twentieth of a matra at most.
_ONSET_VARIES = 0.005
_LARGEST_VARIATION = 0.05

#: In decibels: how far the bellows let the level fall in the middle of an avartan.
_BELLOWS = 1.5

#: What varies is drawn from this seed.
_SEED = 3_600


@dataclass(frozen=True, slots=True)
class Reed:
    """A digit's note: its steady sound, shape (frames,); how it begins, shape (places, frames), at some places in it;
    where these are; and its share in each channel."""

    steady: NDArray[np.float32]
    beginnings: NDArray[np.float32]
    starts: NDArray[np.intp]
    place: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hand:
    """A melody's notes as a hand plays them.

    Parameters
    ----------
    digits : str
        The notes in order.
    reeds : dict of str to Reed
        Of each digit.
    matra : float
        Frames a matra.
    onsets, ends : ndarray of int, shape (notes,)
        The frames at which each note begins, and at which it has died away.
    beginnings : ndarray of int, shape (notes,)
        At which place in the reed's vibration it begins.
    levels : ndarray, shape (notes,)
        Factors.
    fall, ending : ndarray of float32
        How a note, and how the last one dies away.
    """

    digits: str
    reeds: dict[str, Reed]
    matra: float
    onsets: NDArray[np.intp]
    ends: NDArray[np.intp]
    beginnings: NDArray[np.intp]
    levels: NDArray[np.float32]
    fall: NDArray[np.float32]
    ending: NDArray[np.float32]

    @property
    def frames(self) -> int:
        """How many frames all of it takes."""
        return int(self.ends[-1])

    def read(self, start: int, frames: int) -> NDArray[np.float32]:
        """Return `frames` frames from frame `start` on; beyond the end there is silence."""
        out = np.zeros((frames, CHANNELS), np.float32)
        first = int(np.searchsorted(self.ends, start, "right"))
        last = int(np.searchsorted(self.onsets, start + frames))
        for note in range(first, last):
            self._add(out, start, note)
        return out

    def _add(self, out: NDArray[np.float32], start: int, note: int) -> None:
        """Add a note to a stretch that begins at frame `start`."""
        onset, end = int(self.onsets[note]), int(self.ends[note])
        reed, beginning = self.reeds[self.digits[note]], self.beginnings[note]
        at = reed.starts[beginning]
        sound = reed.steady[at : at + end - onset] * self.levels[note]
        opening = reed.beginnings[beginning][: len(sound)]
        sound[: len(opening)] = opening * self.levels[note]
        fall = self.ending if note == len(self.digits) - 1 else self.fall
        sound[len(sound) - len(fall) :] *= fall
        cut = slice(max(start - onset, 0), min(start + len(out), end) - onset)
        out[onset + cut.start - start : onset + cut.stop - start] += sound[cut, None] * reed.place


def play(melody: Melody, instrument: Instrument, sample_rate: int, bellows: float | None = None) -> Hand:
    """Let a hand play a melody; the bellows swell gently, or by this many decibels."""
    digits, matra, matras = melody.played_digits, melody.setting.matra_seconds * sample_rate, melody.setting.tala.matras
    chance = np.random.default_rng(_SEED)
    levels = _choose_levels(melody, chance, _BELLOWS if bellows is None else bellows)
    onsets = _choose_onsets(len(digits), matra, chance, sample_rate)
    stop, ending = round(len(digits) * matra), int(_ENDING_SECONDS * sample_rate)
    joining = int(min(_JOINING_SECONDS * sample_rate, _LONGEST_SHARE * matra))
    ends = _find_ends(digits, np.append(onsets[1:], stop), matras, joining)
    ends[-1] = stop + ending
    longest = int((ends - onsets).max())
    lengths = longest, joining, sample_rate
    reeds = {digit: _make_reed(melody, digit, instrument, lengths) for digit in sorted(set(digits))}
    beginnings = chance.integers(_BEGINNINGS, size=len(digits))
    return Hand(digits, reeds, matra, onsets, ends, beginnings, levels, _fall(joining), _fall(ending))


def _choose_levels(melody: Melody, chance: np.random.Generator, bellows: float) -> NDArray[np.float32]:
    """Choose the level of each note: the tala's accent, the bellows, and some chance."""
    tala, notes = melody.setting.tala, len(melody.played_digits)
    swell = bellows / 2 * (1 - np.cos(2 * np.pi * np.arange(notes) / tala.matras))
    accents = [accent.decibels for accent in tala.accents]
    levels = np.resize(accents, notes) - swell + chance.uniform(-_LEVEL_VARIES, _LEVEL_VARIES, notes)
    return np.asarray(10 ** (levels / 20), dtype=np.float32)


def _choose_onsets(notes: int, matra: float, chance: np.random.Generator, sample_rate: int) -> NDArray[np.intp]:
    """Choose when each note begins: a little early or late, except the first."""
    varies = min(_ONSET_VARIES * sample_rate, _LARGEST_VARIATION * matra)
    onsets = np.rint(np.arange(notes) * matra + chance.uniform(-varies, varies, notes)).astype(np.intp)
    onsets[0] = 0
    return onsets


def _find_ends(digits: str, following: NDArray[np.intp], matras: int, joining: int) -> NDArray[np.intp]:
    """Find where each note has died away: some frames after the following onset, or before it if that is of the same
    note, or begins an avartan."""
    text = np.frombuffer(digits.encode("ascii"), np.uint8)
    lifted = np.append(text[1:] == text[:-1], False) | (np.arange(1, len(text) + 1) % matras == 0)
    return following + np.where(lifted, -int(_LIFTED_SHARE * joining), joining)


def _make_reed(melody: Melody, digit: str, instrument: Instrument, lengths: tuple[int, int, int]) -> Reed:
    """Make a digit's note, long enough to be held for the longest time wherever it begins.

    Parameters
    ----------
    melody, digit, instrument
    lengths : tuple of int
        The frames of the longest note, those of a joining, and the sample rate in Hz.
    """
    longest, joining, sample_rate = lengths
    pitch = frequency(melody.setting.tonic) * 2 ** (melody.setting.cents(digit) / 1200)
    spread, lead = int(_SPREAD_SECONDS * sample_rate), int(_FLATNESS * _SETTLING_SECONDS * sample_rate) + 1
    length = int(_SETTLED * _SETTLING_SECONDS * sample_rate)
    steady = instrument(pitch, longest + spread + lead)
    starts = np.linspace(0, spread, _BEGINNINGS).astype(np.intp)
    begun = [_begin(steady[start : start + length + lead], length, joining, sample_rate) for start in starts]
    return Reed(steady, np.stack(begun), starts, place_reed(melody.setting.mapping.pitch(digit).semitones))


def _begin(sound: NDArray[np.float32], length: int, joining: int, sample_rate: int) -> NDArray[np.float32]:
    """Let a note begin softly and flat, until it has become the same sound."""
    time = np.arange(length)
    settling = _SETTLING_SECONDS * sample_rate
    ahead = _FLATNESS * settling * np.exp(-time / settling)  # of the steady sound, which catches up
    between = soxr.resample(sound, 1, _OVERSAMPLING, quality="VHQ")
    places = (time + ahead) * _OVERSAMPLING
    begun = np.asarray(np.interp(places, np.arange(len(between)), between), dtype=np.float32)
    begun[:joining] *= _fall(joining)[::-1]
    return begun


def _fall(length: int) -> NDArray[np.float32]:
    """Return a fall from 1 to 0; its power and that of the same reversed add up to 1."""
    turns = (np.arange(length, dtype=np.float32) + np.float32(0.5)) / max(length, 1) / 4
    fall: NDArray[np.float32] = np.cos(2 * np.pi * turns)
    return fall
