"""The notes that are played, from the loudspeaker: one at a time, each dying away by itself.

Input: MIDI notes. Sound is float32 within ±1, shape (frames, channels), at `DEFAULT_SAMPLE_RATE`.
"""

import contextlib
from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from primesong.errors import MissingError
from primesong.player.terminal.speaker import open_stream
from primesong.sound.pitch import frequency
from primesong.sound.recording import DEFAULT_SAMPLE_RATE
from primesong.sound.render.instrument import default_zones, play_zones

#: How long a note sounds, in seconds: a terminal does not say when a key goes up.
_SECONDS = 1.2

#: How many frames a note takes to begin, while the one before ends, so that nothing clicks.
_FADE = 256

#: The level of a note, as a ratio of full scale.
_LEVEL = 0.5


#: How long after its key a note is heard, in seconds: what fingers do not notice.
_LATENCY = 0.02


class Voice:
    """What sounds the keys that are struck."""

    def __init__(self) -> None:
        self._render = lru_cache(_render_note)
        self._struck = self._sounding = np.zeros(0, np.float32)
        self._done = 0

    def strike(self, midi_note: int) -> None:
        """Sound a note from now on, in the place of the one before."""
        self._struck = self._render(midi_note).copy()  # each stroke is an array of its own

    def fill(self, out: NDArray[np.float32], frames: int, times: object, status: object) -> None:
        """Fill a block for the device; what `sounddevice.OutputStream` calls back."""
        struck, fade = self._struck, min(_FADE, frames)
        if struck is not self._sounding:
            before = self._read(fade) * np.linspace(1, 0, fade, dtype=np.float32)
            self._sounding, self._done = struck, 0
        else:
            before = np.zeros(fade, np.float32)
        block = self._read(frames)
        block[:fade] += before
        out[:] = block[:, None]
        self._done += frames

    def _read(self, frames: int) -> NDArray[np.float32]:
        """Return the next frames of the note that sounds, and silence after it."""
        note = self._sounding[self._done : self._done + frames]
        return np.pad(note, (0, frames - len(note)))


def _render_note(midi_note: int) -> NDArray[np.float32]:
    """Render a note that begins and dies away."""
    frames = round(_SECONDS * DEFAULT_SAMPLE_RATE)
    note = play_zones(default_zones())(frequency(midi_note), frames) * np.linspace(_LEVEL, 0, frames, dtype=np.float32)
    note[:_FADE] *= np.linspace(0, 1, _FADE, dtype=np.float32)
    return note


@contextlib.contextmanager
def open_voice() -> Iterator[Callable[[int], None]]:
    """Open the system's loudspeaker for the notes that are played; without one, they are silent."""
    voice = Voice()
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(MissingError):
            stack.enter_context(open_stream(voice.fill, _LATENCY))
        yield voice.strike
