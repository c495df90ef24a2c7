"""Tell notes that repeat sample for sample apart by their waveforms, not only by their spectra.

A rendering that copies each of its ten notes, as ours and the original's do, gives a matched filter: the mean waveform
of a note stands out of noise long after its spectrum has drowned. The clock is locked first, since a grid that is a few
samples out over the whole song blurs the mean. Then each slot is the sum of its note's waveform and of what the two
notes before it leave behind, room and codec included, fitted by least squares; the sequence is found by the
forward-backward algorithm over pairs of notes, the note before them taken as it was heard so far.

Input: a signal as in `signal`, a steady `Grid`, first labels. Output: labels and costs as in `note_model`.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.beat.grid import Grid
from primesong.sound.transcribe.note_model import NOTES, Costs, Labels
from primesong.sound.transcribe.onsets import HOP
from primesong.sound.transcribe.signal import FAINTEST, LOWEST, RATE, STRONGEST, Signal
from primesong.sound.transcribe.spectra import ROWS
from primesong.sound.transcribe.tails import SLOW_ROUNDS, design_matrix, forward_backward

#: How many of each note's strongest bins lock the clock.
_BINS = 24

#: How far the right clock stands above a wrong one, as a ratio of coherent power. Renderings that repeat reach 18 to 50
#: in white noise at -20 dB; FluidSynth, whose chorus and 64-sample steps spoil the phases, stays below 14.
_LOCKED = 15.0

Waves = NDArray[np.complex64]


def learn_repeats(signal: Signal, grid: Grid, span: tuple[int, int], labels: Labels) -> tuple[Labels, Costs] | None:
    """Learn the ten waveforms from first labels of a span of slots, the labels from them, and so on; return labels and
    costs, or None if the notes do not repeat."""
    if not grid.steady:
        return None
    waves, frequencies = _cut(signal, grid, span)
    drift, locked = _lock(waves, frequencies, labels)
    if locked < _LOCKED:
        return None
    for wave, place in zip(waves, _places(waves), strict=True):
        wave *= np.exp(2j * np.pi * drift * place * frequencies / RATE)
    costs = np.zeros((len(waves), NOTES))
    for _ in range(SLOW_ROUNDS):
        costs = _costs(waves, labels)
        fresh = costs.argmin(axis=1)
        if (fresh == labels).all():
            break
        labels = fresh
    return labels, costs


def _cut(signal: Signal, grid: Grid, span: tuple[int, int]) -> tuple[Waves, NDArray[np.float64]]:
    """Transform every slot, its phase that of its exact beginning: shape (slots, bins), and the bins in Hz."""
    from scipy.fft import rfft

    length = round(grid.matra * RATE)
    frequencies: NDArray[np.float64] = np.fft.rfftfreq(length, 1 / RATE).astype(np.float64)
    kept = (frequencies >= LOWEST) & (frequencies <= STRONGEST)
    frequencies = frequencies[kept]
    starts = grid.edges[slice(*span)] * RATE
    whole = np.floor(starts).astype(np.int64)
    waves = np.empty((len(starts), len(frequencies)), np.complex64)
    for first in range(0, len(starts), ROWS):
        rows = slice(first, first + ROWS)
        places = np.clip(whole[rows, None] + np.arange(length), 0, len(signal) - 1)
        turn = np.exp(2j * np.pi * np.outer(starts[rows] - whole[rows], frequencies / RATE))
        waves[rows] = rfft(signal[places], axis=1)[:, kept] * turn
    return waves, frequencies


def _places(waves: Waves) -> NDArray[np.float64]:
    """Return where in the song each slot is, from -0.5 to 0.5."""
    return np.arange(len(waves)) / len(waves) - 0.5


def _lock(waves: Waves, frequencies: NDArray[np.float64], labels: Labels) -> tuple[float, float]:
    """Find by how many samples the clock is out from first slot to last, at most a frame either way, and how far
    that stands above chance: the right clock turns every repetition of a note to one phase."""
    tries = np.arange(-HOP, HOP + 1)
    places = _places(waves)
    slots = {note: rows for note in range(NOTES) if (rows := np.flatnonzero(labels == note)).size}
    powers = {note: np.square(np.abs(waves[rows])).mean(axis=0) for note, rows in slots.items()}
    middle, mean = np.median(list(powers.values()), axis=0), np.mean(list(powers.values()), axis=0)
    coherent = np.zeros(len(tries))
    for note, rows in slots.items():
        for column in np.argsort(-powers[note] / middle)[:_BINS]:
            turns = np.exp(2j * np.pi * frequencies[column] / RATE * np.outer(tries, places[rows]))
            coherent += np.square(np.abs(turns @ waves[rows, column])) / (len(rows) * mean[column])
    best = int(coherent.argmax())
    return float(tries[best]), float(coherent[best] / np.median(coherent))


def _costs(waves: Waves, labels: Labels) -> Costs:
    """Fit the waveforms of the notes and of their tails, and return what each note costs."""
    fitted, noise = _fit(waves, labels)
    weighted = (fitted / noise).astype(np.complex64)
    # |x - a - b - c|² / noise, without |x|²: twice the products with x, less the products among the waveforms
    heard = 2 * (waves @ weighted.conj().T).real
    among = (weighted @ fitted.conj().T).real
    now, before = slice(0, NOTES), slice(NOTES, 2 * NOTES)
    own = np.diag(among)
    pairs = own[before, None] + own[None, now] + 2 * among[before, now]
    older = np.concatenate([labels[:1], labels[:1], labels[:-2]])
    scores = heard - 2 * among[2 * NOTES + older]
    return -forward_backward((scores[:, before, None] + scores[:, None, now] - pairs).astype(np.float64))


def _fit(waves: Waves, labels: Labels) -> tuple[Waves, NDArray[np.float64]]:
    """Fit the waveforms, shape (30, bins), by least squares; return them and the variance that is left, shape
    (bins,)."""
    design = design_matrix(labels)
    # a note that never occurs has no waveform
    fitted = np.linalg.pinv(design.T @ design, hermitian=True) @ (design.T @ waves)
    noise = np.zeros(waves.shape[1])
    for first in range(0, len(waves), ROWS):
        rows = slice(first, first + ROWS)
        noise += np.square(np.abs(waves[rows] - design[rows] @ fitted)).sum(axis=0)
    return fitted, np.maximum(noise, noise.mean() * FAINTEST) / len(waves)
