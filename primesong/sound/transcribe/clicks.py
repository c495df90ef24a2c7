"""Remove clicks from a signal: where linear prediction suddenly fails, bridge the gap by linear prediction.

Each sample of an instrument, a room or steady noise can be predicted from those before it, up to a residual of about
the same size; a scratch or a spark cannot. What lies under a click is predicted from both sides: the samples for which
the sum of squared residuals is least. An attack lasts longer than a click and is left alone.

Input and output: a signal as in `signal`, at 11,025 Hz, its level about 1. All lengths are in samples.

Reference: Janssen, Veldhuis and Vries, "Adaptive interpolation of discrete-time signals that can be modeled as
autoregressive processes", 1986.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

#: From how many samples before it a sample is predicted: the order of the filter.
_ORDER = 24

#: How many samples share one predictor: 2 s, over which a melody's spectrum is as good as stationary.
_BLOCK = 22_050

#: Over how many samples the normal size of the residual is measured: 20 ms, between a click and a note.
_MOMENT = 220

#: A residual beyond this many standard deviations is a click; Gaussian noise hardly ever gets there in both directions.
_SUDDEN = 6.0

#: Clicks fewer samples apart than this are one click.
_NEAR = 12

#: Samples that are bridged beyond either end of a click, where it has already begun below the threshold.
_MARGIN = 4

#: A disturbance of more samples than this, 4 ms, is not a click.
_LONGEST = 48

#: A block with more clicks than this crackles by itself, and is left alone.
_MOST = 100

#: How many samples on either side predict what lies under a click.
_CONTEXT = 200

#: The median of the absolute value of a normally distributed number, in standard deviations.
MEDIAN = 0.6745

#: White noise added to each piece, as a ratio of its power, so that the predictor of a pure tone is well conditioned.
_WHITENING = 1e-5


def bridge(signal: NDArray[np.float32], loudest: float) -> None:
    """Remove the clicks from a signal, in place, if any of its samples is beyond `loudest`."""
    if max(abs(float(signal.min())), float(signal.max())) <= loudest:
        return
    # the blocks overlap, so that each click is whole in one of them
    for start in range(_CONTEXT, len(signal) - _CONTEXT, _BLOCK - _LONGEST - 2 * _NEAR):
        stop = min(start + _BLOCK, len(signal) - _CONTEXT)
        for first, after in _find_clicks(signal[start - _ORDER : stop + _ORDER].astype(np.float64), loudest):
            _interpolate(signal, start + first, start + after)


def _find_clicks(samples: NDArray[np.float64], loudest: float) -> Iterator[tuple[int, int]]:
    """Find the clicks that are whole in a block: first sample and the one after the last, counted from `_ORDER` on."""
    either, residual = _residuals(samples, loudest)
    if len(residual) < _MOMENT:
        return
    moments = np.median(either[: len(residual) // _MOMENT * _MOMENT].reshape(-1, _MOMENT), axis=1)
    moment = np.minimum(np.arange(len(residual)) // _MOMENT, len(moments) - 1)
    normal = np.maximum(moments, np.median(moments) / 2)[moment]
    sudden = np.flatnonzero(residual > _SUDDEN / MEDIAN * normal)
    found = np.split(sudden, np.flatnonzero(np.diff(sudden) > _NEAR) + 1)
    for click in found if len(found) <= _MOST else ():
        inside = click.size and click[0] >= _NEAR and click[-1] < len(residual) - _NEAR
        if inside and click[-1] - click[0] < _LONGEST:
            yield int(click[0]) - _MARGIN, int(click[-1]) + _MARGIN + 1


def _residuals(samples: NDArray[np.float64], loudest: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Predict a block; return the absolute residual forwards, and the lesser of both directions without the ends.

    What follows a click is not predictable from before, and what precedes it is not predictable from behind.
    """
    from scipy.signal import lfilter

    predictor = _fit_predictor([samples.clip(-loudest, loudest)])
    forwards = np.abs(lfilter(predictor, [1.0], samples))
    backwards = np.abs(lfilter(predictor, [1.0], samples[::-1])[::-1])
    return forwards[_ORDER:], np.minimum(forwards, backwards)[_ORDER:-_ORDER]


def _interpolate(signal: NDArray[np.float32], first: int, stop: int) -> None:
    """Replace what lies between two places, in place, by what both sides predict."""
    before, after = signal[first - _CONTEXT : first], signal[stop : stop + _CONTEXT]
    predictor = _fit_predictor([before.astype(np.float64), after.astype(np.float64)])
    known = np.concatenate([before[-_ORDER:], np.zeros(stop - first), after[:_ORDER]])
    # the residuals that the samples in between take part in: one a row, the samples in order of time
    residuals = np.zeros((len(known) - _ORDER, len(known)))
    for row in range(len(residuals)):
        residuals[row, row : row + _ORDER + 1] = predictor[::-1]
    signal[first:stop] = np.linalg.lstsq(residuals[:, _ORDER:-_ORDER], -(residuals @ known), rcond=None)[0]


def _fit_predictor(pieces: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Fit the filter that leaves the residual of these pieces, by their autocorrelation: shape (order + 1,)."""
    from scipy.linalg import solve_toeplitz

    lags = range(_ORDER + 1)
    # not by @, whose threads wait for each other when another process computes, too
    sums = [[(piece[: len(piece) - lag] * piece[lag:]).sum() for lag in lags] for piece in pieces]
    correlation = np.sum(sums, axis=0)
    correlation[0] = correlation[0] * (1 + _WHITENING) or 1.0  # digital silence has any predictor
    return np.concatenate([[1.0], -solve_toeplitz(correlation[:-1], correlation[1:])])
