"""A melody in concert: its form, its ornaments, its ending, and who plays along."""

from itertools import pairwise

import numpy as np
import pytest

from primesong.sargam.accompaniment import Accompaniment
from primesong.song import compose
from primesong.sound.render.expressive.concert import find_closing, find_entry, play_in_concert
from primesong.sound.render.loudness import LOUDNESS, PEAK_CEILING, loudness, true_peak
from primesong.sound.render.rendering import RenderOptions, render

RATE = 8_000


@pytest.fixture(scope="module")
def song():
    """Ten avartans and a half of tintal, of which each third note is the same as the one before."""
    return compose(int("3392284475116600" * 10 + "33922844")).melody


@pytest.fixture(scope="module")
def line(song):
    return play_in_concert(song, RATE)


def test_the_notes_are_the_songs_and_kan_is_short(song, line):
    lengths = np.diff(np.append(line.onsets, line.stop)) / RATE
    digits = "".join(digit for digit, length in zip(line.digits, lengths, strict=True) if length > 0.07)
    assert digits[:-1] == song.played_digits
    assert song.setting.mapping.pitch(digits[-1]).semitones == 0
    repeated = sum(one == two for one, two in pairwise(digits))
    assert len(line.digits) == len(digits) + repeated


def test_the_laya_grows_by_steps_at_sam(song, line):
    seconds = np.diff(line.times)[:-1] / RATE
    avartans = [float(np.median(seconds[first : first + 16])) for first in range(0, len(seconds), 16)]
    assert avartans[0] == pytest.approx(0.75, rel=0.1), "slow and free"
    assert avartans[1:4] == pytest.approx([0.5, 1 / 3, 1 / 3]), "barabar, dedhi"
    assert avartans[4:] == pytest.approx([0.25] * 7), "dugun"
    assert seconds[:15].std() > 0.02
    assert seconds[16:32].std() < 1e-9


def test_it_closes_on_sa_at_sam(song, line):
    closing = find_closing(song)
    assert closing == 176
    assert line.onsets[-1] / RATE == pytest.approx(line.times[closing] / RATE, abs=0.006)
    assert (line.stop - line.onsets[-1]) / RATE == pytest.approx(2.5, abs=0.01)


def test_a_song_that_ends_on_sa_at_sam_closes_by_itself():
    melody = compose(int("1" + "1234567890123456" * 2)).melody
    assert melody.setting.mapping.pitch("1").semitones == 0
    assert find_closing(melody) == 48
    digits = "1234567890123451" * 2 + "1"
    ended = compose(int(digits)).melody
    assert find_closing(ended) == 32
    assert play_in_concert(ended, RATE).digits[-1] == "1"


def test_only_steps_between_neighbors_slide(song, line):
    order = sorted(song.setting.mapping.ranking, key=lambda digit: song.setting.mapping.pitch(digit).semitones)
    slid = np.flatnonzero(line.slides)
    assert slid.size > 5
    assert all(abs(order.index(line.digits[place]) - order.index(line.digits[place - 1])) == 1 for place in slid)


def test_the_tanpura_begins_and_the_tabla_enters_later(song):
    options = RenderOptions(expression="concert", sample_rate=RATE, accompaniment=Accompaniment(tanpura=-14.0))
    alone = render(song, options).collect().samples
    bare = render(song, RenderOptions(expression="concert", sample_rate=RATE, alone=False)).collect().samples
    assert len(alone) > len(bare) + 2 * RATE
    first = np.sqrt(np.mean(alone[:RATE] ** 2))
    assert 0 < first < 0.4 * np.sqrt(np.mean(alone**2))
    assert find_entry(song) == 2 * 16


@pytest.mark.parametrize("accompaniment", [None, Accompaniment(-14.0, -8.0)])
def test_it_has_the_stated_level_and_dies_away(song, accompaniment):
    options = RenderOptions(expression="concert", sample_rate=44_100, accompaniment=accompaniment)
    samples = render(song, options).collect().samples
    assert loudness(samples, 44_100) == pytest.approx(LOUDNESS, abs=0.3)
    assert 20 * np.log10(true_peak(samples)) <= PEAK_CEILING
    assert np.abs(samples[-44:]).max() < 0.0005


def test_another_instrument_does_not_play_in_concert():
    with pytest.raises(ValueError, match="needs the harmonium"):
        RenderOptions(expression="concert", synth="fluidsynth")
