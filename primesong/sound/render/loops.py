"""A melody's instruments for a page that plays them: a reed of the harmonium and a turn of the tanpura, as short loops,
and the single strokes of the tabla.

A loop is an MP3 file that holds the loop once and a little more. It repeats itself, so that any stretch of its length,
wherever it begins, follows itself without a seam: what a decoder adds before the first frame, or cuts off, does not
matter. The stretch begins at `LEAD_SECONDS`. A stroke is a FLAC file, since it begins at once and must not be late.
"""

import functools
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from primesong.sargam.accompaniment import TABLA_LEVEL, TANPURA_LEVEL, strokes
from primesong.sargam.melody import Melody
from primesong.sound.file import write_flac, write_mp3
from primesong.sound.render.accompanists import tabla, tanpura
from primesong.sound.render.instrument import default_zones
from primesong.sound.render.loudness import LOUDNESS, gain_for, loudness, to_ratio, true_peak

#: In seconds: where a loop begins in its file, beyond what any decoder adds before it.
LEAD_SECONDS = 0.2

#: In seconds: how much of a loop its file holds beyond once.
_MORE_SECONDS = 0.35

#: One in so many of the harmonium's reeds is taken: no note in between is more than three and a half semitones away.
_REED_STEP = 2

#: In Hz: enough for a reed's partials up to 15 kHz.
_REED_RATE = 32_000

#: LAME's quality 5, of 0 to 9: what is lost is 22 dB below the reed, where its partials hide it.
_REED_COMPRESSION = 0.5

#: In Hz: enough for a tanpura's highest partials, at half the size.
_TANPURA_RATE = 24_000

#: LAME's quality 4: strings that die away hide less.
_TANPURA_COMPRESSION = 0.4

#: In Hz: enough for the noise of a touch.
_TABLA_RATE = 32_000


@dataclass(frozen=True, slots=True)
class Loop:
    """A sound that repeats.

    Parameters
    ----------
    data : bytes
        An MP3 file.
    note : int
        The MIDI note that it sounds.
    seconds : float
        The loop's length.
    gain : float
        The factor that brings it to its level.
    """

    data: bytes
    note: int
    seconds: float
    gain: float


@dataclass(frozen=True, slots=True)
class Tabla:
    """What a tabla plays.

    Parameters
    ----------
    sounds : dict of str to bytes
        A FLAC file for each kind of stroke.
    gain : float
        The factor that brings them to their level.
    note : int
        The Sa, a MIDI note, that the right drum is tuned to.
    strokes : tuple of (float, str, str)
        Those of an avartan: matra, hand, kind.
    """

    sounds: dict[str, bytes]
    gain: float
    note: int
    strokes: tuple[tuple[float, str, str], ...]


@functools.cache
def make_reeds() -> tuple[Loop, ...]:
    """Make loops of the harmonium's reeds, by rising note, at the level of `loudness` or as near as their peaks
    allow."""
    return tuple(
        _make_loop(turn, _REED_RATE, _REED_COMPRESSION, zone.root, gain_for(turn, _REED_RATE, true_peak(turn)))
        for zone in default_zones()[::_REED_STEP]
        for turn in [_resample_turn(zone.loop, zone.sample_rate)[:, None]]
    )


def _resample_turn(turn: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """Resample a loop between its own repetitions, so that it still follows itself without a seam."""
    frames = round(len(turn) * _REED_RATE / sample_rate)
    return np.asarray(soxr.resample(np.tile(turn, 3), sample_rate, _REED_RATE)[frames : 2 * frames], np.float32)


def make_tanpura(melody: Melody) -> Loop:
    """Make a loop of one turn of the tanpura's strings, at its default level beside the melody."""
    turn = tanpura.make_turn(melody, _TANPURA_RATE)
    turn = turn / np.abs(turn).max() / np.float32(2)
    gain = to_ratio(LOUDNESS + TANPURA_LEVEL - loudness(turn, _TANPURA_RATE))
    return _make_loop(turn, _TANPURA_RATE, _TANPURA_COMPRESSION, melody.setting.tonic, gain)


def make_tabla(melody: Melody) -> Tabla | None:
    """Make the tabla's strokes, at its default level beside the melody; None if the tala has no theka."""
    if not melody.setting.tala.theka:
        return None
    played = tuple((stroke.matra, hand, name) for stroke in strokes(melody) for hand, name in stroke.hands)
    made = {name: tabla.make_stroke(name, melody, _TABLA_RATE) for name in sorted({name for _, _, name in played})}
    peak = float(max(np.abs(sound).max() for sound in made.values()))
    level = loudness(tabla.make_avartan(melody, _TABLA_RATE), _TABLA_RATE)
    sounds = {name: write_flac((sound / peak)[:, None], _TABLA_RATE) for name, sound in made.items()}
    return Tabla(sounds, peak * to_ratio(LOUDNESS + TABLA_LEVEL - level), melody.setting.tonic, played)


def _make_loop(turn: NDArray[np.float32], sample_rate: int, compression: float, note: int, gain: float) -> Loop:
    more = np.resize(turn, (len(turn) + round(_MORE_SECONDS * sample_rate), turn.shape[1]))
    return Loop(write_mp3(more, sample_rate, compression), note, len(turn) / sample_rate, gain)
