"""What accompanies, measured: the drone's just fifth, its level beside the melody's, and the theka's beats."""

import numpy as np
import pytest
from pyloudnorm import Meter
from support.pitch import cents, measure_partial

from primesong.sargam.accompaniment import Accompaniment
from primesong.sargam.tala import TALAS
from primesong.song import compose
from primesong.sound.render.accompanists import tabla, tanpura
from primesong.sound.render.loudness import LOUDNESS, loudness, true_peak
from primesong.sound.render.rendering import RenderOptions, render

RATE = 44_100


@pytest.fixture(scope="module")
def eighty_notes():
    return compose(int("3928547160" * 8)).melody


def test_the_tanpuras_pa_is_a_just_fifth(eighty_notes):
    pa_string, _, _, sa_string = np.array_split(tanpura.make_turn(eighty_notes.arrange(tempo=15), RATE).mean(axis=1), 4)
    sa, pa = measure_partial(sa_string, 146.8324 / 2), measure_partial(pa_string, 110.12)
    assert sa == pytest.approx(146.8324 / 2, rel=0.0004)
    assert abs(cents(pa, 1.5 * sa)) < 1.0


def measure_centroid(samples):
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    return float((power * np.fft.rfftfreq(len(samples), 1 / RATE)).sum() / power.sum())


def test_the_tanpuras_overtones_bloom_and_come_down(eighty_notes):
    """As a band of partials does on a bridge with a thread (van Walstijn, Bridges and Mehes, 2016)."""
    slow = tanpura.make_turn(eighty_notes.arrange(tempo=5), RATE).mean(axis=1)  # a pluck each three seconds
    second = slow[3 * RATE :]
    heights = [measure_centroid(second[int(after * RATE) :][:8192]) for after in (0.05, 0.4, 1.0, 2.0)]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] > 1_500 > 700 > heights[-1]


def test_no_two_plucks_are_alike(eighty_notes):
    turns = np.array_split(tanpura.make_turn(eighty_notes, RATE, 3).mean(axis=1), 3)
    assert not np.allclose(turns[0], turns[1], atol=0.05 * np.abs(turns[0]).max())


def test_the_tabla_is_bright_where_it_is_struck_open_and_accents_the_sam(eighty_notes):
    stroke = tabla.make_stroke("na", eighty_notes, RATE)[:8192]
    power = np.abs(np.fft.rfft(stroke * np.hanning(8192))) ** 2
    assert 10 * np.log10(power[int(1_500 * 8192 / RATE) :].sum() / power.sum()) > -30
    matras = np.array_split(tabla.make_avartan(eighty_notes, RATE).mean(axis=1), 16)
    assert np.sum(matras[0] ** 2) > 1.5 * np.sum(matras[3] ** 2)  # dha on sam, dha


def measure_harmonics(stroke, tone):
    """Return the shares of a stroke's power that lie within a twentieth of its first five harmonics."""
    power = np.abs(np.fft.rfft(stroke * np.exp(-np.arange(len(stroke)) / RATE / 0.3), 1 << 17)) ** 2
    hertz = np.fft.rfftfreq(1 << 17, 1 / RATE)
    near = [np.abs(hertz - number * tone) < tone / 20 for number in range(1, 6)]
    return np.array([power[part].sum() for part in near]) / power.sum()


@pytest.mark.parametrize(("bol", "strongest"), [("tu", (1,)), ("tin", (2,)), ("na", (2, 3))])
def test_open_strokes_of_the_dayan_are_five_harmonics(eighty_notes, bol, strongest):
    """Raman, 1934: the modes below the paste's fall into five harmonics. A finger stills the first of na and tin."""
    shares = measure_harmonics(tabla.make_stroke(bol, eighty_notes, RATE), 2 * 146.8324)
    assert shares.sum() > 0.8
    assert np.argsort(shares)[::-1][: len(strongest)].tolist() == [number - 1 for number in strongest]
    if bol != "tu":
        assert 10 * np.log10(shares[0] / shares.max()) < -10


