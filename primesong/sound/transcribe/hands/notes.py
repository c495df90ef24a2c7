"""Hear a person: notes whose lengths follow no steady beat.

The ten spectra are learned from the frames between onsets, as in `note_model`, with Sa found as for a machine; then
segments, pace, spectra, that of a rest, and what tells that a key is struck are learned from each other.

Input: a signal as in `signal`. Output: `Played`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primesong.errors import SongError
from primesong.sound.transcribe.hands.edits import weigh_edits
from primesong.sound.transcribe.hands.frames import EDGE, Frames, see_frames
from primesong.sound.transcribe.hands.pace import first_pace, follow_pace
from primesong.sound.transcribe.hands.segments import REST, Evidence, Segments, find_segments
from primesong.sound.transcribe.hands.strokes import guess_strokes, learn_strokes
from primesong.sound.transcribe.note_model import NOTES, Labels, divergence, mean_spectra, worth
from primesong.sound.transcribe.onsets import HOP, WINDOW
from primesong.sound.transcribe.signal import Signal
from primesong.sound.transcribe.spectra import SAMPLED, Spectra
from primesong.sound.transcribe.tails import SLOW_ROUNDS
from primesong.sound.transcribe.tonic import Tonic, find_tonic, guess_tonics, may_be_song, measure_salience

#: Frames this far below the median level, in nats, 17 dB, are as likely silence as sound, and not learned from.
_SILENT = -4.0


@dataclass(frozen=True, slots=True)
class Played:
    """What a person played.

    Attributes
    ----------
    notes : Segments
    frames : Frames
    tonic : Tonic
    edits : ndarray, shape (notes, 2)
        As in `Transcription`.
    """

    notes: Segments
    frames: Frames
    tonic: Tonic
    edits: NDArray[np.float64]


def find_notes(signal: Signal) -> Played:
    """Find the notes that a person played. Raises `SongError` if no ten notes are heard."""
    frames = see_frames(signal)
    tonic, means, factor = _learn_first(frames)
    rest = guessed = _guess_rest(frames)
    onset = again = guess_strokes(frames)
    pace = first_pace(len(frames.level))
    for _ in range(SLOW_ROUNDS):
        evidence = _weigh(frames, np.vstack([means, rest]), factor, onset, again)
        segments = find_segments(evidence, pace)
        if not may_be_song(segments.notes.pitches):
            raise SongError("no song found: no ten notes are heard")
        pace = follow_pace(segments.notes, len(frames.level))
        means, factor = _learn_spectra(frames, segments)
        rest = _learn_rest(frames, segments, guessed)
        onset, again = learn_strokes(frames, segments)
    return Played(segments.notes, frames, tonic, weigh_edits(segments, evidence, pace))


def _learn_first(frames: Frames) -> tuple[Tonic, NDArray[np.float32], float]:
    """Find Sa, the first ten spectra, and what their costs are worth, from frames in which nothing begins."""
    settled = np.flatnonzero((frames.level > _SILENT) & (frames.change < np.median(frames.change)))
    chosen = settled[:: max(1, len(settled) // SAMPLED)]
    spectra = Spectra(frames.spectra.power[chosen], frames.spectra.frequencies)
    heard, pitches = measure_salience(spectra)
    tonic, labels, costs = find_tonic(spectra, heard, guess_tonics(heard, pitches))
    return tonic, mean_spectra(spectra.power, labels), worth(costs)


def _guess_rest(frames: Frames) -> NDArray[np.float32]:
    """Guess the spectrum of a rest: what is there in most frames, whichever notes they hold."""
    power = frames.spectra.power[:: max(1, len(frames.level) // SAMPLED)]
    return _even_out(np.median(_even_out(power), axis=0))


def _learn_rest(frames: Frames, segments: Segments, guessed: NDArray[np.float32]) -> NDArray[np.float32]:
    """Learn the spectrum of a rest from those that were found, and from the guess as if it were one window."""
    power = frames.spectra.power[_label(segments, len(frames.level), 0) == REST]
    window = WINDOW // HOP
    learned: NDArray[np.float32] = (_even_out(power).sum(axis=0) + window * guessed) / (len(power) + window)
    return learned


def _even_out(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return spectra at one level, the mean of each 1."""
    even: NDArray[np.float32] = power / power.mean(axis=-1, keepdims=True)
    return even


def _weigh(
    frames: Frames, spectra: NDArray[np.float32], factor: float, onset: NDArray[np.float64], again: NDArray[np.float64]
) -> Evidence:
    """Return what each frame says; the spectra are those of the ten notes and of a rest."""
    costs = divergence(frames.spectra.power, spectra)
    costs -= costs.min(axis=1, keepdims=True)
    # neighboring frames share their samples; and a few that are a click or a grace note must not decide
    earned = -np.minimum(costs * factor / EDGE, np.log(NOTES))
    sounding = 1 / (1 + np.exp(_SILENT - frames.level))
    # a rest sounds like one, or costs a nat for each by which a frame is louder than silence; a key that was let go
    # sounds in the frames of one more window
    louder = _compare_silence(frames)
    silent = -np.maximum(np.minimum(louder, np.roll(louder, -WINDOW // HOP)), 0)
    return Evidence(earned[:, :NOTES] * sounding[:, None], onset, again, np.maximum(silent, earned[:, REST]))


def _compare_silence(frames: Frames) -> NDArray[np.float64]:
    """Return by how much each frame is louder than silence, in nats of amplitude: half as many as of power."""
    return (frames.fresh - _SILENT) / 2


def _learn_spectra(frames: Frames, segments: Segments) -> tuple[NDArray[np.float32], float]:
    """Learn the ten spectra from the frames of each note, and what their costs are worth."""
    labels = _label(segments, len(frames.level), EDGE)
    kept = np.flatnonzero((labels != REST) & (frames.level > _SILENT))
    means = mean_spectra(frames.spectra.power[kept], labels[kept])
    some = kept[:: max(1, len(kept) // SAMPLED)]
    return means, worth(divergence(frames.spectra.power[some], means))


def _label(segments: Segments, frames: int, edge: int) -> Labels:
    """Return the pitch of each frame that is at least this far within a note; else `REST`."""
    labels = np.repeat(segments.pitches, segments.lengths)
    places = np.arange(frames)
    within = (places - np.repeat(segments.starts, segments.lengths) >= edge) & (
        np.repeat(segments.stops, segments.lengths) - places >= edge
    )
    return np.where(within, labels, REST)
