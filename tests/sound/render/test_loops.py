import io

import numpy as np
import pytest
import soundfile
from support.partials import sound_partials

from primesong.sargam.tala import TALAS
from primesong.sound.pitch import find_pitch, frequency
from primesong.sound.render.loops import LEAD_SECONDS, make_reeds, make_tabla, make_tanpura
from primesong.sound.render.loudness import loudness

SEAM = -20.0  # dB: how far the turn after the loop may stray from the loop's own, as MP3 codes both anew
CENTS = 2.0


def sounded(reed):
    """The loop of a reed at its level, and its sample rate."""
    frames = round(reed.seconds * 44_100)
    return np.float32(sound_partials(reed.partials, frames) / reed.partials.gain * reed.gain), frames / reed.seconds


def decoded(loop):
    samples, rate = soundfile.read(io.BytesIO(loop.data), dtype="float32", always_2d=True)
    return samples, rate


def seam(loop):
    """How the sound that follows the loop's end differs from that at its beginning, in dB below it."""
    samples, rate = decoded(loop)
    start, turn, length = round(LEAD_SECONDS * rate), round(loop.seconds * rate), round(0.1 * rate)
    begins, follows = samples[start : start + length], samples[start + turn : start + turn + length]
    return 10 * np.log10(np.mean((begins - follows) ** 2) / np.mean(begins**2))


@pytest.mark.parametrize("place", range(7))
def test_a_reed_is_in_tune_at_its_level(place):
    samples, rate = sounded(reed := make_reeds()[place])
    assert 1200 * np.log2(find_pitch(samples, round(rate)) / frequency(reed.note)) == pytest.approx(0, abs=CENTS)
    assert np.abs(samples).max() < 1
    assert loudness(samples[:, None], round(rate)) == pytest.approx(-16, abs=0.5)


def test_the_reeds_ascend_over_three_octaves():
    notes = [reed.note for reed in make_reeds()]
    assert notes == sorted(notes)
    assert notes[-1] - notes[0] >= 34


def test_the_tanpura_turns_without_a_seam_below_the_melody(melody):
    turn = make_tanpura(melody)
    assert turn.seconds == 4.0  # four plucks of four matras
    assert turn.note == 50
    assert seam(turn) < SEAM
    samples, rate = decoded(turn)
    assert loudness(samples * np.float32(turn.gain), rate) == pytest.approx(-30, abs=1)
    assert make_tanpura(melody.arrange(tonic=52)).note == 52


def test_the_tablas_strokes_make_its_theka_at_its_level(melody):
    """Rupak, 7 matras: tin tin na dhi na dhi na, 8 dB below the melody's -16 LUFS."""
    seven = melody.arrange(tala=TALAS["rupak"])
    made = make_tabla(seven)
    names = {(matra, hand): name for matra, hand, name in made.strokes}
    assert [names[matra, "right"] for matra in range(7)] == ["tin", "tin", "na", "tin", "na", "tin", "na"]
    assert [matra for matra in range(7) if (matra, "left") in names] == [3, 5]
    mix, rates = np.zeros((44_100 * 5, 1), np.float32), set()
    for matra, _, name in made.strokes:
        sound, rate = soundfile.read(io.BytesIO(made.sounds[name]), dtype="float32", always_2d=True)
        rates.add(rate)
        onset = round(matra * seven.setting.matra_seconds * rate)
        mix[onset : onset + len(sound)] += sound * np.float32(made.gain)
    [rate] = rates
    turn = round(7 * seven.setting.matra_seconds * rate)
    whole = mix[:turn] + mix[turn : 2 * turn]
    assert loudness(whole, rate) == pytest.approx(-24, abs=0.7)  # in the middle, not a little to the sides
    assert make_tabla(melody.arrange(tala=TALAS["none"])) is None
