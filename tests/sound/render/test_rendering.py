import numpy as np
import pytest

from primesong.sargam.accompaniment import Accompaniment
from primesong.song import compose
from primesong.sound.recording import Recording
from primesong.sound.render.rendering import EXPRESSIONS, SYNTHS, RenderOptions, render

#: FluidSynth plays no concert.
UNPLAYED = ("fluidsynth", "concert")

SAMPLE = Recording(np.ones((8_000, 1), np.float32), 8_000)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"synth": "sitar"}, "a synth is harmonium or fluidsynth, got 'sitar'"),
        ({"synth": "fluidsynth", "sample": SAMPLE}, "only the harmonium"),
        ({"synth": "fluidsynth", "legato": True}, "only the harmonium"),
        ({"soundfont": "font.sf2"}, "only FluidSynth"),
        ({"sample_pitch": 440.0}, "without the sample"),
        ({"expression": "wild"}, "an expression is gentle, plain, concert, got 'wild'"),
        ({"expression": "gentle", "legato": True}, "joins the notes by itself"),
        ({"dry": True}, "only the harmonium under a hand has a room"),
        ({"dry": True, "expression": "gentle", "synth": "fluidsynth"}, "only the harmonium under a hand has a room"),
        ({"expression": "concert", "synth": "fluidsynth"}, "only the harmonium plays in concert"),
        ({"bellows": 13.0}, "0 to 12 dB, got 13"),
        ({"bellows": float("nan")}, "0 to 12 dB, got nan"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        RenderOptions(**options)


@pytest.mark.parametrize(
    ("synth", "expression"),
    [*((synth, expression) for synth in SYNTHS for expression in EXPRESSIONS if (synth, expression) != UNPLAYED)],
)
def test_a_rendering_reports_its_progress(synth, expression):
    told: list[float] = []
    melody = compose(3928547160).melody
    accompaniment = Accompaniment(tanpura=-14.0)
    options = RenderOptions(
        synth=synth, expression=expression, sample_rate=8_000, bellows=3.0, accompaniment=accompaniment
    )
    rendering = render(melody, options, told.append)
    assert told == []
    recording = rendering.collect()
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert rendering.frames == len(recording.samples)
    assert np.abs(recording.samples).max() <= rendering.peak <= 1.0


@pytest.mark.parametrize(("depth", "kind"), [("16", np.int16), ("24", np.float32), ("float", np.float32)])
def test_notes_have_the_depth_that_is_written(depth, kind):
    assert next(render(compose(7).melody, RenderOptions(depth=depth)).blocks).dtype == kind
