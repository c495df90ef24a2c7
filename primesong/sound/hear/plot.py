"""What was heard, to a picture (Matplotlib, drawn without a display): the spectrogram of the first bars with the notes
found in it, and how sure each note of the song is.

Comes in: `hearing.condition`'s signal from the recording's first sample, and `Heard`. Goes out: the file's bytes.
"""

import io

import numpy as np

from primesong.sound.hear.reading import Heard
from primesong.sound.transcribe.note_model import HEIGHTS
from primesong.sound.transcribe.signal import RATE, Signal

#: How many notes the spectrogram shows: four avartans of tintal.
_SHOWN = 64


def draw(signal: Signal, heard: Heard, kind: str) -> bytes:
    """Draw as PNG, SVG or PDF (`kind`: the suffix without its dot)."""
    from matplotlib.figure import Figure

    one, opening = heard.transcription, heard.opening
    rows = np.arange(opening.start, opening.start + min(_SHOWN, opening.length))
    begin, end = one.edges[rows[0]], one.edges[rows[-1] + 1]
    figure = Figure(figsize=(12, 7), layout="constrained")
    above, below = figure.subplots(2, 1)
    piece = signal[max(0, int(begin * RATE)) : int(end * RATE)]
    above.specgram(piece + 1e-6, NFFT=1024, Fs=RATE, noverlap=896, xextent=(begin, end), cmap="magma", vmin=-90)
    pitches = one.tonic_hertz * 2 ** (np.array(HEIGHTS)[one.notes[rows]] / 12)
    above.hlines(pitches, one.edges[rows], one.edges[rows + 1], colors="cyan", linewidth=2)
    above.set(ylim=(0, 2500), xlabel="seconds", ylabel="Hz", title=f"The first {len(rows)} notes as they were heard")
    whole = slice(opening.start, opening.start + opening.length)
    below.plot(np.arange(1, opening.length + 1), one.confidence[whole], ",", color="tab:blue")
    corrected = [one.place + 1 for one in heard.repaired.corrections]
    below.plot(corrected, np.zeros(len(corrected)), "v", color="tab:red", label=f"{len(corrected)} corrected")
    below.set(ylim=(-0.02, 1.05), xlabel="note", ylabel="confidence", title="How sure each note is")
    below.legend(loc="lower right")
    out = io.BytesIO()
    figure.savefig(out, format=kind)
    return out.getvalue()
