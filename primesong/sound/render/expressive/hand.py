"""A line to the sound of a harmonium under a hand: notes joined or struck again; any stretch of it.

A finger holds each note until the next is down, unless it is lifted before. A reed speaks in some hundredths of a
second, and is flat until it has settled; or its pitch slides from that of the note before, as a harmonium's cannot. No
two notes are alike: each begins at another place in the reed's vibration, drawn from a fixed seed.

Input: a melody, its line and an instrument. Output: float32, shape (frames, channels), at no particular level.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from primesong.sargam.melody import Melody
from primesong.sound.pitch import frequency
from primesong.sound.render.expressive.line import SEED, Line
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

#: Where a note slides from: another digit, and for how many frames.
Origin = tuple[str, int]

#: The origin of a note that does not slide.
_STRUCK: Origin = ("", 0)

#: How many places in a reed's vibration a note may begin at: enough that notes differ, few enough to make beforehand.
_BEGINNINGS = 8

#: In seconds: over how much of the reed's sound these places are spread.
_SPREAD_SECONDS = 0.5

#: How many times a reed's beginning is oversampled, to be read between its samples.
_OVERSAMPLING = 8


@dataclass(frozen=True, slots=True)
class Reed:
    """A digit's note.

    Parameters
    ----------
    steady : ndarray, shape (frames,)
        Its sound.
    beginnings : dict of Origin to ndarray, shape (places, frames)
        How it begins, at some places in it.
    starts : ndarray of int, shape (places,)
        Where these places are.
    place : ndarray, shape (channels,)
        Its share in each channel.
    """

    steady: NDArray[np.float32]
    beginnings: dict[Origin, NDArray[np.float32]]
    starts: NDArray[np.intp]
    place: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hand:
    """A line as a hand plays it.

    Parameters
    ----------
    line : Line
    reeds : dict of str to Reed
        Of each digit.
    ends : ndarray of int, shape (notes,)
        The frames at which each note has died away.
    beginnings : ndarray of int, shape (notes,)
        At which place in the reed's vibration it begins.
    fall, ending : ndarray of float32
        How a note, and how the last one dies away.
    gain : float
        The factor that brings it to its level.
    """

    line: Line
    reeds: dict[str, Reed]
    ends: NDArray[np.intp]
    beginnings: NDArray[np.intp]
    fall: NDArray[np.float32]
    ending: NDArray[np.float32]
    gain: float = 1.0

    @property
    def frames(self) -> int:
        """How many frames all of it takes."""
        return int(self.ends[-1])

    def read(self, start: int, frames: int) -> NDArray[np.float32]:
        """Return `frames` frames from frame `start` on; before the line and beyond its end there is silence."""
        out = np.zeros((frames, CHANNELS), np.float32)
        first = int(np.searchsorted(self.ends, start, "right"))
        last = int(np.searchsorted(self.line.onsets, start + frames))
        for note in range(first, last):
            self._add(out, start, note)
        return out

    def _add(self, out: NDArray[np.float32], start: int, note: int) -> None:
        """Add a note to a stretch that begins at frame `start`."""
        line, onset, end = self.line, int(self.line.onsets[note]), int(self.ends[note])
        level = line.levels[note] * np.float32(self.gain)
        reed, beginning = self.reeds[line.digits[note]], self.beginnings[note]
        at = reed.starts[beginning]
        sound = reed.steady[at : at + end - onset] * level
        slide = int(line.slides[note])
        opening = reed.beginnings[(line.digits[note - 1], slide) if slide else _STRUCK][beginning][: len(sound)]
        sound[: len(opening)] = opening * level
        fall = self.ending if note == len(line.digits) - 1 else self.fall
        sound[len(sound) - len(fall) :] *= fall
        cut = slice(max(start - onset, 0), min(start + len(out), end) - onset)
        out[onset + cut.start - start : onset + cut.stop - start] += sound[cut, None] * reed.place


def play(melody: Melody, line: Line, instrument: Instrument, sample_rate: int) -> Hand:
    """Let a hand play a melody's line."""
    ending = int(_ENDING_SECONDS * sample_rate)
    joining = int(min(_JOINING_SECONDS * sample_rate, _LONGEST_SHARE * np.diff(line.times).min()))
    following = np.append(line.onsets[1:], line.stop)
    ends = following + np.where(line.lifted, -int(_LIFTED_SHARE * joining), joining)
    ends[-1] = line.stop + ending
    lengths = int((ends - line.onsets).max()), joining, sample_rate
    slides: dict[str, set[Origin]] = {digit: set() for digit in line.digits}
    for one, two, frames in zip(line.digits, line.digits[1:], line.slides[1:].tolist(), strict=False):
        if frames:
            slides[two].add((one, frames))
    reeds = {digit: _make_reed(melody, digit, origins, instrument, lengths) for digit, origins in slides.items()}
    beginnings = np.random.default_rng(SEED + 2).integers(_BEGINNINGS, size=len(line.digits))
    return Hand(line, reeds, ends, beginnings, _fall(joining), _fall(ending))


