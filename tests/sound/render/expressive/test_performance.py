"""A gentle performance, measured: its level, its peaks, its end, its room."""

import numpy as np
import pytest

from primesong.sargam.accompaniment import Accompaniment
from primesong.sargam.melody import cut
from primesong.song import compose
from primesong.sound.render.accompanists.tanpura import count_turn
from primesong.sound.render.expressive.room import count_frames, make_response, reverberate
from primesong.sound.render.loudness import LOUDNESS, PEAK_CEILING, loudness, true_peak
from primesong.sound.render.rendering import RenderOptions, render

RATE = 44_100


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"dry": True},
        {"bellows": 12.0},
        {"accompaniment": Accompaniment(-14.0, -8.0)},
        {"accompaniment": Accompaniment(0.0, 0.0), "bellows": 6.0},
    ],
)
def test_every_combination_has_the_stated_level_and_ends_in_silence(melody, options):
    samples = render(cut(melody, 1, 12), RenderOptions(expression="gentle", **options)).collect().samples
    assert loudness(samples, RATE) == pytest.approx(LOUDNESS, abs=0.3)
    assert 20 * np.log10(true_peak(samples)) <= PEAK_CEILING
    assert np.abs(samples[-RATE // 1000 :]).max() < 0.0005


@pytest.mark.parametrize(("accompaniment", "seconds"), [(Accompaniment(tabla=-8.0), 0.9), (Accompaniment(-14.0), 4.0)])
def test_who_plays_along_rings_out(accompaniment, seconds):
    """The tabla's last strokes, the tanpura's last plucks: nothing is cut off, and nothing falls at once."""
    melody = compose(int("3928547160" * 4)).melody
    options = RenderOptions(expression="gentle", dry=True, sample_rate=8_000, accompaniment=accompaniment)
    rendering = render(melody, options)
    turn = count_turn(melody, 8_000) if accompaniment.tanpura is not None else 0
    assert rendering.frames == round((melody.seconds + seconds) * 8_000) + turn
    tail = rendering.collect().samples[-int((seconds - 0.3) * 8_000) :]
    levels = [float(np.mean(part**2)) for part in np.array_split(tail, 4)]
    assert levels == sorted(levels, reverse=True)
    assert levels[1] > levels[0] / 100


def test_the_same_song_is_the_same_sound():
    melody = compose(3928547160).melody
    options = RenderOptions(expression="gentle", sample_rate=8_000)
    one, two = (render(melody, options).collect().samples for _ in range(2))
    assert one.tobytes() == two.tobytes()


def test_a_room_is_heard_after_a_sound_and_dies_away():
    click = np.zeros((RATE, 2), np.float32)
    click[0] = 1
    heard = reverberate(click, RATE)
    np.testing.assert_allclose(heard[: count_frames(RATE) + 1], make_response(RATE).T, atol=1e-5)
    assert not np.abs(heard[count_frames(RATE) + 1 :]).max() > 1e-5
    power = [float(np.mean(part**2)) for part in np.array_split(heard[700 : count_frames(RATE)], 8)]
    assert power == sorted(power, reverse=True)
    assert abs(np.corrcoef(heard[700:].T)[0, 1]) < 0.2, "left and right differ"


def test_digital_silence_stays_silent():
    melody = compose(7).melody
    assert np.isfinite(render(melody, RenderOptions(expression="gentle", sample_rate=8_000)).collect().samples).all()
