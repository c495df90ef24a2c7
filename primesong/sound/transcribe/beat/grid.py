"""Find the grid of matras in a signal: where each note begins.

The phase of the onset curve at the matra's frequency gives the edges. A machine's beat is steady, a tape's wanders, and
a recording that was stopped or spliced is steady on either side of a break: all three are tried, and the one with which
the curve repeats most strongly is kept.

Input: a signal as in `signal`. Output: `Grid`, times in seconds from the recording's first sample.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.sound.transcribe.beat.tempo import BEYOND_CHANCE, WANDER, find_line, follow_line
from primesong.sound.transcribe.onsets import FRAME_RATE, Curve, measure_onsets
from primesong.sound.transcribe.signal import RATE, Signal
from primesong.sound.transcribe.transcription import MOVED, NEIGHBORS

Edges = NDArray[np.float64]

#: What a grid that follows every wavering must gain on a steady one to be preferred, as a ratio of how strongly the
#: curve repeats. Measured by benchmarks/listening.py (tape drift, wow, white noise).
_FOLLOWED = 0.9

#: The same for a grid that is broken, for a break may be chance.
_BROKEN = 0.98

#: The window over which the phase of a grid is measured, in seconds: by it a grid that wanders is smoothed, and its two
#: halves are compared to find a break.
_PHASE_SECONDS = 12.0

#: How many breaks of a recording are sought.
_MOST_BREAKS = 8

#: The shortest slot at a break or at either end of a recording, in matras.
_SLIVER = 0.5


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the notes begin.

    Attributes
    ----------
    edges : ndarray, shape (slots + 1,)
        In seconds; slot i lasts from edges[i] to edges[i + 1].
    strength : float
        How strongly the onset curve repeats with the edges, 0 to 1: of machines in good recordings 0.45 to 0.65, of
        people 0.1 to 0.3.
    steady : bool
        Whether the slots are equal, except where the recording was stopped or cut.
    """

    edges: Edges
    strength: float = 1.0
    steady: bool = True

    @property
    def matra(self) -> float:
        """The median length of a slot, in seconds."""
        return float(np.median(np.diff(self.edges)))


def find_grid(signal: Signal) -> Grid:
    """Find the grid of a signal. Raises `SongError` if it has no steady beat."""
    return fit_grid(measure_onsets(signal), len(signal) / RATE)


def fit_grid(curve: Curve, seconds: float) -> Grid:
    """Fit a grid to the onset curve of a recording of this many seconds. Raises `SongError` if none fits."""
    frequency, sureness = find_line(curve)
    if sureness < BEYOND_CHANCE:
        raise SongError("no song found: no steady beat is heard")
    steady = _whole_turns(_fit_steady(curve, frequency))
    followed = _follow(curve, frequency)
    grids = [(_strength(curve, steady), steady)]
    grids.append((_FOLLOWED * _less_chance(curve, frequency, _strength(curve, followed)), followed))
    if (broken := _fit_broken(curve, frequency)) is not None:
        grids.append((_BROKEN * _strength(curve, broken), broken))
    edges = max(grids, key=lambda grid: grid[0])[1]
    return Grid(_extend(edges, seconds), _strength(curve, edges), edges is not followed)


def _fit_steady(curve: Curve, frequency: float) -> NDArray[np.float64]:
    """Return the phase, in turns, of equal slots, at the frequency where the curve has its line: within a turn
    over the recording of the given one."""
    from scipy.optimize import minimize_scalar

    time = np.arange(len(curve)) / FRAME_RATE

    def pull(moved: float) -> complex:
        return complex(curve @ np.exp(-2j * np.pi * (frequency + moved / time[-1]) * time))

    moved = float(minimize_scalar(lambda one: -abs(pull(one)), bounds=(-1, 1)).x)
    turns: NDArray[np.float64] = (frequency + moved / time[-1]) * time + np.angle(pull(moved)) / (2 * np.pi)
    return turns


def _follow(curve: Curve, frequency: float) -> Edges:
    """Put the edges where the curve, followed at its frequency, is highest."""
    from scipy.signal import fftconvolve

    phase = 2 * np.pi * np.cumsum(follow_line(curve, frequency)) / FRAME_RATE
    width = min(len(curve), int(_PHASE_SECONDS * FRAME_RATE))
    pull = fftconvolve(curve * np.exp(-1j * phase), np.hanning(width + 2)[1:-1], "same")
    return _whole_turns((phase + np.unwrap(np.angle(pull))) / (2 * np.pi))


