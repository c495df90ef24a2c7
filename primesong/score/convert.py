"""Melody to the values of other libraries: a music21 score, a pretty_midi value."""

import contextlib
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from primesong.sargam.melody import Melody
from primesong.score.midi import write_midi
from primesong.score.notation import build_score

if TYPE_CHECKING:
    from music21.stream import Score

    with contextlib.redirect_stdout(io.StringIO()):  # under CI it prints where it found FluidSynth
        from pretty_midi import PrettyMIDI


def to_music21(melody: Melody, scripts: Sequence[str]) -> "Score":
    """Return a music21 score with a verse of lyrics in each script."""
    score: Score = build_score(melody, scripts)
    return score


def to_pretty_midi(melody: Melody) -> "PrettyMIDI":
    """Return a pretty_midi value."""
    with contextlib.redirect_stdout(io.StringIO()):  # under CI it prints where it found FluidSynth
        from pretty_midi import PrettyMIDI

    return PrettyMIDI(io.BytesIO(write_midi(melody)))
