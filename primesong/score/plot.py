"""Melody to a picture: how often each digit occurs, and the first avartans as a piano roll.

pretty_midi makes the roll from the MIDI file, matplotlib draws. The same melody is the same file.
"""

import contextlib
import io
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from primesong.errors import MissingError
from primesong.sargam.melody import Melody
from primesong.score.midi import write_midi

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How many avartans the piano roll shows.
_AVARTANS = 8

#: In inches.
_SIZE = (11, 7)

#: With `_SIZE`, a picture of 1,320 × 840 pixels.
_DOTS_PER_INCH = 120


def draw(melody: Melody, kind: str) -> bytes:
    """Draw a melody as an image file.

    Parameters
    ----------
    melody : Melody
    kind : str
        "png" or "svg".
    """
    figure = make_figure(*_SIZE)
    title = f"{melody.setting.title}: {len(melody.number_digits):,} digits"
    figure.suptitle(title, parse_math=False)
    bars, roll = figure.subplots(2, 1)
    _draw_counts(bars, melody)
    _draw_roll(roll, melody)
    import matplotlib as mpl

    out = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "primesong", "svg.fonttype": "none"}):
        metadata = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(out, format=kind, dpi=_DOTS_PER_INCH, metadata=metadata)
    return out.getvalue()


def make_figure(width: float, height: float) -> "Figure":
    """Make an empty figure of a size in inches. Raises `MissingError` without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingError("plots need matplotlib", extra="plot") from error
    return Figure(figsize=(width, height), layout="constrained")


def _draw_counts(axes: Any, melody: Melody) -> None:
    """Draw how often each digit occurs, the most frequent first."""
    counts, mapping = Counter(melody.number_digits), melody.setting.mapping
    drawn = axes.bar(range(10), [counts[digit] for digit in mapping.ranking], color="#8a5a2b")
    axes.bar_label(drawn)
    axes.set_xticks(range(10), [f"{digit}\n{mapping.pitch(digit).name}" for digit in mapping.ranking])
    axes.set_ylabel("occurrences")
    axes.spines[["top", "right"]].set_visible(False)


def _draw_roll(axes: Any, melody: Melody) -> None:
    """Draw the first avartans as a piano roll, a column a matra."""
    setting = melody.setting
    matras = min(_AVARTANS * setting.tala.matras, len(melody.number_digits))
    heights = setting.mapping.raga.heights
    lowest, highest = setting.tonic + heights[0] - 1, setting.tonic + heights[-1] + 1
    sounding = _make_roll(replace(melody, number_digits=melody.number_digits[:matras], coda_digits=""))
    axes.imshow(sounding[lowest : highest + 1, :matras] > 0, aspect="auto", origin="lower", cmap="Oranges",
                interpolation="nearest", extent=(0, matras, lowest - 0.5, highest + 0.5))  # fmt: skip
    pitches = sorted({setting.mapping.pitch(digit) for digit in setting.mapping.ranking}, key=lambda one: one.semitones)
    axes.set_yticks([setting.tonic + pitch.semitones for pitch in pitches], [pitch.name for pitch in pitches])
    avartans = range(0, matras + 1, setting.tala.matras)
    axes.set_xticks(avartans, [str(start // setting.tala.matras + 1) for start in avartans])
    axes.set_xlabel(f"avartan of {setting.tala.name}")
    axes.grid(axis="x", color="#bbbbbb")


def _make_roll(melody: Melody) -> Any:
    """Make a melody's piano roll, shape (128, matras)."""
    with contextlib.redirect_stdout(io.StringIO()):  # it imports pyfluidsynth, which under CI prints what it found
        from pretty_midi import PrettyMIDI

    midi = PrettyMIDI(io.BytesIO(write_midi(melody)))
    return midi.get_piano_roll(fs=round(1 / melody.setting.matra_seconds, 6))
