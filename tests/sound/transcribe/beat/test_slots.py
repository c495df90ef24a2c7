"""What of each slot goes into its spectrum."""

import numpy as np
import pytest

from primesong.sound.transcribe.beat.grid import Grid
from primesong.sound.transcribe.beat.slots import cut
from primesong.sound.transcribe.signal import RATE
from primesong.sound.transcribe.slots import Part


def test_a_window_that_fades_less_keeps_the_ends_of_a_slot():
    slots, length = 4, RATE // 4
    clicks = np.zeros(slots * length, np.float32)
    clicks[length // 20 :: length] = 1  # a twentieth after each onset
    grid = Grid(np.arange(slots + 1) * length / RATE)
    flat, faded = (cut(clicks, grid, Part(0.0, 1.0, fade)).power.mean() for fade in (0.05, 1.0))
    assert flat == pytest.approx(clicks.sum() / slots, rel=0.01)
    assert faded < 0.01 * flat
