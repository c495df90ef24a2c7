"""The pitch of an instrument's recording: one fundamental frequency in Hz.

A harmonium has two reeds to a key, an octave apart, so the octave may well be the loudest partial and the
fundamental's own even partials disappear in it. The pitch is therefore the *highest* fundamental whose harmonics
explain nearly all that any fundamental explains of the spectrum's peaks.
"""

import math

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.sargam.swara import parse_tonic

#: In Hz: A0, the lowest key of a piano.
LOWEST_PITCH = 27.5

#: In Hz: just above C7.
HIGHEST_PITCH = 2_100.0

#: In dB below the strongest peak: what is weaker is noise.
_PEAK_FLOOR = 40.0

#: The strongest, more than the partials of any note.
_MOST_PEAKS = 40

#: In Hz: partials above are too weak to help.
_HIGHEST_PARTIAL = 6_000.0

#: The highest harmonic that may be missing all those below it, and the highest that speaks for a pitch.
_HIGHEST_HARMONIC = 12

#: As a ratio, a fifth of a semitone: reeds are tuned that well, and their partials that harmonic.
_HARMONIC_TOLERANCE = 0.012

#: Of the amplitude that the best fundamental explains: how much the right one explains.
_SHARE_NEEDED = 0.97

#: Of the amplitude of all peaks: how much the harmonics of a pitch must explain. Noise leaves up to 0.2, a note with
#: vibrato 0.48, a harmonium's reeds 0.77.
_LEAST_EXPLAINED = 0.33

#: Of the amplitude of all peaks: how much the harmonics of a second note explain at least in a chord. A third leaves
#: 0.37, a minor triad 0.26, the stretched partials of a string 0.12.
_SECOND_NOTE = 0.16

#: In semitones, octaves apart: how far it lies from the first at least; the sidebands of vibrato lie within 0.5.
_SECOND_NOTE_STEP = 0.8

#: Of the amplitude of a pitch's harmonics: how much those that are not multiples of 2 or 3 have at least. Two notes a
#: fifth or a fourth apart have none of a common fundamental below them.
_LEAST_COPRIME = 0.03

#: What is said of noise.
_NO_PITCH = "no pitch was found in the recording; expected one sustained note"


def find_pitch(samples: NDArray[np.float32], sample_rate: int) -> float:
    """Find the fundamental frequency of one sustained note.

    Parameters
    ----------
    samples : ndarray, shape (frames,)
        float32.
    sample_rate : int
        In Hz.

    Returns
    -------
    float
        In Hz, `LOWEST_PITCH` to `HIGHEST_PITCH`.

    Raises
    ------
    SongError
        If the samples are silent, or no pitch was found.
    """
    return _find_fundamental(*_peaks(samples, sample_rate))[0]


def is_chord(samples: NDArray[np.float32], sample_rate: int) -> bool:
    """Tell whether several notes sound at once: what the harmonics of one leave of the spectrum is another's, or they
    are those of two notes above it. Notes an octave apart are one. Raises as `find_pitch` does."""
    frequencies, amplitudes = _peaks(samples, sample_rate)
    pitch, fits = _find_fundamental(frequencies, amplitudes)
    coprime = np.gcd(np.rint(frequencies[fits] / pitch).astype(int), 6) == 1
    if amplitudes[fits][coprime].sum() < _LEAST_COPRIME * amplitudes[fits].sum():
        return True
    try:
        other, others = _find_fundamental(frequencies[~fits], amplitudes[~fits])
    except SongError:
        return False
    step = 12 * math.log2(other / pitch)
    is_another = abs(step - 12 * round(step / 12)) >= _SECOND_NOTE_STEP
    return is_another and bool(amplitudes[~fits][others].sum() >= _SECOND_NOTE * amplitudes.sum())


def frequency(midi_note: float) -> float:
    """Return the frequency in Hz of a MIDI note number in 12-tone equal temperament, A4 = 440 Hz."""
    return 440.0 * math.exp2((midi_note - 69) / 12)


def _find_fundamental(
    frequencies: NDArray[np.float64], amplitudes: NDArray[np.float64]
) -> tuple[float, NDArray[np.bool_]]:
    """Find the fundamental frequency of peaks, in Hz, and which of them are its harmonics. Raises `SongError`."""
    harmonics = np.arange(1, _HIGHEST_HARMONIC + 1)
    candidates = np.unique((frequencies[:, None] / harmonics).ravel())
    candidates = candidates[(candidates >= LOWEST_PITCH) & (candidates <= HIGHEST_PITCH)]
    if not candidates.size:
        raise SongError(_NO_PITCH, option="sample_pitch")
    ratios = frequencies[None, :] / candidates[:, None]
    nearest = np.maximum(np.rint(ratios), 1)
    fits = np.abs(ratios / nearest - 1) < _HARMONIC_TOLERANCE / np.sqrt(nearest)
    explained = (fits * amplitudes).sum(axis=1)
    best = int(np.flatnonzero(explained >= _SHARE_NEEDED * explained.max())[-1])
    fit = fits[best]
    if amplitudes[fit & (nearest[best] <= _HIGHEST_HARMONIC)].sum() < _LEAST_EXPLAINED * amplitudes.sum():
        raise SongError(_NO_PITCH, option="sample_pitch")
    return float(np.average(frequencies[fit] / nearest[best][fit], weights=amplitudes[fit])), fit


def _peaks(window: NDArray[np.float32], sample_rate: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return frequencies in Hz and amplitudes of the spectrum's peaks, each interpolated by a parabola through the
    logarithms of three bins (J. O. Smith, Spectral Audio Signal Processing, "Quadratic interpolation of peaks")."""
    size = 4 * 2 ** int(np.ceil(np.log2(max(len(window), 2))))
    spectrum = np.abs(np.fft.rfft(window * np.blackman(len(window)), size))
    spectrum = spectrum[: int(_HIGHEST_PARTIAL / sample_rate * size) + 1]
    if len(spectrum) < 3 or spectrum.max() <= 1e-9 * size:
        raise SongError("the recording is silent")
    level = 20 * np.log10(spectrum + 1e-12)
    inner = level[1:-1]
    tops = np.flatnonzero((inner > level[:-2]) & (inner >= level[2:]) & (inner > level.max() - _PEAK_FLOOR)) + 1
    tops = tops[np.argsort(-level[tops])][:_MOST_PEAKS]
    before, at, after = level[tops - 1], level[tops], level[tops + 1]
    offset = 0.5 * (before - after) / np.minimum(before - 2 * at + after, -1e-12)
    return (tops + offset) * sample_rate / size, 10 ** ((at - 0.25 * (before - after) * offset) / 20)


def parse_pitch(text: str) -> float:
    """Read a pitch in Hz, or the name of a note. Raises `ValueError`.

    >>> parse_pitch("147.2"), round(parse_pitch("D3"), 2)
    (147.2, 146.83)
    """
    try:
        hertz = float(text)
    except ValueError:
        hertz = frequency(parse_tonic(text))
    if not LOWEST_PITCH <= hertz <= HIGHEST_PITCH:
        raise ValueError(f"expected a pitch from {LOWEST_PITCH:g} to {HIGHEST_PITCH:g} Hz, got {text}")
    return hertz
