"""A melody as it is heard in a room: the hand on the harmonium, and who plays along; any stretch of it.

A tanpura is heard alone for one turn of its strings before the song, and rings out after it. The whole is brought to
`LOUDNESS` by stretches from all over the song; peaks are bent below `PEAK_CEILING`. At the end everything dies away.

Sound is float32 within ±1, shape (frames, channels).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.accompaniment import SOLO, Accompaniment
from primesong.sargam.melody import Melody
from primesong.sound.render.accompanists import tabla, tanpura
from primesong.sound.render.accompanists.part import Part
from primesong.sound.render.expressive.concert import find_entry, play_in_concert
from primesong.sound.render.expressive.hand import Hand, play
from primesong.sound.render.expressive.line import Line, play_gently
from primesong.sound.render.expressive.room import count_frames, reverberate
from primesong.sound.render.instrument import Instrument
from primesong.sound.render.loudness import LOUDNESS, limit, loudness, to_ratio
from primesong.sound.render.mix import find_gain

#: How many stretches tell the loudness: 64 seconds in all, however long the song is.
_STRETCHES = 16

#: In seconds: how long such a stretch is, ten of the 0.4 s over which loudness is measured (ITU-R BS.1770).
_STRETCH_SECONDS = 4.0

#: In seconds: how much is made at a time.
_BLOCK_SECONDS = 4.0

#: In seconds: how long all takes to die away at the end, at least.
_ENDING_SECONDS = 0.4

#: In seconds: how long a tanpura rings out.
_RINGING_SECONDS = 4.0

#: As a share of what rings after the last note: how long it takes to die away.
_DYING_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Manner:
    """How a melody is performed.

    Parameters
    ----------
    concert : bool
        Whether it is played in concert, or gently.
    bellows : float, optional
        By how many decibels the bellows swell, if not gently.
    accompaniment : Accompaniment
        Who plays along.
    alone : bool
        Whether a tanpura is heard before the song and after it.
    dry : bool
        Whether there is no room.
    """

    concert: bool = False
    bellows: float | None = None
    accompaniment: Accompaniment = SOLO
    alone: bool = True
    dry: bool = False


@dataclass(frozen=True, slots=True)
class Performance:
    """A melody as it is heard.

    Parameters
    ----------
    hand : Hand
        The harmonium.
    parts : tuple of Part
        Those who play along.
    sample_rate : int
        In Hz.
    matra : float
        Frames a matra, by the beat.
    stop : int
        The frame at which everything has ended, except reverberation.
    dry : bool
        Whether there is no room.
    gain : float
        The factor that brings it to its level.
    """

    hand: Hand
    parts: tuple[Part, ...]
    sample_rate: int
    matra: float
    stop: int
    dry: bool = False
    gain: float = 1.0

    @property
    def reverberation(self) -> int:
        """How many frames the room makes of a sound's end."""
        return 0 if self.dry else count_frames(self.sample_rate)

    @property
    def frames(self) -> int:
        """How many frames all of it takes."""
        return self.stop + self.reverberation

    def onset(self, position: float) -> int:
        """Return the frame at which a position in matras is reached, by the beat."""
        return round(position * self.matra)

    def read(self, start: int, frames: int) -> NDArray[np.float32]:
        """Return `frames` frames from frame `start` on; beyond the end there is silence."""
        before = min(self.reverberation, start)
        sound = sum(
            (part.read(start - before, frames + before) for part in self.parts),
            start=self.hand.read(start - before, frames + before),
        )
        if not self.dry:
            sound = reverberate(sound, self.sample_rate)[before:]
        ending = max(_ENDING_SECONDS * self.sample_rate, _DYING_SHARE * (self.stop - self.hand.frames))
        left = (self.frames - start - np.arange(frames)) / ending
        heard = sound * (self.gain * np.clip(left, 0, 1).astype(np.float32))[:, None]
        return limit(heard)

    def read_in_blocks(self) -> Iterator[NDArray[np.float32]]:
        """Read all of it."""
        block = int(_BLOCK_SECONDS * self.sample_rate)
        for start in range(0, self.frames, block):
            yield self.read(start, min(block, self.frames - start))


def perform(melody: Melody, instrument: Instrument, sample_rate: int, manner: Manner) -> Performance:
    """Perform a melody.

    Parameters
    ----------
    melody : Melody
    instrument : Instrument
        What sounds a key.
    sample_rate : int
        In Hz; that of the instrument.
    manner : Manner

    Raises
    ------
    PrimesongError
        If a tabla is to play, and the tala has no theka.
    """
    rings = manner.alone and manner.accompaniment.tanpura is not None
    begin = tanpura.count_turn(melody, sample_rate) if rings else 0
    line = (play_in_concert if manner.concert else play_gently)(melody, sample_rate, begin, manner.bellows)
    hand, matra = play(melody, line, instrument, sample_rate), melody.setting.matra_seconds * sample_rate
    alone = _bring_to_level(Performance(hand, (), sample_rate, matra, hand.frames, dry=True), line)
    strikes = manner.accompaniment.tabla is not None
    ringing = max(_RINGING_SECONDS * rings, tabla.STROKE_SECONDS * strikes) * sample_rate
    stop = max(hand.frames, line.stop + round(ringing))
    parts = tuple(_accompany(melody, line, sample_rate, manner))
    together = Performance(replace(hand, gain=alone.gain), parts, sample_rate, matra, stop, manner.dry)
    return _bring_to_level(together, line)


def _accompany(melody: Melody, line: Line, sample_rate: int, manner: Manner) -> Iterator[Part]:
    """Make the parts of those who play along. Raises `PrimesongError` if the tala has no theka for a tabla to play."""
    if (level := manner.accompaniment.tanpura) is not None:
        part = tanpura.play(melody, sample_rate, line.stop)
        yield replace(part, gain=find_gain(tanpura.make_turn(melody, sample_rate), level, sample_rate))
    if (level := manner.accompaniment.tabla) is not None:
        part = tabla.play(melody, sample_rate, line.times, find_entry(melody) if manner.concert else 0)
        yield replace(part, gain=find_gain(tabla.make_avartan(melody, sample_rate), level, sample_rate))


def _bring_to_level(performance: Performance, line: Line) -> Performance:
    """Bring a performance to the level of `loudness`, told by stretches of its line."""
    length = int(_STRETCH_SECONDS * performance.sample_rate)
    first, last = int(line.times[0]), max(line.stop - length, int(line.times[0]))
    starts = np.unique(np.linspace(first, last, _STRETCHES).astype(int)).tolist()
    heard = np.concatenate([performance.read(start, min(length, performance.frames - start)) for start in starts])
    level = loudness(heard, performance.sample_rate)
    return replace(performance, gain=to_ratio(LOUDNESS - level) if np.isfinite(level) else 1.0)
