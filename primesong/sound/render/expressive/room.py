"""A small room, designed: its impulse response, and sound in it.

Walls send the sound back six times within some hundredths of a second, from left and right in turn; then it dies away
as noise, high frequencies first, in a third of a second: about what a furnished living room does.

Sound is float32, shape (frames, channels).
"""

import functools

import numpy as np
from numpy.typing import NDArray

#: In seconds: when the first reflections arrive, left and right in turn; no two are multiples of one time.
_REFLECTIONS = (0.0031, 0.0047, 0.0079, 0.0113, 0.0149, 0.0193)

#: In decibels, beside the sound itself: how strong the first of them is.
_FIRST_REFLECTION = -12.0

#: In decibels: the level of each later reflection above the one before; it is weaker, since its way is longer.
_WEAKENING = -1.5

#: In seconds: when the sound has become noise.
_DIFFUSE_SECONDS = 0.012

#: In seconds: how long that noise takes to die away by 60 dB, about as in a furnished living room.
_REVERBERATION_SECONDS = 0.35

#: In decibels: how strong the noise is in all, beside the sound itself.
_DIFFUSE_LEVEL = -15.0

#: In Hz: where the noise loses half of its power, as walls and curtains take it.
_DARKNESS_HERTZ = 4_000.0

#: The noise is drawn from this seed, so that the room is always the same one.
_SEED = 5

#: How many transforms of impulse responses are kept: of one rate, the blocks of a rendering and its last one.
_KEPT = 4


@functools.lru_cache(_KEPT)
def make_response(sample_rate: int) -> NDArray[np.float32]:
    """Make the room's impulse response, shape (channels, frames)."""
    time = np.arange(int(_REVERBERATION_SECONDS * sample_rate)) / sample_rate
    noise: NDArray[np.float64] = np.random.default_rng(_SEED).normal(0, 1, (2, len(time)))
    smoothing = np.exp(-2 * np.pi * _DARKNESS_HERTZ * time[: len(time) // 8])
    noise = np.stack([np.convolve(channel, smoothing)[: len(time)] for channel in noise])
    noise *= 10 ** (-3 * time / _REVERBERATION_SECONDS) * (time >= _DIFFUSE_SECONDS)
    response: NDArray[np.float64] = noise * 10 ** (_DIFFUSE_LEVEL / 20) / np.sqrt((noise**2).sum(axis=1, keepdims=True))
    for number, seconds in enumerate(_REFLECTIONS):
        level = _FIRST_REFLECTION + number * _WEAKENING
        response[number % 2, int(seconds * sample_rate)] += 10 ** (level / 20)
    response[:, 0] += 1
    return response.astype(np.float32)


def count_frames(sample_rate: int) -> int:
    """Count the frames in which a sound is heard after its end."""
    return len(make_response(sample_rate)[0]) - 1


def reverberate(sound: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """Return a sound as it is heard in the room, in as many frames. Its first `count_frames` lack what came before."""
    from scipy.fft import irfft, next_fast_len, rfft

    size = next_fast_len(len(sound) + count_frames(sample_rate), real=True)
    spectrum = rfft(np.ascontiguousarray(sound.T), size) * _transform(sample_rate, size)
    return np.asarray(irfft(spectrum, size)[:, : len(sound)].T, dtype=np.float32)


@functools.lru_cache(_KEPT)
def _transform(sample_rate: int, size: int) -> NDArray[np.complex64]:
    """Transform the impulse response."""
    from scipy.fft import rfft

    return np.asarray(rfft(make_response(sample_rate), size))
