"""A part of an accompaniment: sounds that begin at their times and ring over each other to their ends.

Times are in frames. Sound is float32, shape (frames, channels), at any level.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Left and right.
_CHANNELS = 2


class Event(NamedTuple):
    """A sound that begins: when, which, and how loud, as a factor."""

    onset: int
    name: str
    gain: float


@dataclass(frozen=True, slots=True)
class Part:
    """What one accompanist plays.

    Parameters
    ----------
    sounds : dict of str to ndarray, shape (frames, channels)
    events : sequence of Event
        In order of time.
    gain : float
        The factor that brings it to its level.
    """

    sounds: dict[str, NDArray[np.float32]]
    events: Sequence[Event]
    gain: float = 1.0

    @property
    def longest(self) -> int:
        """How many frames the longest of its sounds has."""
        return max(map(len, self.sounds.values()))

    def read(self, start: int, frames: int) -> NDArray[np.float32]:
        """Return `frames` frames from frame `start` on; before the first event and after the last there is silence."""
        out = np.zeros((frames, _CHANNELS), np.float32)
        onsets = [event.onset for event in self.events]
        first, last = np.searchsorted(onsets, (start - self.longest, start + frames))
        for onset, name, gain in self.events[first:last]:
            sound = self.sounds[name]
            begin, end = max(onset, start), min(onset + len(sound), start + frames)
            if begin < end:
                out[begin - start : end - start] += sound[begin - onset : end - onset] * np.float32(gain * self.gain)
        return out


def place(sound: NDArray[np.float64], angle: float) -> NDArray[np.float32]:
    """Give a sound its place between left and right: an angle in radians from the middle."""
    shares = np.array([np.cos(np.pi / 4 + angle), np.sin(np.pi / 4 + angle)])
    return np.asarray(sound[:, None] * shares, dtype=np.float32)
