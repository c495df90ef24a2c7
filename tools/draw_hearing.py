"""Draw how scores/sample.mp3 is heard, from sound to notes, into docs/pictures/.

python tools/draw_hearing.py

onsets.png: the spectrogram, the onset curve and the grid found in it; spectra.png: the spectra learned of the ten
notes; lattice.png: how well each note explains each moment, and the likeliest notes. The functions that hear compute it
all.
"""

from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from PIL import Image

from primesong.sargam.raga import Raga
from primesong.score.plot import make_figure
from primesong.sound.transcribe.beat.grid import Grid, fit_grid
from primesong.sound.transcribe.beat.slots import BeatSlots
from primesong.sound.transcribe.hands.frames import to_seconds
from primesong.sound.transcribe.hands.notes import find_notes
from primesong.sound.transcribe.hands.slots import HandSlots
from primesong.sound.transcribe.note_model import class_means, divergence, mean_spectra
from primesong.sound.transcribe.onsets import FRAME_RATE, measure_onsets
from primesong.sound.transcribe.readings import read_slots
from primesong.sound.transcribe.signal import RATE, Signal, condition
from primesong.sound.transcribe.slots import Part

ROOT = Path(__file__).parent.parent
RECORDING = ROOT / "scores" / "sample.mp3"
PICTURES = ROOT / "docs" / "pictures"

#: The part of the recording that is drawn, in seconds.
BEGIN, END = 8.0, 12.0

#: How large pictures are, in inches, and their dots an inch.
WIDTH = 9.0
DOTS = 100

#: How many colors a picture keeps.
COLORS = 96

#: The window of the spectrogram, and what consecutive windows share, in samples.
WINDOW = 1024
OVERLAP = 896

#: The highest frequency shown, in Hz; the range of powers, in decibels.
HIGHEST = 2500
RANGE = 45

#: What of each note's costs is shown, in nats: more is as bad.
MOST = 400


def draw_onsets(signal: Signal, grid: Grid) -> Any:
    """Draw the spectrogram, and below it the onset curve with the grid's edges."""
    figure = make_figure(WIDTH, 4.5)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    piece = signal[int(BEGIN * RATE) : int(END * RATE)] + 1e-6
    above.specgram(piece, NFFT=WINDOW, Fs=RATE, noverlap=OVERLAP, xextent=(BEGIN, END), cmap="magma", vmin=-90)
    above.set(ylim=(0, HIGHEST), ylabel="Hz", title="What sounds")
    curve = measure_onsets(signal)
    below.plot(np.arange(len(curve)) / FRAME_RATE, curve, color="tab:blue", linewidth=1)
    for edge in grid.edges:
        below.axvline(edge, color="tab:red", linewidth=0.7)
    below.set(xlim=(BEGIN, END), xlabel="seconds", yticks=(), title="How much the spectrum changes, and the grid")
    return figure


def draw_spectra(signal: Signal, grid: Grid) -> Any:
    """Draw the mean spectrum of each of the ten notes, as it was learned."""
    slots = BeatSlots(signal, grid)
    view = next(read_slots(slots))
    spectra = slots.cut(Part(0.0, 1.0, fade=0.05)).select_below(HIGHEST)
    heard = slice(view.first, view.last)
    means = 10 * np.log10(class_means(spectra.power[heard], view.notes[heard])[0])
    figure = make_figure(WIDTH, 3.5)
    axes = figure.subplots()
    top = means.max()
    axes.pcolormesh(spectra.frequencies, np.arange(10), means, cmap="magma", vmin=top - RANGE, vmax=top)
    _name_notes(axes, view.raga)
    axes.set(xlabel="Hz", title="The spectra of the ten notes, learned from the recording itself")
    return figure


def draw_lattice(signal: Signal) -> Any:
    """Draw how well each note explains each moment, and the notes on the likeliest path."""
    played = find_notes(signal)
    notes, frames = played.notes, played.frames.spectra
    costs = divergence(frames.power, mean_spectra(HandSlots(played).cut(Part(0.0, 1.0)).power, notes.pitches))
    fit = -np.minimum(costs - costs.min(axis=1, keepdims=True), MOST)
    figure = make_figure(WIDTH, 3.5)
    axes = figure.subplots()
    shown = slice(int(BEGIN * FRAME_RATE), int(END * FRAME_RATE))
    times = to_seconds(np.arange(len(fit)))
    axes.pcolormesh(times[shown], np.arange(10), fit[shown].T, cmap="Blues")
    axes.hlines(notes.pitches, to_seconds(notes.starts), to_seconds(notes.stops), color="tab:red", linewidth=2)
    axes.plot(to_seconds(notes.starts), notes.pitches, "|", color="tab:red", markersize=14)
    _name_notes(axes, played.tonic.raga)
    axes.set(
        xlim=(BEGIN, END), xlabel="seconds", title="How well each note explains each moment, and the likeliest path"
    )
    return figure


def _name_notes(axes: Any, raga: Raga) -> None:
    """Name the rows, from the lowest note."""
    pitches = sorted(raga.pitches, key=lambda pitch: pitch.semitones)
    axes.set_yticks(np.arange(10), [pitch.letter for pitch in pitches])


def save(figure: Any, name: str) -> None:
    """Save a picture, with as many colors as it needs."""
    path = PICTURES / f"{name}.png"
    figure.savefig(path, dpi=DOTS, metadata={"Software": None})
    Image.open(path).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    """Hear the recording once, and draw."""
    samples, rate = soundfile.read(RECORDING, dtype="float32", always_2d=True)
    signal = condition([samples], rate)
    grid = fit_grid(measure_onsets(signal), len(signal) / RATE)
    PICTURES.mkdir(exist_ok=True)
    save(draw_onsets(signal, grid), "onsets")
    save(draw_spectra(signal, grid), "spectra")
    save(draw_lattice(signal), "lattice")


if __name__ == "__main__":
    main()