def _make_reed(
    melody: Melody, digit: str, slides: Iterable[Origin], instrument: Instrument, lengths: tuple[int, int, int]
) -> Reed:
    """Make a digit's note, long enough to be held for the longest time wherever it begins.

    Parameters
    ----------
    melody, digit
    slides : iterable of Origin
        By which it is reached.
    instrument : Instrument
    lengths : tuple of int
        The frames of the longest note, those of a joining, and the sample rate in Hz.
    """
    longest, joining, sample_rate = lengths
    pitch, time = _find_pitch(melody, digit), np.arange(int(_SETTLED * _SETTLING_SECONDS * sample_rate))
    ahead = {_STRUCK: _settle(time, sample_rate)}
    ahead |= {slide: _slide(time, _find_pitch(melody, slide[0]) / pitch, slide[1]) for slide in slides}
    spread, lead = int(_SPREAD_SECONDS * sample_rate), int(max(np.abs(one).max() for one in ahead.values())) + 1
    steady, rise = instrument(pitch, longest + spread + 2 * lead), _fall(joining)[::-1]
    starts = np.linspace(lead, lead + spread, _BEGINNINGS).astype(np.intp)
    stretches = [steady[start - lead : start + len(time) + lead] for start in starts]
    beginnings = {
        origin: np.stack([_begin(stretch, lead + time + frames, rise) for stretch in stretches])
        for origin, frames in ahead.items()
    }
    return Reed(steady, beginnings, starts, place_reed(melody.setting.mapping.pitch(digit).semitones))


def _find_pitch(melody: Melody, digit: str) -> float:
    """Return a digit's pitch in Hz."""
    return frequency(melody.setting.tonic) * 2 ** (melody.setting.cents(digit) / 1200)


def _settle(time: NDArray[np.intp], sample_rate: int) -> NDArray[np.float64]:
    """Return how many frames a reed that begins flat is ahead of the steady sound, which catches up."""
    settling = _SETTLING_SECONDS * sample_rate
    return np.asarray(_FLATNESS * settling * np.exp(-time / settling), dtype=np.float64)


def _slide(time: NDArray[np.intp], ratio: float, frames: int) -> NDArray[np.float64]:
    """Return how many frames a sound that slides from another pitch, a ratio of its own, is ahead of the steady one:
    the pitch's distance, half a cosine, still to come."""
    left, turn = np.maximum(frames - time, 0), np.pi / frames
    return np.asarray((1 - ratio) / 2 * (left - np.sin(turn * left) / turn), dtype=np.float64)


def _begin(sound: NDArray[np.float32], places: NDArray[np.float64], rise: NDArray[np.float32]) -> NDArray[np.float32]:
    """Read a sound's beginning at places between its frames, softly at first."""
    between = soxr.resample(sound, 1, _OVERSAMPLING, quality="VHQ")
    begun = np.asarray(np.interp(places * _OVERSAMPLING, np.arange(len(between)), between), dtype=np.float32)
    begun[: len(rise)] *= rise
    return begun


def _fall(length: int) -> NDArray[np.float32]:
    """Return a fall from 1 to 0; its power and that of the same reversed add up to 1."""
    turns = (np.arange(length, dtype=np.float32) + np.float32(0.5)) / max(length, 1) / 4
    fall: NDArray[np.float32] = np.cos(2 * np.pi * turns)
    return fall
