"""A rendering with something done to it on its way: accompanied, or swelling with the bellows.

Both take renderings in float32 and give such; levels are in decibels.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.accompaniment import Accompaniment
from primesong.sargam.melody import Melody
from primesong.sound.file import Rendering, Samples
from primesong.sound.render import tabla, tanpura
from primesong.sound.render.loudness import LOUDNESS, PEAK_CEILING, loudness, true_peak

DEEPEST_BELLOWS = 12.0  # decibels; beyond, notes come near to the noise of a room


#: What is done to a stretch of sound: (samples, the frame of the song at which it begins) -> samples in float32.
Change = Callable[[Samples, int], NDArray[np.float32]]


def bellows(rendering: Rendering, melody: Melody, depth: float) -> Rendering:
    """Let the level fall by `depth` decibels and rise again in every avartan, as the hand on the bellows opens and
    closes."""
    return replace(rendering, blocks=_changed(rendering.blocks, swelling(melody, depth, rendering.sample_rate)))


def accompany(rendering: Rendering, melody: Melody, accompaniment: Accompaniment) -> Rendering:
    """Add a tanpura and a tabla at their levels below the melody's, and bring the whole to the melody's loudness, or as
    near as its peaks allow."""
    change, peak = accompanying(melody, accompaniment, rendering.sample_rate, rendering.peak)
    return replace(rendering, blocks=_changed(rendering.blocks, change), peak=peak)


def swelling(melody: Melody, depth: float, sample_rate: int) -> Change:
    """Make what `bellows` does."""
    period = melody.setting.tala.matras * melody.setting.matra_seconds * sample_rate

    def swell(block: Samples, at: int) -> NDArray[np.float32]:
        phase = 2 * np.pi * (at + np.arange(len(block))) / period
        fall = 10 ** (-depth / 40 * (1 - np.cos(phase)))
        return np.asarray(_floating(block) * fall[:, None], dtype=np.float32)

    return swell


def accompanying(melody: Melody, accompaniment: Accompaniment, sample_rate: int, peak: float) -> tuple[Change, float]:
    """Make what `accompany` does to a melody that reaches a peak; give the peak of the whole beside it."""
    parts = []
    for level, make in ((accompaniment.tanpura, tanpura.turn), (accompaniment.tabla, tabla.avartan)):
        if level is not None:
            part = make(melody, sample_rate)
            parts.append(part * np.float32(10 ** ((LOUDNESS + level - loudness(part, sample_rate)) / 20)))
    levels = [level for level in (accompaniment.tanpura, accompaniment.tabla) if level is not None]
    gain = (1 + sum(10 ** (level / 10) for level in levels)) ** -0.5
    peak += sum(true_peak(np.tile(part, (2, 1))) for part in parts)
    gain = min(gain, 10 ** (PEAK_CEILING / 20) / peak)

    def mixed(block: Samples, at: int) -> NDArray[np.float32]:
        mix = _floating(block)
        for part in parts:
            mix = mix + np.take(part, np.arange(at, at + len(block)), axis=0, mode="wrap")
        return np.asarray(mix * np.float32(gain), dtype=np.float32)

    return mixed, peak * gain


def _changed(blocks: Iterator[Samples], change: Change) -> Iterator[Samples]:
    at = 0
    for block in blocks:
        yield change(block, at)
        at += len(block)


def _floating(block: Samples) -> NDArray[np.float32]:
    return block.astype(np.float32) / np.float32(32768) if block.dtype == np.int16 else np.asarray(block, np.float32)
