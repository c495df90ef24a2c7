"""A melody as it is heard in a room: the hand on the harmonium, and who plays along; any stretch of it.

The whole is brought to `LOUDNESS` by stretches from all over the song; peaks are bent below `PEAK_CEILING`. After the
last note everything dies away in the room.

Sound is float32 within ±1, shape (frames, channels).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.accompaniment import Accompaniment
from primesong.sargam.melody import Melody
from primesong.sound.render.hand import Hand, play
from primesong.sound.render.instrument import Instrument
from primesong.sound.render.loudness import LOUDNESS, PEAK_CEILING, limit, loudness, to_ratio
from primesong.sound.render.mix import Change, make_accompaniment
from primesong.sound.render.room import count_frames, reverberate

#: How many stretches tell the loudness, and how long each is, in seconds.
_STRETCHES = 12
_STRETCH_SECONDS = 4.0

#: In seconds: how much is made at a time.
_BLOCK_SECONDS = 4.0

#: In seconds: how long all takes to die away at the end.
_ENDING_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Performance:
    """A melody as it is heard.

    Parameters
    ----------
    hand : Hand
        The harmonium.
    sample_rate : int
        In Hz.
    accompaniment : Change, optional
        What adds those who play along.
    dry : bool
        Whether there is no room.
    gain : float
        The factor that brings it to its level.
    """

    hand: Hand
    sample_rate: int
    accompaniment: Change | None = None
    dry: bool = False
    gain: float = 1.0

    @property
    def reverberation(self) -> int:
        """How many frames the room makes of a sound's end."""
        return 0 if self.dry else count_frames(self.sample_rate)

    @property
    def frames(self) -> int:
        """How many frames all of it takes."""
        return self.hand.frames + self.reverberation

    @property
    def matra(self) -> float:
        """Frames a matra."""
        return self.hand.matra

    def onset(self, position: float) -> int:
        """Return the frame at which a position in matras is reached, by the beat."""
        return round(position * self.matra)

    def read(self, start: int, frames: int) -> NDArray[np.float32]:
        """Return `frames` frames from frame `start` on; beyond the end there is silence."""
        before = min(self.reverberation, start)
        sound = self.hand.read(start - before, frames + before)
        if self.accompaniment is not None:
            sound = self.accompaniment(sound, start - before)
        if not self.dry:
            sound = reverberate(sound, self.sample_rate)[before:]
        left = (self.frames - start - np.arange(frames)) / (_ENDING_SECONDS * self.sample_rate)
        heard = sound * (self.gain * np.clip(left, 0, 1).astype(np.float32))[:, None]
        return limit(heard)

    def read_in_blocks(self) -> Iterator[NDArray[np.float32]]:
        """Read all of it."""
        block = int(_BLOCK_SECONDS * self.sample_rate)
        for start in range(0, self.frames, block):
            yield self.read(start, min(block, self.frames - start))


def perform(
    melody: Melody,
    instrument: Instrument,
    sample_rate: int,
    *,
    bellows: float | None = None,
    accompaniment: Accompaniment | None = None,
    dry: bool = False,
) -> Performance:
    """Perform a melody.

    Parameters
    ----------
    melody : Melody
    instrument : Instrument
        What sounds a key.
    sample_rate : int
        In Hz; that of the instrument.
    bellows : float, optional
        By how many decibels the bellows swell, if not gently.
    accompaniment : Accompaniment, optional
        Who plays along.
    dry : bool
        Whether there is no room.

    Raises
    ------
    PrimesongError
        A tabla is to play, and the tala has no theka.
    """
    alone = _bring_to_level(Performance(play(melody, instrument, sample_rate, bellows), sample_rate, dry=True))
    hand = replace(alone.hand, levels=alone.hand.levels * np.float32(alone.gain))
    added = make_accompaniment(melody, accompaniment, sample_rate, to_ratio(PEAK_CEILING))[0] if accompaniment else None
    return _bring_to_level(Performance(hand, sample_rate, added, dry))


def _bring_to_level(performance: Performance) -> Performance:
    """Bring a performance to the level of `loudness`."""
    length = int(_STRETCH_SECONDS * performance.sample_rate)
    starts = np.unique(np.linspace(0, max(performance.frames - length, 0), _STRETCHES).astype(int))
    heard = np.concatenate([performance.read(start, min(length, performance.frames)) for start in starts.tolist()])
    level = loudness(heard, performance.sample_rate)
    return replace(performance, gain=to_ratio(LOUDNESS - level) if np.isfinite(level) else 1.0)
