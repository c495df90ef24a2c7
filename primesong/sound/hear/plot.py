"""Draw what was heard (Matplotlib, without a display): the spectrogram of the first bars with the notes found in it,
and how sure each note of the song is.

Input: a signal as in `transcribe.signal`, from the recording's first sample, and `Heard`. Output: the file's bytes.
"""

import io
from typing import Any

import numpy as np

from primesong.score.plot import make_figure
from primesong.sound.hear.reading import Heard
from primesong.sound.transcribe.onsets import HOP, WINDOW
from primesong.sound.transcribe.signal import HIGHEST, RATE, Signal
from primesong.sound.transcribe.transcription import Transcription

#: How many notes the spectrogram shows: four avartans of tintal.
_SHOWN = 64

#: The least power shown, in decibels.
_FAINTEST = -90


def draw(signal: Signal, heard: Heard, kind: str) -> bytes:
    """Draw as PNG, SVG or PDF (`kind`: the suffix without its dot)."""
    figure = make_figure(12, 7)
    above, below = figure.subplots(2, 1)
    _draw_spectrogram(above, signal, heard)
    _draw_confidence(below, heard)
    out = io.BytesIO()
    figure.savefig(out, format=kind)
    return out.getvalue()


def draw_transcription(view: Transcription, kind: str) -> bytes:
    """Draw the notes of a recording, how many there are in a minute, and how sure each is, as PNG or SVG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 9), layout="constrained")
    roll, pace, sure = figure.subplots(3, 1, sharex=True)
    onsets, lengths = view.times[view.extent], np.diff(view.edges)[view.extent]
    roll.hlines(view.midi_notes, onsets, onsets + lengths, colors="tab:blue", linewidth=3)
    swaras = {view.tonic + pitch.semitones: pitch.letter for pitch in view.raga.pitches}
    roll.set_yticks(list(swaras), [f"{letter}  {note}" for note, letter in swaras.items()])
    roll.set(ylabel="swara, MIDI note", title=f"{len(onsets):,} notes, Sa {view.tonic_hertz:.1f} Hz, {view.raga.name}")
    pace.plot(onsets, 60 / lengths, ".", color="lightgray", markersize=3)
    pace.plot(onsets, 60 / view.normal_lengths[view.extent], color="tab:blue")
    pace.set(ylim=(0, 2 * 60 / np.median(lengths)), ylabel="notes a minute")
    sure.plot(onsets, view.confidence[view.extent], ".", markersize=3)
    sure.set(ylim=(-0.02, 1.05), xlabel="seconds", ylabel="confidence")
    out = io.BytesIO()
    figure.savefig(out, format=kind)
    return out.getvalue()


def _draw_spectrogram(axes: Any, signal: Signal, heard: Heard) -> None:
    """Draw the first notes: what sounded, and what was heard in it."""
    view, opening = heard.transcription, heard.opening
    rows = np.arange(opening.start, opening.start + min(_SHOWN, opening.length))
    begin, end = view.edges[rows[0]], view.edges[rows[-1] + 1]
    piece = signal[max(0, int(begin * RATE)) : int(end * RATE)]
    axes.specgram(
        piece + 1e-6, NFFT=WINDOW, Fs=RATE, noverlap=WINDOW - HOP, xextent=(begin, end), cmap="magma", vmin=_FAINTEST
    )
    pitches = view.tonic_hertz * 2 ** (np.array(view.raga.heights)[view.notes[rows]] / 12)
    axes.hlines(pitches, view.edges[rows], view.edges[rows + 1], colors="cyan", linewidth=2)
    axes.set(ylim=(0, HIGHEST), xlabel="seconds", ylabel="Hz", title=f"The first {len(rows)} notes as they were heard")


def _draw_confidence(axes: Any, heard: Heard) -> None:
    """Draw how sure each note is, and which were corrected."""
    opening = heard.opening
    confidence = heard.transcription.confidence[opening.start : opening.start + opening.length]
    axes.plot(np.arange(1, len(confidence) + 1), confidence, ",", color="tab:blue")
    corrected = [one.place + 1 for one in heard.corrections]
    axes.plot(corrected, np.zeros(len(corrected)), "v", color="tab:red", label=f"{len(corrected):,} corrected")
    axes.set(ylim=(-0.02, 1.05), xlabel="note", ylabel="confidence", title="How sure each note is")
    axes.legend(loc="lower right")
