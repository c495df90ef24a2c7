"""Find Sa: the pitch under which the ten notes of the song explain the most of what is heard.

A comb of partials finds the pitches of every slot; the ten intervals of the default raga, or of another in the table,
tell the likeliest tonics; the notes are learned under each of them, and the one that fits best is kept.

Input: `Spectra`. Output: `Tonic`, in Hz, with the first labels of the slots.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations, repeat

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.raga import NAT_BHAIRAV, RAGAS, Raga
from primesong.sound.transcribe.note_model import NOTES, ROUNDS, Costs, Labels, learn
from primesong.sound.transcribe.signal import CLEANEST, FAINTEST
from primesong.sound.transcribe.spectra import ROWS, SAMPLED, Spectra
from primesong.sound.transcribe.transcription import NEIGHBORS

#: The step between the pitches that are tried, in cents.
_STEP = 10

#: The lowest pitch that is tried, in Hz.
_LOWEST = 55.0

#: The highest pitch that is tried, in Hz.
_HIGHEST = 1400.0

#: How many partials a note's comb has.
_PARTIALS = 8

#: Each partial counts this many times as much as the one below it.
_DECAY = 0.8

#: What lies halfway between two partials counts against the pitch, this many times as much: so that a pitch an octave
#: lower explains nothing more.
_BETWEEN = -0.6

#: About how many slots tell one raga from another.
_COMPARED = 450

#: Another raga must explain this many times as much as the default: a song's own explains 1.17 times as much as that,
#: or more, clean or noisy.
_CLEARLY = 1.1

#: How many guesses at Sa are followed; in noise, octaves and fifths of it come next.
_GUESSES = 3

#: A guess is followed only if it explains this ratio of what the best one does.
_NEAR = 0.8

#: The rarest of the ten notes has at least this share of the slots; with less, it is not a song, or Sa is another.
_RAREST = 0.02

#: In a song of few notes, it may be rarer by chance: by this many standard deviations of what is expected.
_CHANCE = 3.5

#: A slot belongs to the song if its best note stands out more than this ratio of what is normal.
_AUDIBLE = 0.5

Salience = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tonic:
    """A guess at Sa.

    Attributes
    ----------
    frequency : float
        In Hz.
    score : float
        How much the ten notes above it explain, in the mean over the slots.
    columns : ndarray, shape (10,)
        Which columns of the salience are the ten notes.
    raga : Raga
        Which ten notes these are.
    """

    frequency: float
    score: float
    columns: NDArray[np.intp]
    raga: Raga


def measure_salience(spectra: Spectra) -> tuple[Salience, NDArray[np.float64]]:
    """Measure how strongly each pitch sounds in each slot: shape (slots, pitches), and the pitches in Hz."""
    power = spectra.power
    sample = power[:: max(1, len(power) // SAMPLED)]
    floor = np.maximum(np.median(sample, axis=0), sample.mean(axis=0) * CLEANEST) + power.mean() * FAINTEST
    count = int(1200 * np.log2(_HIGHEST / _LOWEST) / _STEP)
    pitches = _LOWEST * 2 ** (np.arange(count) * _STEP / 1200)
    comb = _build_comb(spectra.frequencies, pitches)
    heard = np.empty((len(power), len(pitches)), np.float32)
    for first in range(0, len(power), ROWS):
        rows = slice(first, first + ROWS)
        heard[rows] = np.log1p(power[rows] / floor) @ comb
    return heard, pitches


def _build_comb(frequencies: NDArray[np.float64], pitches: NDArray[np.float64]) -> Salience:
    """Return how much each frequency counts for each pitch, shape (frequencies, pitches)."""
    comb = np.zeros((len(frequencies), len(pitches)), np.float32)
    columns = np.arange(len(pitches))
    for partial in range(1, _PARTIALS + 1):
        for factor, weight in ((partial, _DECAY**partial), (partial - 0.5, _BETWEEN * _DECAY**partial)):
            place = (pitches * factor - frequencies[0]) / (frequencies[1] - frequencies[0])
            whole = np.floor(place).astype(int)
            inside = (whole >= 0) & (whole < len(comb) - 1)
            share = place - whole
            comb[whole[inside], columns[inside]] += weight * (1 - share[inside])
            comb[whole[inside] + 1, columns[inside]] += weight * share[inside]
    return comb


def guess_tonics(heard: Salience, pitches: NDArray[np.float64]) -> list[Tonic]:
    """Guess Sa: the pitches under which ten notes explain the most of the salience, best first. They are those of the
    default raga, unless those of another explain clearly more."""
    guesses = _choose(_score(_center(heard), pitches, NAT_BHAIRAV))
    sample = _center(heard[:: max(1, len(heard) // _COMPARED)])
    own = _choose(_score(sample, pitches, NAT_BHAIRAV))[0]
    others = _choose(guess for raga in RAGAS.values() for guess in _score(sample, pitches, raga))
    return others if others[0].score > _CLEARLY * own.score else guesses


def _center(heard: Salience) -> Salience:
    """Return by how much each pitch sounds more than usual, shape (pitches, slots)."""
    return np.ascontiguousarray((heard - heard.mean(axis=0)).T)


def _score(centered: Salience, pitches: NDArray[np.float64], raga: Raga) -> list[Tonic]:
    """Score every pitch as the Sa of a raga; return those that are near the best."""
    offsets = np.array([height * 100 // _STEP for height in raga.heights])
    columns = np.arange(-offsets[0], len(centered) - offsets[-1])
    loudest = np.maximum.reduce([centered[columns[0] + offset : columns[-1] + 1 + offset] for offset in offsets])
    scores = loudest.mean(axis=1)
    near = np.flatnonzero(scores >= _NEAR * scores.max())
    return [Tonic(float(pitches[columns[one]]), float(scores[one]), columns[one] + offsets, raga) for one in near]


def _choose(guesses: Iterable[Tonic]) -> list[Tonic]:
    """Choose the best guesses that lie apart."""
    chosen: list[Tonic] = []
    for guess in sorted(guesses, key=lambda guess: -guess.score):
        if chosen and guess.score < _NEAR * chosen[0].score:
            break
        # less than half a semitone apart, they are one
        if all(round(12 * np.log2(guess.frequency / other.frequency)) for other in chosen):
            chosen.append(guess)
        if len(chosen) == _GUESSES:
            break
    return chosen


def find_tonic(spectra: Spectra, heard: Salience, guesses: list[Tonic]) -> tuple[Tonic, Labels, Costs]:
    """Learn the notes under each guess at Sa and keep the one that fits best, with its labels and costs, of those that
    find all ten notes; the first, if none does."""
    centered = heard - heard.mean(axis=0)
    first = [centered[:, guess.columns].argmax(axis=1) for guess in guesses]
    fits: list[tuple[Tonic, Labels, Costs]] = []
    for starts in (first, map(_part_octaves, guesses, repeat(centered), first)):
        fits += [(guess, *learn(spectra, labels)) for guess, labels in zip(guesses, starts, strict=True)]
        whole = [fit for fit in fits if _has_all(fit[1])]
        if whole:
            return min(whole, key=lambda fit: fit[2].min(axis=1).mean())
    return fits[0]


def _part_octaves(tonic: Tonic, salience: Salience, labels: Labels) -> Labels:
    """Relabel notes an octave apart, by splitting the differences of their salience into two groups: on some
    instruments the upper one sounds as if it were always the lower."""
    labels = labels.copy()
    for lower, upper in permutations(range(NOTES), 2):
        if tonic.raga.heights[upper] - tonic.raga.heights[lower] == 12:
            either = np.isin(labels, (lower, upper))
            difference = salience[either][:, tonic.columns[upper]] - salience[either][:, tonic.columns[lower]]
            labels[either] = np.where(difference > _part(difference), upper, lower)
    return labels


def _part(values: NDArray[np.float32]) -> float:
    """Return the threshold midway between the means of the values below and above it, or 0 if there is none."""
    middle = float(np.mean(values)) if len(values) else 0.0
    for _ in range(ROUNDS):
        sides = values[values <= middle], values[values > middle]
        if not all(map(len, sides)):
            return 0.0
        middle = float(sum(map(np.mean, sides))) / 2
    return middle


def may_be_song(labels: Labels) -> bool:
    """Tell whether all ten notes are there, or those that are rare are so by chance."""
    return len(labels) >= NOTES and (_has_all(labels) or _may_be_digits(labels))


def _has_all(labels: Labels) -> bool:
    """Tell whether none of the ten notes is rarer than in songs."""
    return bool(np.bincount(labels, minlength=NOTES).min() >= _RAREST * len(labels))


def _may_be_digits(labels: Labels) -> bool:
    """Tell whether digits that are equally likely may by chance be as rare as the rarest note, and as common as the
    commonest one."""
    counts, expected = np.bincount(labels, minlength=NOTES), len(labels) / NOTES
    return bool(np.abs(counts - expected).max() < _CHANCE * np.sqrt(expected))


def find_song(salience: NDArray[np.float32]) -> tuple[int, int]:
    """Find the first slot in whose neighborhood the song is heard, and the one after the last."""
    around = 2 * NEIGHBORS + 1
    smooth = np.convolve(salience, np.full(around, 1 / around), "same")
    loud = np.flatnonzero(smooth > _AUDIBLE * np.median(smooth))
    if not loud.size:
        return 0, len(salience)
    return max(0, int(loud[0]) - NEIGHBORS), min(len(salience), int(loud[-1]) + 1 + NEIGHBORS)