def _less_chance(curve: Curve, frequency: float, strength: float) -> float:
    """Return how strongly the curve repeats, minus the gain that following it has in noise: powers of independent
    phases add.

    That gain is measured off the beat, twice as far away as the tempo may wander.
    """
    beside = [frequency * (1 + side * 2 * WANDER) for side in (-1, 1)]
    chance = np.mean([_strength(curve, _follow(curve, one)) ** 2 for one in beside])
    return float(np.sqrt(np.maximum(0.0, strength**2 - chance)))


def _fit_broken(curve: Curve, frequency: float) -> Edges | None:
    """Put the edges at equal distances between the places where the recording was stopped, cut or spliced; return None
    if there is no such place."""
    pieces = _split(curve, frequency)
    turns = [_fit_steady(curve[start:stop], frequency) for start, stop in pieces]
    # what only drifts is continuous where two pieces of it meet
    moved = [abs((one[-1] - other[0] + frequency / FRAME_RATE + 0.5) % 1 - 0.5) for one, other in pairwise(turns)]
    if not moved or min(moved) < MOVED:
        return None
    edges = [_whole_turns(part) + start / FRAME_RATE for part, (start, _) in zip(turns, pieces, strict=True)]
    joined = edges[0]
    for part in edges[1:]:
        joined = np.append(joined, part[part > joined[-1] + _SLIVER / frequency])
    return joined


def _split(curve: Curve, frequency: float) -> list[tuple[int, int]]:
    """Split a curve where its phase jumps, the largest jump first: the first frame of each piece and its stop."""
    pieces = [(0, len(curve))]
    for _ in range(_MOST_BREAKS):
        found = [(*_find_break(curve[start:stop], frequency), start, stop) for start, stop in pieces]
        gain, place, start, stop = max(found)
        if gain < BEYOND_CHANCE:
            break
        pieces.remove((start, stop))
        pieces += [(start, start + place), (start + place, stop)]
    return sorted(pieces)


def _find_break(curve: Curve, frequency: float) -> tuple[float, int]:
    """Find where the phase of a curve jumps most: how much better two phases are than one, and the frame."""
    width = int(_PHASE_SECONDS * FRAME_RATE) // 2
    if len(curve) < 2 * width:
        return 0.0, 0
    turning = curve * np.exp(-2j * np.pi * _fit_steady(curve, frequency))
    sums = np.concatenate([[0], np.cumsum(turning)])
    before, after = sums[width:-width] - sums[: -2 * width], sums[2 * width :] - sums[width:-width]
    gain = (np.abs(before) + np.abs(after)) ** 2 - np.abs(before + after) ** 2
    gain /= 2 * width * np.mean(curve**2)
    best = int(gain.argmax())
    return float(gain[best]), best + width


def _whole_turns(turns: NDArray[np.float64]) -> Edges:
    """Return the times, in seconds, at which a phase counted in turns passes whole numbers."""
    rising = np.maximum.accumulate(turns)
    whole = np.arange(np.ceil(rising[0]), np.floor(rising[-1]) + 1)
    return np.interp(whole, rising, np.arange(len(turns)) / FRAME_RATE)


def _extend(edges: Edges, seconds: float) -> Edges:
    """Continue the grid until it covers the recording, except for slivers at either end."""
    nearest = 2 * NEIGHBORS + 1
    before, after = np.median(np.diff(edges[:nearest])), np.median(np.diff(edges[-nearest:]))
    while edges[0] > before * _SLIVER:
        edges = np.insert(edges, 0, edges[0] - before)
    while edges[-1] < seconds - after * _SLIVER:
        edges = np.append(edges, edges[-1] + after)
    return edges


def _strength(curve: Curve, edges: Edges) -> float:
    """Return how strongly a curve repeats with the edges, from 0 to its own size."""
    turns = np.interp(np.arange(len(curve)) / FRAME_RATE, edges, np.arange(len(edges)))
    return float(np.abs(np.mean(curve * np.exp(-2j * np.pi * turns))))
