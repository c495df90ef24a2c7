"""Any stretch of a song's sound, without what comes before it: for playing from anywhere, at any tempo.

What `render` and `mix` make in one piece from beginning to end is here cut out as it is needed, sample for sample the
same. A stretch is frames x channels, float32 within ±1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.accompaniment import Accompaniment
from primesong.sargam.melody import Melody
from primesong.sound.render import mix
from primesong.sound.render.harmonium import CHANNELS, SAMPLE_RATE, Make, Voice, voice


@dataclass(frozen=True, slots=True)
class Sound:
    """A melody's notes, and what is done to them on their way."""

    voice: Voice
    changes: Sequence[mix.Change] = ()

    def onset(self, position: float) -> int:
        """Give the frame at which a position in matras is reached."""
        return round(position * self.voice.matra)

    def stretch(self, start: int, frames: int) -> NDArray[np.float32]:
        """Give so many frames from frame `start` on; beyond the song's end there is silence."""
        out = np.zeros((frames, CHANNELS), np.float32)
        end = min(start + frames, self.voice.frames)
        if start >= end:
            return out
        first = int(start / self.voice.matra)
        first -= self.onset(first) > start
        last = min(int(np.ceil(end / self.voice.matra)) + 1, len(self.voice.digits))
        begin = self.onset(first)
        stretch = self.voice.joined(first, last)[start - begin : end - begin]
        for change in self.changes:
            stretch = change(stretch, start)
        out[: end - start] = stretch
        return out


def sound(
    melody: Melody,
    make: Make,
    sample_rate: int = SAMPLE_RATE,
    *,
    legato: bool = False,
    bellows: float | None = None,
    accompaniment: Accompaniment | None = None,
) -> Sound:
    """Make a melody's sound by `make`; bellows in decibels. Raises `PrimesongError` if the tala has no theka."""
    made = voice(melody, make, sample_rate, legato=legato, exact=True)
    changes = []
    if bellows is not None:
        changes.append(mix.swelling(melody, bellows, sample_rate))
    if accompaniment is not None:
        changes.append(mix.accompanying(melody, accompaniment, sample_rate, made.peak)[0])
    return Sound(made, changes)
