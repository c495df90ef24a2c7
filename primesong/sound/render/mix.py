"""A rendering with something done to it on its way: accompanied, or swelling with the bellows.

Blocks have the shape (frames, channels); what comes out is float32. Levels are in decibels.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.accompaniment import Accompaniment
from primesong.sargam.melody import Melody
from primesong.sound.recording import Rendering, Samples, to_float
from primesong.sound.render import tabla, tanpura
from primesong.sound.render.loudness import LOUDNESS, PEAK_CEILING, loudness, to_ratio, true_peak

#: In decibels; beyond, notes come near to the noise of a room.
DEEPEST_BELLOWS = 12.0

#: What is done to a stretch of sound: (samples, the song's frame at which it begins) -> samples in float32.
Change = Callable[[Samples, int], NDArray[np.float32]]


def swell(rendering: Rendering, melody: Melody, depth: float) -> Rendering:
    """Let the level fall by `depth` decibels and rise again in every avartan, as the hand on the bellows opens and
    closes."""
    return replace(rendering, blocks=_apply(make_swell(melody, depth, rendering.sample_rate), rendering.blocks))


def accompany(rendering: Rendering, melody: Melody, accompaniment: Accompaniment) -> Rendering:
    """Add a tanpura and a tabla, and bring the whole to the melody's loudness, or as near as its peaks allow."""
    change, peak = make_accompaniment(melody, accompaniment, rendering.sample_rate, rendering.peak)
    return replace(rendering, blocks=_apply(change, rendering.blocks), peak=peak)


def make_swell(melody: Melody, depth: float, sample_rate: int) -> Change:
    """Make the change that `swell` applies."""
    period = melody.setting.tala.matras * melody.setting.matra_seconds * sample_rate

    def change(block: Samples, at: int) -> NDArray[np.float32]:
        phase = 2 * np.pi * (at + np.arange(len(block))) / period
        fall = 10 ** (-depth / 40 * (1 - np.cos(phase)))
        return np.asarray(to_float(block) * fall[:, None], dtype=np.float32)

    return change


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
        A tabla is to play, and the tala has no theka.
    """
    parts, power = [], 0.0
    for level, make in ((accompaniment.tanpura, tanpura.make_turn), (accompaniment.tabla, tabla.make_avartan)):
        if level is not None:
            part = make(melody, sample_rate)
            parts.append(part * np.float32(to_ratio(LOUDNESS + level - loudness(part, sample_rate))))
            power += 10 ** (level / 10)
    peak += sum(true_peak(np.tile(part, (2, 1))) for part in parts)
    gain = min((1 + power) ** -0.5, to_ratio(PEAK_CEILING) / peak)

    def change(block: Samples, at: int) -> NDArray[np.float32]:
        mix = to_float(block)
        for part in parts:
            mix = mix + np.take(part, np.arange(at, at + len(block)), axis=0, mode="wrap")
        return np.asarray(mix * np.float32(gain), dtype=np.float32)

    return change, peak * gain


def _apply(change: Change, blocks: Iterator[Samples]) -> Iterator[Samples]:
    at = 0
    for block in blocks:
        yield change(block, at)
        at += len(block)
