"""Damaged digits corrected by how plausible the program is: blind, no digit known to be doubtful."""

import random
import tracemalloc

import gmpy2
import numpy as np
import pytest
from support.damage import change_digit, change_digits

from primesong.errors import DamagedError, NoProgramError
from primesong.number.correction import Correction
from primesong.number.header import list_openings
from primesong.primes.primality import is_probable_prime
from primesong.repair.alignment import generate_alignments
from primesong.repair.posterior import repair
from primesong.repair.search.paths import blind_costs
from primesong.repair.search.sequential import search


def damaged(digits, rate, seed):
    """Digits of which each is wrong at this rate, header and all but the last ten apart, and the places."""
    chance = random.Random(seed)
    places = [place for place in range(24, len(digits) - 10) if chance.random() < rate]
    out = list(digits)
    for place in places:
        out[place] = chance.choice([digit for digit in "0123456789" if digit != digits[place]])
    return "".join(out), places


@pytest.mark.parametrize("place", [21, 24, 33, 150, 500, 1800, 3550, 3580])
def test_one_wrong_digit_is_always_found(place, song):
    wrong = change_digit(song.digits, place, by=3)
    repaired = search(blind_costs(wrong), 60)
    assert repaired.digits == song.digits
    assert repaired.corrections == (Correction(place, wrong[place], song.digits[place]),)


@pytest.mark.parametrize(("rate", "seed"), [(0.001, 1), (0.003, 2), (0.003, 3), (0.005, 4)])
def test_many_wrong_digits_are_found_with_nothing_to_tell_them(rate, seed, song):
    digits, places = damaged(song.digits, rate, seed)
    assert len(places) >= 1000 * rate
    repaired = search(blind_costs(digits), 120)
    assert (repaired.digits, repaired.program) == (song.digits, song.program)
    assert [change.place for change in repaired.corrections] == places


def test_what_is_right_stays(song):
    repaired = search(blind_costs(song.digits), 10)
    assert (repaired.digits, repaired.corrections, repaired.tried, repaired.checked) == (song.digits, (), 1, True)


def test_the_digits_as_they_were_heard_are_read_even_without_time(song):
    with pytest.raises(DamagedError) as error:
        search(blind_costs(change_digit(song.digits, 2000, by=3)), 0)
    assert 1900 < error.value.reached <= 2000
    assert song.program.startswith(error.value.beginning)
    assert len(error.value.beginning) > 1000


def test_wrong_checksums_are_computed_from_the_text_and_the_prime_is_found(song):
    """Two digits of CRC-32, and one of the last, which say how far the prime is from the payload."""
    repaired = search(blind_costs(change_digits(song.digits, (3574, 3577, 3597), by=5)), 60)
    assert repaired.digits == song.digits
    assert [change.place for change in repaired.corrections] == [3574, 3577, 3597]
    assert is_probable_prime(int(gmpy2.mpz(repaired.digits)))


def test_a_text_that_is_no_program_is_not_made_one(song):
    """Every second digit is anything."""
    chance = random.Random(8)
    digits = "".join(chance.choice("0123456789") if place % 2 and place > 24 else digit
                     for place, digit in enumerate(song.digits))  # fmt: skip
    with pytest.raises(DamagedError, match="are plausible"):
        search(blind_costs(digits), 1)


def test_the_beginning_is_given_as_far_as_it_is_right(song):
    digits, _ = damaged(song.digits, 0.2, 9)
    digits = song.digits[:1800] + digits[1800:]
    with pytest.raises(DamagedError) as caught:
        search(blind_costs(digits), 1)
    assert len(caught.value.beginning) > 1000
    assert song.program.startswith(caught.value.beginning)


def test_posteriors_of_one_wrong_digit_in_a_hundred_are_read_exactly(song):
    """Ten orthogonal notes in white noise of the strength at which one in a hundred is heard wrong."""
    right = np.array([int(digit) for digit in song.digits])
    noise = np.random.default_rng(21).standard_normal((len(right), 10)) * 0.235
    noise[:20] = 0  # gzip's header, which is known
    heard = noise + np.eye(10)[right]
    posterior = heard / 0.235**2
    posterior -= np.logaddexp.reduce(posterior, axis=1, keepdims=True)
    assert 25 < (posterior.argmax(axis=1) != right).sum() < 60
    repaired = repair(posterior, 120)
    assert repaired.digits[:-10] == song.digits[:-10]
    assert repaired.program == song.program


@pytest.mark.parametrize(
    ("cut", "change"),
    [
        (lambda digits: digits[:1234] + digits[1235:], "missing"),
        (lambda digits: digits[:2345] + digits[2344:], "doubled"),
        (lambda digits: digits[6:], "beginning"),
    ],
)
def test_a_note_too_few_or_too_many_is_found(cut, change, song):
    way = next(generate_alignments(cut(song.digits)))
    assert way.length == 3600
    assert len(way.known) - way.heard == (6 if change == "beginning" else 0)
    assert (
        search(blind_costs(way.correct(cut(song.digits))), 60, length=way.length, known=way.known).digits == song.digits
    )


def test_notes_that_are_probably_missing_or_too_many_are_found_first(song):
    """Two missing notes in a row, of three alike, and two that are too many, each the cheapest of their kind."""
    digits = song.digits
    alike = next(place for place in range(1000, 3000) if len(set(digits[place : place + 3])) == 1)
    heard = digits[: alike + 1] + digits[alike + 3 :]
    heard = heard[:500] + digits[333] + heard[500:2900] + digits[333] + heard[2900:]
    edits = np.full((len(heard), 2), 160, np.int32)
    edits[[500, 2901], 0] = edits[alike + 1, 1] = 8
    repaired = search(blind_costs(heard), 60, length=len(digits), known=digits[:17], edits=edits)
    assert repaired.digits == digits
    assert repaired.tried < 200_000


def test_a_note_that_is_missing_too_near_the_end_is_admitted(song):
    heard = song.digits[:3585] + song.digits[3586:]
    edits = np.full((len(heard), 2), 160, np.int32)
    with pytest.raises(DamagedError, match="no program was found"):
        search(blind_costs(heard), 0.3, length=3600, known=song.digits[:17], edits=edits)


def test_the_length_is_told_by_the_first_digits():
    """The published number's first digits, which its length alone decides."""
    assert any(known.startswith("25669205232646188") for known in list_openings(3600))
    assert not list(generate_alignments("31415926535897932384" * 10))


def test_numbers_that_begin_otherwise_are_no_programs():
    with pytest.raises(NoProgramError):
        search(blind_costs("31415926535897932384" * 10), 1)


def test_the_memory_of_a_search_is_bounded(song):
    """Noise branches at every place, 1,500 times; the best 5,000 paths are kept."""
    chance = random.Random(4)
    digits = song.digits[:24] + "".join(chance.choice("0123456789") for _ in song.digits[24:])
    tracemalloc.start()
    with pytest.raises(DamagedError, match=r"no program was found in \d\d"):
        search(blind_costs(digits), 3, beam=5_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12_000_000