def test_the_palm_bends_the_bayan_upward(eighty_notes):
    stroke = tabla.make_stroke("ge", eighty_notes, RATE)
    begins, ends = (measure_lowest(stroke[int(after * RATE) :][: RATE // 8]) for after in (0.005, 0.4))
    assert 75 < begins < ends < 110
    assert 150 < 1200 * np.log2(ends / begins) < 500


def measure_lowest(part):
    """Return the frequency in which most power lies."""
    return np.fft.rfftfreq(1 << 17, 1 / RATE)[np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 17)).argmax()]


def test_closed_strokes_are_short_and_open_ones_ring(eighty_notes):
    """How long a stroke takes to fall by 30 dB, in milliseconds."""
    falls = {}
    for bol in ("na", "tin", "tu", "ge", "ti", "ka"):
        power = np.convolve(tabla.make_stroke(bol, eighty_notes, RATE) ** 2, np.ones(441) / 441, "same")
        falls[bol] = 1_000 * int(np.flatnonzero(power > power.max() / 1_000)[-1]) / RATE
    assert max(falls["ti"], falls["ka"]) < 90 < 180 < min(falls[bol] for bol in ("na", "tin", "tu", "ge")), falls


@pytest.mark.parametrize("make", [tanpura.make_turn, tabla.make_avartan])
def test_it_repeats_without_a_seam(eighty_notes, make):
    turn = make(eighty_notes, RATE).mean(axis=1)
    steps = np.abs(np.diff(turn))
    assert abs(turn[0] - turn[-1]) <= steps.max()
    assert make(eighty_notes, RATE).tobytes() == make(eighty_notes, RATE).tobytes()


@pytest.mark.parametrize("tala", ["tintal", "jhaptal", "ektal", "rupak", "keherwa", "dadra"])
def test_the_tabla_strikes_on_every_matra_of_each_tala(eighty_notes, tala):
    melody = eighty_notes.arrange(tala=TALAS[tala], tempo=30)
    turn = tabla.make_avartan(melody, RATE).mean(axis=1)
    matra = round(melody.setting.matra_seconds * RATE)
    assert len(turn) == TALAS[tala].matras * matra
    for start in range(0, len(turn), matra):
        before = np.sqrt(np.mean(np.take(turn, range(start - 400, start), mode="wrap") ** 2))
        assert np.sqrt(np.mean(turn[start : start + 400] ** 2)) > 1.25 * before, f"no stroke at {start // matra + 1}"


@pytest.mark.parametrize("synth", ["harmonium", "fluidsynth"])
def test_the_whole_is_at_its_level_and_the_parts_at_theirs(eighty_notes, synth):
    alone, whole = (
        render(eighty_notes, RenderOptions(synth=synth, accompaniment=accompaniment)).collect().samples
        for accompaniment in (None, Accompaniment(-12.0, -10.0))
    )
    assert Meter(RATE).integrated_loudness(whole) == pytest.approx(LOUDNESS, abs=0.3)
    assert 20 * np.log10(true_peak(whole)) <= -1.0
    gain = float((alone * whole).sum() / (alone * alone).sum())
    rest = loudness(whole - gain * alone, RATE) - loudness(gain * alone, RATE)
    assert rest == pytest.approx(10 * np.log10(10**-1.2 + 10**-1.0), abs=1.5)


def test_the_accompanists_ring_out_after_the_last_note(eighty_notes):
    whole = render(eighty_notes, RenderOptions(synth="fluidsynth", accompaniment=Accompaniment(-6.0, None))).collect()
    end = round(len(eighty_notes.played_digits) * eighty_notes.setting.matra_seconds * RATE)
    before, last = (np.abs(part).max() for part in (whole.samples[:end], whole.samples[-RATE // 10 :]))
    assert len(whole.samples) - end > RATE
    assert 0 < last < 0.02 * before


def test_a_level_has_bounds():
    with pytest.raises(ValueError, match=r"must be -60 to 12 dB, got 99"):
        Accompaniment(tanpura=99.0)
