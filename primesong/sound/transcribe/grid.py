"""Signal to the grid of matras: tempo, its drift, and where each note begins.

The song's notes stand on a grid, one a matra. How much the spectrum grows from one moment to the next, each frequency
weighted by how far it stands out of the noise, is the onset curve; it has a line at the matra's frequency. The line is
sought over the whole recording, then followed through windows of it by a Viterbi search (after Grosche and Müller,
"Extracting Predominant Local Pulse Information from Music Recordings", 2011), and its phase gives the onsets.

Comes in: `hearing.condition`'s signal. Goes out: `Grid`, times in seconds from the recording's first sample.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.sound.transcribe.signal import RATE, Signal

Curve = NDArray[np.float32]

_WINDOW, _HOP, _LAG = 1024, 128, 6
_FRAME_RATE = RATE / _HOP

#: Matras a second that are looked for: a song at 15 to 180 beats a minute.
SLOWEST, FASTEST = 1.0, 12.0

#: How far the tempo may wander from its mean, as a ratio; tapes and people stay within a tenth.
WANDER = 0.12

#: How far a line must stand above the median of its neighbourhood, as a power ratio, to be taken for the grid: of some
#: ten thousand frequencies tried, pure noise passes 20 about once in fifty thousand recordings.
_LINE = 20.0

#: No frequency is taken to be cleaner than this, as ratios of power to its own mean and to the whole's: in a clean
#: rendering the windows' own skirts and the codec's last bits would else count as growth.
_CLEANEST_BIN, _CLEANEST = 0.03, 1e-4

#: The windows through which the tempo is followed, in seconds, and their step.
_FOLLOW_SECONDS, _FOLLOW_STEP = 16.0, 2.0

#: The window over which the grid's phase is smoothed, in seconds.
_PHASE_SECONDS = 12.0

#: Slots whose lengths spread less than this are equal: a tenth of a semitone is 0.006.
_EVEN = 0.006

#: A steady grid is preferred if the curve repeats with it nearly as strongly as with one that follows every wavering;
#: and over one that is broken, for a break may be chance.
_STEADY, _BROKEN = 0.9, 0.98

#: Following also follows noise. How much that brings is seen where there is no line: on either side of the grid's
#: frequency, as ratios of it, further away than it may wander.
_BESIDE = (0.77, 1.27)

#: A steady grid breaks where the recording does: the windows before and after a break, in seconds; how far two phases
#: there must explain more than one, as a power ratio (chance passes 20 once in a million); by how much of a turn the
#: grid must be moved; and how often it may break.
_BREAK_SECONDS, _BREAK, _MOVED, _BREAKS = 6.0, 20.0, 0.06, 8


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the notes begin.

    edges : ndarray, shape (slots + 1,), float64, seconds; slot i lasts from edges[i] to edges[i + 1].
    sureness : how far the grid's line stands above chance, as a power ratio.
    """

    edges: NDArray[np.float64]
    sureness: float

    @property
    def matra(self) -> float:
        """The middle length of a slot, in seconds."""
        return float(np.median(np.diff(self.edges)))

    @property
    def drift(self) -> float:
        """How far the slots' lengths spread, from the 2nd to the 98th percentile, as a ratio of the middle one."""
        lengths = np.diff(self.edges)
        low, high = np.quantile(lengths, (0.02, 0.98))
        return float((high - low) / self.matra)

    @property
    def steady(self) -> bool:
        """Whether the slots are as good as equal."""
        return self.drift <= _EVEN


def find_grid(signal: Signal) -> Grid:
    """Find the grid. Raises `SongError` if the sound has no steady beat."""
    curve = onset_curve(signal)
    frequency, sureness = _line(curve)
    if sureness < _LINE:
        raise SongError("there is no song here: no steady beat is heard")
    steady = _whole_turns(_steady(curve, frequency))
    followed = _edges(curve, _follow(curve, frequency))
    grids = [(_pull(curve, steady), steady)]
    grids.append((_STEADY * _beyond_chance(curve, frequency, _pull(curve, followed)), followed))
    if (broken := _broken(curve, frequency)) is not None:
        grids.append((_BROKEN * _pull(curve, broken), broken))
    edges = max(grids, key=lambda pair: pair[0])[1]
    return Grid(_to_the_ends(edges, len(signal) / RATE), sureness)


