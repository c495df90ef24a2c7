"""Sound as a value: a recording held in memory, and a rendering on its way to a file.

Samples have the shape (frames, channels); they are float32 within ±1, or int16. Sample rates are in Hz.
"""

import base64
import io
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import primesong

Samples = NDArray[np.float32] | NDArray[np.int16]

#: In Hz: that of a compact disc, which everything plays.
DEFAULT_SAMPLE_RATE = 44_100

#: Full scale of 16-bit samples, which reach from one less than this to its negative.
FULL_SCALE = 32_768

#: The correlation of two channels, negative, from which one is the other turned round: a wrongly wired cable, or the
#: difference signal of a stereo effect.
_OPPOSITE = 0.8

#: In bytes: how much sound a notebook is shown, half a minute in stereo at the default sample rate.
_MOST_SHOWN = 30 * DEFAULT_SAMPLE_RATE * 2 * 2


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Recording:
    """Sound held in memory. In a notebook it shows itself as an audio player.

    Parameters
    ----------
    samples : ndarray, shape (frames, channels)
        float32 within ±1.
    sample_rate : int
        Above 0, in Hz.

    Raises
    ------
    ValueError
        If the samples have another shape, or the sample rate is not above 0.
    """

    samples: NDArray[np.float32]
    sample_rate: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.sample_rate <= 0:
            raise ValueError("a recording is frames x channels at a sample rate above 0 Hz")

    @property
    def mono(self) -> NDArray[np.float32]:
        """One channel, shape (frames,)."""
        return np.asarray(mix(self.samples), dtype=np.float32)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.sample_rate

    def save(self, path: str | PathLike[str], *, depth: int | str | None = None, force: bool = False) -> Path:
        """Save the recording as the kind of sound that the suffix names.

        Parameters
        ----------
        path : path
            The file.
        depth : {16, 24, "float"}, optional
            Bits a sample; by default the kind's first.
        force : bool
            Whether an existing file is replaced.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        PrimesongError
            If the suffix is not a sound's, the kind cannot have this depth or sample rate, or the file exists or cannot
            be written.
        """
        return primesong.save_recording(self, path, depth=depth, force=force)

    def __repr__(self) -> str:
        return f"<Recording: {self.seconds:,.1f} s at {self.sample_rate:,} Hz, channels: {self.samples.shape[1]}>"

    def _repr_html_(self) -> str:
        """Show the recording in a notebook, or its beginning if it is long."""
        shown = min(len(self.samples), _MOST_SHOWN // (2 * self.samples.shape[1]))
        encoded = base64.b64encode(_write_wav(self.samples[:shown], self.sample_rate)).decode("ascii")
        more = f", of which the first {shown / self.sample_rate:,.0f} s" if shown < len(self.samples) else ""
        return (
            f'<figure><audio controls src="data:audio/wav;base64,{encoded}"></audio>'
            f"<figcaption>{self.seconds:,.1f} s at {self.sample_rate:,} Hz{more}</figcaption></figure>"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Rendering:
    """Sound on its way to a file, made block by block, so that an hour takes no more memory than a second.

    Parameters
    ----------
    blocks : iterator of ndarray, shape (frames, channels)
        Can be used up once.
    frames : int
        Of all blocks together.
    channels : int
    sample_rate : int
        In Hz.
    peak : float
        Within 0 to 1: the level, also between samples, that the sound stays below.
    """

    blocks: Iterator[Samples]
    frames: int
    channels: int
    sample_rate: int
    peak: float

    @staticmethod
    def play(recording: Recording) -> "Rendering":
        """Return a recording as one block. The reverse of `collect`."""
        frames, channels = recording.samples.shape
        peak = float(np.abs(recording.samples).max(initial=0.0))
        return Rendering(iter([recording.samples]), frames, channels, recording.sample_rate, peak)

    def collect(self) -> Recording:
        """Use up the blocks and return the whole sound. The reverse of `play`."""
        samples = np.empty((self.frames, self.channels), np.float32)
        at = 0
        for block in self.blocks:
            samples[at : at + len(block)] = to_float(block)
            at += len(block)
        return Recording(samples[:at], self.sample_rate)


def mix(samples: NDArray[Any]) -> NDArray[Any]:
    """Mix channels to their mean, shape (frames,), those in opposite phase to the loudest turned round.

    Parameters
    ----------
    samples : ndarray, shape (frames, channels)
        Of any float or integer scale.
    """
    power = np.einsum("ij,ij->j", samples, samples, dtype=np.float64)
    product = np.einsum("i,ij->j", samples[:, power.argmax()], samples, dtype=np.float64)
    opposite = product < -_OPPOSITE * np.sqrt(power * power.max())
    if opposite.any():
        samples = samples * np.where(opposite, -1, 1)
    return np.asarray(samples.mean(axis=1))


def to_float(samples: Samples) -> NDArray[np.float32]:
    """Return samples as float32 within ±1."""
    if samples.dtype == np.int16:
        return samples.astype(np.float32) / np.float32(FULL_SCALE)
    return np.asarray(samples, np.float32)


def _write_wav(samples: NDArray[np.float32], sample_rate: int) -> bytes:
    """Write samples as a WAV file of 16 bits in memory."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.rint(np.clip(samples, -1, 1) * (FULL_SCALE - 1)).astype("<i2").tobytes())
    return out.getvalue()
