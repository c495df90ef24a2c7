"""Spectra of notes that are known, in noise of known distribution."""

import numpy as np

from primesong.sound.transcribe.spectra import Spectra


def spectra(labels, strength, tail, bins):
    """Slots of exponentially distributed power: noise of mean 1, in each note's own bins so much stronger, and in those
    of the note before by that times `tail`."""
    rng = np.random.default_rng(5)
    notes = np.where(np.arange(bins) % 10 == np.arange(10)[:, None], strength, 0.0)
    power = 1 + notes[labels]
    power[1:] += tail * notes[labels[:-1]]
    return Spectra((power * rng.exponential(size=power.shape)).astype(np.float32), np.linspace(60, 4500, bins))


def labels_of(slots):
    return np.random.default_rng(6).integers(10, size=slots)
