"""A melody's instruments for a page that plays them: a reed of the harmonium and a turn of the tanpura, as short loops,
and the single strokes of the tabla.

A loop is written once and a little more, as MP3. It repeats itself, so that any stretch of its length, wherever it
begins, follows itself without a seam: what a decoder adds before the first frame, or cuts off, does not matter. The
stretch begins at `LEAD_SECONDS`. A stroke is FLAC, for it begins at once, and must not be late.
"""

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.resources import default_soundfont
from primesong.sargam.accompaniment import TABLA_LEVEL, TANPURA_LEVEL, strokes
from primesong.sargam.melody import Melody
from primesong.sargam.theka import THEKAS
from primesong.sound.file import write_flac, write_mp3
from primesong.sound.render import tabla, tanpura
from primesong.sound.render.loudness import LOUDNESS, gain_for, loudness, true_peak
from primesong.sound.render.soundfont import read_soundfont

LEAD_SECONDS = 0.2
_MORE_SECONDS = 0.5

#: Enough for a tanpura's highest partials, at a third of the size.
_TANPURA_RATE = 24_000

#: Enough for the noise of a touch.
_TABLA_RATE = 32_000


@dataclass(frozen=True, slots=True)
class Loop:
    """An MP3 file; the MIDI note that it sounds; the length of its loop; the factor that brings it to its level."""

    data: bytes
    note: int
    seconds: float
    gain: float


@dataclass(frozen=True, slots=True)
class Tabla:
    """What a tabla plays: for each kind of stroke a FLAC file; the factor that brings them to their level; the Sa, a
    MIDI note, that the right drum is tuned to; the strokes of an avartan, each as (matra, hand, kind)."""

    sounds: dict[str, bytes]
    gain: float
    note: int
    strokes: tuple[tuple[float, str, str], ...]


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
    return _loop(turn, _TANPURA_RATE, melody.setting.tonic, gain)


def tabla_strokes(melody: Melody) -> Tabla | None:
    """Give the tabla at its usual level beside the melody; None if the tala has no theka."""
    if melody.setting.tala.name not in THEKAS:
        return None
    played = tuple(
        (stroke.matra, hand, name)
        for stroke in strokes(melody)
        for hand, name in (("right", stroke.right), ("left", stroke.left))
        if name is not None
    )
    made = {name: tabla.single(name, melody, _TABLA_RATE) for name in sorted({name for _, _, name in played})}
    peak = max(np.abs(sound).max() for sound in made.values())
    whole = tabla.avartan(melody, _TABLA_RATE)
    gain = peak * 10 ** ((LOUDNESS + TABLA_LEVEL - loudness(whole, _TABLA_RATE)) / 20)
    sounds = {name: write_flac((sound / peak)[:, None], _TABLA_RATE) for name, sound in made.items()}
    return Tabla(sounds, float(gain), melody.setting.tonic, played)


def _loop(turn: NDArray[np.float32], sample_rate: int, note: int, gain: float) -> Loop:
    more = np.resize(turn, (len(turn) + round(_MORE_SECONDS * sample_rate), turn.shape[1]))
    return Loop(write_mp3(more, sample_rate), note, len(turn) / sample_rate, float(gain))
