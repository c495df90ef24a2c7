"""Recording to the probabilities of the ten notes, slot by slot.

A transcription knows neither digits nor programs: it is a transcriber of any song of ours, and of any line of equal
notes in the ten pitches of Nat Bhairav. No single way of looking at a slot is best everywhere: its whole shows most in
noise, its end, when the note before has died away, most in a room. `views` gives them one after the other, the cheap
ones first, and the reader takes the first that makes sense of the song. Where a rendering repeats its notes sample for
sample, their waveforms are heard through more noise than their spectra; where a room or a codec makes octaves alike,
how often each note comes after each other one tells them apart.

Log-probabilities are natural logarithms; columns ascend in pitch as `classes.HEIGHTS`; times are seconds from the
recording's first sample.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.sargam.setting import MATRAS_PER_BEAT
from primesong.sargam.swara import HIGHEST_TONIC, LOWEST_TONIC
from primesong.sound.transcribe import note_model
from primesong.sound.transcribe.grid import Grid, find_grid
from primesong.sound.transcribe.repeats import learn_repeats
from primesong.sound.transcribe.signal import RATE, Progress, Signal, condition
from primesong.sound.transcribe.spectra import Part, cut

#: The ways of looking at a slot: all of it, its later part with the next note's beginning, its later part alone.
VIEWS = (Part(0.0, 1.0, fade=0.05), Part(0.4, 1.2), Part(0.4, 1.0))

#: Where a note swells slowly and lasts into the next, as an accordion's does, most of it is here; in noise alone, for
#: without it two notes at once are heard.
SLOW = Part(0.3, 1.3, fade=0.05)

#: A codec of few bits invents what lies above, in Hz; the ten notes' fundamentals lie below.
_LOW = 1500.0

#: How many views there are at most: each, what repeats, what lies low, and each again by pairs and with the tails.
MOST_VIEWS = 3 * (len(VIEWS) + 1) + 2

#: How many guesses at Sa are followed; octaves and fifths of it come next in noise.
_GUESSES = 3

#: A slot counts as part of the song if its best note stands out this much of what the song's notes usually do, in the
#: mean over `_AROUND` slots.
_AUDIBLE, _AROUND = 0.5, 9

#: A slot whose power is less than this ratio of the middle slot's holds no note: it is a pause.
_SILENT = 0.01

#: A slot whose likeliest note is no likelier than this is not taken for a note of the song's beginning or end.
_SURE = 0.5

#: A slot that is longer or shorter than its neighbours by this ratio is where a recording was stopped or cut.
_MOVED = 0.05

#: Where the first view is wrong about so many notes by its own account, waveforms and slow notes are heard before it is
#: believed.
_FAULTLESS = 0.5

#: So many slots more at either end, in case.
_MARGIN = 2


@dataclass(frozen=True, slots=True)
class Transcription:
    """What was heard.

    log_probabilities : ndarray, shape (slots, 10), float64: the natural logarithm of each note's probability.
    edges : ndarray, shape (slots + 1,), float64: where each slot begins and the last one ends, in seconds.
    tonic_hertz : Sa. first, last : the slots between which there is song (last excluded). view : how it was heard.
    """

    log_probabilities: NDArray[np.float64]
    edges: NDArray[np.float64]
    tonic_hertz: float
    first: int
    last: int
    view: str

    @property
    def notes(self) -> NDArray[np.intp]:
        """The likeliest note of each slot, an index into `classes.HEIGHTS`."""
        likeliest: NDArray[np.intp] = self.log_probabilities.argmax(axis=1)
        return likeliest

    @property
    def confidence(self) -> NDArray[np.float64]:
        """The probability of the likeliest note of each slot."""
        probability: NDArray[np.float64] = np.exp(self.log_probabilities.max(axis=1))
        return probability

    @property
    def errors(self) -> float:
        """How many notes are wrong, as far as the probabilities are right."""
        return float((1 - self.confidence[self.first : self.last]).sum())

    @property
    def sureness(self) -> float:
        """How sure it is of a note, in the mean."""
        return float(self.confidence[self.first : self.last].mean())

    @property
    def sung(self) -> slice:
        """The slots from the first to the last in which a note is likelier than not."""
        sure = np.flatnonzero(self.confidence > _SURE)
        return slice(int(sure[0]), int(sure[-1]) + 1) if sure.size else slice(0, 0)

    @property
    def midi_notes(self) -> list[int]:
        """The MIDI note of each slot that is `sung`, at the nearest tonic."""
        return [self.tonic + note_model.HEIGHTS[note] for note in self.notes[self.sung]]

    def to_csv(self) -> str:
        """Write each slot that is `sung` as a line: when it begins and ends, in seconds; its MIDI note; and the natural
        logarithm of the probability of each of the ten notes, named by its semitones above Sa."""
        heading = ",".join(["begin", "end", "note", *(f"{height:+d}" for height in note_model.HEIGHTS)])
        rows = zip(
            self.edges[:-1][self.sung],
            self.edges[1:][self.sung],
            self.midi_notes,
            self.log_probabilities[self.sung],
            strict=True,
        )
        lines = (
            f"{begin:.4f},{end:.4f},{note}," + ",".join(f"{one:.3f}" for one in logs) for begin, end, note, logs in rows
        )
        return "\n".join([heading, *lines]) + "\n"

    def early(self, slots: int) -> "Transcription":
        """The same with so many slots of which nothing is known before the first: a song may have begun before."""
        before = self.edges[0] - np.median(np.diff(self.edges)) * np.arange(slots, 0, -1)
        nothing = np.full((slots, note_model.NOTES), -np.log(note_model.NOTES))
        return replace(
            self,
            log_probabilities=np.concatenate([nothing, self.log_probabilities]),
            edges=np.concatenate([before, self.edges]),
            first=self.first + slots,
            last=self.last + slots,
        )

    @property
    def unheard(self) -> NDArray[np.bool_]:
        """In which slots nothing is known."""
        nothing: NDArray[np.bool_] = np.ptp(self.log_probabilities, axis=1) == 0
        return nothing

    @property
    def moved(self) -> NDArray[np.intp]:
        """The slots that are longer or shorter than their neighbours: in which the recording was stopped or cut."""
        lengths = np.diff(self.edges)
        usual = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(lengths, 4, "edge"), 9), axis=1)
        return np.flatnonzero(np.abs(lengths / usual - 1) > _MOVED)

    @property
    def tempo(self) -> float:
        """Beats of four matras a minute."""
        return float(60 / MATRAS_PER_BEAT / np.median(np.diff(self.edges)))

    @property
    def tonic(self) -> int:
        """The MIDI note nearest to Sa, within the range of tonics."""
        return min(max(round(self._midi), LOWEST_TONIC), HIGHEST_TONIC)

    @property
    def cents(self) -> float:
        """How far the recording is tuned from A = 440 Hz, in cents, -50 to 50."""
        return 100 * (self._midi - round(self._midi))

    @property
    def _midi(self) -> float:
        return float(69 + 12 * np.log2(self.tonic_hertz / 440))


def transcribe(
    blocks: Iterable[NDArray[np.floating]], sample_rate: int, progress: Progress = lambda done: None
) -> Transcription:
    """Transcribe a recording as it is heard best: by the view that is surest of its notes.

    blocks : arrays of shape (frames,) or (frames, channels); sample_rate : int > 0, in Hz; `progress` gets 0 to 1.
    Raises `SongError` if there is no song in it.
    """
    heard = []
    for number, view in enumerate(views(condition(blocks, sample_rate)), start=1):
        heard.append(view)
        progress(number / MOST_VIEWS)
    return max(heard, key=lambda one: one.sureness)


def views(signal: Signal) -> Iterator[Transcription]:
    """Transcribe a conditioned signal in every way, the likeliest and cheapest first; where it is silent, nothing is
    known. Raises `SongError` if no way finds ten notes on a steady grid."""
    grid = find_grid(signal)
    silent = _silent(signal, grid)
    for view in _ways(signal, grid):
        view.log_probabilities[silent] = -np.log(note_model.NOTES)
        yield view


def _ways(signal: Signal, grid: Grid) -> Iterator[Transcription]:
    """Transcribe a signal with its grid in every way."""
    learnt: list[_Learnt] = []
    repeated = None
    for part in VIEWS:
        one = _learn(signal, grid, part)
        if one is None:
            continue
        learnt.append(one)
        heard = [one.view]
        if len(learnt) == 1 and one.view.errors > _FAULTLESS:
            repeated = _repeated(signal, grid, one)
            slow = _learn(signal, grid, SLOW)
            if slow is not None and slow.view.errors < one.view.errors:
                learnt.append(slow)
                heard.append(slow.view)
            heard = sorted(heard + repeated, key=lambda view: view.errors)
        yield from heard
    if not learnt:
        raise SongError("there is no song here: no ten notes are heard")
    first = learnt[0]
    if repeated is None:
        yield from _repeated(signal, grid, first)
    low = cut(signal, grid, first.part).between(*first.span).below(_LOW)
    costs = note_model.learn_pairs(low, note_model.learn(low, first.labels)[0])[1]
    yield _transcription(costs, grid, first.tonic, first.span, f"{_name(first.part)}, below {_LOW:g} Hz, by pairs")
    for one in learnt:
        spectra = cut(signal, grid, one.part).between(*one.span)
        labels, costs = note_model.learn_pairs(spectra, one.labels)
        yield _transcription(costs, grid, one.tonic, one.span, f"{_name(one.part)}, by pairs")
        costs = note_model.learn_tails(spectra, labels, one.worth)[1]
        name = f"{_name(one.part)}, with the tails of the notes before"
        yield _transcription(costs, grid, one.tonic, one.span, name)


@dataclass(frozen=True, slots=True)
class _Learnt:
    """What was learnt from a part of each slot: where there is song, Sa in Hz, first labels, and what costs are worth;
    and the view that came of it."""

    part: Part
    span: tuple[int, int]
    tonic: float
    labels: note_model.Labels
    worth: float
    view: Transcription


def _learn(signal: Signal, grid: Grid, part: Part) -> _Learnt | None:
    """Find in a part of each slot where there is song, and its Sa and notes as `classes.learn_best` does."""
    spectra = cut(signal, grid, part)
    heard, pitches = note_model.salience(spectra)
    guesses = note_model.guess_tonics(heard, pitches, _GUESSES)
    span = _audible((heard - heard.mean(axis=0))[:, guesses[0].columns].max(axis=1))
    # noise before and after the song would else be learnt as an eleventh note, in the place of one of the ten
    found = note_model.learn_best(spectra.between(*span), heard[slice(*span)], guesses)
    if found is None:
        return None
    tonic, labels, costs = found
    view = _transcription(costs, grid, tonic.frequency, span, _name(part))
    return _Learnt(part, span, tonic.frequency, labels, note_model.worth(costs), view)


def _name(part: Part) -> str:
    """What a view of a part of each slot is called."""
    return f"{part.start:.0%} to {part.stop:.0%} of each slot"


def _repeated(signal: Signal, grid: Grid, learnt: _Learnt) -> list[Transcription]:
    """The view by waveforms; none if the rendering does not repeat its notes."""
    found = learn_repeats(signal, grid, learnt.span, learnt.labels)
    if found is None:
        return []
    return [_transcription(found[1], grid, learnt.tonic, learnt.span, "waveforms that repeat")]


def _silent(signal: Signal, grid: Grid) -> NDArray[np.bool_]:
    """In which slots there is no sound."""
    places = np.clip(np.rint(grid.edges * RATE).astype(int), 0, len(signal))
    sums = np.array([float(signal[one:other] @ signal[one:other]) for one, other in pairwise(places)])
    power = sums / np.maximum(np.diff(places), 1)
    quiet: NDArray[np.bool_] = power < _SILENT * np.median(power)
    return quiet


def _transcription(
    costs: note_model.Costs, grid: Grid, tonic: float, span: tuple[int, int], view: str
) -> Transcription:
    """Turn the costs of the slots in a span, in nats, into log-probabilities that sum to one; beyond it nothing is
    known."""
    scores = np.zeros((len(grid.edges) - 1, note_model.NOTES))
    scores[slice(*span)] = -costs * note_model.worth(costs)
    scores -= scores.max(axis=1, keepdims=True)
    scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return Transcription(scores, grid.edges, tonic, *span, view)


def _audible(salience: NDArray[np.float32]) -> tuple[int, int]:
    """The first slot in which the song is heard, and the one after the last."""
    smooth = np.convolve(salience, np.full(_AROUND, 1 / _AROUND), "same")
    loud = np.flatnonzero(smooth > _AUDIBLE * np.median(smooth))
    if not loud.size:
        return 0, len(salience)
    return max(0, int(loud[0]) - _MARGIN), min(len(salience), int(loud[-1]) + 1 + _MARGIN)
