"""Turn a recording into the signal that is transcribed: one channel, 11,025 Hz, its level evened out.

Input: blocks of samples, shape (frames,) or (frames, channels), any float or integer scale, at any rate.
Output: float32, shape (frames,), at `RATE`; zero is silence, time zero is the recording's first sample. Only this
signal is kept in memory: 44 kB a second, 160 MB an hour, whatever the recording's own rate and width.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.sound.recording import mix
from primesong.sound.transcribe import clicks

#: Samples a second: the partials below 5 kHz tell the ten notes apart; higher ones would only add noise.
RATE = 11025

#: The lowest frequency that is used, in Hz: below it is rumble and hum.
LOWEST = 60.0

#: The highest frequency that is used, in Hz: above it is little of a note, and the slope of resampling filters.
HIGHEST = 4500.0

#: The ten notes have their strongest partials below this frequency, in Hz. What a codec of few bits invents lies above.
STRONGEST = 2500.0

#: Power below this ratio of the mean of all, 40 dB down, says nothing of the sound: it is the skirt of a window, or a
#: codec's rounding.
FAINTEST = 1e-4

#: The noise of a frequency is at least this ratio of its own mean: less is the skirt of a window.
CLEANEST = 0.03

#: The window in which the level is measured, in seconds: eight notes at the default tempo, so that no note levels
#: itself. A shorter recording holds no song.
_LEVEL_SECONDS = 2.0

#: The level is the median of the power in pieces of this many samples, 20 ms.
_PIECE = RATE // 50

#: Samples beyond this many times the level may be clicks; what is left beyond it after their removal is clipped.
_LOUDEST = 4.0

Signal = NDArray[np.float32]
Blocks = Iterable[NDArray[np.floating | np.integer]]
Progress = Callable[[float], None]


def condition(blocks: Blocks, sample_rate: int) -> Signal:
    """Mix a recording to one channel, resample it to `RATE` and even out its level.

    Parameters
    ----------
    blocks : iterable of ndarray, shape (frames,) or (frames, channels)
        The recording's samples.
    sample_rate : int > 0
        In Hz.

    Raises
    ------
    SongError
        If there is too little sound to hold a song.
    """
    signal = _join(resample(blocks, sample_rate))
    if len(signal) < _LEVEL_SECONDS * RATE:
        raise SongError(f"no song found: the recording lasts {len(signal) / RATE:.1f} seconds")
    if not np.isfinite(signal.sum(dtype=np.float64)):
        raise SongError("no song found: the recording holds samples that are not numbers")
    _level(signal)
    clicks.bridge(signal, _LOUDEST)
    return np.clip(signal, -_LOUDEST, _LOUDEST, out=signal)


def resample(blocks: Blocks, sample_rate: int) -> Iterator[Signal]:
    """Mix to one channel at `RATE`, block by block."""
    import soxr

    if sample_rate <= 0:
        raise ValueError(f"a sample rate is positive, in Hz; got {sample_rate}")
    resampler = soxr.ResampleStream(sample_rate, RATE, 1, dtype="float32", quality="HQ")
    for block in blocks:
        mono = block if block.ndim == 1 else mix(block)
        yield resampler.resample_chunk(np.ascontiguousarray(mono, dtype=np.float32))
    yield resampler.resample_chunk(np.zeros(0, dtype=np.float32), last=True)


def _join(blocks: Iterator[Signal]) -> Signal:
    """Join blocks in a buffer that grows in place: arrays would be in memory twice."""
    joined = bytearray()
    for block in blocks:
        joined += block.tobytes()
    return np.frombuffer(joined, np.float32)


def _level(signal: Signal) -> None:
    """Divide a signal by its own level, in place: the root of the median power, which clicks and dropouts leave alone.

    What is too faint to say anything, such as the end of an echo, is a pause, and raised no further. Raises `SongError`
    for silence.
    """
    from scipy.ndimage import percentile_filter, uniform_filter1d

    whole = len(signal) // _PIECE * _PIECE
    pieces = signal[:whole].reshape(-1, _PIECE)
    power = np.einsum("ij,ij->i", pieces, pieces) / _PIECE
    if not power.max(initial=0) > 0:
        raise SongError("no song found: the recording is silent")
    width = max(1, round(_LEVEL_SECONDS * RATE / _PIECE))
    median = percentile_filter(power.astype(np.float64), 50, width, mode="nearest")
    smooth = uniform_filter1d(median, width, mode="nearest")
    gain = (1 / np.sqrt(np.maximum(smooth, smooth.max() * FAINTEST))).astype(np.float32)
    pieces *= gain[:, None]
    signal[whole:] *= gain[-1]
