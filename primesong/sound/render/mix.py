"""A rendering with something done to it on its way: accompanied, or swelling with the bellows.

Blocks have the shape (frames, channels); what comes out is float32. Levels are in decibels.
"""

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.accompaniment import Accompaniment
from primesong.sargam.melody import Melody
from primesong.sound.recording import Rendering, Samples, to_float
from primesong.sound.render.accompanists import tabla, tanpura
from primesong.sound.render.loudness import LOUDNESS, PEAK_CEILING, limit, loudness, to_ratio, true_peak

#: In decibels; beyond, notes come near to the noise of a room.
DEEPEST_BELLOWS = 12.0

#: After how many turns the tanpura repeats itself.
_TURNS = 3

#: In how many steps of a turn it is measured what the bellows take from the level.
_TURN = 1_000

#: How fast the accompanists ring out after the last note, in decibels a second.
_RINGING_OUT = 20.0

#: What is done to a stretch of sound: (samples, the song's frame at which it begins) -> samples in float32.
Change = Callable[[Samples, int], NDArray[np.float32]]


def swell(rendering: Rendering, melody: Melody, depth: float) -> Rendering:
    """Let the level fall by `depth` decibels and rise again in every avartan, as the hand on the bellows opens and
    closes; the whole stays as loud, as far as its peaks allow."""
    change, peak = make_swell(melody, depth, rendering.sample_rate, rendering.peak)
    return replace(rendering, blocks=_apply(change, rendering.blocks), peak=peak)


def accompany(rendering: Rendering, melody: Melody, accompaniment: Accompaniment) -> Rendering:
    """Add a tanpura and a tabla, and bring the whole to the melody's loudness; peaks are bent below `PEAK_CEILING`."""
    change, peak = make_accompaniment(melody, accompaniment, rendering.sample_rate, rendering.peak)
    return replace(rendering, blocks=_apply(change, rendering.blocks), peak=peak)


def make_swell(melody: Melody, depth: float, sample_rate: int, peak: float) -> tuple[Change, float]:
    """Make the change that `swell` applies, of what reaches `peak`; and what the whole reaches."""
    period = melody.setting.tala.matras * melody.setting.matra_seconds * sample_rate
    kept = float(np.mean(_fall(np.arange(_TURN) / _TURN, depth) ** 2))
    gain = max(min(kept**-0.5, to_ratio(PEAK_CEILING) / peak), 1.0) if peak else 1.0

    def change(block: Samples, at: int) -> NDArray[np.float32]:
        fall = gain * _fall((at + np.arange(len(block))) / period, depth)
        return np.asarray(to_float(block) * fall[:, None], dtype=np.float32)

    return change, peak * gain


def _fall(turns: NDArray[np.float64], depth: float) -> NDArray[np.float64]:
    """Return how far the level has fallen by turns of the bellows, as a factor."""
    fall: NDArray[np.float64] = 10 ** (-depth / 40 * (1 - np.cos(2 * np.pi * turns)))
    return fall


def make_accompaniment(
    melody: Melody, accompaniment: Accompaniment, sample_rate: int, peak: float
) -> tuple[Change, float]:
    """Make the change that `accompany` applies.

    Parameters
    ----------
    melody : Melody
    accompaniment : Accompaniment
    sample_rate : int
        In Hz.
    peak : float
        What the melody alone reaches.

    Returns
    -------
    change : Change
    peak : float
        What the whole reaches.

    Raises
    ------
    PrimesongError
        If a tabla is to play, and the tala has no theka.
    """
    parts, power = [], 0.0
    turns = functools.partial(tanpura.make_turn, turns=_TURNS)
    for level, make in ((accompaniment.tanpura, turns), (accompaniment.tabla, tabla.make_avartan)):
        if level is not None:
            part = make(melody, sample_rate)
            parts.append(part * np.float32(find_gain(part, level, sample_rate)))
            power += 10 ** (level / 10)
    peak += sum(true_peak(np.tile(part, (2, 1))) for part in parts)
    gain = (1 + power) ** -0.5
    end = len(melody.played_digits) * melody.setting.matra_seconds * sample_rate

    def change(block: Samples, at: int) -> NDArray[np.float32]:
        mix, frames = to_float(block), np.arange(at, at + len(block))
        fall = 10 ** (-_RINGING_OUT / 20 * np.maximum(frames - end, 0) / sample_rate)
        for part in parts:
            mix = mix + np.take(part, frames, axis=0, mode="wrap") * fall.astype(np.float32)[:, None]
        return limit(np.asarray(mix * np.float32(gain), dtype=np.float32))

    return change, min(peak * gain, to_ratio(PEAK_CEILING))


def find_gain(part: NDArray[np.float32], level: float, sample_rate: int) -> float:
    """Find the factor that brings an accompanist's turn to a level in decibels beside the melody."""
    return to_ratio(LOUDNESS + level - loudness(part, sample_rate))


def _apply(change: Change, blocks: Iterator[Samples]) -> Iterator[Samples]:
    at = 0
    for block in blocks:
        yield change(block, at)
        at += len(block)
