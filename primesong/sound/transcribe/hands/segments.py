"""Divide a recording into notes without a beat: the likeliest segments of a hidden semi-Markov model.

A segment is a note of one pitch, or a rest. A note pays for being one of ten, and for its length, by how far that is
from the local pace: lengths are log-normal around it, except for a few that are held. It is paid for what begins where
it does, and for how well its pitch explains each of its frames. Which pitch follows which says nothing, so that the
best segments up to each frame follow from those before it (the Viterbi algorithm).

Input: `Evidence` of each frame, in nats, and the pace: the logarithm of the local note's length in frames.
Output: `Segments`.

Reference: Yu, "Hidden semi-Markov models", 2010.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.sound.transcribe.note_model import NOTES

try:
    from primesong.sound.transcribe.hands import _segments as compiled
except ImportError:  # the extension is optional: without a compiler, Python does it all, some fifty times slower
    compiled = None  # type: ignore[assignment]

#: The pitch of a rest, after those of the notes.
REST = NOTES

#: What a rest costs, in nats: there is one in some sixteen notes at most.
REST_COST = 4.0

#: What a note costs that is held for any length, in nats: one in a hundred is, by up to twice or four times.
_HELD = 5.5

#: A note lasts at least this ratio of the local pace; less is a grace note, a part of the next one.
_SHORTEST = 0.3

#: A note lasts at most this many times the longest pace; what follows it is a rest.
_LONGEST = 4.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each frame says, in nats.

    Attributes
    ----------
    pitches : ndarray, shape (frames, 10)
        How much worse than the best each pitch explains it, 0 or less.
    onset : ndarray, shape (frames,)
        How much likelier it is as the first of a note of another pitch than within one.
    again : ndarray, shape (frames,)
        How much likelier it is as the first of a note of the same pitch than within one.
    rest : ndarray, shape (frames,)
        How much worse than a note silence explains it, 0 or less.
    """

    pitches: NDArray[np.float64]
    onset: NDArray[np.float64]
    again: NDArray[np.float64]
    rest: NDArray[np.float64]

    @property
    def sums(self) -> NDArray[np.float64]:
        """The sums of `pitches` before each frame, and of all: shape (frames + 1, 10)."""
        return np.concatenate([np.zeros((1, NOTES)), np.cumsum(self.pitches, axis=0)])


@dataclass(frozen=True, slots=True)
class Pace:
    """How long notes are.

    Attributes
    ----------
    local : ndarray, shape (frames,)
        The logarithm of a note's length around each frame, in frames.
    spread : float
        The standard deviation of the logarithms of lengths around it.
    """

    local: NDArray[np.float64]
    spread: float

    @property
    def longest(self) -> int:
        """How many frames a note lasts at most."""
        return int(_LONGEST * np.exp(self.local.max()))

    def price(self, lengths: NDArray[np.integer], local: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what lengths, in frames, earn where this is the pace, in nats; they broadcast."""
        beyond = np.log(lengths) - local
        normal = -0.5 * (beyond / self.spread) ** 2 - np.log(self.spread)
        held = np.where(beyond > 0, -_HELD, -np.inf)
        return np.where(beyond < np.log(_SHORTEST), -np.inf, np.logaddexp(normal, held))


@dataclass(frozen=True, slots=True)
class Segments:
    """What follows each other: the first frame of each, the one after its last, and its pitch, 0 to 9, or `REST`."""

    starts: NDArray[np.intp]
    stops: NDArray[np.intp]
    pitches: NDArray[np.intp]

    def __getitem__(self, chosen: "NDArray[np.bool_] | slice") -> "Segments":
        return Segments(self.starts[chosen], self.stops[chosen], self.pitches[chosen])

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def lengths(self) -> NDArray[np.intp]:
        """How many frames each has."""
        return self.stops - self.starts

    @property
    def notes(self) -> "Segments":
        """Those that are not rests."""
        return self[self.pitches != REST]


def find_segments(evidence: Evidence, pace: Pace) -> Segments:
    """Find the likeliest segments."""
    frames, longest = len(evidence.onset), pace.longest
    came, before = np.zeros((2, frames + 1, NOTES + 1), np.int64)
    search = _search if compiled is None else compiled.search
    told = (evidence.sums, evidence.onset, evidence.again, evidence.rest)
    prices, steps = _list_prices(pace, longest)
    search(*told, prices, steps, came, before, longest, REST_COST)
    return _trace(came, before)


def _search(  # noqa: PLR0917
    sums: NDArray[np.float64],
    onset: NDArray[np.float64],
    again: NDArray[np.float64],
    rest: NDArray[np.float64],
    prices: NDArray[np.float64],
    steps: NDArray[np.int64],
    came: NDArray[np.int64],
    before: NDArray[np.int64],
    longest: int,
    rest_cost: float,
) -> None:
    """Find, for each pitch and a rest, with which segment the best ones up to each frame end: where it began, and what
    is before a segment that begins there; in the last frame, what is the last."""
    frames, columns = len(onset), np.arange(NOTES)
    # what is known where a note may begin: the best before it, less the sums there; `longest` rows stand before frame 0
    begun = np.full((longest + frames, NOTES), -np.inf)
    begun[longest] = onset[0]
    ended, scores, rested = 0.0, np.full(NOTES + 1, -np.inf), 0
    for frame in range(1, frames + 1):
        if ended - rest_cost > scores[REST]:
            scores[REST], rested = ended - rest_cost, frame - 1
        ways = begun[frame : frame + longest] + prices[steps[frame - 1], :, None]
        first = ways.argmax(axis=0)
        scores = np.append(ways[first, columns] + sums[frame], scores[REST] + rest[frame - 1])
        came[frame] = np.append(frame - longest + first, rested)
        ended, before[frame, REST] = scores[:REST].max(), scores[:REST].argmax()
        if frame == frames:
            before[frame, 0] = scores.argmax()
            break
        for note in range(NOTES):
            ways = scores + np.where(np.arange(NOTES + 1) == note, again[frame], onset[frame])
            before[frame, note] = ways.argmax()
            begun[longest + frame, note] = ways.max() - sums[frame, note]


def _list_prices(pace: Pace, longest: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return what notes of each length earn, the longest first, at each pace in whole frames, shape (paces, lengths),
    less what it costs to be one of ten; and which of these each frame has."""
    local: NDArray[np.int64] = np.rint(np.exp(pace.local)).astype(np.int64)
    paces, lengths = np.arange(local.min(), local.max() + 1), np.arange(longest, 0, -1)
    return pace.price(lengths, np.log(paces)[:, None]) - np.log(NOTES), local - local.min()


def _trace(came: NDArray[np.int64], before: NDArray[np.int64]) -> Segments:
    """Follow the best segments back from the last frame."""
    stops, pitches = [len(came) - 1], [int(before[-1, 0])]
    while (start := int(came[stops[-1], pitches[-1]])) > 0:
        pitches.append(int(before[start, pitches[-1]]))
        stops.append(start)
    after = np.array(stops[::-1])
    return Segments(np.append(0, after[:-1]), after, np.array(pitches[::-1]))
