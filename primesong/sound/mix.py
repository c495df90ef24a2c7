"""A rendering with something done to it on its way: accompanied, or swelling with the bellows.

Both take renderings in float32 and give such; levels are in decibels.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.accompaniment import Accompaniment
from primesong.sargam.melody import Melody
from primesong.sound import tabla, tanpura
from primesong.sound.audio import Rendering, Samples
from primesong.sound.loudness import LOUDNESS, PEAK_CEILING, loudness, true_peak

DEEPEST_BELLOWS = 12.0  # decibels; beyond, notes come near to the noise of a room


def bellows(rendering: Rendering, melody: Melody, depth: float) -> Rendering:
    """Let the level fall by `depth` decibels and rise again in every avartan, as the hand on the bellows opens and
    closes."""
    period = melody.tala.matras * melody.matra_seconds * rendering.sample_rate

    def swelling() -> Iterator[Samples]:
        at = 0
        for block in rendering.blocks:
            phase = 2 * np.pi * (at + np.arange(len(block))) / period
            fall = 10 ** (-depth / 40 * (1 - np.cos(phase)))
            yield (_floating(block) * fall[:, None]).astype(np.float32)
            at += len(block)

    return replace(rendering, blocks=swelling())


def accompany(rendering: Rendering, melody: Melody, accompaniment: Accompaniment) -> Rendering:
    """Add a tanpura and a tabla at their levels below the melody's, and bring the whole to the melody's loudness, or as
    near as its peaks allow."""
    rate = rendering.sample_rate
    parts = []
    for level, make in ((accompaniment.tanpura, tanpura.turn), (accompaniment.tabla, tabla.avartan)):
        if level is not None:
            part = make(melody, rate)
            parts.append(part * np.float32(10 ** ((LOUDNESS + level - loudness(part, rate)) / 20)))
    levels = [level for level in (accompaniment.tanpura, accompaniment.tabla) if level is not None]
    gain = (1 + sum(10 ** (level / 10) for level in levels)) ** -0.5
    peak = rendering.peak + sum(true_peak(np.tile(part, (2, 1))) for part in parts)
    gain = min(gain, 10 ** (PEAK_CEILING / 20) / peak)

    def mixed() -> Iterator[Samples]:
        at = 0
        for block in rendering.blocks:
            mix = _floating(block)
            for part in parts:
                mix = mix + np.take(part, np.arange(at, at + len(block)), axis=0, mode="wrap")
            yield np.asarray(mix * np.float32(gain), dtype=np.float32)
            at += len(block)

    return replace(rendering, blocks=mixed(), peak=peak * gain)


def _floating(block: Samples) -> NDArray[np.float32]:
    return block.astype(np.float32) / np.float32(32768) if block.dtype == np.int16 else np.asarray(block, np.float32)
