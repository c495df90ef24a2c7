"""Melody to a picture: how often each digit occurs, and the first avartans as a piano roll.

pretty_midi makes the roll from the MIDI file, matplotlib draws.
"""

import contextlib
import io
from collections import Counter
from dataclasses import replace

from primesong.sargam.melody import Melody
from primesong.score.midi import write_midi

_AVARTANS = 8


def draw(melody: Melody, kind: str) -> bytes:
    """Draw a melody as an image file of a kind ("png" or "svg"), the same bytes every time."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with contextlib.redirect_stdout(io.StringIO()):  # it imports pyfluidsynth, which under CI prints what it found
        from pretty_midi import PrettyMIDI

    counts = Counter(melody.number_digits)
    ranking = melody.setting.mapping.ranking
    names = [melody.setting.mapping.pitch(digit).name for digit in ranking]

    figure = Figure(figsize=(11, 7), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(f"{melody.setting.title}: {len(melody.number_digits):,} digits")
    bars, roll = figure.subplots(2, 1)

    drawn = bars.bar(range(10), [counts[digit] for digit in ranking], color="#8a5a2b")
    bars.bar_label(drawn)
    bars.set_xticks(range(10), [f"{digit}\n{name}" for digit, name in zip(ranking, names, strict=True)])
    bars.set_ylabel("occurrences")
    bars.spines[["top", "right"]].set_visible(False)

    matras = min(_AVARTANS * melody.setting.tala.matras, len(melody.number_digits))
    lowest, highest = melody.setting.tonic - 2, melody.setting.tonic + 17
    midi = PrettyMIDI(
        io.BytesIO(write_midi(replace(melody, number_digits=melody.number_digits[:matras], coda_digits="")))
    )
    sounding = midi.get_piano_roll(fs=round(1 / melody.setting.matra_seconds, 6))[lowest : highest + 1, :matras]
    roll.imshow(sounding > 0, aspect="auto", origin="lower", cmap="Oranges", interpolation="nearest",
                extent=(0, matras, lowest - 0.5, highest + 0.5))  # fmt: skip
    pitches = sorted({melody.setting.mapping.pitch(digit) for digit in ranking}, key=lambda pitch: pitch.semitones)
    roll.set_yticks([melody.setting.tonic + pitch.semitones for pitch in pitches], [pitch.name for pitch in pitches])
    avartans = range(0, matras + 1, melody.setting.tala.matras)
    roll.set_xticks(avartans, [str(start // melody.setting.tala.matras + 1) for start in avartans])
    roll.set_xlabel(f"avartan of {melody.setting.tala.name}")
    roll.grid(axis="x", color="#bbbbbb")

    out = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "primesong", "svg.fonttype": "none"}):
        figure.savefig(out, format=kind, dpi=120, metadata={"Date": None} if kind == "svg" else {"Software": None})
    return out.getvalue()