def onset_curve(signal: Signal) -> Curve:
    """Measure how much the spectrum grows around each moment.

    Returns ndarray, shape (frames,), `RATE / 128` a second, mean zero, each frame centred on its time.
    """
    window = np.hanning(_WINDOW).astype(np.float32)
    count = len(signal) // _HOP + 1
    sample = _frames(signal, np.arange(0, count, max(1, count // 4000)))
    power = np.abs(np.fft.rfft(sample * window, axis=1)) ** 2
    # The quietest fifth of exponentially distributed power lies below 0.223 of its mean.
    noise = np.quantile(power, 0.2, axis=0) / 0.223
    noise = np.maximum(noise, np.maximum(power.mean(axis=0) * _CLEANEST_BIN, power.mean() * _CLEANEST))
    salience = np.log1p(power / noise).mean(axis=0) - 0.596  # 0.596: the same for noise alone
    weight = (np.maximum(salience, 0) / noise.size).astype(np.float32)
    kept = np.flatnonzero(weight > weight.max() * 0.02)
    kept = kept[(kept > 2) & (kept < noise.size - 20)]
    if not kept.size:
        raise SongError("there is no song here: nothing but noise is heard")
    curve = np.zeros(count, np.float32)
    scale = (1 / noise[kept]).astype(np.float32)
    chunk = 4096
    for start in range(0, count, chunk):
        block = _frames(signal, np.arange(max(0, start - _LAG), min(start + chunk + _LAG, count))) * window
        bins = np.fft.rfft(block, axis=1)[:, kept]
        loud = np.log1p((bins.real**2 + bins.imag**2).astype(np.float32) * scale)
        growth = np.abs(loud[_LAG:] - loud[:-_LAG]) @ weight[kept]
        first = max(0, start - _LAG) + _LAG // 2
        curve[first : first + len(growth)] = growth
    curve -= curve.mean()
    span = min(int(8 * _FRAME_RATE), len(curve))  # beyond the signal's own length, "same" gives the span's
    spread = np.sqrt(np.convolve(curve**2, np.full(span, 1 / span), "same"))
    evened: Curve = (curve / np.maximum(spread, spread.max() * 0.05)).astype(np.float32)
    return evened


def _frames(signal: Signal, numbers: NDArray[np.intp]) -> Signal:
    """The frames of these numbers, each centred on its number times `_HOP` samples; beyond the signal is silence."""
    places = numbers * _HOP - _WINDOW // 2
    frames = np.zeros((len(places), _WINDOW), np.float32)
    inside = (places >= 0) & (places + _WINDOW <= len(signal))
    frames[inside] = np.lib.stride_tricks.sliding_window_view(signal, _WINDOW)[places[inside]]
    for row in np.flatnonzero(~inside):
        first, last = max(0, places[row]), min(len(signal), places[row] + _WINDOW)
        frames[row, first - places[row] : last - places[row]] = signal[first:last]
    return frames


def _line(curve: Curve) -> tuple[float, float]:
    """Find the grid's frequency, in Hz, and how far its line stands out: over the whole recording if the tempo holds,
    else in the mean over windows. A line at half or third the frequency that stands out too is the grid's own."""
    best = (0.0, 0.0)
    for seconds in (len(curve) / _FRAME_RATE, 60.0, 16.0):
        length = min(len(curve), int(seconds * _FRAME_RATE))
        step = max(1, length // 2)
        pad = 1 << (2 * length - 1).bit_length()
        window = np.hanning(length)
        spectra = [
            np.abs(np.fft.rfft(curve[start : start + length] * window, pad)) ** 2
            for start in range(0, len(curve) - length + 1, step)
        ]
        power = np.mean(spectra, axis=0)
        frequencies = np.arange(len(power)) * _FRAME_RATE / pad
        floor = _running_median(power, max(8, int(1.5 * pad / _FRAME_RATE)))
        ratio = power / np.maximum(floor, power.max() * 1e-9)
        # the mean over m windows spreads m times less: its excess counts for more
        ratio = 1 + (ratio - 1) * np.sqrt(len(spectra))
        within = np.flatnonzero((frequencies >= SLOWEST) & (frequencies <= FASTEST))
        if not within.size:
            continue
        top = int(within[np.argmax(ratio[within])])
        found = top
        for part in (2, 3):
            low, high = int(top / part * 0.995), int(np.ceil(top / part * 1.005)) + 1
            if frequencies[low] < SLOWEST:
                continue
            below = low + int(np.argmax(ratio[low:high]))
            if ratio[below] > _LINE and power[below] > power[top] * 0.05:
                found = below
        if ratio[top] > best[1] * 2:
            best = (float(frequencies[found]), float(ratio[top]))
    return best


def _running_median(power: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The median in blocks of `width`, joined by lines: the level of a spectrum without its lines."""
    blocks = max(1, len(power) // width)
    medians = np.array([np.median(part) for part in np.array_split(power, blocks)])
    level: NDArray[np.float64] = np.interp(
        np.arange(len(power)), (np.arange(blocks) + 0.5) * len(power) / blocks, medians
    )
    return level


def _follow(curve: Curve, frequency: float) -> NDArray[np.float64]:
    """Follow the grid's frequency through the recording: for each frame of the curve, in Hz."""
    length = min(len(curve), int(_FOLLOW_SECONDS * _FRAME_RATE))
    starts = np.arange(0, len(curve) - length + 1, int(_FOLLOW_STEP * _FRAME_RATE))
    tries = frequency * (1 + np.linspace(-WANDER, WANDER, 193))
    time = (np.arange(length) - length / 2) / _FRAME_RATE
    window = np.hanning(length)
    pieces = np.lib.stride_tricks.sliding_window_view(curve, length)[starts]
    score = np.zeros((len(starts), len(tries)))
    for harmonic in (1, 2):
        waves = np.exp(-2j * np.pi * harmonic * np.outer(time, tries)) * window[:, None]
        score += np.abs(pieces @ waves.astype(np.complex64)) ** 2
    score /= np.median(score) + 1e-30
    path = _viterbi(np.log(score + 0.1), stiffness=0.5)
    centres = starts + length / 2
    followed: NDArray[np.float64] = np.interp(np.arange(len(curve)), centres, tries[path])
    return followed


def _viterbi(score: NDArray[np.float64], stiffness: float) -> NDArray[np.intp]:
    """The path through the rows of a score, a step of k columns costing `stiffness` k²; at most four a row."""
    rows, columns = score.shape
    total, back = score[0].copy(), np.zeros((rows, columns), np.intp)
    steps = np.arange(-4, 5)
    for row in range(1, rows):
        padded = np.pad(total, 4, constant_values=-np.inf)
        moves = np.stack([padded[4 + step : 4 + step + columns] - stiffness * step**2 for step in steps])
        choice = moves.argmax(axis=0)
        back[row] = np.arange(columns) + steps[choice]
        total = moves[choice, np.arange(columns)] + score[row]
    path = np.zeros(rows, np.intp)
    path[-1] = total.argmax()
    for row in range(rows - 1, 0, -1):
        path[row - 1] = back[row, path[row]]
    return path


def _edges(curve: Curve, frequency: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put the edges where the curve, followed at its frequency, is highest: times in seconds."""
    from scipy.signal import fftconvolve

    phase = 2 * np.pi * np.cumsum(frequency) / _FRAME_RATE
    width = min(len(curve), int(_PHASE_SECONDS * _FRAME_RATE))
    pull = fftconvolve(curve * np.exp(-1j * phase), np.hanning(width + 2)[1:-1], "same")
    return _whole_turns((phase + np.unwrap(np.angle(pull))) / (2 * np.pi))


def _steady(curve: Curve, frequency: float) -> NDArray[np.float64]:
    """The phase, in turns, of equal slots at the frequency near the given one where the curve has its line."""
    time = np.arange(len(curve)) / _FRAME_RATE
    for width in (1.0, 0.05):
        tries = frequency + np.linspace(-width, width, 41) / time[-1]
        pull = np.array([curve @ np.exp(-2j * np.pi * f * time) for f in tries])
        best = int(np.abs(pull).argmax())
        frequency = float(tries[best])
    turns: NDArray[np.float64] = frequency * time + np.angle(pull[best]) / (2 * np.pi)
    return turns


def _broken(curve: Curve, frequency: float) -> NDArray[np.float64] | None:
    """Put the edges at equal distances between the places where the recording was stopped, cut or spliced; None if
    there is no such place."""
    pieces = [(0, len(curve))]
    for _ in range(_BREAKS):
        found = [(*_break(curve[start:stop], frequency), start, stop) for start, stop in pieces]
        gain, place, start, stop = max(found)
        if gain < _BREAK:
            break
        pieces.remove((start, stop))
        pieces += [(start, start + place), (start + place, stop)]
    pieces.sort()
    # what only drifts is continuous where two pieces of it meet
    turns = [_steady(curve[start:stop], frequency) for start, stop in pieces]
    moved = [abs((one[-1] - other[0] + frequency / _FRAME_RATE + 0.5) % 1 - 0.5) for one, other in pairwise(turns)]
    if not moved or min(moved) < _MOVED:
        return None
    edges = [_whole_turns(part) + start / _FRAME_RATE for part, (start, _) in zip(turns, pieces, strict=True)]
    joined = edges[0]
    for part in edges[1:]:
        # the slot in which the break lies is as long as it comes, but no sliver
        joined = np.append(joined, part[part > joined[-1] + 0.5 / frequency])
    return joined


def _break(curve: Curve, frequency: float) -> tuple[float, int]:
    """Find where the phase of a curve jumps most: how much better two phases are than one, and the frame."""
    width = int(_BREAK_SECONDS * _FRAME_RATE)
    if len(curve) < 2 * width:
        return 0.0, 0
    turning = curve * np.exp(-2j * np.pi * _steady(curve, frequency))
    sums = np.concatenate([[0], np.cumsum(turning)])
    before, after = sums[width:-width] - sums[: -2 * width], sums[2 * width :] - sums[width:-width]
    gain = (np.abs(before) + np.abs(after)) ** 2 - np.abs(before + after) ** 2
    gain /= 2 * width * np.mean(curve**2)
    best = int(gain.argmax())
    return float(gain[best]), best + width


def _whole_turns(turns: NDArray[np.float64]) -> NDArray[np.float64]:
    """The times, in seconds, at which a phase counted in turns passes whole numbers."""
    rising = np.maximum.accumulate(turns)
    whole = np.arange(np.ceil(rising[0]), np.floor(rising[-1]) + 1)
    return np.interp(whole, rising, np.arange(len(turns)) / _FRAME_RATE)


def _to_the_ends(edges: NDArray[np.float64], seconds: float) -> NDArray[np.float64]:
    """Go on with the grid until it covers the recording, but for a quarter of a slot at either end."""
    before, after = np.median(np.diff(edges[:9])), np.median(np.diff(edges[-9:]))
    while edges[0] > before / 4:
        edges = np.insert(edges, 0, edges[0] - before)
    while edges[-1] < seconds - after / 4:
        edges = np.append(edges, edges[-1] + after)
    return edges


def _pull(curve: Curve, edges: NDArray[np.float64]) -> float:
    """How strongly a curve repeats with the edges, 0 to its own size."""
    turns = np.interp(np.arange(len(curve)) / _FRAME_RATE, edges, np.arange(len(edges)))
    return float(np.abs(np.mean(curve * np.exp(-2j * np.pi * turns))))


def _beyond_chance(curve: Curve, frequency: float, pull: float) -> float:
    """What is left of the pull that was found by following a frequency, less what following finds in noise: powers of
    independent phases add."""
    chance = np.mean([_pull(curve, _edges(curve, _follow(curve, frequency * ratio))) ** 2 for ratio in _BESIDE])
    return float(np.sqrt(np.maximum(0.0, pull**2 - chance)))
