"""Tell where a key is struck: after a note of another pitch, and again after one of the same.

A key that is struck again changes no pitch. It shows in how the level of each octave rises and falls around that
moment, and in the waves beginning again. How much each of these tells depends on instrument, room and recording. It is
learned from the notes that were found so far: as the direction in which frames where notes begin lie farthest from all
others (Fisher's linear discriminant), and as how often each value occurs there.

Input: `Frames` and `Segments`. Output: how much likelier it is, in nats, that a note begins in each frame than that
none does, ndarray, shape (frames,).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.hands.frames import EDGE, Frames
from primesong.sound.transcribe.hands.segments import REST, REST_COST, Segments
from primesong.sound.transcribe.signal import FAINTEST

#: The frames around each by which it is judged: 93 ms before and after.
_AROUND = range(-8, 9, 2)

#: Notes struck again are few in a short song: those struck after another pitch count for as many as this.
_BORROWED = 10

#: In how many classes of equal size frames are told.
_CLASSES = 20

#: How many frames in which no note begins are compared with each in which one does.
_OTHERS = 4

#: What is added to the variance of what is seen, as a ratio of its mean, so that a short song is not learned by heart.
_RIDGE = 0.01

#: The frames of a note by which it is told from what a key that was let go leaves in a room: 46 to 230 ms after its
#: first.
_BODY = (EDGE, 20)

#: Of a thousand notes, one is fainter there than this, in nats from the median: 10 dB. Each nat below costs a rest.
_FAINT = -2.3


@dataclass(frozen=True, slots=True)
class _Places:
    """The frames in which notes begin after another pitch, after the same, and some in which none begins."""

    other: NDArray[np.intp]
    same: NDArray[np.intp]
    none: NDArray[np.intp]


def guess_strokes(frames: Frames) -> NDArray[np.float64]:
    """Guess where keys are struck before any note is found: a nat for each standard deviation by which the spectrum
    changes, and for each by which the level rises within 46 ms."""
    level = np.log(frames.octaves.sum(axis=1) + FAINTEST * frames.octaves.mean())
    rise = np.zeros(len(level))
    rise[EDGE // 2 : -EDGE // 2] = level[EDGE:] - level[:-EDGE]
    return frames.change / (frames.change.std() or 1) + rise


def learn_strokes(frames: Frames, segments: Segments) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Learn where keys are struck after another pitch, and where after the same."""
    places = _find_places(segments)
    faint = _weigh_faintness(frames)
    if not places.other.size or not places.none.size:
        return faint, faint
    seen = _look_around(frames)
    spread = np.cov(seen[places.none].T) + np.cov(seen[places.other].T)
    spread += _RIDGE * np.trace(spread) / len(spread) * np.eye(len(spread))
    none, other = seen[places.none].mean(axis=0), seen[places.other].mean(axis=0)
    same = (seen[places.same].sum(axis=0) + _BORROWED * other) / (len(places.same) + _BORROWED)
    struck, again = (seen @ np.linalg.solve(spread, begun - none) for begun in (other, same))
    return faint + _tell(struck, places.other, places), faint + _tell(again, places.same, places)


def _find_places(segments: Segments) -> _Places:
    """Find where notes begin right after another, and where, from the first note to the last, none is near."""
    sounding = segments.pitches != REST
    follows, same = sounding[1:] & sounding[:-1], segments.pitches[1:] == segments.pitches[:-1]
    begins = segments.starts[1:]
    starts = segments.starts[sounding]
    places = np.arange(starts[0], segments.stops[-1])
    after = np.searchsorted(starts, places, "right")
    near = np.minimum(places - starts[after - 1], np.append(starts, np.inf)[after] - places)
    none = places[near >= EDGE]
    other = begins[follows & ~same]
    return _Places(other, begins[follows & same], none[:: max(1, len(none) // (_OTHERS * max(1, len(other))))])


def _look_around(frames: Frames) -> NDArray[np.float32]:
    """Return what the frames around each show, in standard deviations, shape (frames, features)."""
    levels = np.log(frames.octaves + FAINTEST * frames.octaves.mean(axis=0))
    shown = np.column_stack([levels, np.sqrt(frames.broken), frames.change])
    even = (shown - shown.mean(axis=0)) / np.maximum(shown.std(axis=0), np.finfo(np.float32).tiny)
    places = np.arange(len(even))
    return np.concatenate([even[np.clip(places + ahead, 0, len(even) - 1)] for ahead in _AROUND], axis=1)


def _tell(values: NDArray[np.floating], begins: NDArray[np.intp], places: _Places) -> NDArray[np.float64]:
    """Return how much likelier each value is where notes begin than elsewhere."""
    limits = np.quantile(values[np.concatenate([begins, places.other, places.none])], np.linspace(0, 1, _CLASSES + 1))
    classes = np.searchsorted(limits[1:-1], values)
    own, lent, none = (np.bincount(classes[where], minlength=_CLASSES) for where in (begins, places.other, places.none))
    begun = own + _BORROWED * lent / len(places.other) + 1
    likelier = np.log(begun / begun.sum()) - np.log((none + 1) / (none + 1).sum())
    told: NDArray[np.float64] = np.interp(values, (limits[1:] + limits[:-1]) / 2, likelier)
    return told


def _weigh_faintness(frames: Frames) -> NDArray[np.float64]:
    """Return what a note that begins in each frame earns: less than nothing if it is faint."""
    sums = np.concatenate([[0.0], np.cumsum(frames.fresh)])
    places = np.arange(len(frames.fresh))
    first, last = (np.minimum(places + ahead, len(places)) for ahead in _BODY)
    mean = (sums[last] - sums[first]) / np.maximum(last - first, 1)
    earned: NDArray[np.float64] = REST_COST * np.minimum(mean - _FAINT, 0)
    return earned
