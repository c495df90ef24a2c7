"""Notes that repeat sample for sample: told apart by their waveforms, not only by their spectra.

A rendering that copies each of its ten notes, as ours and the original's do, gives a matched filter: the mean waveform
of a note stands out of noise long after its spectrum has drowned. The clock is locked first: a grid that is a few
samples out over the whole song blurs the mean. Then each slot is the sum of its note's waveform and of what the two
notes before it leave behind, room and codec included, fitted by least squares; the sequence is found by the
forward-backward algorithm over pairs of notes, the note before them taken as it was heard so far.

Comes in: `hearing.condition`'s signal, a steady `Grid`, first labels. Goes out: costs in nats, as `classes`' are.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.grid import Grid
from primesong.sound.transcribe.note_model import NOTES, Costs, Labels, forward_backward
from primesong.sound.transcribe.signal import RATE, Signal

#: What is looked at, in Hz: higher partials need a better clock than noise leaves.
_LOWEST, _HIGHEST = 60.0, 2500.0

#: How far the clock may be out over the song, in samples either way, and how finely that is sought.
_OUT, _STEP = 80.0, 0.5

#: The strongest bins of each note by which the clock is sought.
_BINS = 24

#: How far the right clock stands above a wrong one, as a ratio of coherent power. Renderings that repeat reach 18 to 50
#: in white noise at -20 dB; FluidSynth, whose chorus and 64-sample steps spoil the phases, stays below 14.
_LOCKED = 15.0

#: The least variance of a bin, as a ratio of the mean: what a codec leaves of a clean recording.
_FLOOR = 1e-3

_ROUNDS = 4

Waves = NDArray[np.complex64]


def learn_repeats(signal: Signal, grid: Grid, span: tuple[int, int], labels: Labels) -> tuple[Labels, Costs] | None:
    """Learn the ten waveforms from the labels of a span of slots, and the labels from them in turn; None if the notes
    do not repeat."""
    if not grid.steady:
        return None
    waves, frequencies = _cut(signal, grid, span)
    drift, locked = _lock(waves, frequencies, labels)
    if locked < _LOCKED:
        return None
    places = np.arange(len(waves)) / len(waves) - 0.5
    for wave, place in zip(waves, places, strict=True):
        wave *= np.exp(2j * np.pi * drift * place * frequencies / RATE)
    costs = np.zeros((len(waves), NOTES))
    for _ in range(_ROUNDS):
        costs = _costs(waves, labels)
        fresh = costs.argmin(axis=1)
        if (fresh == labels).all():
            break
        labels = fresh
    return labels, costs


def _cut(signal: Signal, grid: Grid, span: tuple[int, int]) -> tuple[Waves, NDArray[np.float64]]:
    """Transform every slot, its phase that of its exact beginning: shape (slots, bins), and the bins in Hz."""
    length = round(grid.matra * RATE)
    frequencies: NDArray[np.float64] = np.fft.rfftfreq(length, 1 / RATE).astype(np.float64)
    kept = (frequencies >= _LOWEST) & (frequencies <= _HIGHEST)
    frequencies = frequencies[kept]
    starts = grid.edges[slice(*span)] * RATE
    whole = np.floor(starts).astype(np.int64)
    waves = np.empty((len(starts), len(frequencies)), np.complex64)
    for first in range(0, len(starts), 256):
        rows = slice(first, first + 256)
        places = np.clip(whole[rows, None] + np.arange(length), 0, len(signal) - 1)
        turn = np.exp(2j * np.pi * np.outer(starts[rows] - whole[rows], frequencies / RATE))
        waves[rows] = np.fft.rfft(signal[places], axis=1)[:, kept] * turn
    return waves, frequencies


def _lock(waves: Waves, frequencies: NDArray[np.float64], labels: Labels) -> tuple[float, float]:
    """Find by how many samples the clock is out from the first slot to the last, and how far that stands above chance:
    the right clock turns a note's every repetition to one phase."""
    tries = np.arange(-_OUT, _OUT + _STEP, _STEP)
    places = np.arange(len(waves)) / len(waves) - 0.5
    powers = [np.square(np.abs(waves[labels == note])).mean(axis=0) for note in range(NOTES) if (labels == note).any()]
    middle, mean = np.median(powers, axis=0), np.mean(powers, axis=0)
    coherent = np.zeros(len(tries))
    for note in range(NOTES):
        rows = np.flatnonzero(labels == note)
        if not rows.size:
            continue
        strength = np.square(np.abs(waves[rows])).mean(axis=0) / middle
        for column in np.argsort(-strength)[:_BINS]:
            turns = np.exp(2j * np.pi * frequencies[column] / RATE * np.outer(tries, places[rows]))
            coherent += np.square(np.abs(turns @ waves[rows, column])) / (len(rows) * mean[column])
    best = int(coherent.argmax())
    return float(tries[best]), float(coherent[best] / np.median(coherent))


def _costs(waves: Waves, labels: Labels) -> Costs:
    """Fit the waveforms of the notes and of the tails one and two slots later, and count what each note costs."""
    slots = np.arange(len(waves))
    design = np.zeros((len(waves), 3 * NOTES), np.float32)
    for age in range(3):
        design[slots[age:], age * NOTES + labels[: len(labels) - age]] = 1
    gram = design.T @ design + np.float32(1e-3) * np.eye(3 * NOTES, dtype=np.float32)
    fitted = np.linalg.solve(gram, design.T @ waves)
    noise = np.zeros(waves.shape[1])
    for first in range(0, len(waves), 1024):
        rows = slice(first, first + 1024)
        noise += np.square(np.abs(waves[rows] - design[rows] @ fitted)).sum(axis=0)
    noise = np.maximum(noise, noise.mean() * _FLOOR) / len(waves)
    weighted = (fitted / noise).astype(np.complex64)
    # |x - a - b - c|² / noise, without |x|²: twice the products with x, less the products among the waveforms
    heard = 2 * (waves @ weighted.conj().T).real
    among = (weighted @ fitted.conj().T).real
    now, before = slice(0, NOTES), slice(NOTES, 2 * NOTES)
    own = np.diag(among)
    pairs = own[before, None] + own[None, now] + 2 * among[before, now]
    older = np.concatenate([labels[:1], labels[:1], labels[:-2]])
    tails = 2 * among[2 * NOTES + older]
    scores = (heard - tails)[:, before, None] + (heard - tails)[:, None, now] - pairs
    return -forward_backward(scores.astype(np.float64))
