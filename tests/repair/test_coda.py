"""Wrong digits corrected by the coda: how many, where, and what happens if there are more."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primesong.errors import DamagedError, PrimesongError
from primesong.repair import coda

PHRASE = "462"
SHARE = 0.05


def whole(length, share=SHARE, seed=1, matras=1):
    chance = random.Random(seed)
    digits = "".join(chance.choice("0123456789") for _ in range(length))
    return digits + coda.make(digits, coda.choose_length(length, share, matras), PHRASE)


def wrong(digits, places):
    out = list(digits)
    for place in places:
        out[place] = str((int(out[place]) + 1 + place % 9) % 10)
    return "".join(out)


@settings(max_examples=60)
@given(st.integers(1, 9000), st.floats(coda.MIN_SHARE, coda.MAX_SHARE), st.integers(0, 99))
def test_a_coda_of_any_share_is_found_and_corrects_a_wrong_digit(length, share, seed):
    right = whole(length, share, seed)
    assert coda.find(right) == (length, len(right))
    assert len(right) - length <= max(share * length + 0.5, 18 + 18 * (1 + length // 1500))
    assert coda.correct(right, length, PHRASE) == right
    damaged = wrong(right, [seed * 7919 % len(right)])
    assert coda.correct(damaged, length, PHRASE) == right


@pytest.mark.parametrize(("share", "errors"), [(155 / 3600, 10), (309 / 3600, 30), (694 / 3600, 90)])
def test_wrong_digits_anywhere_are_corrected(share, errors):
    right = whole(3600, share)
    for seed in range(5):
        damaged = wrong(right, random.Random(seed).sample(range(len(right)), errors))
        assert coda.correct(damaged, 3600, PHRASE) == right


def test_a_burst_is_corrected_anywhere():
    right = whole(3600)
    for start in (0, 1800, 3540, 3600, 3690):
        assert coda.correct(wrong(right, range(start, start + 60)), 3600, PHRASE) == right


def test_doubts_nearly_double_what_is_corrected():
    right = whole(3600)
    chance = random.Random(5)
    places = chance.sample(range(len(right)), 38)
    damaged = wrong(right, places)
    with pytest.raises(DamagedError, match="more notes are wrong than the coda can correct"):
        coda.correct(damaged, 3600, PHRASE)
    margins = [2 - chance.random() - (place in places) * 0.9 for place in range(len(right))]
    rivals = [coda.Rival(margin, str((int(digit) + 1) % 10)) for margin, digit in zip(margins, damaged, strict=True)]
    assert coda.correct(damaged, 3600, PHRASE, rivals) == right


@pytest.mark.parametrize(("strength", "silent", "count"), [(0.235, 0, 25), (0.225, 9, 27)])
def test_second_best_readings_correct_more_than_the_parity_can(strength, silent, count):
    """In white noise, two blocks, whose 27 parity symbols each correct 13 wrong ones at best."""
    right = whole(3600)
    chance = np.random.default_rng(7)
    heard = strength * chance.standard_normal((len(right), 10)) + np.eye(10)[[int(digit) for digit in right]]
    heard[2000 : 2000 + silent] = 0
    order = heard.argsort(axis=1)
    likeliest = "".join(map(str, order[:, -1]))
    assert sum(one != other for one, other in zip(likeliest, right, strict=True)) == count
    with pytest.raises(DamagedError):
        coda.correct(likeliest, 3600, PHRASE)
    margins = np.diff(np.sort(heard, axis=1)[:, -2:], axis=1)[:, 0] / strength**2
    rivals = [coda.Rival(margin, str(digit)) for margin, digit in zip(margins, order[:, -2], strict=True)]
    assert coda.correct(likeliest, 3600, PHRASE, rivals) == right


def test_a_coda_is_found_whatever_stands_for_a_note_and_though_tihais_are_damaged():
    right = whole(600)
    names = [f"note {digit}" for digit in wrong(right, [601, 607, len(right) - 2])]
    assert coda.find(names) == (600, len(right))
    assert coda.find([*names, "", "", ""], slack=5) == (600, len(right))
    assert coda.find([*names, "", "", ""]) is None


def test_digits_without_a_coda_have_none():
    for seed in range(50):
        digits = whole(1200, seed=seed)
        assert coda.find(digits[:1200]) is None
        assert coda.find(digits[:-9]) is None


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [((0, 4, 8), (), True), ((0, 1, 2), (), True), ((0, 4), (8,), True), ((2,), (0, 4), True), ((), (0, 4, 8), True),
     ((0, 1, 4, 8), (), False), ((0, 4, 8), (1,), False), ((1,), (0, 4, 8), False)],
)  # fmt: skip
def test_three_notes_of_the_tihais_may_be_wrong(first, last, found):
    right = whole(600)
    heard = list(right)
    for place in (*(600 + note for note in first), *(len(right) - 9 + note for note in last)):
        heard[place] = f"not {place}"
    assert coda.find(heard, len(heard)) == ((600, len(right)) if found else None)


def test_a_coda_is_sought_in_proportion_to_the_notes():
    class Note:
        looks = 0

        def __init__(self, digit):
            self.digit = digit

        def __hash__(self):
            return self.digit

        def __eq__(self, other):
            Note.looks += 1
            return self.digit == other.digit

    chance = random.Random(3)
    notes = [Note(chance.randrange(10)) for _ in range(16_000)]
    looks = []
    for length in (4_000, 16_000):
        Note.looks = 0
        assert coda.find(notes[:length], length) is None
        looks.append(Note.looks)
    assert looks[1] < 6 * looks[0]


@pytest.mark.parametrize(("notes", "length"), [(100, 0), (100, 1), (100, 17), (100, 18), (100, 35), (3600, 35)])
def test_what_cannot_be_a_coda_is_refused(notes, length):
    with pytest.raises(DamagedError, match=f"{length} notes are not a coda of {notes:,}"):
        coda.count_parity(notes, length)


@settings(max_examples=20)
@given(st.integers(1, 4000), st.floats(coda.MIN_SHARE, coda.MAX_SHARE), st.sampled_from([6, 7, 8, 9, 10, 12, 14, 16]))
def test_the_last_note_falls_on_sam(length, share, matras):
    right = whole(length, share, matras=matras)
    assert len(right) % matras == 1
    assert len(right) - len(whole(length, share)) <= matras + 18
    assert coda.find(right) == (length, len(right))
    assert coda.correct(wrong(right, [length // 2]), length, PHRASE) == right


def test_a_pause_is_on_sa_and_wrong_notes_in_it_are_corrected():
    right = whole(3600, matras=16)
    assert (len(right) - 3600, right[-10:]) == (193, "2462462462")
    assert coda.correct(wrong(right, [3600 + 193 - 10]), 3600, PHRASE) == right


def test_a_coda_without_a_pause_is_read_as_ever():
    """Written before codas had pauses."""
    digits = "31415926535897932384626433832795028841971693993751"
    right = digits + "462462462701925144091422321462462462"
    assert coda.find(right) == (50, 86)
    assert coda.correct(wrong(right, [17]), 50, PHRASE) == right


@pytest.mark.parametrize("share", [0.0, 0.004, 0.51, -1.0, float("nan")])
def test_a_share_that_no_coda_has_is_refused(share):
    with pytest.raises(PrimesongError, match=r"a coda takes 0\.5 to 50 %"):
        coda.choose_length(3, share)


def test_noise_is_refused():
    chance = random.Random(6)
    for _ in range(40):
        digits = "".join(chance.choice("0123456789") for _ in range(300))
        with pytest.raises(DamagedError):
            coda.correct(
                digits, 300 - 18 - 3 * chance.randrange(12, 60), PHRASE, [coda.Rival(chance.random(), "0")] * 300
            )
