"""Any stretch of a song's sound, without what comes before it: for playing from anywhere, at any tempo.

What `rendering.render` makes in one piece, from beginning to end, is here cut out as it is needed, sample for sample
the same; a gentle performance is made of stretches anyway. A stretch is float32 within ±1, shape (frames, channels).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from primesong.errors import PrimesongError
from primesong.sargam.melody import Melody
from primesong.sound.render.harmonium import CHANNELS, Voice, make_voice
from primesong.sound.render.instrument import Instrument
from primesong.sound.render.mix import Change, make_accompaniment, make_swell
from primesong.sound.render.rendering import DEFAULT_OPTIONS, RenderOptions, perform_by


class Playable(Protocol):
    """What can be played from anywhere."""

    @property
    def matra(self) -> float:
        """Frames a matra."""

    def onset(self, position: float) -> int:
        """Return the frame at which a position in matras is reached."""

    def read(self, start: int, frames: int) -> NDArray[np.float32]:
        """Return `frames` frames from frame `start` on; beyond the song's end there is silence."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A melody's notes, and what is done to them on their way."""

    voice: Voice
    changes: Sequence[Change] = ()

    @property
    def matra(self) -> float:
        """Frames a matra."""
        return self.voice.matra

    def onset(self, position: float) -> int:
        """Return the frame at which a position in matras is reached."""
        return round(position * self.voice.matra)

    def read(self, start: int, frames: int) -> NDArray[np.float32]:
        """Return `frames` frames from frame `start` on; beyond the song's end there is silence."""
        out = np.zeros((frames, CHANNELS), np.float32)
        end = min(start + frames, self.voice.frames)
        if start >= end:
            return out
        first = int(start / self.voice.matra)
        first -= self.onset(first) > start
        last = min(int(np.ceil(end / self.voice.matra)) + 1, len(self.voice.digits))
        begin = self.onset(first)
        stretch = self.voice.join(first, last)[start - begin : end - begin]
        for change in self.changes:
            stretch = change(stretch, start)
        out[: end - start] = stretch
        return out


def make_stream(melody: Melody, instrument: Instrument, options: RenderOptions = DEFAULT_OPTIONS) -> Playable:
    """Make a melody's sound for playing from anywhere.

    Parameters
    ----------
    melody : Melody
    instrument : Instrument
        Made by `rendering.make_instrument`, once for all tempi.
    options : RenderOptions
        How the harmonium is played, and with whom.

    Raises
    ------
    PrimesongError
        If the melody is to be played in concert, or a tabla is to play and the tala has no theka.
    """
    if not options.is_steady:
        raise PrimesongError(
            "the concert expression cannot be played live, because it has no steady beat; use gentle or plain, or "
            "render it to a file"
        )
    if options.is_by_hand:
        return perform_by(melody, instrument, replace(options, alone=False))
    rate = options.rate
    voice = make_voice(melody, instrument, rate, legato=options.legato, exact=True)
    changes, peak = [], voice.peak
    if options.bellows is not None:
        swell, peak = make_swell(melody, options.bellows, rate, peak)
        changes.append(swell)
    if options.accompaniment is not None:
        changes.append(make_accompaniment(melody, options.accompaniment, rate, peak)[0])
    return Stream(voice, changes)
