"""Weigh what else each of the likeliest segments may be: no note, but a part of the one before it or of a rest; or
more than one note of its pitch.

Where a song does not fit, those that are nearly as likely otherwise are the first to be doubted.

Input: as in `segments`, and what was found there. Output: costs in nats, ndarray, shape (notes, 2): how much less
likely the segments are if each note is left out, and for each further note that it holds.
"""

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.hands.segments import REST, REST_COST, Evidence, Pace, Segments
from primesong.sound.transcribe.note_model import NOTES


def weigh_edits(segments: Segments, evidence: Evidence, pace: Pace) -> NDArray[np.float64]:
    """Return what it costs to leave out each note, and to find another of its pitch in it."""
    notes = segments.notes
    divided = [
        _weigh_division(pace.price(np.arange(1, stop - start + 1), pace.local[stop - 1]), evidence.again[start:stop])
        for start, stop in zip(notes.starts.tolist(), notes.stops.tolist(), strict=True)
    ]
    return np.stack([_weigh_omissions(segments, evidence, pace), np.array(divided)], axis=1)


def _weigh_omissions(segments: Segments, evidence: Evidence, pace: Pace) -> NDArray[np.float64]:
    """Return what it costs to take each note for a part of the one before it, or for silence, whichever is less."""
    resting = np.pad(segments.pitches == REST, 1)
    before, after = resting[:-2], resting[2:]
    silence = np.concatenate([[0.0], np.cumsum(evidence.rest)])
    silent: NDArray[np.float64] = (
        silence[segments.stops] - silence[segments.starts] - np.where(before | after, 0.0, REST_COST)
    )
    longer = Segments(segments.starts[:-1], segments.stops[1:], segments.pitches[:-1])
    joined = _earn(longer, evidence, pace) - _earn(segments[:-1], evidence, pace)
    without = np.maximum(silent, np.concatenate([[-np.inf], np.where(before[1:], -np.inf, joined)]))
    costs: NDArray[np.float64] = (_earn(segments, evidence, pace) - without)[segments.pitches != REST]
    return costs


def _earn(segments: Segments, evidence: Evidence, pace: Pace) -> NDArray[np.float64]:
    """Return what segments earn as notes; of rests, anything."""
    sums, starts, stops = evidence.sums, segments.starts, segments.stops
    pitches, same = np.minimum(segments.pitches, NOTES - 1), np.append(False, np.diff(segments.pitches) == 0)
    lengths = pace.price(segments.lengths, pace.local[stops - 1]) - np.log(NOTES)
    struck = np.where(same, evidence.again[starts], evidence.onset[starts])
    earned: NDArray[np.float64] = lengths + struck + sums[stops, pitches] - sums[starts, pitches]
    return earned


def _weigh_division(prices: NDArray[np.float64], again: NDArray[np.float64]) -> float:
    """Return what each further note costs if a note is two or three of its pitch, whichever is less.

    Parameters
    ----------
    prices : ndarray, shape (frames,)
        What a note earns that lasts one frame, two, and so on to all of its own.
    again : ndarray, shape (frames,)
        As in `Evidence`, of its frames.
    """
    if np.isneginf(prices[-1]):  # shorter than any note at the pace that is known better now
        return np.inf
    first, last = np.indices((len(prices), len(prices)))
    further = np.where(last >= first, prices[last - first] + (again - np.log(NOTES))[:, None], -np.inf)[1:]
    two = (prices[:-1, None] + further).max(axis=0, initial=-np.inf)
    three = (two[:-1, None] + further).max(axis=0, initial=-np.inf)
    return float(min(prices[-1] - two[-1], (prices[-1] - three[-1]) / 2))
