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
        ({"synth": "sitar"}, "synth must be harmonium or fluidsynth, got 'sitar'"),
        ({"synth": "fluidsynth", "sample": SAMPLE}, "go only with the harmonium"),
        ({"synth": "fluidsynth", "legato": True}, "go only with the harmonium"),
        ({"soundfont": "font.sf2"}, "soundfont goes only with fluidsynth"),
        ({"sample_pitch": 440.0}, "sample_pitch goes only with sample"),
        ({"expression": "wild"}, "expression must be one of gentle, plain, concert, got 'wild'"),
        ({"expression": "gentle", "legato": True}, "legato goes only with the plain expression"),
        ({"dry": True}, "dry goes only with the harmonium and the gentle or concert expression"),
        ({"dry": True, "expression": "gentle", "synth": "fluidsynth"}, "dry goes only with the harmonium"),
        ({"expression": "concert", "synth": "fluidsynth"}, "the concert expression needs the harmonium"),
        ({"bellows": 13.0}, "bellows must be 0 to 12 dB, got 13"),
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
