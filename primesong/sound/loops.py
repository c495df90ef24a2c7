"""A melody's instruments as short loops, for a page that plays them: a reed of the harmonium, a turn of the tanpura.

A loop is written once and a little more, as MP3. It repeats itself, so that any stretch of its length, wherever it
begins, follows itself without a seam: what a decoder adds before the first frame, or cuts off, does not matter. The
stretch begins at `LEAD_SECONDS`.
"""

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.resources import default_soundfont
from primesong.sargam.accompaniment import TANPURA_LEVEL
from primesong.sargam.melody import Melody
from primesong.sound import tanpura
from primesong.sound.audio import write_mp3
from primesong.sound.loudness import LOUDNESS, gain_for, loudness, true_peak
from primesong.sound.soundfont import read_soundfont

LEAD_SECONDS = 0.2
_MORE_SECONDS = 0.5

#: Enough for a tanpura's highest partials, at a third of the size.
_TANPURA_RATE = 24_000


@dataclass(frozen=True, slots=True)
class Loop:
    """An MP3 file; the MIDI note that it sounds; the length of its loop; the factor that brings it to its level."""

    data: bytes
    note: int
    seconds: float
    gain: float


@functools.cache
def reeds() -> tuple[Loop, ...]:
    """Give the harmonium's reeds, by rising note, at the level of `loudness` as nearly as the loudest one's peak
    allows."""
    loops = []
    for zone in read_soundfont(default_soundfont().read_bytes()):
        turn = (zone.samples[zone.start : zone.end].astype(np.float32) / np.float32(32768))[:, None]
        gain = gain_for(turn, zone.sample_rate, true_peak(turn))
        loops.append(_loop(turn, zone.sample_rate, zone.root, gain))
    return tuple(loops)


def tanpura_turn(melody: Melody) -> Loop:
    """Give one turn of the tanpura's strings at its usual level beside the melody."""
    turn = tanpura.turn(melody, _TANPURA_RATE)
    turn = turn / np.abs(turn).max() / np.float32(2)
    gain = 10 ** ((LOUDNESS + TANPURA_LEVEL - loudness(turn, _TANPURA_RATE)) / 20)
    return _loop(turn, _TANPURA_RATE, melody.tonic, gain)


def _loop(turn: NDArray[np.float32], sample_rate: int, note: int, gain: float) -> Loop:
    more = np.resize(turn, (len(turn) + round(_MORE_SECONDS * sample_rate), turn.shape[1]))
    return Loop(write_mp3(more, sample_rate), note, len(turn) / sample_rate, float(gain))
