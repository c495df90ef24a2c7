"""Spectra to notes: which of the ten each slot holds, learnt from the recording itself.

First guess: a comb of partials finds every slot's pitches, and the song's ten intervals the tonic under which the most
is explained. Then the ten notes' own spectra are learnt by hard expectation and maximisation under the Itakura-Saito
divergence (Févotte, Bertin and Durrieu 2009), for which each bin's power is exponentially distributed around its mean:
noise, room and instrument go into the means. A slot is then the sum of its note's spectrum and of the tails of the two
notes before it, and the sequence is found by the forward-backward algorithm over pairs of notes.

Comes in: `Spectra`. Goes out: log-probabilities, shape (slots, 10), columns in ascending order of pitch.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.mapping import RANKED_PITCHES
from primesong.sound.slots import Spectra

#: The ten notes in ascending order, in semitones above Sa.
HEIGHTS = tuple(sorted(pitch.semitones for pitch in RANKED_PITCHES))
NOTES = len(HEIGHTS)

_STEP = 10  # cents between the pitches tried
_LOW, _HIGH = 55.0, 1400.0  # the pitches tried, in Hz
_PARTIALS = 8
_ROUNDS = 12

Costs = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tonic:
    """A guess at Sa: its frequency in Hz, how much it explains, and the notes' places in the salience's columns."""

    frequency: float
    score: float
    columns: NDArray[np.intp]


def salience(spectra: Spectra) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Measure how strongly each pitch sounds in each slot: shape (slots, pitches), and the pitches in Hz."""
    power = spectra.power
    sample = power[:: max(1, len(power) // 2000)]
    floor = np.maximum(np.median(sample, axis=0), sample.mean(axis=0) * 0.05) + power.mean() * 1e-4
    loud = np.log1p(power / floor)
    pitches = _LOW * 2 ** (np.arange(int(1200 * np.log2(_HIGH / _LOW) / _STEP)) * _STEP / 1200)
    comb = np.zeros((len(spectra.frequencies), len(pitches)), np.float32)
    spacing = spectra.frequencies[1] - spectra.frequencies[0]
    columns = np.arange(len(pitches))
    for partial in range(1, _PARTIALS + 1):
        for factor, weight in ((partial, 0.8**partial), (partial - 0.5, -0.6 * 0.8**partial)):
            place = (pitches * factor - spectra.frequencies[0]) / spacing
            whole = np.floor(place).astype(int)
            inside = (whole >= 0) & (whole < len(comb) - 1)
            share = place - whole
            comb[whole[inside], columns[inside]] += weight * (1 - share[inside])
            comb[whole[inside] + 1, columns[inside]] += weight * share[inside]
    return loud @ comb, pitches


def guess_tonics(heard: NDArray[np.float32], pitches: NDArray[np.float64], most: int) -> list[Tonic]:
    """Guess Sa: the pitches under which the ten notes explain the most of what is heard, best first."""
    offsets = np.array([height * 100 // _STEP for height in HEIGHTS])
    lowest, highest = -offsets[0], heard.shape[1] - offsets[-1]
    centred = heard - heard.mean(axis=0)
    guesses = []
    for column in range(lowest, highest):
        best = centred[:, column + offsets].max(axis=1)
        guesses.append(Tonic(float(pitches[column]), float(best.mean()), column + offsets))
    guesses.sort(key=lambda guess: -guess.score)
    chosen: list[Tonic] = []
    for guess in guesses:
        if all(abs(1200 * np.log2(guess.frequency / other.frequency)) > 60 for other in chosen):
            chosen.append(guess)
        if len(chosen) == most:
            break
    return chosen


def learn(spectra: Spectra, labels: NDArray[np.intp], rounds: int = _ROUNDS) -> tuple[NDArray[np.intp], Costs]:
    """Learn the ten spectra from first labels, and the labels from them in turn. Returns labels and costs (nats)."""
    power = spectra.power
    costs = np.zeros((len(power), NOTES))
    for _ in range(rounds):
        means = class_means(power, labels)
        costs = divergence(power, means)
        fresh = costs.argmin(axis=1)
        if (fresh == labels).all():
            break
        labels = fresh
    return labels, costs


def class_means(power: NDArray[np.float32], labels: NDArray[np.intp]) -> NDArray[np.float64]:
    """The mean spectrum of each class, shape (10, bins)."""
    design = np.zeros((NOTES, len(power)), np.float32)
    design[labels, np.arange(len(power))] = 1
    counts = design.sum(axis=1, keepdims=True)
    overall = power.mean(axis=0)
    return (design @ power + overall) / (counts + 1)


def divergence(power: NDArray[np.float32], means: NDArray[np.float64], floor: float = 1e-4) -> Costs:
    """How badly each spectrum fits each slot at its best gain, in nats a bin, shape (slots, spectra)."""
    safe = means + means.mean() * floor
    ratio = power @ (1 / safe).T.astype(np.float32) / power.shape[1]
    return np.log(np.maximum(ratio, 1e-30)) + np.log(safe).mean(axis=1)
