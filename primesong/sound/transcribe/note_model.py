"""Spectra to notes: which of the ten each slot holds, learnt from the recording itself.

First guess: a comb of partials finds every slot's pitches, and the song's ten intervals the tonic under which the most
is explained. Then the ten notes' own spectra are learnt by hard expectation and maximisation under the Itakura-Saito
divergence (Févotte, Bertin and Durrieu 2009), for which each bin's power is exponentially distributed around its mean:
noise, room and instrument go into the means. Then the spectra are learnt after each other note, which may make of them
something else; or a slot is the sum of its note's spectrum and of the tails of the two notes before it, and the
sequence is found by the forward-backward algorithm over pairs of notes.

Comes in: `Spectra`. Goes out: log-probabilities, shape (slots, 10), columns in ascending order of pitch.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.mapping import RANKED_PITCHES
from primesong.sound.transcribe.spectra import Spectra

#: The ten notes in ascending order, in semitones above Sa.
HEIGHTS = tuple(sorted(pitch.semitones for pitch in RANKED_PITCHES))
NOTES = len(HEIGHTS)

_STEP = 10  # cents between the pitches tried
_LOW, _HIGH = 55.0, 1400.0  # the pitches tried, in Hz
_PARTIALS = 8

#: How often at most the spectra are learnt from the labels and these from the spectra; and with tails, which are dear.
_ROUNDS, _TAIL_ROUNDS = 12, 3

#: The rarest of the ten notes has at least this share of the slots; less is no song, or another Sa.
_RAREST = 0.02

#: Deviations from the mean, in standard errors, that are taken for chance.
_CHANCE = 3.0

#: The weakest power in any bin, as a ratio of the mean: below 40 dB down a spectrum says more of its window than of
#: its note.
_FLOOR = 1e-4

#: How many pairs of notes, those told apart least surely, say what costs are worth, and how often each must be heard.
_PAIRS, _HEARD = 10, 3

#: How often at most the balance of pairs of notes is mended before they are learnt again; and of how many pairs, where
#: more than those come too often or too rarely, the notes are no number's, or are heard too badly.
_TURNS, _ODD = 40, 20

#: How many slots are worked on at once, where as much again would be needed for each.
_ROWS = 512

Labels = NDArray[np.intp]
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
    heard = np.empty((len(power), len(pitches)), np.float32)
    for first in range(0, len(power), _ROWS):
        rows = slice(first, first + _ROWS)
        heard[rows] = np.log1p(power[rows] / floor) @ comb
    return heard, pitches


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


def learn(spectra: Spectra, labels: Labels) -> tuple[Labels, Costs]:
    """Learn the ten spectra from first labels, and the labels from them in turn. Returns labels and costs, in nats."""
    power = spectra.power
    costs = np.zeros((len(power), NOTES))
    for _ in range(_ROUNDS):
        costs = divergence(power, _means(power, labels))
        fresh = costs.argmin(axis=1)
        if (fresh == labels).all():
            break
        labels = fresh
    return labels, costs


def learn_best(spectra: Spectra, heard: NDArray[np.float32], tonics: list[Tonic]) -> tuple[Tonic, Labels, Costs] | None:
    """Learn under each guess of Sa and keep the one that fits best. Returns the guess, labels and costs; None if no
    guess finds all ten notes."""
    centred = heard - heard.mean(axis=0)
    fits = []
    for tonic in tonics:
        labels, costs = learn(spectra, centred[:, tonic.columns].argmax(axis=1))
        if np.bincount(labels, minlength=NOTES).min() >= len(labels) * _RAREST:
            fits.append((float(costs.min(axis=1).mean()), tonic, labels, costs))
    return min(fits, key=lambda fit: fit[0])[1:] if fits else None


def learn_pairs(spectra: Spectra, labels: Labels) -> tuple[Labels, Costs]:
    """Learn each note's spectrum after each other note from first labels, and the labels from them in turn. Returns
    labels and costs, in nats.

    What a room or a codec makes of a note depends on the note before: then, after some notes, one is taken for its
    octave every time. Spectra do not tell, but numbers do: after any note, each comes about equally often.
    """
    power = spectra.power
    costs = divergence(power, _means(power, labels))
    for _ in range(_ROUNDS):
        fresh = _balanced(costs, _before(labels))
        costs = _pair_costs(power, fresh)
        if (fresh == labels).all():
            break
        labels = fresh
    return labels, costs


def _before(labels: Labels) -> Labels:
    """The label before each; before the first, itself."""
    return np.concatenate([labels[:1], labels[:-1]])


def _balanced(costs: Costs, before: Labels) -> Labels:
    """The likeliest note of each slot where no note comes oftener or more rarely after another than by chance: notes
    that do are made so much less, or more, likely after it."""
    scores = -costs * worth(costs)
    bias = np.zeros((NOTES, NOTES))
    for _ in range(_TURNS):
        biased = scores + bias[before]
        shares = np.exp(biased - biased.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        counts = np.zeros((NOTES, NOTES))
        np.add.at(counts, before, shares)
        usual = np.maximum(counts.mean(axis=1, keepdims=True), 1)
        odd = np.abs(counts - usual) > _CHANCE * np.sqrt(usual)
        if not 0 < odd.sum() <= _ODD:
            break
        bias -= np.where(odd, np.log((counts + 1) / (usual + 1)), 0)
    likeliest: Labels = shares.argmax(axis=1)
    return likeliest


def _pair_costs(power: NDArray[np.float32], labels: Labels) -> Costs:
    """What each note costs in each slot, after the note that the labels say was before it."""
    usual = _means(power, labels)
    before = _before(labels)
    costs = np.empty((len(power), NOTES))
    for note in range(NOTES):
        rows = np.flatnonzero(before == note)
        means, counts = _class_means(power[rows], labels[rows])
        costs[rows] = divergence(power[rows], _beyond_chance(means, usual, counts, usual))
    return costs


def _means(power: NDArray[np.float32], labels: Labels) -> NDArray[np.float32]:
    """The mean spectrum of each class, shape (10, bins), as far as it differs from the mean of all by more than
    chance."""
    means, counts = _class_means(power, labels)
    overall = power.mean(axis=0)
    return _beyond_chance(means, overall, counts, overall)


def _class_means(power: NDArray[np.float32], labels: Labels) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The mean spectrum of each class, shape (10, bins), zero if it is empty; and how many it has, at least one."""
    design = np.zeros((NOTES, len(power)), np.float32)
    design[labels, np.arange(len(power))] = 1
    counts = np.maximum(design.sum(axis=1), 1)
    return design @ power / counts[:, None], counts


