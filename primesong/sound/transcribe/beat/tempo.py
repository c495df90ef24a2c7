"""Find the frequency at which an onset curve repeats, and follow it through the recording.

The song's notes stand on a grid, one each matra, so the onset curve has a line at the matra's frequency. The line is
sought over the whole recording, then followed through windows of it by a Viterbi search.

Input: an onset curve as in `onsets`. Output: frequencies in Hz, matras a second.

Reference: Grosche and Müller, "Extracting Predominant Local Pulse Information from Music Recordings", 2011.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.onsets import FRAME_RATE, Curve

#: The slowest song that is sought, in matras a second: 15 beats a minute.
SLOWEST = 1.0

#: The fastest one: 180 beats a minute.
FASTEST = 12.0

#: How far something must stand above chance, as a power ratio, to be believed: of some ten thousand frequencies tried,
#: pure noise passes about once in fifty thousand recordings.
BEYOND_CHANCE = 20.0

#: How far the tempo may wander from its mean, as a ratio; tapes stay within a tenth.
WANDER = 0.12

#: The windows in which a line is sought besides the whole recording, in seconds: the more the tempo wanders, the
#: shorter the window must be. Through the shortest, it is followed.
_LINE_SECONDS = (60.0, 16.0)

#: A line in shorter windows is preferred only if it stands out this many times as far.
_CLEARER = 2

#: The median from which a line stands out is that of frequencies no farther away than this, in Hz.
_NEIGHBORHOOD = 1.5

#: A line is looked for at these fractions of the strongest one's frequency, which may be a harmonic.
_FRACTIONS = (2, 3)

#: A fraction's line may lie beside the exact fraction by this ratio.
_BESIDE = 0.005

#: A line at a fraction of the frequency counts if it has this ratio of the power of the strongest.
_FUNDAMENTAL = 0.05

#: How far that window is moved each time, in seconds.
_FOLLOW_STEP = 2.0

#: How many tempos are tried in each window: one every eighth of a percent.
_TRIES = 193

#: How many harmonics of the beat are followed together.
_HARMONICS = (1, 2)

#: The least that a try counts for in a window, as a ratio of the median power: so that no window rules a tempo out.
_LEAST = 0.1

#: What moving by k tries from one window to the next costs, in units of k² nats.
_STIFFNESS = 0.5


def find_line(curve: Curve) -> tuple[float, float]:
    """Find the beat's frequency, in Hz, and how far its line stands above chance, as a power ratio; 0 and 0 if none is
    within the range of tempos.

    The line is that of the whole recording if the tempo holds, else of the mean over shorter windows.
    """
    best = (0.0, 0.0)
    for seconds in (len(curve) / FRAME_RATE, *_LINE_SECONDS):
        frequency, ratio = _strongest_line(curve, min(len(curve), int(seconds * FRAME_RATE)))
        if ratio > _CLEARER * best[1]:
            best = (frequency, ratio)
    return best


def _strongest_line(curve: Curve, length: int) -> tuple[float, float]:
    """Find the strongest line in windows of this many frames: its frequency or that of its fundamental, and how far it
    stands out."""
    pad = 1 << (2 * length - 1).bit_length()
    window = np.hanning(length)
    spectra = [
        np.abs(np.fft.rfft(curve[start : start + length] * window, pad)) ** 2
        for start in range(0, len(curve) - length + 1, max(1, length // 2))
    ]
    power = np.mean(spectra, axis=0)
    frequencies = np.arange(len(power)) * FRAME_RATE / pad
    floor = _compute_running_median(power, max(8, int(_NEIGHBORHOOD * pad / FRAME_RATE)))
    # the mean over m windows spreads √m times less: its excess counts for more
    rounding = power.max() * np.finfo(np.float32).eps
    ratio = 1 + (power / np.maximum(floor, rounding) - 1) * np.sqrt(len(spectra))
    within = np.flatnonzero((frequencies >= SLOWEST) & (frequencies <= FASTEST))
    if not within.size:
        return 0.0, 0.0
    top = int(within[np.argmax(ratio[within])])
    return float(frequencies[_fundamental(top, power, ratio, frequencies)]), float(ratio[top])


def _fundamental(
    top: int, power: NDArray[np.float64], ratio: NDArray[np.float64], frequencies: NDArray[np.float64]
) -> int:
    """Return the bin of the strongest line's fundamental: the lowest line of which it may be a harmonic, or its own."""
    found = top
    for part in _FRACTIONS:
        low, high = int(top / part * (1 - _BESIDE)), int(np.ceil(top / part * (1 + _BESIDE))) + 1
        if frequencies[low] < SLOWEST:
            continue
        below = low + int(np.argmax(ratio[low:high]))
        if ratio[below] > BEYOND_CHANCE and power[below] > power[top] * _FUNDAMENTAL:
            found = below
    return found


def _compute_running_median(power: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the level of a spectrum without its lines: the medians of blocks of `width` bins, joined by lines."""
    blocks = max(1, len(power) // width)
    medians = np.array([np.median(part) for part in np.array_split(power, blocks)])
    centers = (np.arange(blocks) + 0.5) * len(power) / blocks
    level: NDArray[np.float64] = np.interp(np.arange(len(power)), centers, medians)
    return level


def follow_line(curve: Curve, frequency: float) -> NDArray[np.float64]:
    """Follow a frequency through the recording; return that of each frame of the curve."""
    length = min(len(curve), int(_LINE_SECONDS[-1] * FRAME_RATE))
    starts = np.arange(0, len(curve) - length + 1, int(_FOLLOW_STEP * FRAME_RATE))
    tries = frequency * (1 + np.linspace(-WANDER, WANDER, _TRIES))
    time = (np.arange(length) - length / 2) / FRAME_RATE
    window = np.hanning(length)
    pieces = np.lib.stride_tricks.sliding_window_view(curve, length)[starts]
    score = np.zeros((len(starts), len(tries)))
    fundamental = np.exp(-2j * np.pi * np.outer(time, tries))
    for harmonic in _HARMONICS:
        waves = fundamental**harmonic * window[:, None]
        score += np.abs(pieces @ waves.astype(np.complex64)) ** 2
    score /= np.median(score) + 1e-30
    path = _find_path(np.log(score + _LEAST))
    followed: NDArray[np.float64] = np.interp(np.arange(len(curve)), starts + length / 2, tries[path])
    return followed


def _find_path(score: NDArray[np.float64]) -> NDArray[np.intp]:
    """Find the column of each row on the path through a score, in nats, that is worth the most less what its moves
    cost (the Viterbi algorithm)."""
    rows, columns = score.shape
    costs = _STIFFNESS * np.subtract.outer(np.arange(columns), np.arange(columns)) ** 2
    total, back = score[0], np.zeros((rows, columns), np.intp)
    for row in range(1, rows):
        came = total - costs
        back[row] = came.argmax(axis=1)
        total = came.max(axis=1) + score[row]
    path = np.zeros(rows, np.intp)
    path[-1] = total.argmax()
    for row in range(rows - 1, 0, -1):
        path[row - 1] = back[row, path[row]]
    return path
