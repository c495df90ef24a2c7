"""The zones of a soundfont with one instrument, as `tools/soundfont.py` writes it: SoundFont 2.04, RIFF form `sfbk`.

This is not a general reader. Reference: E-mu, "SoundFont Technical Specification" 2.04, whose sections stand in
parentheses.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.sound.recording import to_float

#: A header of shdr: name, start, end, loop's start and end, sample rate, root, correction, link, type (7.10).
HEADER = struct.Struct("<20s5IBbHH")


@dataclass(frozen=True, slots=True)
class Zone:
    """A recording for keys near its own, looped without a seam.

    Parameters
    ----------
    name : str
    root : int
        The MIDI note to which it is tuned.
    samples : ndarray, shape (frames,)
        int16.
    start, end : int
        The frames from `start` up to `end` repeat while a key is held.
    sample_rate : int
        In Hz.

    Raises
    ------
    ValueError
        If the loop does not lie within the frames.
    """

    name: str
    root: int
    samples: NDArray[np.int16]
    start: int
    end: int
    sample_rate: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.samples):
            raise ValueError(f"a loop lies within its {len(self.samples)} frames, got {self.start} to {self.end}")

    @property
    def loop(self) -> NDArray[np.float32]:
        """The frames that repeat, float32 within ±1."""
        return to_float(self.samples[self.start : self.end])


def read_soundfont(data: bytes) -> tuple[Zone, ...]:
    """Read the zones of a soundfont, by rising root. The reverse of `write_soundfont` in `tools/soundfont.py`.

    Raises
    ------
    SongError
        If the bytes are not a soundfont, or it is damaged.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
        raise SongError("the file is not a soundfont: it does not begin with a RIFF form sfbk")
    try:
        chunks = dict(_chunks(data, 12))
        samples = np.frombuffer(chunks[b"smpl"], "<i2")
        records = list(HEADER.iter_unpack(chunks[b"shdr"]))[:-1]
        zones = [
            Zone(name.rstrip(b"\0").decode("ascii"), root, samples[start:end], loop - start, loop_end - start, rate)
            for name, start, end, loop, loop_end, rate, root, _, _, _ in records
        ]
    except (KeyError, ValueError, struct.error) as error:
        raise SongError(f"the soundfont is damaged: {error}") from error
    return tuple(sorted(zones, key=lambda zone: zone.root))


def _chunks(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    """Pass on the chunks from a place on, and those within lists."""
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"LIST":
            at += 12
        else:
            yield name, data[at + 8 : at + 8 + size]
            at += 8 + size + size % 2
