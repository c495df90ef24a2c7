"""Sound in blocks, as files and microphones deliver it: what is accepted, and how much of it.

Input and output: arrays of samples, shape (frames,) or (frames, channels), float32 within ±1; sample rates in Hz.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits

Block = NDArray[np.float32]

#: The lowest sample rate that is accepted, in Hz: below it, the notes' partials are missing, and a header that claims
#: one hertz would have every sample resampled to a whole second.
LOWEST_RATE = 4_000

#: The highest sample rate that is accepted, in Hz: four times that of the fastest converters for music.
HIGHEST_RATE = 1_536_000


#: In samples of all channels: how much of a long recording is read at a time.
BLOCK_SAMPLES = 1 << 18


@dataclass(frozen=True, slots=True)
class Stream:
    """An opened recording.

    Parameters
    ----------
    blocks : iterator of ndarray, shape (frames, channels)
        float32 within ±1, read as they are asked for.
    sample_rate : int
        In Hz.
    channels : int
    seconds : float
        How long its header says that it lasts; 0 if it does not say.
    comment : str
        The comment among its tags, where a song's record stands.
    """

    blocks: Iterator[Block]
    sample_rate: int
    channels: int
    seconds: float
    comment: str = ""


def check_rate(sample_rate: int) -> None:
    """Raise `SongError` unless a recording's sample rate, in Hz, is one that can be heard."""
    if not LOWEST_RATE <= sample_rate <= HIGHEST_RATE:
        raise SongError(
            f"the recording's sample rate is {sample_rate:,} Hz; expected {LOWEST_RATE:,} to {HIGHEST_RATE:,} Hz"
        )


def limit_length(
    blocks: Iterable[Block], sample_rate: int, limits: Limits = DEFAULT_LIMITS, name: str = "sound"
) -> Iterator[Block]:
    """Pass blocks on; raise `SongError` once they are longer than the limit of that name allows, in seconds."""
    frames = 0
    for block in blocks:
        frames += len(block)
        limits.check(name, frames / sample_rate, "the recording")
        yield block
