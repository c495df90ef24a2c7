"""Recording to the signal that is transcribed: one channel, 11,025 Hz, the level evened out.

Comes in: blocks of samples, shape (frames,) or (frames, channels), any float or integer scale, at any rate.
Goes out: float32, shape (frames,), at `RATE`; zero is silence, time zero the recording's first sample.
Only this signal is kept: 44 kB a second, 160 MB an hour, whatever the recording's own rate and width.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sound.transcribe import clicks

#: The ten notes' partials below 5 kHz tell them apart; more would be noise to carry.
RATE = 11025

#: The window in which the level is measured, in seconds: eight notes, so that a note does not level itself.
LEVEL_SECONDS = 2.0

#: Where samples are beyond so many times the level, clicks are looked for; and what is left beyond it is cut off.
LOUDEST = 4.0

#: Levels this far below the recording's own (as a ratio of amplitudes) are not raised any more: they are pauses.
QUIETEST = 1e-3

#: What a recording needs to hold at all, in seconds.
SHORTEST_SECONDS = 2.0

#: The sample rates that are listened to, in Hz. Below, the notes' partials are missing; a header that says one hertz
#: would have every sample resampled to a whole second.
LOWEST_RATE, HIGHEST_RATE = 4_000, 1_536_000

Signal = NDArray[np.float32]
Progress = Callable[[float], None]


def within(
    blocks: Iterable[NDArray[np.float32]], sample_rate: int, limits: Limits = DEFAULT_LIMITS, name: str = "sound"
) -> Iterator[NDArray[np.float32]]:
    """Pass blocks on, shape (frames,) or (frames, channels), as long as they are no more sound than the limit of this
    name. Raises `SongError` beyond."""
    frames = 0
    for block in blocks:
        frames += len(block)
        limits.check(name, frames / sample_rate, "the recording")
        yield block


def check_rate(sample_rate: int) -> None:
    """See whether a recording's sample rate is one that can be listened to. Raises `SongError`."""
    if not LOWEST_RATE <= sample_rate <= HIGHEST_RATE:
        raise SongError(
            f"the recording's sample rate is {sample_rate:,} Hz; {LOWEST_RATE:,} to {HIGHEST_RATE:,} Hz are listened to"
        )


def condition(blocks: Iterable[NDArray[np.floating]], sample_rate: int) -> Signal:
    """Mix to one channel, resample to `RATE` and even out the level over `LEVEL_SECONDS`.

    blocks : arrays of shape (frames,) or (frames, channels); sample_rate : int > 0, in Hz.
    Raises `SongError` if there is too little sound to hold a song.
    """
    import soxr

    if sample_rate <= 0:
        raise ValueError(f"a sample rate is positive, in Hz; got {sample_rate}")
    resampler = soxr.ResampleStream(sample_rate, RATE, 1, dtype="float32", quality="HQ")
    # bytes grow in place; arrays would have to be joined, and lie in memory twice
    heard = bytearray()
    for block in blocks:
        mono = block if block.ndim == 1 else block.mean(axis=1)
        heard += resampler.resample_chunk(np.ascontiguousarray(mono, dtype=np.float32)).tobytes()
    heard += resampler.resample_chunk(np.zeros(0, dtype=np.float32), last=True).tobytes()
    signal = np.frombuffer(heard, np.float32)
    if len(signal) < SHORTEST_SECONDS * RATE:
        raise SongError(f"there is no song here: the recording lasts {len(signal) / RATE:.1f} seconds")
    if not np.isfinite(signal.sum(dtype=np.float64)):
        raise SongError("there is no song here: the recording holds samples that are not numbers")
    return level(signal)


def level(signal: Signal) -> Signal:
    """Divide a signal by its own level over `LEVEL_SECONDS`, in place, bridge its clicks, and cut off what stands
    `LOUDEST` times above.

    The level is the root of the median power in 20 ms, which clicks and dropouts do not move.
    """
    from scipy.ndimage import percentile_filter, uniform_filter1d

    step = RATE // 50
    whole = len(signal) // step * step
    steps = signal[:whole].reshape(-1, step)
    power = np.einsum("ij,ij->i", steps, steps) / step
    if not power.max(initial=0) > 0:
        raise SongError("there is no song here: the recording is silent")
    width = max(1, round(LEVEL_SECONDS * RATE / step))
    median = percentile_filter(power.astype(np.float64), 50, width, mode="nearest")
    smooth = uniform_filter1d(median, width, mode="nearest")
    gain = (1 / np.sqrt(np.maximum(smooth, smooth.max() * QUIETEST**2))).astype(np.float32)
    times = (np.arange(len(gain), dtype=np.float32) + 0.5) * step
    for start in range(0, len(signal), RATE * 60):
        stop = min(start + RATE * 60, len(signal))
        signal[start:stop] *= np.interp(np.arange(start, stop), times, gain)
    clicks.bridge(signal, LOUDEST)
    return np.clip(signal, -LOUDEST, LOUDEST, out=signal)