def _beyond_chance(
    spectra: NDArray[np.float32], usual: NDArray[np.float32], counts: NDArray[np.float32], power: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Ten spectra, each learnt from so many slots of this power; where one differs from what is usual by no more than
    chance, that: in noise most bins say nothing, and would say it loudly, of the very labels that they were learnt
    from."""
    chance = np.abs(spectra - usual) * np.sqrt(counts)[:, None] < _CHANCE * power
    kept: NDArray[np.float32] = np.where(chance, usual, spectra)
    return kept


def divergence(power: NDArray[np.float32], means: NDArray[np.float32]) -> Costs:
    """How badly each spectrum fits each slot at its best gain, in nats, shape (slots, spectra)."""
    safe = means + means.mean() * _FLOOR
    bins = power.shape[1]
    ratio = power @ (1 / safe).T / bins
    costs: Costs = bins * np.log(np.maximum(ratio, 1e-30)).astype(np.float64) + np.log(safe).sum(axis=1)
    return costs


def worth(costs: Costs) -> float:
    """How many nats of log-probability a nat of these costs is worth, at most 1: neighbouring bins share their noise,
    and no model is quite true.

    Where log-odds are right and normally distributed, their variance is twice their mean (ten Brink 2001). So each note
    that is heard, against each other one, tells the factor by which its costs must be multiplied.
    """
    labels = costs.argmin(axis=1)
    told = []
    for note in range(NOTES):
        rows = costs[labels == note]
        if len(rows) < _HEARD:
            continue
        odds = rows - rows[:, [note]]
        mean, variance = odds.mean(axis=0), odds.var(axis=0)
        told += [(mean[other] ** 2 / variance[other], 2 * mean[other] / variance[other])
                 for other in range(NOTES) if variance[other] > 0]  # fmt: skip
    return min(1.0, float(np.median([factor for _, factor in sorted(told)[:_PAIRS]]))) if told else 1.0


def learn_tails(spectra: Spectra, labels: Labels, scale: float) -> tuple[Labels, Costs]:
    """Learn what each note leaves behind in the next two slots, and read the sequence again with it.

    The power of a slot is its note's spectrum plus the tails of the two before (additive, as powers of independent
    phases are), fitted by multiplicative updates; costs are those of each note after the sequence's own past.
    scale : what a nat of these spectra is `worth`.
    """
    power = spectra.power
    costs = np.zeros((len(power), NOTES))
    for _ in range(_TAIL_ROUNDS):
        spectra_of = _fit_tails(power, labels)
        now, after, later = spectra_of[:NOTES], spectra_of[NOTES : 2 * NOTES], spectra_of[2 * NOTES :]
        pairs = (now[None] + after[:, None] + later.mean(axis=0)).reshape(NOTES * NOTES, -1)
        fits = divergence(power, pairs).reshape(-1, NOTES, NOTES)
        costs = -forward_backward(-fits * scale) / scale
        fresh = costs.argmin(axis=1)
        if (fresh == labels).all():
            break
        labels = fresh
    return labels, costs


def _fit_tails(power: NDArray[np.float32], labels: Labels) -> NDArray[np.float32]:
    """Fit the spectra of a note, of the tail one slot later and of the tail two later: shape (30, bins)."""
    slots = np.arange(len(power))
    design = np.zeros((len(power), 3 * NOTES), np.float32)
    for age in range(3):
        design[slots[age:], age * NOTES + labels[: len(labels) - age]] = 1
    weights = np.concatenate([_means(power, labels)] + [np.tile(power.mean(axis=0) * share, (NOTES, 1))
                                                        for share in (0.1, 0.03)])  # fmt: skip
    least = power.mean() * np.float32(_FLOOR)
    for _ in range(25):
        rise, fall = np.zeros_like(weights), np.zeros_like(weights)
        for first in range(0, len(power), _ROWS):
            rows = slice(first, first + _ROWS)
            model = 1 / (design[rows] @ weights)
            fall += design[rows].T @ model
            rise += design[rows].T @ ((power[rows] + least) * model**2)
        weights *= np.sqrt(np.divide(rise, fall, out=np.ones_like(rise), where=fall > 0))  # some notes may never occur
    counts = np.maximum(design[:, :NOTES].sum(axis=0), 1)
    overall = power.mean(axis=0)
    ages = weights.reshape(3, NOTES, -1)
    return np.concatenate([_beyond_chance(one, counts @ one / counts.sum(), counts, overall) for one in ages])


def forward_backward(score: Costs) -> Costs:
    """Unnormed log-probabilities of each note, given log-scores of (slot, note before, note): shape (slots, 10)."""
    slots = len(score)
    ahead = np.zeros((slots, NOTES))
    behind = np.zeros((slots, NOTES))
    ahead[0] = np.logaddexp.reduce(score[0], axis=0)
    for slot in range(1, slots):
        step = ahead[slot - 1][:, None] + score[slot]
        top = step.max(axis=0)
        ahead[slot] = top + np.log(np.exp(step - top).sum(axis=0))
    for slot in range(slots - 2, -1, -1):
        step = behind[slot + 1] + score[slot + 1]
        top = step.max(axis=1)
        behind[slot] = top + np.log(np.exp(step - top[:, None]).sum(axis=1))
    return ahead + behind
