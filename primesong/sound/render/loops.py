"""A melody's instruments for a page that plays them: reeds of the harmonium, as the partials of their loops, a turn of
the tanpura's strings, and the single strokes of the tabla.

A turn of the tanpura is an MP3 file that holds the loop once and a little more. It repeats itself, so that any stretch
of its length, wherever it begins, follows itself without a seam: what a decoder adds before the first frame, or cuts
off, does not matter. The stretch begins at `LEAD_SECONDS`. A stroke is a FLAC file, since it begins at once and must
not be late.
"""

import functools
from dataclasses import dataclass

import numpy as np

from primesong.sargam.accompaniment import TABLA_LEVEL, TANPURA_LEVEL, strokes
from primesong.sargam.melody import Melody
from primesong.sound.file import write_flac, write_mp3
from primesong.sound.render.accompanists import tabla, tanpura
from primesong.sound.render.instrument import default_zones
from primesong.sound.render.loudness import LOUDNESS, gain_for, loudness, to_ratio, true_peak
from primesong.sound.render.partials import Partials, find_partials
from primesong.sound.render.soundfont import Zone

#: In seconds: where a loop begins in its file, beyond what any decoder adds before it.
LEAD_SECONDS = 0.2

#: In seconds: how much of a loop its file holds beyond once.
_MORE_SECONDS = 0.35

#: In reeds: every second one of the harmonium is taken, so that no note is more than three and a half semitones away.
_REED_STEP = 2

#: In Hz: of a tanpura, less than a thousand-millionth of the power lies above half of it.
_TANPURA_RATE = 16_000

#: LAME's quality 3: strings that die away hide less.
_TANPURA_COMPRESSION = 0.3

#: In Hz: enough for the noise of a touch.
_TABLA_RATE = 32_000

#: Steps of a stroke's samples, from 0 to its peak: 12 bits, whose noise is 70 dB below it, in two thirds of the room.
_TABLA_STEPS = 2_047


@dataclass(frozen=True, slots=True)
class Reed:
    """A reed of the harmonium.

    Parameters
    ----------
    partials : Partials
        Of its loop.
    note : int
        The MIDI note that it sounds.
    seconds : float
        The loop's length.
    gain : float
        The factor that brings the loop, its loudest partial at 1, to its level.
    """

    partials: Partials
    note: int
    seconds: float
    gain: float


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
def make_reeds() -> tuple[Reed, ...]:
    """Make the harmonium's reeds, by rising note, at the level of `loudness` or as near as their peaks allow."""
    return tuple(_make_reed(zone) for zone in default_zones()[::_REED_STEP])


def _make_reed(zone: Zone) -> Reed:
    partials, loop = find_partials(zone.loop, zone.sample_rate), zone.loop[:, None]
    gain = partials.gain * gain_for(loop, zone.sample_rate, true_peak(loop))
    return Reed(partials, zone.root, len(zone.loop) / zone.sample_rate, gain)


def make_tanpura(melody: Melody) -> Loop:
    """Make a loop of one turn of the tanpura's strings, at its default level beside the melody."""
    turn = tanpura.make_turn(melody, _TANPURA_RATE)
    turn = turn / np.abs(turn).max() / np.float32(2)
    gain = to_ratio(LOUDNESS + TANPURA_LEVEL - loudness(turn, _TANPURA_RATE))
    more = np.resize(turn, (len(turn) + round(_MORE_SECONDS * _TANPURA_RATE), turn.shape[1]))
    data = write_mp3(more, _TANPURA_RATE, _TANPURA_COMPRESSION)
    return Loop(data, melody.setting.tonic, len(turn) / _TANPURA_RATE, gain)


def make_tabla(melody: Melody) -> Tabla | None:
    """Make the tabla's strokes, at its default level beside the melody; None if the tala has no theka."""
    if not melody.setting.tala.theka:
        return None
    made, avartan = tabla.make_strokes(melody, _TABLA_RATE), tabla.make_avartan(melody, _TABLA_RATE)
    peak = float(max(np.abs(sound).max() for sound in made.values()))
    gain = peak * to_ratio(LOUDNESS + TABLA_LEVEL - loudness(avartan, _TABLA_RATE))
    stepped = {name: np.rint(sound / peak * _TABLA_STEPS) / (_TABLA_STEPS + 1) for name, sound in made.items()}
    sounds = {name: write_flac(sound[:, None], _TABLA_RATE) for name, sound in stepped.items()}
    played = tuple((stroke.matra, hand, name) for stroke in strokes(melody) for hand, name in stroke.hands)
    return Tabla(sounds, gain, melody.setting.tonic, played)
