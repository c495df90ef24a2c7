"""Clicks taken out of a signal: found where linear prediction suddenly fails, and bridged by it.

Each sample of an instrument, a room or steady noise can be foretold from those before it, up to a residual of about the
same size; a scratch or a spark cannot. What lies under it is foretold from both sides: the samples for which the sum of
squared residuals is least (Janssen, Veldhuis and Vries, "Adaptive interpolation of discrete-time signals that can be
modeled as autoregressive processes", 1986). An attack lasts longer than a click, and is left alone.

Comes in and goes out: `hearing`'s signal, at 11,025 Hz, its level about 1. All lengths are in samples.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

#: From how many samples before one is foretold.
_ORDER = 24

#: How much is predicted by the same coefficients when clicks are looked for, and in how short a time the usual residual
#: is measured: 2 s and 20 ms.
_BLOCK, _MOMENT = 22_050, 220

#: A residual so many times the usual one's standard deviation is a click's: noise has such a one in years.
_SUDDEN = 6.0

#: Clicks so near each other are one; what is bridged beyond either end; what is too long for a click: 4 ms.
_NEAR, _MARGIN, _LONGEST = 12, 4, 48

#: With more clicks than these in a block, it is something else that crackles.
_MOST = 100

#: How much on either side tells what lies under a click.
_AROUND = 200

#: The median of the size of normally distributed numbers, in standard deviations.
_MEDIAN = 0.6745


def bridge(signal: NDArray[np.float32], loudest: float) -> None:
    """Take the clicks out of a signal, in place, if some sample of it is beyond `loudest`."""
    if max(abs(float(signal.min())), float(signal.max())) <= loudest:
        return
    # the blocks overlap, so that each click is whole in one of them
    for start in range(_AROUND, len(signal) - _AROUND, _BLOCK - _LONGEST - 2 * _NEAR):
        stop = min(start + _BLOCK, len(signal) - _AROUND)
        for first, after in _clicks(signal[start - _ORDER : stop + _ORDER].astype(np.float64), loudest):
            _bridge(signal, start + first, start + after)


def _clicks(samples: NDArray[np.float64], loudest: float) -> Iterator[tuple[int, int]]:
    """Find clicks that are not at an end: the first sample of each, and the one after its last, counted from `_ORDER`
    on.

    The residual is that of either direction, whichever is less: foretold from before, a click is followed by what
    cannot be foretold either; from behind, preceded.
    """
    from scipy.signal import lfilter

    predictor = _predictor([samples.clip(-loudest, loudest)])
    forwards, backwards = lfilter(predictor, [1.0], samples), lfilter(predictor, [1.0], samples[::-1])[::-1]
    either, residual = np.abs(forwards), np.minimum(np.abs(forwards), np.abs(backwards))[_ORDER:-_ORDER]
    if len(residual) < _MOMENT:
        return
    moments = np.median(either[_ORDER:][: len(residual) // _MOMENT * _MOMENT].reshape(-1, _MOMENT), axis=1)
    moment = np.minimum(np.arange(len(residual)) // _MOMENT, len(moments) - 1)
    usual = np.maximum(moments, np.median(moments) / 2)[moment]
    sudden = np.flatnonzero(residual > _SUDDEN / _MEDIAN * usual)
    found = np.split(sudden, np.flatnonzero(np.diff(sudden) > _NEAR) + 1)
    for click in found if len(found) <= _MOST else ():
        inside = click.size and click[0] >= _NEAR and click[-1] < len(residual) - _NEAR
        if inside and click[-1] - click[0] < _LONGEST:
            yield int(click[0]) - _MARGIN, int(click[-1]) + _MARGIN + 1


def _bridge(signal: NDArray[np.float32], first: int, stop: int) -> None:
    """Foretell what lies between two places from both sides, in place."""
    from scipy.linalg import toeplitz

    before, after = signal[first - _AROUND : first], signal[stop : stop + _AROUND]
    predictor = _predictor([before.astype(np.float64), after.astype(np.float64)])
    known = np.concatenate([before[-_ORDER:], np.zeros(stop - first), after[:_ORDER]])
    # the residuals that samples in between have a part in: one a row, the samples in order of time
    residuals = len(known) - _ORDER
    column, row = np.zeros(residuals), np.zeros(len(known))
    column[0], row[: _ORDER + 1] = predictor[-1], predictor[::-1]
    table = toeplitz(column, row)
    signal[first:stop] = np.linalg.lstsq(table[:, _ORDER:-_ORDER], -(table @ known), rcond=None)[0]


def _predictor(pieces: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The filter that leaves of these pieces what cannot be foretold, by their autocorrelation: shape (order + 1,)."""
    from scipy.linalg import solve_toeplitz

    size = 1 << (2 * max(map(len, pieces)) - 1).bit_length()
    spectra = [np.abs(np.fft.rfft(piece, size)) ** 2 for piece in pieces]
    correlation = np.fft.irfft(np.sum(spectra, axis=0))[: _ORDER + 1]
    correlation[0] = correlation[0] * (1 + 1e-5) + 1e-9  # a pause has nothing to foretell
    return np.concatenate([[1.0], -solve_toeplitz(correlation[:-1], correlation[1:])])
