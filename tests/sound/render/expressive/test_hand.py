"""The hand on the harmonium, measured: pitch, what is joined and what struck again, accents, and no note twice."""

from itertools import pairwise

import numpy as np
import pytest
from support.pitch import cents, measure_partial

from primesong.sargam.melody import cut
from primesong.sargam.tala import TALAS
from primesong.song import compose
from primesong.sound.pitch import frequency
from primesong.sound.render.expressive.hand import play
from primesong.sound.render.expressive.line import play_gently
from primesong.sound.render.rendering import RenderOptions, make_instrument

RATE = 44_100
NOTE = RATE // 4


@pytest.fixture(scope="module")
def instrument():
    return make_instrument(RenderOptions())


@pytest.fixture(scope="module")
def lines(melody):
    """Eight avartans."""
    return cut(melody, 1, 8)


@pytest.fixture(scope="module")
def hand(lines, instrument):
    return play(lines, play_gently(lines, RATE), instrument, RATE)


@pytest.fixture(scope="module")
def mono(hand):
    return hand.read(0, hand.frames).mean(axis=1)


def level(samples):
    return 10 * np.log10(np.mean(np.square(samples)) + 1e-12)


def test_every_note_is_in_tune_and_at_most_5_ms_from_its_matra(hand, lines, mono):
    assert np.abs(hand.line.onsets - NOTE * np.arange(128)).max() <= 0.005 * RATE + 1
    for place, note in enumerate(lines.midi_notes):
        found = measure_partial(mono[place * NOTE + 4000 : (place + 1) * NOTE - 500], frequency(note), width=0.03)
        assert abs(cents(found, frequency(note))) < 6


def test_notes_are_joined_and_repeated_ones_are_struck_again(hand, lines, mono):
    digits = lines.played_digits
    falls = {True: [], False: []}
    for place in range(1, len(digits)):
        if place % 16:
            border, size = int(hand.line.onsets[place]), RATE // 200
            inside = level(mono[border - 6000 : border - 2500])
            around = [level(mono[start : start + size]) for start in range(border - 1500, border + 1500, size)]
            falls[digits[place] == digits[place - 1]].append(min(around) - inside)
    assert np.median(falls[False]) > -6
    assert max(falls[True]) < -12


def test_between_lines_the_player_breathes(hand, mono):
    for place in range(16, 128, 16):
        border = int(hand.line.onsets[place])
        assert level(mono[border - 200 : border]) < level(mono[border - 6000 : border - 3000]) - 12


def test_no_two_notes_are_alike(hand, lines, mono):
    starts = {}
    for digit, onset in zip(lines.played_digits, hand.line.onsets, strict=True):
        starts.setdefault(digit, []).append(int(onset))
    for places in starts.values():
        for one, two in pairwise(places):
            assert not np.allclose(mono[one + 2000 : one + 9000], mono[two + 2000 : two + 9000], atol=1e-3)


def test_a_reed_begins_soft_and_flat(instrument):
    melody = compose(7).melody.arrange(tempo=15)
    alone = play(melody, play_gently(melody, RATE), instrument, RATE)
    sound = alone.read(0, alone.frames).mean(axis=1)
    assert level(sound[:200]) < level(sound[4000:8000]) - 15
    reed = alone.reeds["7"]
    for begun, start in zip(reed.beginnings["", 0], reed.starts, strict=True):
        early, settled = (
            measure_partial(one[441:2_646], frequency(50), width=0.05)
            for one in (begun, reed.steady[start : start + len(begun)])
        )
        assert -12 < cents(early, settled) < -3


def test_the_tala_is_heard(instrument):
    """Of one note throughout, the sam is the loudest and the khali softer than its neighbors."""
    song = compose(int("7" * 160)).melody.arrange(tala=TALAS["jhaptal"])
    played = play(song, play_gently(song, RATE, bellows=0.0), instrument, RATE)
    mono = played.read(0, played.frames).mean(axis=1)
    notes = mono[: 160 * NOTE].reshape(16, 10, NOTE)[..., 3000:8000]
    levels = 10 * np.log10(np.mean(notes**2, axis=(0, 2)))
    assert levels[0] - np.median(levels) == pytest.approx(1.5, abs=0.4)
    assert levels[5] - np.median(levels) == pytest.approx(-1.0, abs=0.4)


def test_any_stretch_is_the_same_as_in_the_whole(hand):
    whole = hand.read(0, hand.frames)
    for start in (0, 1, NOTE - 1, NOTE, 40 * NOTE + 77, hand.frames - 100):
        stretch = hand.read(start, 9_000)
        left = whole[start : start + 9_000]
        np.testing.assert_allclose(stretch[: len(left)], left, atol=1e-6)
        assert not stretch[len(left) :].any()


@pytest.mark.parametrize("tempo", [5, 60, 960])
def test_any_tempo_fills_its_time(instrument, tempo):
    song = compose(31415926535, tempo=tempo).melody
    played = play(song, play_gently(song, 8_000), instrument, 8_000)
    assert played.frames == round(song.seconds * 8_000) + 2_000
    assert np.abs(played.read(0, played.frames)).max() > 0.05
